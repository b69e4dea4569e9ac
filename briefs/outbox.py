"""The outbox: a brief goes to its reader at most once a day, whatever dies on the way.

The row of a reader's day is claimed under a lease, the message handed over, the row marked. A process that dies between
the last two leaves the lease to run out; the copy that may follow has the same Message-ID, by which mail programs fold it.
"""

from __future__ import annotations

import datetime as dt
import re

from briefs.render import subject, to_html, to_text
from earmark.catalog import Catalog, deliveries, subscribers
from earmark.catalog.deliveries import Delivery
from earmark.errors import EarmarkError, UsageError
from earmark.ids import make_id
from earmark.ports import Clock, Mailer
from earmark.types import Brief, Subscriber

__all__ = ["message_id", "send_brief"]

_LEASE_S = 300.0
"""How long a sender that stopped answering keeps a delivery: ten answers of a mail server, each as late as the default
`mail.timeout_s` of 30 s allows."""


def send_brief(
    catalog: Catalog,
    mailer: Mailer,
    brief: Brief,
    subscriber: Subscriber,
    *,
    sender: str,
    clock: Clock,
    lease_s: float = _LEASE_S,
) -> Delivery:
    """Mails a brief, unless that was done or somebody else is doing it; returns the delivery as it then stands.

    Raises:
        UsageError: there is nothing in the brief to send.
        MailError, MailRefused: it did not go out; the reason is noted and it may be sent again.
    """
    if not brief.items:
        raise UsageError("there is nothing to send; " + (brief.note or "run earmark ingest first"), subject="brief")
    key = (subscriber.id, brief.date)
    entry = Delivery(
        subscriber_id=subscriber.id,
        date=brief.date,
        recipient=subscriber.email,
        message_id=message_id(subscriber.id, brief.date, sender),
    )
    with catalog.write() as tx:
        subscribers.hold(tx, subscriber)  # two senders enter one after the other, whatever the database
        known = deliveries.enqueue(tx, entry)
        claimed = deliveries.claim(tx, *key, now=clock.now(), lease_s=lease_s, recipient=subscriber.email)
    if claimed is None:
        return known
    try:
        mailer.send(
            to=claimed.recipient,
            subject=subject(brief),
            text=to_text(brief, reader=subscriber.name),
            html=to_html(brief, mail=True, reader=subscriber.name),
            message_id=claimed.message_id,
        )
    except EarmarkError as error:
        with catalog.write() as tx:
            deliveries.failed(tx, *key, error=str(error), attempt=claimed.attempts)
        raise
    with catalog.write() as tx:
        deliveries.sent(tx, *key, now=clock.now())
        return deliveries.get(tx, *key) or claimed


def message_id(subscriber_id: str, day: dt.date, sender: str) -> str:
    """The Message-ID of a reader's brief of a day: always the same, so that a second copy is known as one."""
    domain = sender.rpartition("@")[2].strip(" >")
    if not re.fullmatch(r"[A-Za-z0-9.-]{1,200}", domain):
        domain = "earmark.invalid"
    return f"<{make_id('brief', subscriber_id, day.isoformat())}.{day:%Y%m%d}@{domain}>"
