"""How far a run is: what it says of each episode and of all, with the time that is left."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence

from earmark.catalog import Catalog
from earmark.catalog.work import jobs
from earmark.errors import EarmarkError
from earmark.ports import Clock
from earmark.types import Episode, Stage
from ingest.events import Event
from ingest.work.timeleft import AudioWork, TimeLeft

__all__ = ["Progress"]

_RECOUNT_S = 30.0
"""How often the catalog is asked what is left: others may work on it too."""


class Progress:
    """Counts and estimates, told by the worker's threads; every event goes to ``on_event``."""

    def __init__(
        self,
        catalog: Catalog,
        clock: Clock,
        on_event: Callable[[Event], None],
        *,
        shows: Sequence[str] = (),
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._catalog = catalog
        self._clock = clock
        self._on_event = on_event
        self._shows = shows
        self._now = monotonic
        self._lock = threading.Lock()
        self._behind = 0
        backlog = self._backlog()
        self.total = backlog.episodes
        known = backlog.episodes - backlog.unknown
        self._usual = backlog.seconds / known if known else 0.0
        self._left = TimeLeft(self._now(), spoken=0.0, read=0.0, usual_s=self._usual)
        self._left.counted(**self._seconds(backlog))
        self._counted = self._now()

    def begun(self, episode: Episode) -> None:
        """One of ours works on it."""
        length = episode.data.duration_s or self._left.usual_s
        speaks = episode.stage is Stage.DISCOVERED and not episode.data.transcripts and bool(episode.data.audio_url)
        with self._lock:
            self._left.begun(episode.id, AudioWork(spoken=length if speaks else 0.0, read=length), self._now())

    def moved(self, episode: Episode) -> None:
        """It has come to its present stage."""
        if episode.stage is Stage.TRANSCRIPT:
            with self._lock:
                self._left.transcribed(episode.id, self._now())

    def stage(self, episode: Episode, message: str) -> None:
        """What is being done with it now."""
        self._say("stage", episode, message)

    def heard(self, episode: Episode, done_s: float, of_s: float) -> None:
        """So many seconds of so many are transcribed."""
        with self._lock:
            self._left.heard(episode.id, done_s, self._now())
        # Most files do not say how long they play; then the feed's word is taken, or none.
        length = max(of_s, episode.data.duration_s or 0.0)
        known = length > done_s or bool(episode.data.duration_s)
        share = min(done_s / length, 1.0) if known and length > 0 else None
        said = f"transcribing, {done_s / 60:.0f} minutes done" if share is None else f"transcribing, {share:.0%}"
        self._say("progress", episode, said, share=share)

    def ended(self, kind: str, episode: Episode, message: str) -> None:
        """We are finished with it: ``kind`` is ``episode``, ``postponed``, ``failure`` or ``ended``."""
        with self._lock:
            self._left.ended(episode.id, self._now(), done=kind == "episode")
            self._behind += kind != "ended"
        self._say(kind, episode, message)

    def _say(self, kind: str, episode: Episode, message: str, *, share: float | None = None) -> None:
        self._recount()
        with self._lock:
            done, left = self._behind, self._left.left(self._now())
            total = max(self.total, done)
        self._on_event(
            Event(
                kind=kind,
                subject=f"{episode.show} — {episode.data.title}",
                message=message,
                done=done,
                total=total,
                episode_id=episode.id,
                share=None if share is None else round(share, 4),
                left_s=None if left is None else round(left, 1),
            )
        )

    def _recount(self) -> None:
        with self._lock:
            if self._now() - self._counted < _RECOUNT_S:
                return
            self._counted = self._now()
        try:
            backlog = self._backlog()
        except EarmarkError:
            return
        with self._lock:
            self._left.counted(**self._seconds(backlog))
            self.total = max(self.total, self._behind + backlog.episodes)

    def _backlog(self) -> jobs.Backlog:
        with self._catalog.read() as tx:
            return jobs.backlog(tx, now=self._clock.now(), shows=self._shows)

    def _seconds(self, backlog: jobs.Backlog) -> dict[str, float]:
        usual = self._left.usual_s
        return {
            "spoken": backlog.spoken_seconds + backlog.spoken_unknown * usual,
            "read": backlog.seconds + backlog.unknown * usual,
        }
