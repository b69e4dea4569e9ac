"""What a reader can follow of a library, as entries: briefs, saved insights, a theme, a person, a search."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from briefs.entries import Entry
from earmark.catalog import Catalog
from earmark.catalog.content import insights
from earmark.catalog.content import names as name_rules
from earmark.clean import cut, plain
from earmark.errors import NotFound, UsageError
from earmark.language.folding import fold
from earmark.relations import utterance
from earmark.types import Insight, Selection, SelectionKind
from library.named import nobody_named, quoted, speaking
from library.sight import Sight

if TYPE_CHECKING:
    from library.briefs import Briefs
    from library.insights import Insights
    from library.marks import Marks
    from library.themes import Themes

__all__ = ["MOST", "Selections"]

MOST = 50
"""Entries of a selection, the newest: more than anybody catches up on in a feed reader."""
_BRIEFS = 14
"""Briefs that a feed looks back on."""
_LONGEST = 300
"""Characters of a query or a name."""
_BEFORE_ALL = datetime(1970, 1, 1, tzinfo=UTC)
"""The time of what says none."""


class Selections:
    """Reads the selections of one reader: what the reader does not see, or no longer sees, is in none of them."""

    def __init__(
        self, catalog: Catalog, sight: Sight, *, briefs: Briefs, insights: Insights, marks: Marks, themes: Themes
    ) -> None:
        self._catalog = catalog
        self._sight = sight
        self._briefs = briefs
        self._insights = insights
        self._marks = marks
        self._themes = themes

    def named(self, selection: Selection) -> tuple[Selection, str]:
        """The selection with a whole value, and what it is called.

        Raises:
            UsageError: it lacks a value, or has one that it does not take.
            NotFound: the reader sees no such theme, and hears nobody of that name.
        """
        kind, value = selection.kind, cut(plain(selection.value), _LONGEST)
        if kind in {SelectionKind.BRIEF, SelectionKind.SAVED}:
            if value:
                raise UsageError("takes no value", subject=kind.value)
            return selection, "Your brief" if kind is SelectionKind.BRIEF else "Saved"
        if not re.search(r"\w", value):
            raise UsageError(f"say which {kind.value}", subject=kind.value)
        if kind is SelectionKind.THEME:
            theme = self._themes.get(value)
            return Selection(kind=kind, value=theme.id), theme.label
        if kind is SelectionKind.PERSON:
            names = self._spellings(value)
            if not names:
                with self._catalog.read() as tx:
                    raise nobody_named(value, speaking(tx, self._sight.scope(tx)))
            return Selection(kind=kind, value=names[0]), names[0]
        return Selection(kind=kind, value=value), f"Search for {value}"

    def entries(self, selection: Selection, *, limit: int | None = MOST, briefs: int | None = _BRIEFS) -> list[Entry]:
        """The newest entries, the latest first. Nothing is made for it: a day without a brief stays without.

        Args:
            selection: what is selected.
            limit: the most entries; ``None`` for all. A search has those among its fifty best in any case.
            briefs: how many of the latest briefs are looked back on; ``None`` for all.
        """
        if selection.kind is SelectionKind.BRIEF:
            chosen = list(self._told(briefs))
        elif selection.kind is SelectionKind.SAVED:
            chosen = [
                Entry(insight=insight, at=state.saved_at or _BEFORE_ALL, note=state.note, tags=state.tags)
                for insight, state in self._marks.saved()
            ]
        else:
            chosen = [
                Entry(insight=insight, at=insight.published or _BEFORE_ALL) for insight in self._of(selection, limit)
            ]
        return sorted(chosen, key=lambda entry: (entry.at, entry.insight.id), reverse=True)[:limit]

    def with_themes(self, entries: Sequence[Entry]) -> list[Entry]:
        """These entries, each with what its theme is called."""
        labels = self._themes.labels([entry.insight.id for entry in entries])
        return [replace(entry, theme=labels.get(entry.insight.id, "")) for entry in entries]

    def _of(self, selection: Selection, limit: int | None) -> list[Insight]:
        """The insights of a theme, a person or a search."""
        if selection.kind is SelectionKind.SEARCH:
            return self._insights.search(selection.value, limit=MOST)
        if selection.kind is SelectionKind.PERSON:
            names = self._spellings(selection.value)
            with self._catalog.read() as tx:
                scope, hidden_from = self._sight.scope(tx), self._sight.reader.id
                said = [
                    insights.listed(tx, speaker=spelling, limit=limit, scope=scope, hidden_from=hidden_from)
                    for spelling in names
                ]
            return [insight for each in said for insight in each]
        try:
            return self._themes.insights(self._themes.get(selection.value).id)
        except NotFound:
            return []  # it fell apart, or the reader sees nothing of it any more

    def _told(self, most: int | None) -> Iterator[Entry]:
        """The ideas of the latest briefs, so many at most."""
        today = self._briefs.today()
        scope = self._sight.scope_now()
        days = [day for day in self._briefs.dates() if day <= today]
        for day in days[:most]:
            brief = self._briefs.get(day)
            for item in brief.items:
                if not scope.holds(item.insight.show_id):
                    continue
                seen = tuple(other for other in item.related if scope.holds(utterance(other).show_id))
                yield Entry(insight=item.insight, at=brief.created_at, day=day, why=item.why, related=seen)

    def _spellings(self, name: str) -> list[str]:
        """A name as it is written in the reader's shows, whatever its case and accents; of a former name the present one."""
        with self._catalog.read() as tx:
            wanted = {fold(spelling) for spelling in name_rules.load(tx).meant(name)}
            scope = self._sight.scope(tx)
            for known in (quoted, speaking):  # only feeds name some, and that takes reading all of them
                if meant := [each for each in known(tx, scope) if fold(each) in wanted]:
                    return meant
            return []
