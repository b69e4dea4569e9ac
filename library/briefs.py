"""A reader's briefs: today's, those of past days, and the sending of today's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from earmark.catalog import Catalog
from earmark.catalog.readers import accounts, briefs, states
from earmark.days import Days
from earmark.errors import NotFound, UsageError
from earmark.types import Brief, Reader

if TYPE_CHECKING:
    from earmark.catalog.readers.deliveries import Delivery
    from earmark.ports import Clock
    from earmark.settings import Settings
    from library.owner import Desk

__all__ = ["Briefs"]


class Briefs:
    """The briefs of one reader."""

    def __init__(
        self,
        catalog: Catalog,
        settings: Settings,
        clock: Clock,
        *,
        desk: Callable[[], Desk],
        reader: Reader,
    ) -> None:
        self._catalog = catalog
        self._settings = settings
        self._clock = clock
        self._desk = desk
        self._reader = reader

    def today(self) -> date:
        """The reader's day."""
        return Days.named(self._reader.timezone).of(self._clock.now())

    def get(self, day: date | None = None) -> Brief:
        """The brief of a day, by default today's, which is made when it is first asked for, without what was hidden since.

        Raises:
            NotFound: that past day had no brief.
        """
        today = self.today()
        wanted = day or today
        with self._catalog.read() as tx:
            stored = briefs.get(tx, self._reader.id, wanted)
            hidden = states.hidden(tx, self._reader.id)
        if stored is not None:
            return replace(stored, items=tuple(item for item in stored.items if item.insight.id not in hidden))
        if wanted != today:
            raise NotFound("there is no brief of this day", subject=wanted.isoformat())
        self._introduce()
        return self._desk().brief(today)

    def dates(self) -> list[date]:
        """The days that have a brief, newest first."""
        with self._catalog.read() as tx:
            return briefs.dates(tx, self._reader.id)

    def send(self) -> tuple[Delivery, ...]:
        """Sends today's brief through every channel that is on, at most once each; returns the deliveries.

        A delivery made earlier is returned unchanged. All channels are tried before the first error is raised.

        Raises:
            UsageError: no channel is on, or the day's episodes are still being read.
            TransientError, DeliveryRefused: a channel did not take the brief.
        """
        from briefs.channels import open_channels
        from briefs.outbox import send_through

        channels = open_channels(self._settings, self._clock)
        brief = self.get()
        if brief.items and brief.date not in self.dates():
            raise UsageError("episodes are still being read; send it when earmark ingest is done", subject="brief")
        self._introduce()
        return send_through(self._catalog, channels, brief, self._reader, clock=self._clock)

    def _introduce(self) -> None:
        """Stores the reader as the settings describe them now."""
        with self._catalog.read() as tx:
            known = accounts.get(tx, self._reader.id) == self._reader
        if not known:
            with self._catalog.write() as tx:
                accounts.put(tx, self._reader)
