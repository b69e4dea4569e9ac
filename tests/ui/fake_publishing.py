"""The parts of the fake library that are about strangers: what is shared, and what of it they may read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from earmark.errors import NotFound
from earmark.types import Brief, Insight, Related, Show, Theme, Withdrawn

if TYPE_CHECKING:
    from library.people import PersonShow
    from library.ports import LibraryPort

__all__ = ["FakePublished", "FakeSharing"]


class FakeSharing:
    """Shared ids in a list, the latest first."""

    def __init__(self, get: Callable[[str], Insight]) -> None:
        self._get = get
        self.ids: list[str] = []

    def share(self, insight_id: str, *, on: bool = True) -> Insight:
        insight = self._get(insight_id)
        self.ids[:] = [insight.id] * on + [key for key in self.ids if key != insight.id]
        return insight

    def every(self) -> list[Insight]:
        return [self._get(key) for key in self.ids]


class FakePublished:
    """The parts of a fake library, without what is not published."""

    def __init__(self, library: LibraryPort, sharing: FakeSharing) -> None:
        self._library = library
        self._sharing = sharing
        self.former: dict[str, str] = {}

    def insight(self, insight_id: str) -> Insight:
        insight = self._library.insights.get(insight_id)
        if insight.id != insight_id or not self._open(insight):
            raise NotFound("is not published", subject=insight_id)
        return insight

    def related(self, insight_id: str) -> list[Related]:
        entries = self._library.insights.related(self.insight(insight_id).id)
        return [
            replace(entry, also_said_by=())
            for entry in entries
            if entry.insight is not None and self._open(entry.insight)
        ]

    def withdrawn(self, insight_id: str) -> Withdrawn:
        entry = self._library.insights.find_withdrawn(insight_id)
        if not self._open(entry.insight):
            raise NotFound("is not published", subject=insight_id)
        return entry

    def show(self, show_id: str) -> Show:
        self._some(self.said(show_id=show_id, limit=1), show_id)
        return self._library.shows.find(show_id)

    def said(self, *, show_id: str = "", speaker: str = "", after: str = "", limit: int | None) -> list[Insight]:
        listed = self._library.insights.newest(show=show_id, speaker=speaker, after=after, limit=None)
        return [insight for insight in listed if self._open(insight)][:limit]

    def person_shows(self, name: str) -> tuple[PersonShow, ...]:
        there = {insight.show_id for insight in self.said(speaker=name, limit=None)}
        return tuple(place for place in self._library.people.shows(name) if place.show_id in there)

    def former_names(self) -> tuple[tuple[str, str], ...]:
        return tuple(self.former.items())

    def theme(self, theme_id: str, *, limit: int | None) -> tuple[Theme, list[Insight]]:
        theme = self._library.themes.get(theme_id)
        held = [insight for insight in self._library.themes.insights(theme.id) if self._open(insight)]
        self._some(held, theme_id)
        return replace(theme, size=len(held), insight_id=held[0].id, claim=held[0].claim), held[:limit]

    def themes(self) -> list[Theme]:
        every = self._library.themes.every()
        return [theme for theme in every if any(map(self._open, self._library.themes.insights(theme.id)))]

    def brief(self, day: date) -> Brief:
        brief = self._library.briefs.get(day)
        items = [replace(item, why="", related=()) for item in brief.items if self._open(item.insight)]
        self._some([item.insight for item in items], day.isoformat())
        return replace(brief, items=tuple(items), note="")

    def days(self, *, latest: int | None = None) -> list[date]:
        if self._library.settings.publish.what == "nothing":
            raise NotFound("is not published", subject="")
        dates = self._library.briefs.dates()[:latest]
        return [day for day in dates if any(self._open(item.insight) for item in self._library.briefs.get(day).items)]

    def neighbours(self, day: date) -> tuple[date | None, date | None]:
        return None, None

    def _open(self, insight: Insight) -> bool:
        what = self._library.settings.publish.what
        return what == "all" or (what == "shared" and insight.id in self._sharing.ids)

    @staticmethod
    def _some(insights: list[Insight], subject: str) -> None:
        if not insights:
            raise NotFound("is not published", subject=subject)
