"""The quotes of an episode in the file that its host serves now: in a few minutes of it, or in the whole of it.

Minutes are fetched where that can be done, of MP3 files with one bit rate. Others (M4A, a bit rate that varies, a host that gives
no parts) are fetched whole, once, and as few minutes of them are recognised.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from earmark.errors import EarmarkError, FetchRefused
from earmark.ports import Transcriber
from earmark.settings import Settings
from earmark.timeline import AGREE_S, Anchor
from earmark.types import Episode
from ingest.fetching.download import storing
from ingest.fetching.parts import NoParts, ServedFile, same_file
from ingest.limits.budget import Budget
from ingest.links.hearing import HostAudio
from ingest.links.mp3 import UnseekableAudio
from ingest.links.search import Findings, Quote, search
from ingest.links.sources import AllowanceSpent, ServedParts, Source, WholeFile
from ingest.reach import Reach
from ingest.speech.hotwords import hotwords_for

__all__ = ["ChangedFile"]

_END_S = 1e7
"""A second behind the end of any episode."""
_STRETCH_S = 60.0
"""What is heard at once, about."""
_LEFT_S = 86_400.0
"""Age from which what a check has written is that of a killed one: a look takes minutes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedFile:
    """A file that is not the one that was transcribed.

    Attributes:
        episode: whose file it is.
        source: reaches it.
        served: what the host said of it.
        settings: say what a look may cost.
        transcriber: recognises what is said.
        budget: of speech recognition.
        language: spoken, as far as known.
    """

    episode: Episode
    source: Reach
    served: ServedFile
    settings: Settings
    transcriber: Transcriber
    budget: Budget
    language: str

    def find(self, quotes: Sequence[Quote], *, heard_bytes: int | None) -> Findings:
        """Looks for quotes; ``heard_bytes`` is the size of the file that was transcribed, as far as known."""
        try:
            with _scratch(self.settings.links_dir) as folder:
                return self._search(quotes, heard_bytes, folder)
        except EarmarkError as error:
            return Findings(anchors=(), trouble=error)

    def _search(self, quotes: Sequence[Quote], heard_bytes: int | None, folder: Path) -> Findings:
        """As `find`; raises what keeps a whole file from being fetched."""
        parts = ServedParts(
            lambda first, count: self.source.part(self.episode.data.audio_url, first, count),
            most_bytes=round(self.settings.links.audio_mb * 1e6),
        )
        audio = self._listened(parts, self.settings.links.minutes * 60, folder)
        findings = _in_parts(quotes, parts, audio, heard_bytes)
        if not isinstance(findings.trouble, NoParts | UnseekableAudio) or not self.settings.links.whole_mb:
            return findings
        file = self._whole(folder, audio.seconds_left)
        return search(quotes, self._listened(file, audio.seconds_left, folder).words)

    def _listened(self, source: Source, most_s: float, folder: Path) -> HostAudio:
        return HostAudio(
            source,
            transcriber=self.transcriber,
            most_s=most_s,
            scratch=folder / f"{self.episode.id}.audio",
            budget=self.budget,
            language=self.language,
            names=hotwords_for(self.episode),
        )

    def _whole(self, folder: Path, heard_s: float) -> WholeFile:
        """The whole file, fetched into a folder; nothing is fetched where the budget has no room for what would be heard of it.

        Raises:
            AllowanceSpent: it is larger than ``links.whole_mb``.
            FetchRefused: it is not the file that the host has just named.
            NotYet: the budget of speech recognition is spent.
        """
        most = round(self.settings.links.whole_mb * 1e6)

        def bounded(done: int, total: int | None) -> None:
            if max(done, total or 0) > most:
                raise AllowanceSpent("its file is larger than links.whole_mb allows")

        bounded(self.served.bytes or 0, None)
        with self.budget.asr(min(heard_s, _STRETCH_S), key=f"links-{self.episode.id}"):
            pass
        recording = self.source.audio(self.episode.data.audio_url, folder / "whole", progress=bounded)
        if not same_file(ServedFile.of_recording(recording.served), self.served):
            raise FetchRefused("the host gives another file with every request")
        return WholeFile(recording.path, folder / "samples")


@contextmanager
def _scratch(home: Path) -> Iterator[Path]:
    """A folder of one check, so that nobody who tidies up and no other check touches what lies in it; it goes with the block."""
    with storing(home):
        home.mkdir(parents=True, exist_ok=True)
    with suppress(OSError):  # somebody else removed it first
        for left in home.iterdir():
            if left.stat().st_mtime < time.time() - _LEFT_S:
                shutil.rmtree(left, ignore_errors=True)
    with TemporaryDirectory(dir=home, ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def _in_parts(quotes: Sequence[Quote], parts: ServedParts, audio: HostAudio, heard_bytes: int | None) -> Findings:
    try:
        added_s = parts.longer_than(heard_bytes) if heard_bytes else 0.0
    except EarmarkError as error:
        return Findings(anchors=(), trouble=error)
    findings = search(quotes, audio.words, added_s=added_s)
    return replace(findings, anchors=_with_end(findings.anchors, added_s)) if added_s else findings


def _with_end(anchors: Sequence[Anchor], added_s: float) -> tuple[Anchor, ...]:
    """The anchors, and one behind the episode where all that was added lies before the last of them."""
    last = next((anchor.shift_s for anchor in reversed(anchors) if anchor.shift_s is not None), None)
    if last is None or abs(last - added_s) > AGREE_S:
        return tuple(anchors)
    return (*anchors, Anchor(at_s=_END_S, shift_s=last))
