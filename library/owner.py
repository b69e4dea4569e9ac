"""Whoever owns the index: this process, or the running app; and what answers a reader's questions from it.

Only one process may open the embedded index. A command that needs it while the app runs asks the app, and the user
never sees a lock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Protocol

from earmark.types import Answer, Brief, ComingNews, Disagreement, Filters, Hit, Insight, Question, Reader, Related

if TYPE_CHECKING:
    from retrieval.search.facets import SearchPage

__all__ = ["Desk", "IndexOwner", "Progress"]

Progress = Callable[[int, int], None]
"""Called with the number of items done and the total."""


class Desk(Protocol):
    """One reader's questions that need the index; what the reader does not see does not exist for them."""

    def search(self, query: str, *, filters: Filters, limit: int) -> list[Hit]:
        """The best moments for a query, best first."""
        ...

    def search_page(self, query: str, *, filters: Filters, limit: int, correct: bool = True) -> SearchPage:
        """The best moments with their facets."""
        ...

    def search_insights(self, query: str, *, filters: Filters, limit: int) -> list[Insight]:
        """The insights that fit a query best, best first."""
        ...

    def related(self, insight: Insight, *, limit: int) -> list[Related]:
        """What other shows said about the same thing, best first."""
        ...

    def disagreements(self, *, show: str = "", since: date | None = None) -> list[Disagreement]:
        """Who contradicts whom on two shows, each pair once, the latest first.

        ``show`` and ``since`` say which ones are wanted; more may come, and whoever asks narrows them.
        """
        ...

    def novelty(self, insights: Sequence[Insight]) -> dict[str, float]:
        """How new each insight is to the library, in 0..1, by id."""
        ...

    def ask(self, question: Question) -> Answer:
        """An answer with citations, kept in the question's conversation, which is the reader's."""
        ...

    def ask_stream(self, question: Question) -> Iterator[Answer]:
        """The answer as it grows; the last value is what `ask` returns."""
        ...

    def brief(self, day: date, *, settle: bool = False) -> Brief:
        """The reader's brief of a day, made if there is none yet; ``settle`` as for `briefs.make.make_brief`."""
        ...

    def preview(self, day: date, *, profile: str | None = None) -> Brief:
        """The brief that would be made of a day now, with another text in place of the profile if given; nothing is stored."""
        ...

    def digest(self, day: date) -> Brief:
        """The week that ends with a day, as a brief with sections; nothing is stored."""
        ...

    def news(self) -> ComingNews:
        """What is new to each of the reader's alerts; nothing is stored."""
        ...


class IndexOwner(Protocol):
    """Keeps the index, and gives each reader a desk."""

    def desk(self, reader: Reader) -> Desk:
        """What answers the questions of a reader."""
        ...

    def follow(self, on_progress: Progress | None = None) -> int:
        """Applies the catalog's changes to the index; returns the number of changes."""
        ...

    def rebuild(self, on_progress: Progress | None = None) -> int:
        """Rebuilds the index; returns the number of points in it."""
        ...

    def tend(self) -> None:
        """Looks after the generations of an index that this process owns; returns at once."""
        ...

    def gone(self) -> bool:
        """Whether it can never answer again, so that a new owner has to be found."""
        ...

    def close(self) -> None:
        """Lets go of the index."""
        ...
