"""Which insights an owner shares with strangers, one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from earmark.catalog import Catalog
from earmark.catalog.content import insights, shared
from earmark.types import Insight

if TYPE_CHECKING:
    from earmark.ports import Clock
    from library.sight import Sight

__all__ = ["Sharing"]


class Sharing:
    """Shares insights. Strangers may read them while ``publish.what`` is ``shared``."""

    def __init__(self, catalog: Catalog, clock: Clock, sight: Sight) -> None:
        self._catalog = catalog
        self._clock = clock
        self._sight = sight

    def share(self, insight_id: str, *, on: bool = True) -> Insight:
        """Shares an insight, or shares it no longer, for an owner; returns it.

        Args:
            insight_id: its id, or the beginning of it that no other has.
            on: whether it is shared from now on.

        Raises:
            NotFound: there is no such insight.
            Forbidden: the reader is no owner.
        """
        self._sight.require_owner("sharing an insight with everybody")
        with self._catalog.write() as tx:
            insight = insights.find(tx, insight_id)
            if on:
                shared.add(tx, insight.id, by=self._sight.reader.id, now=self._clock.now())
            else:
                shared.drop(tx, insight.id)
        return insight

    def every(self) -> list[Insight]:
        """The shared insights that the reader sees, the latest first; a withdrawn one is left out."""
        with self._catalog.read() as tx:
            scope = self._sight.scope(tx)
            ids = shared.ids(tx)
            here = insights.get_many(tx, ids)
        return [here[key] for key in ids if key in here and scope.holds(here[key].show_id)]
