"""The outbox, which sends a brief once: a row per reader, day and channel is claimed under a lease, sent and marked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from earmark.catalog import Catalog
from earmark.catalog.readers import briefs as stored_briefs
from earmark.catalog.readers import deliveries
from earmark.catalog.readers.deliveries import Delivery
from earmark.errors import DeliveryRefused, EarmarkError, UsageError
from earmark.ports import Channel, Clock
from earmark.types import Brief, Reader

__all__ = ["send_brief", "send_through"]

_LAPSED = "a sender stopped before it could note whether the brief went out"
"""What a row says once a claim has run out: the brief may be there already, so it is sent once more and no further."""


def send_through(
    catalog: Catalog, channels: Mapping[str, Channel], brief: Brief, reader: Reader, *, clock: Clock
) -> tuple[Delivery, ...]:
    """The deliveries through each of these channels (by name), as ``send_brief`` gives them, in their order.

    Raises:
        EarmarkError: what the first channel that failed raised, after all were tried.
    """
    sent: list[Delivery] = []
    failures: list[EarmarkError] = []
    for name, channel in channels.items():
        try:
            sent.append(send_brief(catalog, channel, name, brief, reader, clock=clock))
        except EarmarkError as error:
            failures.append(error)
    if failures:
        raise failures[0]
    return tuple(sent)


def send_brief(
    catalog: Catalog,
    channel: Channel,
    name: str,
    brief: Brief,
    reader: Reader,
    *,
    clock: Clock,
    lease_s: float = 300.0,
) -> Delivery:
    """The delivery after the channel took the brief, or as it was if that had happened before.

    ``sent_at`` is ``None`` in one case: another process is sending it at this moment.

    A day's brief goes out once through a channel. Where a process dies between sending and noting it, the brief goes
    out a second time, under the same id, when the lease of ``lease_s`` seconds is over, and never a third.

    Args:
        catalog: holds the outbox.
        channel: the way to the reader.
        name: what the channel is called in the outbox (`briefs.channels.CHANNELS`).
        brief: of the day.
        reader: who gets it.
        clock: the time of the claim and of the sending.
        lease_s: seconds that a sender has before another takes over.

    Raises:
        UsageError: the brief has no ideas (any more) and the reader wants no word of that, or a setting or the reader's address does not fit the channel.
        TransientError: the channel cannot be reached or asks to try later; the next call tries again.
        DeliveryRefused: the channel will not take it, or it may have gone out twice already.
    """
    if not brief.items and not reader.tell_quiet:
        raise UsageError(f"there is nothing to send. {brief.note}".rstrip(), subject=f"the brief of {brief.date}")
    # Composed before it is claimed: a brief that cannot be composed must not look as if it may have gone out.
    receipt = channel.receipt(brief, reader)
    delivery = Delivery(
        subscriber_id=reader.id,
        date=brief.date,
        channel=name,
        recipient=receipt.recipient,
        message_id=receipt.message_id,
    )
    claimed, mine = _claim(catalog, delivery, now=clock.now(), lease_s=lease_s)
    if not mine:
        return claimed
    try:
        channel.deliver(_current(catalog, brief, tell_quiet=reader.tell_quiet), reader, message_id=claimed.message_id)
    except EarmarkError as error:
        _note_failure(catalog, claimed, error)
        raise
    with catalog.write() as tx:
        deliveries.sent(tx, claimed.key, now=clock.now())
        return deliveries.get(tx, claimed.key) or claimed


def _current(catalog: Catalog, brief: Brief, *, tell_quiet: bool) -> Brief:
    """The brief without what was withdrawn while it was on its way; raises ``UsageError`` where nothing is left."""
    with catalog.read() as tx:
        left = stored_briefs.current(tx, brief)
    if not left.items and not tell_quiet:
        raise UsageError("every idea of it has been withdrawn", subject=f"the brief of {brief.date}")
    return left


def _claim(catalog: Catalog, delivery: Delivery, *, now: datetime, lease_s: float) -> tuple[Delivery, bool]:
    """The current delivery, and whether this process has claimed it for sending."""
    key = delivery.key
    with catalog.write() as tx:
        stored = deliveries.enqueue(tx, delivery)
        if stored.sent_at is None and stored.claimed_until is not None and stored.claimed_until < now:
            if stored.last_error.startswith(_LAPSED):
                words = "may have gone out twice already and is not sent again"
                raise DeliveryRefused(words, subject=f"the brief of {delivery.date}")
            deliveries.failed(tx, key, error=_LAPSED)
        claimed = deliveries.claim(tx, key, now=now, lease_s=lease_s, recipient=delivery.recipient)
        return (stored, False) if claimed is None else (claimed, True)


def _note_failure(catalog: Catalog, claimed: Delivery, error: EarmarkError) -> None:
    # That an earlier sender vanished is kept in front: it is what forbids a third copy.
    text = f"{_LAPSED}; then: {error}" if claimed.last_error.startswith(_LAPSED) else str(error)
    with catalog.write() as tx:
        deliveries.failed(tx, claimed.key, error=text, attempt=claimed.attempts)
