"""What `earmark ingest --dry-run` does: it asks the feeds, stores nothing of them, fetches no audio, and says what would follow."""

from __future__ import annotations

from collections.abc import Sequence

from earmark.catalog import Catalog
from earmark.catalog.feeds import shows as shows_table
from earmark.ports import Clock
from earmark.settings import Settings
from earmark.types import ShowStatus
from ingest.feeds.checks import due
from ingest.fetching.fetch import Fetcher
from ingest.forecast.estimate import Forecast, forecast
from ingest.forecast.history import read_past
from ingest.forecast.preview import look, waiting

__all__ = ["dry_run"]


def dry_run(
    catalog: Catalog,
    fetcher: Fetcher,
    clock: Clock,
    settings: Settings,
    *,
    shows: Sequence[str] = (),
    all_feeds: bool = False,
) -> Forecast:
    """What an ingest of the active shows (or of those with the given ids) would fetch, transcribe and spend now.

    The feeds that are due are asked; offline none is, and only what the catalog has waiting is counted.
    """
    now = clock.now()
    with catalog.read() as tx:
        active = [show for show in shows_table.every(tx) if show.status is ShowStatus.ACTIVE]
        past = read_past(tx, now=now)
    chosen = [show for show in active if not shows or show.id in shows]
    asked, early = due(chosen, now, forced=bool(shows) or all_feeds)
    looks = [] if settings.offline else look(catalog, fetcher, asked, settings, clock)
    return forecast(
        looks,
        waiting(catalog, list(shows)),
        settings,
        now=now,
        spent=past.spent,
        measured=past.measured,
        checked=not settings.offline,
        feeds_waiting=len(early),
    )
