"""The library's insights: listing them, and what other shows said about the same thing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from earmark.catalog import Catalog
from earmark.catalog.content import insights
from earmark.catalog.feeds import shows
from earmark.types import Insight, Related

if TYPE_CHECKING:
    from library.owner import IndexOwner

__all__ = ["Insights"]


class Insights:
    """Reads insights from the catalog and compares them through the index."""

    def __init__(self, catalog: Catalog, owner: Callable[[], IndexOwner]) -> None:
        self._catalog = catalog
        self._owner = owner

    def newest(self, *, show: str = "", limit: int | None = 50) -> list[Insight]:
        """Insights, newest episode first; ``show`` narrows them to one show, named as in `Shows.find`."""
        with self._catalog.read() as tx:
            show_id = shows.find(tx, show).id if show else ""
            return insights.listed(tx, show_id=show_id, limit=limit)

    def get(self, insight_id: str) -> Insight:
        """The insight with that id or with that unique beginning of an id; raises ``NotFound``."""
        with self._catalog.read() as tx:
            return insights.find(tx, insight_id)

    def related(self, insight_id: str, *, limit: int = 10) -> list[Related]:
        """What other shows said about the same thing, best first; raises ``NotFound``."""
        return self._owner().related(self.get(insight_id), limit=limit)

    def novelty(self, insights: Sequence[Insight]) -> dict[str, float]:
        """How far each insight differs from everything that other shows said before it, in 0..1, by id."""
        return self._owner().novelty(insights)
