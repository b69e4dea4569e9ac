"""The shows that a reader may see, as a value that every reading part takes: what is outside does not exist for it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from earmark.types import Filters

__all__ = ["EVERYTHING", "ShowScope"]


@dataclass(frozen=True, slots=True)
class ShowScope:
    """All shows where ``ids`` is ``None``, else those with these ids, which may be none."""

    ids: frozenset[str] | None = None

    @property
    def empty(self) -> bool:
        """Whether no show is in it."""
        return self.ids is not None and not self.ids

    def holds(self, show_id: str) -> bool:
        """Whether a show is in it."""
        return self.ids is None or show_id in self.ids

    def narrow(self, filters: Filters) -> Filters | None:
        """The filters within this scope; ``None`` where nothing can fit both."""
        if self.ids is None:
            return filters
        shows = tuple(show for show in filters.shows if show in self.ids) if filters.shows else tuple(sorted(self.ids))
        return replace(filters, shows=shows) if shows else None


EVERYTHING = ShowScope()
"""All shows there are, and those that come."""
