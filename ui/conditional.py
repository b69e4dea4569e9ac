"""Whether a client has an answer already: the marks of an answer, and what a request says of them (RFC 9110, 13)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime

__all__ = ["http_date", "is_known", "tag_of"]


def tag_of(body: bytes) -> str:
    """The ETag of a body."""
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def http_date(at: datetime) -> str:
    """A moment as headers write it; ``at`` is in UTC."""
    return format_datetime(at, usegmt=True)


def is_known(headers: Mapping[str, str], tag: str, modified: datetime | None = None) -> bool:
    """Whether the request says that its client has the answer of this tag, or one no older than ``modified``.

    A tag decides where one is given, whatever the dates say.
    """
    given = headers.get("if-none-match")
    if given is not None:
        return tag in {part.strip().removeprefix("W/") for part in given.split(",")}
    since = headers.get("if-modified-since")
    if since is None or modified is None:
        return False
    try:
        return modified.replace(microsecond=0) <= parsedate_to_datetime(since)
    except (ValueError, TypeError):  # no date, or one without a zone
        return False
