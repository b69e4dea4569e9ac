"""A reader's briefs: today's, those of past days, and the sending of today's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from briefs.timetable import due_now, next_unmade
from earmark.catalog import Catalog
from earmark.catalog.content import insights
from earmark.catalog.readers import accounts, briefs, drops, states
from earmark.catalog.readers.drops import Drop
from earmark.days import Days
from earmark.errors import NotFound, UsageError
from earmark.types import Brief, Insight, Reader

if TYPE_CHECKING:
    from earmark.catalog.readers.deliveries import Delivery
    from earmark.ports import Clock
    from earmark.settings import Settings
    from library.owner import Desk

__all__ = ["Briefs", "next_day"]


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

    def get(self, day: date | None = None, *, settle: bool = False) -> Brief:
        """The brief of a day, by default today's, which is made when it is first asked for, without what was hidden since.

        One that is due is made too, though the day has ended meanwhile. ``settle`` makes it of what there is, where it
        would wait for episodes that are being read.

        Raises:
            NotFound: that past day had no brief.
        """
        today = self.today()
        wanted = day or today
        due = due_now(self._reader, self._clock.now())
        with self._catalog.read() as tx:
            stored = briefs.get(tx, self._reader.id, wanted)
            hidden = states.hidden(tx, self._reader.id)
        if stored is not None:
            return replace(stored, items=tuple(item for item in stored.items if item.insight.id not in hidden))
        if wanted != today and (due is None or wanted != due.day):
            raise NotFound("there is no brief of this day", subject=wanted.isoformat())
        self._introduce()
        return self._desk().brief(wanted, settle=settle)

    def preview(self, day: date | None = None) -> Brief:
        """The brief of a day, or what it would be now; by default the reader's next. Nothing is stored."""
        wanted = day or self._next_day()
        with self._catalog.read() as tx:
            stored = briefs.get(tx, self._reader.id, wanted)
        return stored or self._desk().preview(wanted)

    def drop(self, insight_id: str, *, swap: bool = False) -> Brief:
        """Takes an idea out of the reader's next brief, for good; returns that brief as it would be now.

        Args:
            insight_id: an id, or its first characters.
            swap: whether another idea comes in its place.

        Raises:
            NotFound: that idea is not in the next brief.
            UsageError: the brief that has it has been made already.
        """
        day = self._next_day()
        key = _meant(insight_id, _ids(self.preview(day)))
        if key is None:
            made = next(iter(self.dates()), None)
            if made is not None and _meant(insight_id, _ids(self.get(made))) is not None:
                raise UsageError("has been made already; hide the idea instead", subject=f"the brief of {made}")
            raise NotFound("is no idea of the next brief; earmark brief --next shows them", subject=insight_id)
        with self._catalog.write() as tx:
            wanted = Drop(insight_id=key, day=day, swapped=swap)
            drops.put(tx, self._reader.id, wanted, now=self._clock.now())
        return self.preview(day)

    def undrop(self, insight_id: str) -> Brief:
        """Lets an idea come again that was taken out; returns the next brief as it would be now.

        Raises:
            NotFound: it was not taken out.
        """
        with self._catalog.write() as tx:
            key = _meant(insight_id, [drop.insight_id for drop in drops.every(tx, self._reader.id)])
            if key is None:
                raise NotFound("was not taken out of a brief", subject=insight_id)
            drops.remove(tx, self._reader.id, key)
        return self.preview()

    def dropped(self) -> list[Insight]:
        """The ideas that the reader took out of the next brief, the latest first, as far as they are still there."""
        day = self._next_day()
        with self._catalog.read() as tx:
            out = [drop.insight_id for drop in drops.every(tx, self._reader.id) if drop.day == day]
            known = insights.get_many(tx, out)
        return [known[key] for key in out if key in known]

    def _next_day(self) -> date:
        return next_day(self._catalog, self._reader, self._clock)

    def dates(self) -> list[date]:
        """The days that have a brief, newest first."""
        with self._catalog.read() as tx:
            return briefs.dates(tx, self._reader.id)

    def send(self, day: date | None = None) -> tuple[Delivery, ...]:
        """Sends the brief of a day, by default today's, through every channel that reaches the reader, at most once each.

        A delivery made earlier is returned unchanged. All channels are tried before the first error is raised.

        Raises:
            UsageError: no channel reaches the reader, or the day's episodes are still being read.
            TransientError, DeliveryRefused: a channel did not take the brief.
        """
        from briefs.channels import channels_to, open_channels
        from briefs.outbox import send_through

        # Where no channel reaches the reader, what each says of that is the error.
        parts = self._settings, self._clock, self._catalog
        channels = channels_to(self._reader, *parts) or open_channels(*parts)
        brief = self.get(day)
        if brief.items and brief.date not in self.dates():
            raise UsageError("episodes are still being read; send it when earmark ingest is done", subject="brief")
        self._introduce()
        return send_through(self._catalog, channels, brief, self._reader, clock=self._clock)

    def digest(self, day: date | None = None) -> Brief:
        """The week that ends with a day, by default today, as a brief with sections; nothing of it counts as told."""
        return self._desk().digest(day or self.today())

    def send_digest(self, day: date) -> tuple[Delivery, ...]:
        """Sends the digest of the week that ends with a day, as `send` does a brief.

        Raises:
            UsageError: no channel reaches the reader, or the week has nothing to tell.
            TransientError, DeliveryRefused: a channel did not take it.
        """
        from briefs.channels import channels_to
        from briefs.outbox import send_through

        self._introduce()
        channels = channels_to(self._reader, self._settings, self._clock, self._catalog)
        named = {f"{name}-digest": channel for name, channel in channels.items()}
        return send_through(self._catalog, named, self.digest(day), self._reader, clock=self._clock)

    def ways(self) -> tuple[str, ...]:
        """The names of the channels that reach the reader."""
        from briefs.channels import channels_to

        return tuple(channels_to(self._reader, self._settings, self._clock, self._catalog))

    def _introduce(self) -> None:
        """Stores the reader as the settings describe them now."""
        with self._catalog.read() as tx:
            known = accounts.get(tx, self._reader.id) == self._reader
        if not known:
            with self._catalog.write() as tx:
                accounts.put(tx, self._reader)


def next_day(catalog: Catalog, reader: Reader, clock: Clock) -> date:
    """The day of the reader's next brief that is not made yet (`briefs.timetable.next_unmade`)."""
    with catalog.read() as tx:
        made = briefs.dates(tx, reader.id)
    return next_unmade(reader, clock.now(), made)


def _ids(brief: Brief) -> list[str]:
    return [item.insight.id for item in brief.items]


def _meant(text: str, ids: Sequence[str]) -> str | None:
    """The only one of some ids that is, or begins with, a text."""
    fitting = [key for key in ids if text and key.startswith(text)]
    return fitting[0] if len(fitting) == 1 else None
