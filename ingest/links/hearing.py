"""What is said in a few minutes of a file on a host, as the speech model of this machine recognises it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from earmark.errors import AudioError, DamagedAudio
from earmark.ports import Transcriber
from earmark.types import Segment
from ingest.fetching.download import storing
from ingest.limits.budget import ASR, Budget
from ingest.links.sources import AllowanceSpent, Sound, Source
from ingest.links.words import HeardWord, heard_words

__all__ = ["HostAudio"]

_BESIDE_S = 30.0
"""What was heard beside a stretch is given too: a quote may begin before it."""


class HostAudio:
    """The audio of one episode as its host serves it now.

    Args:
        source: gives stretches of it.
        transcriber: recognises them.
        most_s: seconds that are recognised at most.
        scratch: the file in which a stretch waits to be recognised; removed afterwards.
        budget: of speech recognition.
        language: spoken, as far as known.
        names: to spell rightly.
    """

    def __init__(
        self,
        source: Source,
        *,
        transcriber: Transcriber,
        most_s: float,
        scratch: Path,
        budget: Budget,
        language: str = "",
        names: Sequence[str] = (),
    ) -> None:
        self._source = source
        self._transcriber = transcriber
        self._seconds_left = most_s
        self._scratch = scratch
        self._budget = budget
        self._language = language
        self._names = names
        self._heard: list[tuple[float, float]] = []
        self._words: list[HeardWord] = []

    @property
    def seconds_left(self) -> float:
        """Seconds that may still be recognised."""
        return self._seconds_left

    def words(self, begin_s: float, end_s: float) -> list[HeardWord]:
        """The words that are said between two seconds, with what was heard beside them; none behind the end of the file.

        Raises:
            AllowanceSpent: that would come to more than is allowed.
            NotYet: the budget of speech recognition is spent.
            EarmarkError: the source has a reason of its own.
        """
        for low_s, high_s in self._unheard(begin_s, end_s):
            self._hear(low_s, high_s)
        return [word for word in self._words if begin_s - _BESIDE_S <= word.second < end_s + _BESIDE_S]

    def _unheard(self, begin_s: float, end_s: float) -> list[tuple[float, float]]:
        """What was not heard yet of a stretch."""
        edges = [(begin_s, begin_s), *(known for known in self._heard if known[1] > begin_s and known[0] < end_s)]
        gaps = [(before[1], after[0]) for before, after in pairwise([*edges, (end_s, end_s)])]
        return [gap for gap in gaps if gap[1] - gap[0] > 1.0]

    def _hear(self, begin_s: float, end_s: float) -> None:
        if self._source.ends_before(begin_s):
            self._note(begin_s, end_s, [])
            return
        if end_s - begin_s > self._seconds_left:
            raise AllowanceSpent("more would have to be heard than links.minutes allows")
        sound = self._source.sound(begin_s, end_s)
        self._seconds_left -= end_s - begin_s
        self._note(begin_s, end_s, heard_words(self._recognised(sound), offset_s=sound.begin_s))

    def _recognised(self, sound: Sound) -> Sequence[Segment]:
        """What is said in a stretch; nothing where it holds no speech."""
        try:
            with storing(self._scratch):
                self._scratch.parent.mkdir(parents=True, exist_ok=True)
                self._scratch.write_bytes(sound.body)
            with self._budget.asr(sound.seconds, key=f"links-{self._scratch.stem}") as held:
                heard = self._transcriber.transcribe(self._scratch, language=self._language, hotwords=self._names)
                held.settle({ASR: sound.seconds})
        except DamagedAudio:
            raise
        except AudioError:
            return ()
        finally:
            self._scratch.unlink(missing_ok=True)
        return heard.segments

    def _note(self, begin_s: float, end_s: float, words: Sequence[HeardWord]) -> None:
        self._heard = sorted([*self._heard, (begin_s, end_s)])
        self._words = sorted([*self._words, *words], key=lambda word: word.second)
