"""The addresses that a mail names beside what it tells."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["MailLinks"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MailLinks:
    """Where one click ends the mails, and where they are changed; empty where nobody could open them.

    ``home`` is where the app is, in which every idea has a page.
    """

    leave: str = ""
    change: str = ""
    home: str = ""
