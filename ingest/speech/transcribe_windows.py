"""Long audio in windows: several at once, each kept in a file as soon as it is done, so that a kill costs little."""

from __future__ import annotations

import contextlib
import hashlib
import json
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Mapping
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from earmark.types import Segment
from ingest.speech.audio import Block

__all__ = ["Journal", "SpeechWindow", "SpokenLanguage", "open_journal", "side_by_side"]

_FORMAT = 2
_ENDS = 1 << 16


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeechWindow:
    """What was heard in a stretch of the audio, and what the checks took out of it.

    ``loops`` counts stretches that came out as repetition, ``silent`` those invented over silence, ``uncertain`` those
    that were decoded a second time for want of confidence, ``gaps`` those that had been passed over and were filled in.
    """

    start_s: float
    end_s: float
    segments: tuple[Segment, ...]
    loops: int = 0
    silent: int = 0
    uncertain: int = 0
    gaps: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SpokenLanguage:
    """The language that a file is decoded in, and why: what the feed says, and what was heard how likely."""

    language: str
    feed: str = ""
    heard: str = ""
    probability: float | None = None


class Journal:
    """The finished windows of an audio file, one a line of a small file; safe to write from several threads.

    Lines are flushed one by one: a killed process loses only the windows that were being decoded. Where the file cannot
    be written, the work goes on without.

    Attributes:
        window_s: about how many seconds a window has. Of a journal that is there it is what it was begun with, whatever
            a window would have now: a feed may state another length meanwhile, and another machine has other cores.
    """

    def __init__(self, path: Path | None, key: str, *, window_s: float = 0.0) -> None:
        self.window_s = window_s
        self._path = path
        self._key = key
        self._lock = threading.Lock()
        self._windows: dict[int, SpeechWindow] = {}
        self._spoken: SpokenLanguage | None = None
        self._read()

    @property
    def spoken(self) -> SpokenLanguage | None:
        """The language that was settled, if it was."""
        return self._spoken

    def find(self, number: int, start_s: float, end_s: float) -> SpeechWindow | None:
        """The finished window of that number, if it is there and has those bounds."""
        window = self._windows.get(number)
        same = window is not None and abs(window.start_s - start_s) + abs(window.end_s - end_s) < 0.01
        return window if same else None

    def settle(self, spoken: SpokenLanguage) -> None:
        """Keeps the language, so that a second start decodes in the same one."""
        self._spoken = spoken
        self._append({"spoken": [spoken.language, spoken.feed, spoken.heard, spoken.probability]})

    def add(self, number: int, window: SpeechWindow) -> None:
        """Keeps a finished window."""
        self._append(
            {
                "window": number,
                "bounds": [window.start_s, window.end_s],
                "dropped": [window.loops, window.silent, window.uncertain, window.gaps],
                "segments": [[s.text, s.start_s, s.end_s] for s in window.segments],
            }
        )

    def _head(self) -> dict[str, Any]:
        return {"format": _FORMAT, "key": self._key, "window_s": self.window_s}

    def _append(self, record: Mapping[str, Any]) -> None:
        if self._path is None:
            return
        with self._lock, contextlib.suppress(OSError):
            fresh = not self._path.exists()
            with self._path.open("a", encoding="utf-8") as file:
                if fresh:
                    file.write(json.dumps(self._head()) + "\n")
                file.write(json.dumps(record, ensure_ascii=False) + "\n")

    def _read(self) -> None:
        """Takes in what is there. A torn last line is cut off; a file of other audio or other options is removed."""
        if self._path is None or not self._path.exists():
            return
        with contextlib.suppress(OSError):
            whole = 0
            for line in self._path.read_bytes().splitlines(keepends=True):
                if not self._take(line, first=whole == 0):
                    break
                whole += len(line)
            if whole:
                with self._path.open("r+b") as file:
                    file.truncate(whole)
            else:
                self._path.unlink()

    def _take(self, line: bytes, *, first: bool) -> bool:
        try:
            record: Any = json.loads(line.decode("utf-8")) if line.endswith(b"\n") else None
            if first:
                same = bool(record | {"window_s": 0.0} == self._head() | {"window_s": 0.0})
                self.window_s = float(record["window_s"]) if same else self.window_s
                return same
            if "spoken" in record:
                language, feed, heard, probability = record["spoken"]
                self._spoken = SpokenLanguage(language=language, feed=feed, heard=heard, probability=probability)
                return True
            loops, silent, uncertain, gaps = record["dropped"]
            start_s, end_s = record["bounds"]
            self._windows[int(record["window"])] = SpeechWindow(
                start_s=float(start_s),
                end_s=float(end_s),
                segments=tuple(Segment(text=str(t), start_s=a, end_s=b) for t, a, b in record["segments"]),
                loops=int(loops),
                silent=int(silent),
                uncertain=int(uncertain),
                gaps=int(gaps),
            )
        except (ValueError, TypeError, KeyError):
            return False
        return True


def open_journal(path: Path | None, audio: Path, *, options: Mapping[str, Any], window_s: float = 0.0) -> Journal:
    """The journal of an audio file, stored at ``path``; without a path it stores nothing.

    It counts only for the same bytes (size, first and last 64 KB) and the same ``options``: the model's hash, the
    language asked for, names, beam and so on, whatever changes the text. ``window_s`` is for a new one.
    """
    if path is None:
        return Journal(None, "", window_s=window_s)
    digest = hashlib.sha256(json.dumps(options, sort_keys=True, default=str).encode())
    with contextlib.suppress(OSError), audio.open("rb") as file:  # what cannot be read fails when it is decoded
        size = audio.stat().st_size
        digest.update(str(size).encode())
        digest.update(file.read(_ENDS))
        file.seek(max(0, size - _ENDS))
        digest.update(file.read(_ENDS))
    return Journal(path, digest.hexdigest(), window_s=window_s)


def side_by_side(
    blocks: Iterable[Block], work: Callable[[int, Block], SpeechWindow], pool: Executor, *, ahead: int
) -> Generator[tuple[Block, SpeechWindow]]:
    """The windows of a file in order, at most ``ahead`` of them being worked on at once, each with its block.

    The next block is decoded meanwhile. What ``work`` raises is raised here, and no further window is begun.
    """
    running: deque[tuple[Block, Future[SpeechWindow]]] = deque()
    try:
        for number, block in enumerate(blocks):
            running.append((block, pool.submit(work, number, block)))
            if len(running) >= ahead:
                first, future = running.popleft()
                yield first, future.result()
        while running:
            first, future = running.popleft()
            yield first, future.result()
    finally:
        for _, future in running:
            future.cancel()
