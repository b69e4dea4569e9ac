"""The progress of the work as lines of the log, for `earmark --log-json`; without it nothing is written."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ingest.events import Event

__all__ = ["log_event", "logged"]

_log = logging.getLogger(__name__)

_PASSING = "progress"
"""Events of this kind come by the hundred for one episode, and are left out."""
_QUOTING = frozenset({"failure", "postponed"})
"""Events whose words may be a server's, which quotes what it was asked: transcripts. `earmark status` has them."""


def log_event(kind: str, *, subject: str, message: str, episode_id: str = "") -> None:
    """Writes what happened to which feed or episode, and in which words as far as they are our own."""
    if kind != _PASSING:
        fields = {"kind": kind, "subject": subject, "episode_id": episode_id}
        if kind not in _QUOTING:
            fields["detail"] = message
        _log.info("work", extra={"fields": fields})


def logged(on_event: Callable[[Event], None] | None) -> Callable[[Event], None]:
    """Tells of each event what ``on_event`` is told, and the log."""

    def told(event: Event) -> None:
        log_event(event.kind, subject=event.subject, message=event.message, episode_id=event.episode_id)
        if on_event is not None:
            on_event(event)

    return told
