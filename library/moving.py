"""Moving a library into another database, while nobody works on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from earmark.catalog.moving import CatalogMove, move
from earmark.catalog.work import jobs, troubles
from earmark.errors import UsageError
from earmark.language.spans import counted
from library.address import read_address

if TYPE_CHECKING:
    from earmark.catalog import Catalog
    from earmark.ports import Clock
    from earmark.settings import Settings

__all__ = ["move_library"]


def move_library(
    settings: Settings, catalog: Catalog, clock: Clock, url: str, *, on_table: Callable[[str, int], None] | None = None
) -> CatalogMove:
    """Copies the catalog into the empty database at ``url``; see `earmark.catalog.moving`.

    Raises:
        UsageError: the app or a worker is at it, or the database holds something else.
        TransientError, CatalogError: the catalog is written to, or the database cannot be used.
    """
    from ingest.work.owners import dead_owners

    if read_address(settings.home) is not None:
        raise UsageError(
            "the app is running, and would go on with the old catalog; stop it first", subject="the library"
        )
    with catalog.read() as tx:
        owners, held = jobs.owners(tx), troubles.in_hand(tx, now=clock.now())
    if held and len(dead_owners(owners)) < len(owners):
        words = f"{counted(held, 'episode')} being worked on; stop the workers first"
        raise UsageError(words, subject="the library")
    return move(catalog, url, on_table=on_table)
