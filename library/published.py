"""What strangers may read: as much of the library as ``publish.what`` says, and no word beyond it.

``all`` are the shows whose feeds everybody can ask: no private feed, no folder of this machine. ``shared`` are the insights
that an owner shares. Transcripts are never published, and a brief only without the reasons, which tell of its reader.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from earmark.catalog import Catalog, Connection
from earmark.catalog.content import insights, names, shared, speakers, themes, withdrawals
from earmark.catalog.feeds import shows
from earmark.catalog.readers import accounts, briefs
from earmark.errors import NotFound
from earmark.scope import ShowScope
from earmark.types import Brief, Insight, Related, Show, Theme, Withdrawn
from library.readers import local_reader
from library.roles import PersonShow, UsualVoices, person_shows

if TYPE_CHECKING:
    from earmark.settings import Settings
    from library.owner import IndexOwner
    from retrieval.themes.counted import CountedThemes

__all__ = ["PublishedLibrary"]

_RELATED = 10
_LOOKED_AT = 40
"""Related entries that are looked at for as many published ones as a page shows."""


@dataclass(frozen=True, slots=True)
class _PublishedScope:
    """What is published at one moment: insights of these shows, or those with these ids where ``ids`` is not ``None``."""

    scope: ShowScope
    ids: frozenset[str] | None

    def holds(self, insight: Insight) -> bool:
        """Whether an insight is published."""
        return insight.id in self.ids if self.ids is not None else self.scope.holds(insight.show_id)


class PublishedLibrary:
    """The published part of a library. Each method raises ``NotFound`` for what is not published, as for what is not there.

    Args:
        catalog: holds the library.
        settings: say what is published.
        owner: holds the index, which knows what is related.
        voices: knows who usually speaks on a show.
        counted: keeps the themes of shows.
    """

    def __init__(
        self,
        catalog: Catalog,
        settings: Settings,
        *,
        owner: Callable[[], IndexOwner],
        voices: UsualVoices,
        counted: Callable[[], CountedThemes],
    ) -> None:
        self._catalog = catalog
        self._settings = settings
        self._owner = owner
        self._voices = voices
        self._counted = counted

    def insight(self, insight_id: str) -> Insight:
        """The insight with exactly that id."""
        with self._open() as (tx, published):
            insight = insights.get_many(tx, [insight_id]).get(insight_id)
        if insight is None or not published.holds(insight):
            raise _not_there(insight_id)
        return insight

    def related(self, insight_id: str) -> list[Related]:
        """What other shows said about the same thing and is published, best first."""
        insight = self.insight(insight_id)
        desk = self._owner().desk(local_reader(self._catalog, self._settings))  # who sees everything
        entries = desk.related(insight, limit=_LOOKED_AT)
        with self._open() as (tx, published):
            return self._heard(tx, entries, published)[:_RELATED]

    def withdrawn(self, insight_id: str) -> Withdrawn:
        """The insight with that id, which was published and has been withdrawn."""
        with self._open() as (tx, published):
            entry = withdrawals.find(tx, insight_id)
        if entry.insight.id != insight_id or not published.holds(entry.insight):
            raise _not_there(insight_id)
        return entry

    def show(self, show_id: str) -> Show:
        """The show with that id, if anything of it is published."""
        with self._open() as (tx, published):
            if not self._said(tx, published, show_id=show_id, limit=1):
                raise _not_there(show_id)
            return shows.get(tx, show_id)

    def said(self, *, show_id: str = "", speaker: str = "", after: str = "", limit: int | None) -> list[Insight]:
        """Published insights of a show, of a speaker, or all, newest first; those that follow the one with that id."""
        with self._open() as (tx, published):
            return self._said(tx, published, show_id=show_id, speaker=speaker, after=after, limit=limit)

    def person_shows(self, name: str) -> tuple[PersonShow, ...]:
        """Where whoever is named exactly so says something that is published, and whether as host or guest."""
        with self._open() as (tx, published):
            said = speakers.insight_places(tx, name, published.scope)
            ids = published.ids
            held = [place for place in said if ids is None or place.insight_id in ids]
            return person_shows(tx, {name}, held, self._voices)

    def former_names(self) -> tuple[tuple[str, str], ...]:
        """Names that nobody who says anything published has any more, each with what its person is called by now."""
        with self._open() as (tx, published):
            if published.ids is None:
                present = set(speakers.known_names(tx, published.scope))
            else:
                present = {insight.speaker for insight in self._said(tx, published, limit=None) if insight.speaker}
            return names.load(tx).former(present)

    def theme(self, theme_id: str, *, limit: int | None) -> tuple[Theme, list[Insight]]:
        """A theme in the words of what is published of it, with these insights, most central first."""
        with self._open() as (tx, published):
            theme = themes.find(tx, theme_id, published.scope, among=published.ids)
            held = themes.central(tx, theme.id, limit=limit, scope=published.scope, among=published.ids)
            return _reworded(tx, theme, published), held

    def themes(self) -> list[Theme]:
        """The themes that anything published belongs to, those with most of it first."""
        with self._open() as (tx, published):
            if published.ids is not None:
                every = [_reworded(tx, theme, published) for theme in themes.every(tx, among=published.ids)]
        if published.ids is None:  # nearly all of a large library, which is counted and worded once
            every = [replace(theme, months=()) for theme in self._counted().of(published.scope)]
        return sorted(every, key=lambda theme: (-theme.size, theme.id))

    def brief(self, day: date) -> Brief:
        """The published ideas of a day's brief, without the reasons and the note: they tell of its reader."""
        with self._open() as (tx, published):
            brief = self._brief(tx, day, published)
        if brief is None:
            raise _not_there(day.isoformat())
        return brief

    def days(self, *, latest: int | None = None) -> list[date]:
        """The days whose brief has anything that is published, newest first; of ``latest`` briefs, if not of all."""
        with self._open() as (tx, published):
            dates = briefs.dates(tx, accounts.LOCAL)[:latest]
            return [day for day in dates if self._brief(tx, day, published)]

    def neighbours(self, day: date) -> tuple[date | None, date | None]:
        """The nearest days before a day and after it whose brief has anything that is published."""
        with self._open() as (tx, published):
            # Of few shared ideas nearly no brief has any: those of all other days need not be read.
            dates = briefs.dates(tx, accounts.LOCAL, telling=published.ids)
            before = (other for other in dates if other < day and self._brief(tx, other, published))
            after = (other for other in reversed(dates) if other > day and self._brief(tx, other, published))
            return next(before, None), next(after, None)

    @contextmanager
    def _open(self) -> Iterator[tuple[Connection, _PublishedScope]]:
        """A transaction, and what is published in it; raises ``NotFound`` where nothing is."""
        if self._settings.publish.what == "nothing":
            raise _not_there("")
        with self._catalog.read() as tx:
            if self._settings.publish.what == "shared":
                yield tx, _PublishedScope(ShowScope(), frozenset(shared.ids(tx)))
            else:
                public = (
                    show.id for show in shows.every(tx) if not show.private and not show.feed_url.startswith("file:")
                )
                yield tx, _PublishedScope(ShowScope(frozenset(public)), None)

    @staticmethod
    def _said(
        tx: Connection,
        published: _PublishedScope,
        *,
        show_id: str = "",
        speaker: str = "",
        after: str = "",
        limit: int | None,
    ) -> list[Insight]:
        if published.ids is None:
            return insights.listed(
                tx, show_id=show_id, speaker=speaker, limit=limit, after=after, scope=published.scope
            )
        speaker = names.called_now(tx, speaker) if speaker else ""
        chosen = [
            insight
            for insight in insights.get_many(tx, sorted(published.ids)).values()
            if show_id in {"", insight.show_id} and speaker in {"", insight.speaker}
        ]
        # As `insights.listed` has them: newest episode first, best first inside it.
        chosen.sort(key=lambda insight: (insight.episode_id, -insight.quality, insight.id))
        chosen.sort(key=lambda insight: insight.published.timestamp() if insight.published else 0.0, reverse=True)
        first = next((place for place, insight in enumerate(chosen, start=1) if insight.id == after), 0)
        return chosen[first:][:limit]

    def _brief(self, tx: Connection, day: date, published: _PublishedScope) -> Brief | None:
        brief = briefs.get(tx, accounts.LOCAL, day)
        if brief is None:
            return None
        items = tuple(
            replace(item, why="", related=tuple(self._heard(tx, item.related, published)))
            for item in brief.items
            if published.holds(item.insight)
        )
        return replace(brief, items=items, note="", withdrawn=()) if items else None

    @staticmethod
    def _heard(tx: Connection, entries: Sequence[Related], published: _PublishedScope) -> list[Related]:
        """The entries that are published, and of what else was said the same those that are."""
        named = {echo.insight_id for entry in entries for echo in entry.also_said_by}
        here = insights.get_many(tx, sorted(named - {""}))
        open_ids = {insight.id for insight in here.values() if published.holds(insight)}

        def heard(entry: Related) -> bool:
            if entry.insight is not None:
                return published.holds(entry.insight)
            # A moment is of no shared insight: it is there with its show, or not at all.
            return entry.moment is not None and published.ids is None and published.scope.holds(entry.moment.show_id)

        return [
            replace(entry, also_said_by=tuple(echo for echo in entry.also_said_by if echo.insight_id in open_ids))
            for entry in entries
            if heard(entry)
        ]


def _reworded(tx: Connection, theme: Theme, published: _PublishedScope) -> Theme:
    """The theme in words that are published of it, without its months: words of others would tell of what they say."""
    from retrieval.themes.forgetting import reworded_within

    label, terms = reworded_within(tx, theme.id, theme.label, theme.terms, published.scope, among=published.ids)
    return replace(theme, label=label, terms=terms, months=())


def _not_there(subject: str) -> NotFound:
    return NotFound("is not published", subject=subject)
