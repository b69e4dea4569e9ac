"""What did not go out: briefs, digests and news that a channel refused or could not take; sent again or forgotten."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from earmark.catalog.readers import accounts, deliveries, runs
from earmark.catalog.readers.deliveries import Delivery
from earmark.catalog.readers.runs import Outcome, RunKey, RunKind
from earmark.errors import EarmarkError, NotFound, UsageError
from earmark.ids import make_id
from earmark.types import UndeliveredLetter

if TYPE_CHECKING:
    from earmark.catalog import Catalog, Connection
    from earmark.ports import Clock
    from library.alerts import Alerts
    from library.briefs import Briefs
    from library.sight import Sight

__all__ = ["UndeliveredLetters", "letters"]

_KINDS = {"-digest": RunKind.DIGEST, "-alerts": RunKind.NEWS}
"""What went along a channel, by the end of its name in the outbox; a brief where it has none."""


def letters(tx: Connection, reader_id: str = "") -> list[UndeliveredLetter]:
    """What did not go out, the latest day first: of a reader, or of all who are not switched off."""
    active = {reader.id for reader in accounts.every(tx) if reader.disabled_at is None}
    stuck = [delivery for delivery in deliveries.stuck(tx, reader_id) if delivery.subscriber_id in active]
    return [_letter(tx, delivery) for delivery in stuck]


class UndeliveredLetters:
    """What did not reach one reader."""

    def __init__(
        self,
        catalog: Catalog,
        clock: Clock,
        sight: Sight,
        *,
        briefs: Callable[[], Briefs],
        alerts: Callable[[], Alerts],
    ) -> None:
        self._catalog = catalog
        self._clock = clock
        self._sight = sight
        self._briefs = briefs
        self._alerts = alerts

    def every(self) -> list[UndeliveredLetter]:
        """What did not go out to the reader, the latest day first."""
        with self._catalog.read() as tx:
            return letters(tx, self._sight.reader.id)

    def again(self, letter_id: str) -> None:
        """Sends it again, now, even if it was refused or may have gone out twice already.

        Raises:
            NotFound: nothing undelivered has this id.
            UsageError: there is nothing in it any more, or no channel reaches the reader.
            TransientError, DeliveryRefused: it is not taken this time either.
        """
        with self._catalog.write() as tx:
            delivery = self._find(tx, letter_id)
            deliveries.renew(tx, delivery.key)
        try:
            sent = self._send(delivery)
            if all(made.channel != delivery.channel for made in sent):
                raise UsageError("does not reach this reader any more; forget it", subject=delivery.channel)
        except EarmarkError as error:
            with self._catalog.write() as tx:
                deliveries.still_stuck(tx, delivery.key, error=str(error))
            raise

    def forget(self, letter_id: str) -> None:
        """Lets it be: it is neither sent nor shown any more. Raises ``NotFound``."""
        with self._catalog.write() as tx:
            delivery = self._find(tx, letter_id)
            deliveries.forget(tx, delivery.key)
            run = runs.get(tx, RunKey(reader_id=delivery.subscriber_id, day=delivery.date, kind=_kind(delivery)))
            if run is not None and run.finished_at is None:
                runs.finish(tx, run, Outcome.REFUSED, note="forgotten", now=self._clock.now())

    def _send(self, delivery: Delivery) -> tuple[Delivery, ...]:
        kind = _kind(delivery)
        if kind is RunKind.BRIEF:
            return self._briefs().send(delivery.date)
        if kind is RunKind.DIGEST:
            return self._briefs().send_digest(delivery.date)
        return self._alerts().send(delivery.date)

    def _find(self, tx: Connection, letter_id: str) -> Delivery:
        for delivery in deliveries.stuck(tx, self._sight.reader.id):
            if _id(delivery) == letter_id:
                return delivery
        raise NotFound("nothing undelivered has this id; `earmark undelivered list` lists it", subject=letter_id)


def _letter(tx: Connection, delivery: Delivery) -> UndeliveredLetter:
    kind = _kind(delivery)
    run = runs.get(tx, RunKey(reader_id=delivery.subscriber_id, day=delivery.date, kind=kind))
    waits = run is not None and run.finished_at is None
    return UndeliveredLetter(
        id=_id(delivery),
        reader_id=delivery.subscriber_id,
        day=delivery.date,
        what=kind.value,
        channel=delivery.channel.removesuffix("-digest").removesuffix("-alerts"),
        reason=delivery.last_error,
        attempts=delivery.attempts,
        again=run.not_before if run is not None and waits else None,
    )


def _kind(delivery: Delivery) -> RunKind:
    return next((kind for end, kind in _KINDS.items() if delivery.channel.endswith(end)), RunKind.BRIEF)


def _id(delivery: Delivery) -> str:
    return make_id("delivery", delivery.subscriber_id, delivery.date.isoformat(), delivery.channel)[:12]
