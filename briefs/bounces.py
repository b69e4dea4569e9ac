"""Reports of mail servers that a mail could not be delivered (RFC 3464)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default

__all__ = ["Bounce", "read_bounce"]

_MOST_BYTES = 5_000_000
_STATUS = re.compile(r"5\.\d{1,3}\.\d{1,3}")
_MESSAGE_ID = re.compile(rb"^Message-ID:\s*(<[^<>\s]{3,200}>)", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounce:
    """A mail that will not arrive: its ``Message-ID``, and the status code (5.x.x)."""

    message_id: str
    status: str


def read_bounce(report: bytes) -> Bounce | None:
    """What a report says; ``None`` for a mail that is no such report, or one of a delay, or cannot be read."""
    try:
        return _read(report)
    except (AttributeError, LookupError, RecursionError, TypeError, ValueError):
        return None  # what anybody can send in may trip the library's parser, or lie a thousand parts deep


def _read(report: bytes) -> Bounce | None:
    message = BytesParser(policy=default).parsebytes(report[:_MOST_BYTES])
    if message.get_content_type() != "multipart/report":
        return None
    status, message_id = "", ""
    for part in message.walk():
        kind = part.get_content_type()
        if kind == "message/delivery-status":
            status = status or _failed(part)
        elif kind in {"message/rfc822", "text/rfc822-headers"}:
            original = _MESSAGE_ID.search(part.as_bytes())
            message_id = original[1].decode("ascii", "replace") if original else message_id
    return Bounce(message_id=message_id, status=status) if status and message_id else None


def _failed(part: EmailMessage) -> str:
    """The status of the first recipient for whom delivery failed for good."""
    for block in part.walk():
        status = _STATUS.search(str(block.get("Status", "")))
        if status and str(block.get("Action", "")).strip().lower() == "failed":
            return status.group()
    return ""
