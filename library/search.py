"""The search over everything that was said."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from earmark.types import Filters, Hit
from retrieval.search.query import EXAMPLES as SEARCH_EXAMPLES

if TYPE_CHECKING:
    from library.owner import Desk
    from retrieval.search.facets import SearchPage

__all__ = ["SEARCH_EXAMPLES", "Search"]


class Search:
    """Searches what the reader sees, through whichever process owns the index."""

    def __init__(self, desk: Callable[[], Desk]) -> None:
        self._desk = desk

    def hits(self, query: str, *, filters: Filters | None = None, limit: int = 10) -> list[Hit]:
        """The best moments for a query, best first."""
        return self._desk().search(query, filters=filters or Filters(), limit=limit)

    def page(self, query: str, *, filters: Filters | None = None, limit: int = 10, correct: bool = True) -> SearchPage:
        """The best moments with their facets and the query as it was understood.

        Args:
            query: words, or the syntax of `retrieval.search.query`.
            filters: narrow the search further than the query does.
            limit: the most moments to return.
            correct: whether to correct names that are nearly right.
        """
        return self._desk().search_page(query, filters=filters or Filters(), limit=limit, correct=correct)
