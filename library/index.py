"""The library's search index, which follows the catalog."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from earmark.catalog import Catalog, changes

if TYPE_CHECKING:
    from earmark.settings import Settings
    from library.owner import IndexOwner
    from library.sight import Sight

__all__ = ["Index"]

_REBUILT_UP_TO = 100_000
"""Points up to which a removal rebuilds the index at once: that takes seconds."""


class Index:
    """Keeps the index up to date, through whichever process owns it."""

    def __init__(
        self,
        settings: Settings,
        catalog: Catalog,
        sight: Sight,
        *,
        owner: Callable[[], IndexOwner],
        let_go: Callable[[], None],
    ) -> None:
        self._settings = settings
        self._catalog = catalog
        self._sight = sight
        self._owner = owner
        self._let_go = let_go

    def follow(self, on_progress: Callable[[int, int], None] | None = None) -> int:
        """Applies the catalog's changes to the index, if this process owns it; returns the number of changes."""
        return self._owner().follow(on_progress)

    def tend(self) -> None:
        """Starts a new generation of the index when one is due and switches to it when it is ready; returns at once."""
        self._owner().tend()

    def let_go(self) -> None:
        """Lets other commands have the index until this process needs it again."""
        self._let_go()

    def behind(self) -> int:
        """The number of catalog changes that the index has not applied yet; does not open it."""
        from retrieval.index import read_watermark

        with self._catalog.read() as tx:
            return changes.behind(tx, read_watermark(self._settings).seq)

    def rebuild(self, *, on_progress: Callable[[int, int], None] | None = None) -> int:
        """Rebuilds the index from the catalog, for an owner; returns the number of points in it."""
        self._sight.require_owner("rebuilding the index")
        return self._owner().rebuild(on_progress)

    def clear(self, *, rebuild_up_to: int = _REBUILT_UP_TO) -> bool:
        """Takes removed texts out of the index; returns whether its files are free of them as well.

        Up to ``rebuild_up_to`` points the index is rebuilt. A larger one only follows the catalog, and `rebuild` frees
        its files.

        Raises:
            IndexBusy: another process owns the index; that one follows.
        """
        from retrieval.index import read_watermark

        self._sight.require_owner("rebuilding the index")
        points = read_watermark(self._settings).points
        if points > rebuild_up_to:
            self.follow()
            return False
        if points:
            self.rebuild()
        return True
