"""What a run says of itself: events while it goes on, and what it did."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from earmark.errors import EarmarkError

__all__ = ["NO_ROOM", "Event", "Failure", "PostponedEpisode", "Silence", "WorkReport"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Progress.

    ``kind`` is ``feed``, ``stage`` (an episode's next step), ``progress`` (how far that step is), ``episode`` (one
    completed), ``postponed`` (it waits, with the reason), ``ended`` (given back unfinished, on a stop) or
    ``failure``. Of the run, ``done`` of ``total`` are behind it and ``left_s`` seconds before it (``None``: not known).
    Of the episode with that id, ``share`` of its transcription is done (``None``: it does not transcribe).
    """

    kind: str
    subject: str
    message: str
    done: int = 0
    total: int = 0
    episode_id: str = ""
    share: float | None = None
    left_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Something that went wrong while the rest went on; ``gives_up`` where it will not be tried again by itself."""

    show: str
    episode: str
    stage: str
    reason: str
    gives_up: bool


NO_ROOM = "no space is left on the disk; it goes on when there is room"
"""Why an episode waits that met a full disk, which is no fault of the episode and uses up none of its attempts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostponedEpisode:
    """An episode that waits for something (``reason``), and until when; nothing is wrong with it."""

    show: str
    episode: str
    reason: str
    until: datetime
    for_model: bool = False
    """Whether it waits for the language model."""

    @property
    def for_room(self) -> bool:
        """Whether it waits for room on the disk."""
        return self.reason == NO_ROOM


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """An episode that was read and gave no insight, with the reason in words."""

    show: str
    episode: str
    reason: str


@dataclass(slots=True)
class WorkReport:
    """What a run did. ``stopped_by`` is set when it ended early because nothing could be written any more."""

    done: int = 0
    failures: list[Failure] = field(default_factory=list)
    postponed: list[PostponedEpisode] = field(default_factory=list)
    silent: list[Silence] = field(default_factory=list)
    interrupted: bool = False
    stopped_by: EarmarkError | None = None
