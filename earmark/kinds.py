"""The kinds that the values of `earmark.types` tell apart, each a word that is stored and shown.

They are apart from those values because a command line names its choices before it knows which command will run.
"""

from __future__ import annotations

from enum import StrEnum

__all__ = [
    "Because",
    "Direction",
    "MailState",
    "Rhythm",
    "Role",
    "SelectionKind",
    "ShowStatus",
    "Stage",
]


class Stage(StrEnum):
    """The last stage that an episode has completed."""

    DISCOVERED = "discovered"
    TRANSCRIPT = "transcript"
    CHUNKS = "chunks"
    INSIGHTS = "insights"


class ShowStatus(StrEnum):
    """Whether a show is still checked for new episodes."""

    ACTIVE = "active"
    PAUSED = "paused"
    CLOSED = "closed"


class Because(StrEnum):
    """Why an insight is wrong."""

    MISATTRIBUTED = "misattributed"
    """Somebody else said it, or nobody did."""
    NOT_MEANT = "not-meant"
    """It is not what was meant."""
    NOT_WORTH = "not-worth-it"
    """It is right, and not worth anybody's time."""

    @property
    def words(self) -> str:
        """The reason as the end of a sentence."""
        return {
            Because.MISATTRIBUTED: "somebody else said it, or nobody did",
            Because.NOT_MEANT: "it is not what was meant",
            Because.NOT_WORTH: "it is not worth the time",
        }[self]


class Role(StrEnum):
    """What a reader may do."""

    OWNER = "owner"
    """Everything: shows, settings, readers, and reading."""
    READER = "reader"
    """Reading, and changing what is the reader's own."""


class Rhythm(StrEnum):
    """How often a reader gets a brief."""

    DAILY = "daily"
    WEEKLY = "weekly"


class SelectionKind(StrEnum):
    """What a reader can follow of a library."""

    BRIEF = "brief"
    """The ideas of the reader's briefs."""
    SAVED = "saved"
    """What the reader saved."""
    THEME = "theme"
    PERSON = "person"
    """What somebody says."""
    SEARCH = "search"


class MailState(StrEnum):
    """Whether a reader wants mail at an address."""

    ASKED = "asked"
    CONFIRMED = "confirmed"
    ENDED = "ended"


class Direction(StrEnum):
    """Whether a reader wants more or less like an insight."""

    MORE = "more"
    LESS = "less"
