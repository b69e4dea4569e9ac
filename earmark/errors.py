"""Everything that can go wrong, as one tree.

    EarmarkError
    ├── UsageError                 what was asked for makes no sense; the message says what to do
    │   ├── SettingsError
    │   ├── NotFound
    │   └── Forbidden              this reader may not
    ├── TransientError             trying again later may help
    │   ├── FetchError
    │   ├── IndexBusy
    │   ├── LeaseLost
    │   ├── MailError
    │   ├── ModelCallError
    │   └── NotYet                 nothing is wrong: it is too early, or today's budget is spent
    └── PermanentError             trying again will not help until something changes
        ├── FetchRefused           policy, not the network: a private address, too large, 404, 410
        ├── FeedError
        ├── TranscriptError
        ├── AudioError
        │   └── DamagedAudio       empty, cut off, or a web page: another download may be whole
        ├── DeliveryRefused        a channel will not take the brief
        │   └── MailRefused        the mail server will not: login, no encryption
        │       └── AddressRefused nobody has this address, or its mailbox is shut
        ├── ModelNotFound
        ├── CatalogError
        └── StorageFull

``str(error)`` is one line: what it is about, what happened, and the cause where there is one.
A class that carries more takes it by keyword and keeps it under that name, so that `earmark.error_documents` can send it.
"""

from __future__ import annotations

from datetime import datetime

__all__ = [
    "AddressRefused",
    "AudioError",
    "CatalogError",
    "DamagedAudio",
    "DeliveryRefused",
    "EarmarkError",
    "FeedError",
    "FetchError",
    "FetchRefused",
    "Forbidden",
    "IndexBusy",
    "LeaseLost",
    "MailError",
    "MailRefused",
    "ModelCallError",
    "ModelNotFound",
    "NotFound",
    "NotYet",
    "PermanentError",
    "SettingsError",
    "StorageFull",
    "TranscriptError",
    "TransientError",
    "UsageError",
]


class EarmarkError(Exception):
    """The root. ``subject`` is the identity the error is about: a URL, an episode title, a model name."""

    def __init__(self, message: str, *, subject: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.subject = subject

    def __str__(self) -> str:
        """One line: ``subject: message (cause)``; control characters and newlines are spaces."""
        text = f"{self.subject}: {self.explained()}" if self.subject else self.explained()
        return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:600]

    def explained(self) -> str:
        """The message, with the cause in brackets where it says more."""
        cause = self.__cause__
        if cause is None or not str(cause) or str(cause) in f"{self.subject}: {self.message}":
            return self.message
        return f"{self.message} ({type(cause).__name__}: {cause})"

    def note(self) -> str:
        """What is stored of it: ``str(error)``, with the traceback after it where that is of use."""
        return str(self)


class UsageError(EarmarkError):
    """What was asked for makes no sense."""


class SettingsError(UsageError):
    """A setting is unknown or has a value it cannot have; ``subject`` is its path."""


class NotFound(UsageError):
    """No show, episode or insight has that id."""


class Forbidden(UsageError):
    """This reader may not do that; the message says who may."""


class TransientError(EarmarkError):
    """Trying again later may help."""


class FetchError(TransientError):
    """The network or the other server failed.

    ``retry_after_s`` is what the server asked for, if it did. ``status`` is the HTTP status where there was an answer.
    ``reached`` is false where no request left this machine: no name server, no route, nobody listening.
    """

    def __init__(
        self,
        message: str,
        *,
        subject: str = "",
        retry_after_s: float | None = None,
        status: int | None = None,
        reached: bool = True,
    ) -> None:
        super().__init__(message, subject=subject)
        self.retry_after_s = retry_after_s
        self.status = status
        self.reached = reached


class IndexBusy(TransientError):
    """Another process holds the index."""


class LeaseLost(TransientError):
    """The work took longer than its lease and somebody else has taken it over; nothing was written."""


class MailError(TransientError):
    """The mail server did not take the message."""


class ModelCallError(TransientError):
    """A model's endpoint failed or answered something unusable.

    ``answered`` says that a reply came and could not be used. ``until`` is when it may be asked again, where its server,
    or a budget, says so (aware, in UTC).
    """

    def __init__(
        self, message: str, *, subject: str = "", answered: bool = False, until: datetime | None = None
    ) -> None:
        super().__init__(message, subject=subject)
        self.answered = answered
        self.until = until


class NotYet(TransientError):
    """Nothing went wrong: the work waits, until a time, for something that the message names.

    ``until`` is when it is looked at again, aware, in UTC. It counts neither as an attempt nor as a failure.
    """

    def __init__(self, message: str, *, until: datetime, subject: str = "") -> None:
        super().__init__(message, subject=subject)
        self.until = until


class PermanentError(EarmarkError):
    """Trying again will not help until something changes."""


class FetchRefused(PermanentError):
    """The fetch is against policy or the thing is gone: a private address, too large, 404, 410.

    ``status`` is the HTTP status where there was an answer.
    """

    def __init__(self, message: str, *, subject: str = "", status: int | None = None) -> None:
        super().__init__(message, subject=subject)
        self.status = status


class FeedError(PermanentError):
    """What the address serves is not a feed that anything can be read from."""


class TranscriptError(PermanentError):
    """A transcript in which nothing can be read."""


class AudioError(PermanentError):
    """Audio that cannot be decoded, or in which no speech was found."""


class DamagedAudio(AudioError):
    """A file that is empty, cut off, or no audio at all: its server may give the whole of it another time."""


class DeliveryRefused(PermanentError):
    """A channel will not take the brief as it is, or it may have taken it already."""


class MailRefused(DeliveryRefused):
    """The mail server will never take the message as it is: a wrong login, an unknown address, no encryption."""


class AddressRefused(MailRefused):
    """The mail server does not take mail for this address, and says that it never will."""


class ModelNotFound(PermanentError):
    """No such model in any of the places looked in; the message names them."""


class CatalogError(PermanentError):
    """The catalog cannot be opened or is damaged."""


class StorageFull(PermanentError):
    """No space is left where Earmark writes."""
