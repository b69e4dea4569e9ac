"""What pages of their own show, as whoever opens them may see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from earmark.errors import NotFound
from earmark.types import Brief, Episode, Insight, Related, Segment, Show, Theme, Withdrawn
from library.ports import LibraryPort

__all__ = ["OwnReading", "Readable"]


class Readable(Protocol):
    """Answers for one visitor. What the visitor may not see is not there: each method raises ``NotFound`` for it."""

    def insight(self, insight_id: str) -> Insight:
        """The insight with exactly that id."""
        ...

    def related(self, insight_id: str) -> list[Related]:
        """What other shows said about the same thing, best first."""
        ...

    def withdrawn(self, insight_id: str) -> Withdrawn:
        """The insight with that id, which was withdrawn."""
        ...

    def show(self, show_id: str) -> Show:
        """The show with that id."""
        ...

    def said(self, *, show_id: str = "", speaker: str = "", after: str = "", limit: int | None) -> list[Insight]:
        """Insights of a show, of a speaker, or all, newest first; those that follow the one with the id ``after``."""
        ...

    def theme(self, theme_id: str, *, limit: int | None) -> tuple[Theme, list[Insight]]:
        """A theme with its insights, most central first."""
        ...

    def themes(self) -> list[Theme]:
        """The themes, those with most insights first."""
        ...

    def brief(self, day: date) -> Brief:
        """The brief of a day."""
        ...

    def days(self) -> list[date]:
        """The days that have a brief, newest first."""
        ...

    def neighbours(self, day: date) -> tuple[date | None, date | None]:
        """The nearest days before a day and after it that have a brief."""
        ...

    def talk(self, episode_id: str) -> tuple[Episode, Sequence[Segment]]:
        """An episode with its transcript."""
        ...


_RELATED = 10
"""As many as on the page of the app."""


@dataclass(frozen=True, slots=True)
class OwnReading:
    """What a reader sees of the library."""

    library: LibraryPort

    def insight(self, insight_id: str) -> Insight:
        """As in `Readable`."""
        insight = self.library.insights.get(insight_id)
        if insight.id != insight_id:
            raise NotFound("no insight has this id", subject=insight_id)
        return insight

    def related(self, insight_id: str) -> list[Related]:
        """As in `Readable`."""
        return self.library.insights.related(insight_id, limit=_RELATED)

    def withdrawn(self, insight_id: str) -> Withdrawn:
        """As in `Readable`."""
        return self.library.insights.find_withdrawn(insight_id)

    def show(self, show_id: str) -> Show:
        """As in `Readable`."""
        for summary in self.library.shows.summaries():
            if summary.show.id == show_id:
                return summary.show
        raise NotFound("no show has this id", subject=show_id)

    def said(self, *, show_id: str = "", speaker: str = "", after: str = "", limit: int | None) -> list[Insight]:
        """As in `Readable`."""
        return self.library.insights.newest(show=show_id, speaker=speaker, after=after, limit=limit)

    def theme(self, theme_id: str, *, limit: int | None) -> tuple[Theme, list[Insight]]:
        """As in `Readable`."""
        theme = self.library.themes.get(theme_id)
        return theme, self.library.themes.insights(theme.id, limit=limit)

    def themes(self) -> list[Theme]:
        """As in `Readable`."""
        return self.library.themes.every()

    def brief(self, day: date) -> Brief:
        """As in `Readable`."""
        return self.library.briefs.get(day)

    def days(self) -> list[date]:
        """As in `Readable`."""
        return self.library.briefs.dates()

    def neighbours(self, day: date) -> tuple[date | None, date | None]:
        """As in `Readable`."""
        days = self.days()
        return max((other for other in days if other < day), default=None), min(
            (other for other in days if other > day), default=None
        )

    def talk(self, episode_id: str) -> tuple[Episode, Sequence[Segment]]:
        """As in `Readable`."""
        episode = self.library.episodes.get(episode_id)
        return episode, self.library.episodes.transcript(episode.id).segments
