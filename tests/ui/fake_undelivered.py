"""What did not go out of the fake library: one brief, until it is sent again or forgotten."""

from __future__ import annotations

from datetime import date

from earmark.errors import NotFound
from earmark.types import UndeliveredLetter

__all__ = ["FakeUndelivered"]


class FakeUndelivered:
    """One letter at most."""

    def __init__(self) -> None:
        self._letters = [
            UndeliveredLetter(
                id="letter0",
                reader_id="local",
                day=date(2026, 7, 1),
                what="brief",
                channel="webhook",
                reason="hooks.example: the receiver does not take it (410)",
                attempts=1,
            )
        ]

    def every(self) -> list[UndeliveredLetter]:
        return list(self._letters)

    def again(self, letter_id: str) -> None:
        self.forget(letter_id)

    def forget(self, letter_id: str) -> None:
        if all(letter.id != letter_id for letter in self._letters):
            raise NotFound("nothing undelivered has this id", subject=letter_id)
        self._letters = []
