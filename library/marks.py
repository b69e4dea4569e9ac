"""What a reader did with insights: read, saved with a note and tags, hid, asked for more or less like them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeVar

from earmark.catalog import Catalog, Connection
from earmark.catalog.content import insights
from earmark.catalog.readers import clicks, states
from earmark.catalog.readers.states import Mark
from earmark.clean import cut, plain
from earmark.errors import UsageError
from earmark.types import Click, Direction, Insight, InsightState
from library.sight import Sight

if TYPE_CHECKING:
    from earmark.ports import Clock

__all__ = ["LONGEST_NOTE", "LONGEST_TAG", "MOST_TAGS", "Marks"]

LONGEST_NOTE = 2_000
"""Characters of a note: a page."""
LONGEST_TAG = 40
"""Characters of a tag: a few words."""
MOST_TAGS = 20
"""Tags of an insight: more than anybody sorts by."""

Done = TypeVar("Done", InsightState, Click)
"""What a reader did with one insight."""


class Marks:
    """The marks of one reader, on insights that the reader sees."""

    def __init__(self, catalog: Catalog, clock: Clock, sight: Sight) -> None:
        self._catalog = catalog
        self._clock = clock
        self._sight = sight

    def of(self, insight_ids: Sequence[str]) -> dict[str, InsightState]:
        """The states of these insights by id; one that the reader did nothing with is left out."""
        with self._catalog.read() as tx:
            return states.get_many(tx, self._sight.reader.id, insight_ids)

    def mark_read(self, insight_id: str, *, on: bool = True) -> InsightState:
        """Notes that the reader read an insight, or that they did not; raises ``NotFound``."""
        return self._set(insight_id, "read_at", on)

    def save(self, insight_id: str, *, on: bool = True) -> InsightState:
        """Saves an insight, or lets it go with its note and tags; raises ``NotFound``."""
        return self._set(insight_id, "saved_at", on)

    def hide(self, insight_id: str, *, on: bool = True) -> InsightState:
        """Hides an insight, or shows it again; raises ``NotFound``."""
        return self._set(insight_id, "hidden_at", on)

    def annotate(self, insight_id: str, *, note: str, tags: Sequence[str] = ()) -> InsightState:
        """Gives an insight a note and tags in place of earlier ones, and saves it if it is not saved.

        Raises:
            NotFound: the reader sees no such insight.
            UsageError: too many tags.
        """
        cleaned = tuple(dict.fromkeys(tag for given in tags if (tag := cut(plain(given).strip(), LONGEST_TAG))))
        if len(cleaned) > MOST_TAGS:
            raise UsageError(f"takes at most {MOST_TAGS} tags", subject=insight_id)
        words = cut(plain(note, newlines=True), LONGEST_NOTE)
        reader_id = self._sight.reader.id
        with self._catalog.write() as tx:
            key = self._key(tx, insight_id)
            states.set_mark(tx, reader_id, [key], "saved_at", self._clock.now())
            states.write_note(tx, reader_id, key, note=words, tags=cleaned)
            return states.get_many(tx, reader_id, [key])[key]

    def read(self, *, limit: int | None = None) -> list[tuple[Insight, InsightState]]:
        """What the reader read, the latest first."""
        return self._listed("read_at", limit)

    def saved(self, *, limit: int | None = None) -> list[tuple[Insight, InsightState]]:
        """What the reader saved, the latest first."""
        return self._listed("saved_at", limit)

    def hidden(self, *, limit: int | None = None) -> list[tuple[Insight, InsightState]]:
        """What the reader hid, the latest first."""
        return self._listed("hidden_at", limit)

    def wish(self, insight_id: str, direction: Direction) -> Click:
        """Asks for more or less like an insight in coming briefs, in place of what was asked before of the same one.

        Raises:
            NotFound: the reader sees no such insight.
        """
        with self._catalog.write() as tx:
            key = self._key(tx, insight_id)
            return clicks.add(tx, self._sight.reader.id, key, direction, now=self._clock.now())

    def unwish(self, insight_id: str) -> Click | None:
        """Takes back what the reader asked of an insight; ``None`` if that was nothing. Raises ``NotFound``."""
        reader_id = self._sight.reader.id
        with self._catalog.write() as tx:
            key = self._key(tx, insight_id)
            for click in clicks.every(tx, reader_id):
                if click.insight_id == key:
                    return clicks.undo(tx, reader_id, click.id, now=self._clock.now())
        return None

    def wishes(self, *, limit: int | None = None) -> list[tuple[Insight, Click]]:
        """What the reader asked for more or less of, the latest first."""
        with self._catalog.read() as tx:
            return self._seen(tx, clicks.every(tx, self._sight.reader.id)[::-1], limit)

    def _set(self, insight_id: str, mark: Mark, on: bool) -> InsightState:
        reader_id = self._sight.reader.id
        with self._catalog.write() as tx:
            key = self._key(tx, insight_id)
            states.set_mark(tx, reader_id, [key], mark, self._clock.now() if on else None)
            return states.get_many(tx, reader_id, [key])[key]

    def _listed(self, mark: Mark, limit: int | None) -> list[tuple[Insight, InsightState]]:
        with self._catalog.read() as tx:
            return self._seen(tx, states.marked(tx, self._sight.reader.id, mark), limit)

    def _key(self, tx: Connection, insight_id: str) -> str:
        """The whole id of an insight that the reader sees; raises ``NotFound``."""
        return insights.find(tx, insight_id, self._sight.scope(tx)).id

    def _seen(self, tx: Connection, done: Sequence[Done], limit: int | None) -> list[tuple[Insight, Done]]:
        """What was done, with its insight where the reader sees it still; those that are gone for now are left out."""
        here = insights.get_many(tx, [each.insight_id for each in done])
        scope = self._sight.scope(tx)
        pairs = [(here[each.insight_id], each) for each in done if each.insight_id in here]
        return [pair for pair in pairs if scope.holds(pair[0].show_id)][:limit]
