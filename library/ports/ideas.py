"""What was said: insights, themes, and who says it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Protocol

from earmark.types import Disagreement, Filters, Insight, Related, Theme, ThemePoint, Withdrawn

if TYPE_CHECKING:
    from library.people import Person, PersonShow, Speaker, Tie, TimelineClaim
    from library.values import ThemesReport

__all__ = ["InsightsPort", "PeoplePort", "ThemesPort"]


class InsightsPort(Protocol):
    """`library.insights.Insights`."""

    def newest(self, *, show: str = "", speaker: str = "", limit: int | None = 50, after: str = "") -> list[Insight]:
        """Insights, newest episode first."""
        ...

    def search(self, query: str, *, filters: Filters | None = None, limit: int = 10) -> list[Insight]:
        """The insights that fit a query best."""
        ...

    def get(self, insight_id: str) -> Insight:
        """An insight."""
        ...

    def related(self, insight_id: str, *, limit: int = 10) -> list[Related]:
        """What other shows said about the same thing."""
        ...

    def disagreements(self, *, show: str = "", since: date | None = None, limit: int = 20) -> list[Disagreement]:
        """Who contradicts whom on two shows, the latest first."""
        ...

    def novelty(self, insights: Sequence[Insight]) -> dict[str, float]:
        """How new insights are, by id."""
        ...

    def withdraw(self, insight_id: str, *, because: str, note: str = "") -> Withdrawn:
        """Takes a wrong insight out of the library."""
        ...

    def restore(self, insight_id: str) -> Insight:
        """Puts a withdrawn insight back."""
        ...

    def withdrawn(self, *, limit: int | None = None) -> list[Withdrawn]:
        """The withdrawn insights, the latest first."""
        ...

    def find_withdrawn(self, insight_id: str) -> Withdrawn:
        """A withdrawn insight."""
        ...


class ThemesPort(Protocol):
    """`library.themes.Themes`."""

    def every(self) -> list[Theme]:
        """All themes."""
        ...

    def get(self, theme_id: str) -> Theme:
        """A theme."""
        ...

    def insights(self, theme_id: str, *, limit: int | None = None) -> list[Insight]:
        """A theme's insights."""
        ...

    def timeline(self, theme_id: str) -> list[TimelineClaim]:
        """A theme's claims by time, with what became of them."""
        ...

    def points(self, *, limit: int | None = None) -> list[ThemePoint]:
        """The map."""
        ...

    def sizes(self) -> tuple[int, int]:
        """The number of insights examined, and of those without a theme."""
        ...

    def update(self) -> ThemesReport:
        """Adds new insights to the themes."""
        ...

    def tend(self) -> None:
        """Adds new insights to the themes without holding up the pages."""
        ...

    def rebuild(self, on_step: Callable[[str], None] | None = None) -> ThemesReport:
        """Regroups all insights."""
        ...


class PeoplePort(Protocol):
    """`library.people.People`."""

    def every(self) -> list[Speaker]:
        """Everybody who says an insight."""
        ...

    def get(self, name: str, *, claims: int = 10) -> Person:
        """Somebody with their claims, by theme and by month."""
        ...

    def shows(self, name: str) -> tuple[PersonShow, ...]:
        """Where whoever is named exactly so says something, and whether as host or guest."""
        ...

    def ties(self, name: str) -> list[Tie]:
        """Who agrees and differs with somebody."""
        ...

    def timeline(self, name: str) -> list[TimelineClaim]:
        """Somebody's claims by time, with what became of them."""
        ...

    def rename(self, name: str, to: str, *, show: str = "") -> Person:
        """Has somebody called otherwise from now on."""
        ...

    def confirm(self, name: str) -> Person:
        """Says that a name is right."""
        ...

    def join(self, name: str, other: str, *, show: str = "") -> Person:
        """Says that two names are one person's."""
        ...

    def split(self, name: str, written: str, *, called: str = "", show: str = "") -> Person:
        """Says that whoever is written one way is somebody else; the other."""
        ...
