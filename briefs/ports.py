"""Protocols of the parts that briefs need: the finder of related insights (`retrieval.related.finder`), a mail server, consent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from briefs.mail_links import MailLinks
from earmark.types import Insight, Reader, Related

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Consents", "Finder", "Mailer"]


class Finder(Protocol):
    """Compares an insight with all others."""

    def related(self, insight: Insight, *, limit: int = 10) -> list[Related]:
        """Insights of other shows about the same thing, best first."""
        ...

    def novelty(self, insights: Sequence[Insight]) -> dict[str, float]:
        """How unlike the rest of the library each is, in 0..1, by insight id."""
        ...

    def near_duplicates(self, insight: Insight) -> list[Insight]:
        """Insights of any show that make nearly the same claim, without the insight itself."""
        ...

    def nearest(self, vector: NDArray[np.float32], *, words: str = "", limit: int) -> list[str]:
        """The ids of the insights nearest to a unit vector, and to words where there are any, nearest first."""
        ...


class Mailer(Protocol):
    """Sends one message."""

    def send(self, *, to: str, subject: str, text: str, html: str, message_id: str, leave: str = "") -> None:
        """Hands the message to the mail server; ``leave`` is where one click ends such mails. Raises ``MailError``."""
        ...


class Consents(Protocol):
    """Knows which readers want mail (`briefs.consent.Consent`)."""

    def links(self, reader: Reader) -> MailLinks:
        """The addresses that a mail to the reader names; raises ``SettingsError`` where the reader wants none."""
        ...

    def key(self, reader: Reader) -> str:
        """A secret of the reader's mails; raises ``SettingsError`` where nobody wants any."""
        ...

    def taken(self, reader: Reader) -> None:
        """Notes that the address took a mail."""
        ...

    def refused(self, reader: Reader, why: str) -> None:
        """Notes that the address was refused."""
        ...
