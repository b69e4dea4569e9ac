"""What pages of their own show to a reader: what the reader sees of the library. Strangers have `library.published`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from earmark.errors import NotFound
from earmark.timeline import Timeline
from earmark.types import Brief, Episode, Insight, Related, Segment, Show, Theme, Withdrawn
from library.people import PersonShow
from library.ports import LibraryPort, PeoplePort

__all__ = ["OwnReading"]


_RELATED = 10
"""As many as on the page of the app."""


@dataclass(frozen=True, slots=True)
class OwnReading:
    """A `library.ports.PublishedPort` of everything that a reader sees.

    Attributes:
        library: the reader's.
        people: its people.
    """

    library: LibraryPort
    people: PeoplePort

    def insight(self, insight_id: str) -> Insight:
        """As in `library.published.PublishedLibrary`."""
        insight = self.library.insights.get(insight_id)
        if insight.id != insight_id:
            raise NotFound("no insight has this id", subject=insight_id)
        return insight

    def related(self, insight_id: str) -> list[Related]:
        """As in `library.published.PublishedLibrary`."""
        return self.library.insights.related(insight_id, limit=_RELATED)

    def withdrawn(self, insight_id: str) -> Withdrawn:
        """As in `library.published.PublishedLibrary`."""
        return self.library.insights.find_withdrawn(insight_id)

    def show(self, show_id: str) -> Show:
        """As in `library.published.PublishedLibrary`."""
        for show in self.library.shows.every():
            if show.id == show_id:
                return show
        raise NotFound("no show has this id", subject=show_id)

    def said(self, *, show_id: str = "", speaker: str = "", after: str = "", limit: int | None) -> list[Insight]:
        """As in `library.published.PublishedLibrary`."""
        return self.library.insights.newest(show=show_id, speaker=speaker, after=after, limit=limit)

    def person_shows(self, name: str) -> tuple[PersonShow, ...]:
        """As in `library.published.PublishedLibrary`."""
        return self.people.shows(name)

    def theme(self, theme_id: str, *, limit: int | None) -> tuple[Theme, list[Insight]]:
        """As in `library.published.PublishedLibrary`."""
        theme = self.library.themes.get(theme_id)
        return theme, self.library.themes.insights(theme.id, limit=limit)

    def former_names(self) -> tuple[tuple[str, str], ...]:
        """None: its pages lead on from a former name when they are asked for it."""
        return ()

    def themes(self) -> list[Theme]:
        """As in `library.published.PublishedLibrary`."""
        return self.library.themes.every()

    def brief(self, day: date) -> Brief:
        """As in `library.published.PublishedLibrary`: a page that any site can link to makes none."""
        if day not in self.days():
            raise NotFound("there is no brief of this day", subject=day.isoformat())
        return self.library.briefs.get(day)

    def days(self, *, latest: int | None = None) -> list[date]:
        """As in `library.published.PublishedLibrary`."""
        return self.library.briefs.dates()[:latest]

    def neighbours(self, day: date) -> tuple[date | None, date | None]:
        """As in `library.published.PublishedLibrary`."""
        days = self.days()
        return max((other for other in days if other < day), default=None), min(
            (other for other in days if other > day), default=None
        )

    def talk(self, episode_id: str) -> tuple[Episode, Sequence[Segment], Timeline]:
        """An episode with its transcript, and where that is heard; raises ``NotFound``."""
        episodes = self.library.episodes
        episode = episodes.get(episode_id)
        return episode, episodes.transcript(episode.id).segments, episodes.timeline(episode.id)
