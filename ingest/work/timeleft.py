"""How long the work still takes, from the work itself: seconds of audio to transcribe and to read, at measured speed.

Episodes are no measure: one is a transcript of ten minutes, another three hours of audio. So the work is counted in
seconds of audio, of two kinds: what is *spoken* (to be transcribed) and what is *read* (passages and insights; every
episode). What a second of each kind costs is measured while it runs; the pace is what was done, at that cost, in the
time since the start. So whatever slows this machine down, or speeds it up (more workers, other processes on the same
library), is in the pace.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import quantiles

__all__ = ["AudioWork", "TimeLeft"]

_SPOKEN = 0.05
_READ = 0.003
"""What a second of audio costs before anything is measured, in seconds: base int8 on two cores (20 × real time), and
cutting, embedding and extracting there. Only their relation matters, and only until both are measured."""

_USUAL_S = 2700.0
"""The length of an episode whose feed states none, until others say better."""

_FIRST_S = 10.0
_FIRST_SHARE = 0.005
"""Nothing is said in the first seconds, nor before that share of the work is done: it would be a guess."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioWork:
    """Seconds of audio to be transcribed and to be read."""

    spoken: float = 0.0
    read: float = 0.0


class TimeLeft:
    """An estimate that is told what happens. Times are seconds of one clock of the caller's; not thread-safe."""

    def __init__(self, now: float, *, spoken: float, read: float, usual_s: float = 0.0) -> None:
        self.usual_s = usual_s or _USUAL_S
        self._began = now
        self._left = {"spoken": spoken, "read": read}
        self._done = {"spoken": 0.0, "read": 0.0}
        self._in_hand: dict[str, tuple[AudioWork, float]] = {}
        self._heard: dict[str, tuple[float, float]] = {}
        self._speech = [0.0, 0.0]
        self._readings: list[float] = []

    def begun(self, key: str, work: AudioWork, now: float) -> None:
        """Work on that episode has begun."""
        self._in_hand[key] = (work, now)

    def heard(self, key: str, done_s: float, now: float) -> None:
        """So many seconds of the episode have been transcribed."""
        if key not in self._in_hand:
            return
        before = self._heard.get(key)
        if before is not None and done_s > before[0]:
            # Between two windows: what came before the first is fetching, waiting and loading the model.
            self._speech[0] += now - before[1]
            self._speech[1] += done_s - before[0]
        self._heard[key] = (done_s, now)

    def transcribed(self, key: str, now: float) -> None:
        """Its transcript is stored; what is left of it is to be read."""
        work, began = self._in_hand.get(key, (AudioWork(), now))
        self._left["spoken"] = max(self._left["spoken"] - work.spoken, 0.0)
        self._done["spoken"] += work.spoken
        self._in_hand[key] = (AudioWork(read=work.read), now if work.spoken else began)

    def ended(self, key: str, now: float, *, done: bool) -> None:
        """Ours is finished with it; what failed was no work done."""
        work, began = self._in_hand.pop(key, (AudioWork(), now))
        self._heard.pop(key, None)
        for kind, seconds in (("spoken", work.spoken), ("read", work.read)):
            self._left[kind] = max(self._left[kind] - seconds, 0.0)
            if done:
                self._done[kind] += seconds
        if done and not work.spoken and work.read:
            self._readings.append((now - began) / work.read)

    def counted(self, *, spoken: float, read: float) -> None:
        """What the catalog says is left: others may have worked on it, and more may have come."""
        for kind, seconds in (("spoken", spoken), ("read", read)):
            self._done[kind] += max(self._left[kind] - seconds, 0.0)
            self._left[kind] = seconds

    def left(self, now: float) -> float | None:
        """Seconds until all is done; ``None`` while too little has been seen to say."""
        spoken, read = self._costs()
        elapsed = now - self._began
        going = {
            "spoken": sum(
                min(self._heard.get(key, (0.0, 0.0))[0], work.spoken) for key, (work, _) in self._in_hand.items()
            ),
            "read": 0.0,
        }
        done = spoken * (self._done["spoken"] + going["spoken"]) + read * self._done["read"]
        rest = spoken * max(self._left["spoken"] - going["spoken"], 0.0) + read * self._left["read"]
        if rest <= 0:
            return 0.0
        if elapsed < _FIRST_S or done < _FIRST_SHARE * (done + rest):
            return None
        return rest * elapsed / done

    def _costs(self) -> tuple[float, float]:
        """Seconds that a second of audio takes to be transcribed, and to be read."""
        # A reading that waited for a model which another thread held says nothing of its cost: the quicker ones do.
        read = quantiles(self._readings, n=4)[0] if len(self._readings) > 3 else min(self._readings, default=0.0)
        spoken = self._speech[0] / self._speech[1] if self._speech[1] else 0.0
        if spoken and not read:
            return spoken, spoken * _READ / _SPOKEN
        if read and not spoken:
            return read * _SPOKEN / _READ, read
        return spoken or _SPOKEN, read or _READ
