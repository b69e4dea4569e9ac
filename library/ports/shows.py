"""Shows and episodes, and where in a file things are said."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from earmark.timeline import Timeline
from earmark.types import Episode, Show, Transcript

if TYPE_CHECKING:
    from library.shows import ImportReport, RefreshReport
    from library.status import ShowSummary
    from library.values import Event, LinkCheck, RemovalReport, TranscriptPart

__all__ = ["EpisodesPort", "LinksPort", "ShowsPort"]


class ShowsPort(Protocol):
    """`library.shows.Shows`."""

    def add(self, url: str, *, folder: str = "", backfill: str = "", private: bool = False) -> Show:
        """Follows the show at an address."""
        ...

    def add_all(
        self, urls: Sequence[str], *, folder: str = "", backfill: str = "", private: bool = False
    ) -> ImportReport:
        """Follows the shows at several addresses."""
        ...

    def import_opml(self, body: bytes, *, on_each: Callable[[str], None] | None = None) -> ImportReport:
        """Follows every feed of an OPML file."""
        ...

    def export_opml(self, *, with_secrets: bool = False) -> str:
        """The followed shows as OPML."""
        ...

    def every(self) -> list[Show]:
        """The followed shows by title, without what is counted of each."""
        ...

    def summaries(self) -> list[ShowSummary]:
        """The followed shows by title."""
        ...

    def on_this_machine(self, address: str) -> bool:
        """Whether an address names a folder or file of this machine."""
        ...

    def find(self, text: str) -> Show:
        """The show that a text means."""
        ...

    def pause(self, show_id: str) -> Show:
        """Stops asking a show for new episodes."""
        ...

    def resume(self, show_id: str) -> Show:
        """Asks a show again."""
        ...

    def set_backfill(self, show_id: str, backfill: str) -> Show:
        """Changes which episodes are taken of a show."""
        ...

    def refresh(
        self, show_ids: Sequence[str] = (), *, on_event: Callable[[Event], None] | None = None
    ) -> RefreshReport:
        """Checks feeds now."""
        ...

    def remove(self, show_id: str) -> RemovalReport:
        """Removes a show with everything that came from it."""
        ...


class EpisodesPort(Protocol):
    """`library.episodes.Episodes`."""

    def of_show(self, show_id: str, *, shown: bool = False) -> list[Episode]:
        """The episodes of a show, newest first."""
        ...

    def get(self, episode_id: str) -> Episode:
        """An episode."""
        ...

    def transcript(self, episode_id: str) -> Transcript:
        """The transcript of an episode."""
        ...

    def shown(self, episode: Episode) -> Episode:
        """An episode as it may leave this machine."""
        ...

    def around(
        self, episode_id: str, *, second: float | None = None, near: str = "", number: int = 0, span_s: float = 90.0
    ) -> TranscriptPart:
        """What was said around a second."""
        ...

    def timeline(self, episode_id: str) -> Timeline:
        """Where a listener hears the seconds of a transcript."""
        ...

    def local_audio(self, episode_id: str) -> Path | None:
        """The recording of an episode, if it is a file of this machine."""
        ...


class LinksPort(Protocol):
    """`library.links.Links`."""

    def check(
        self,
        names: Sequence[str] = (),
        *,
        again: bool = False,
        on_check: Callable[[LinkCheck], None] | None = None,
        stop: threading.Event | None = None,
    ) -> list[LinkCheck]:
        """Looks whether links still lead to the second, and moves those that do not."""
        ...

    def tend(self) -> bool:
        """Starts the daily check when it is due."""
        ...
