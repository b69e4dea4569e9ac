"""Sending a brief once: a row a reader and day, claimed under a lease, sent, marked."""

from __future__ import annotations

from datetime import datetime

from briefs.render import subject, to_html, to_text
from briefs.smtp import parse_address
from earmark.catalog import Catalog
from earmark.catalog.readers import deliveries
from earmark.catalog.readers.deliveries import Delivery
from earmark.errors import EarmarkError, MailRefused, UsageError
from earmark.ids import make_id
from earmark.ports import Clock, Mailer
from earmark.types import Brief, Subscriber

__all__ = ["message_id", "send_brief"]

_LAPSED = "a sender stopped before it could note whether the mail went out"
"""What a row says once a claim has run out: the mail may be there already, so it is sent once more and no further."""


def message_id(subscriber_id: str, brief: Brief, *, sender: str) -> str:
    """The Message-ID of that reader's brief of that day: always the same, so that a second copy can be told for one."""
    domain = parse_address(sender, setting="mail.sender").domain.lower()
    return f"<earmark.{brief.date:%Y%m%d}.{make_id('delivery', subscriber_id, brief.date.isoformat())}@{domain}>"


def send_brief(
    catalog: Catalog,
    mailer: Mailer,
    brief: Brief,
    subscriber: Subscriber,
    *,
    sender: str,
    clock: Clock,
    lease_s: float = 300.0,
) -> Delivery:
    """The delivery after the brief was handed to the mail server, or as it was if that had happened before.

    ``sent_at`` is ``None`` in one case: another process is sending it at this moment.

    A day's brief goes out once. Where a process dies between sending and noting it, the mail goes out a second time,
    with the same Message-ID, when the lease of ``lease_s`` seconds is over, and never a third.

    Raises:
        UsageError: the brief has no ideas, or ``sender`` or the reader's address is no address.
        MailError: the mail server cannot be reached or asks to try later; the next call tries again.
        MailRefused: the mail server will not take it, or it may have gone out twice already.
    """
    if not brief.items:
        raise UsageError(f"there is nothing to send. {brief.note}".rstrip(), subject=f"the brief of {brief.date}")
    recipient = parse_address(subscriber.email, setting="mail.to").addr_spec
    delivery = Delivery(
        subscriber_id=subscriber.id,
        date=brief.date,
        recipient=recipient,
        message_id=message_id(subscriber.id, brief, sender=sender),
    )
    # Rendered before it is claimed: between claim and mark nothing happens but the sending.
    title, text = subject(brief), to_text(brief, reader=subscriber.name)
    html = to_html(brief, mail=True, reader=subscriber.name)
    claimed, mine = _claim(catalog, delivery, now=clock.now(), lease_s=lease_s)
    if not mine:
        return claimed
    try:
        mailer.send(to=recipient, subject=title, text=text, html=html, message_id=claimed.message_id)
    except EarmarkError as error:
        _note_failure(catalog, claimed, error)
        raise
    with catalog.write() as tx:
        deliveries.sent(tx, claimed.subscriber_id, claimed.date, now=clock.now())
        return deliveries.get(tx, claimed.subscriber_id, claimed.date) or claimed


def _claim(catalog: Catalog, delivery: Delivery, *, now: datetime, lease_s: float) -> tuple[Delivery, bool]:
    """The delivery as it stands now, and whether this process has claimed it for sending."""
    key = (delivery.subscriber_id, delivery.date)
    with catalog.write() as tx:
        found = deliveries.enqueue(tx, delivery)
        if found.sent_at is None and found.claimed_until is not None and found.claimed_until < now:
            if found.last_error.startswith(_LAPSED):
                words = "may have gone out twice already and is not sent again"
                raise MailRefused(words, subject=f"the brief of {delivery.date}")
            deliveries.failed(tx, *key, error=_LAPSED)
        claimed = deliveries.claim(tx, *key, now=now, lease_s=lease_s, recipient=delivery.recipient)
        return (found, False) if claimed is None else (claimed, True)


def _note_failure(catalog: Catalog, claimed: Delivery, error: EarmarkError) -> None:
    # That an earlier sender vanished is kept in front: it is what forbids a third copy.
    text = f"{_LAPSED}; then: {error}" if claimed.last_error.startswith(_LAPSED) else str(error)
    with catalog.write() as tx:
        deliveries.failed(tx, claimed.subscriber_id, claimed.date, error=text, attempt=claimed.attempts)
