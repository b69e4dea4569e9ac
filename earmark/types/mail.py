"""Addresses that mail goes to, and what did not go out."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from datetime import datetime

from earmark.kinds import MailState

__all__ = ["Mailing", "UndeliveredLetter"]


@dataclass(frozen=True, slots=True, kw_only=True)
class UndeliveredLetter:
    """Something that did not go out to a reader.

    ``what`` is a brief, a digest or news (of alerts), ``again`` the time of the next try, ``None`` where Earmark gave up.
    """

    id: str
    reader_id: str
    day: dt.date
    what: str
    channel: str
    reason: str
    attempts: int = 0
    again: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailing:
    """A reader's wish for mail at an address.

    Attributes:
        reader_id: whose.
        address: where; the wish is about no other.
        state: asked, confirmed or ended.
        confirm_key: the hash of the secret that confirms it, while it is asked.
        confirm_until: how long that secret works.
        leave_key: what ends it in every mail, kept as it is; empty before the first mail.
        asked_at: when the reader was asked last.
        confirmed_at: when the reader confirmed it.
        ended_at: when it ended.
        why: why it ended, in words.
        refusals: days in a row on which the address was refused.
        refused_on: the last of them, in UTC.
    """

    reader_id: str
    address: str
    state: MailState
    confirm_key: str = ""
    confirm_until: datetime | None = None
    leave_key: str = ""
    asked_at: datetime | None = None
    confirmed_at: datetime | None = None
    ended_at: datetime | None = None
    why: str = ""
    refusals: int = 0
    refused_on: dt.date | None = None
