"""What the work campaigns work on: small invented shows over loopback, and workers forked from a warm process."""

from __future__ import annotations

import hashlib
import io
import os
import pickle
import random
import signal
import threading
import wave
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from earmark.catalog import Catalog, open_catalog
from earmark.catalog.feeds import shows
from earmark.clock import SystemClock
from earmark.settings import Settings, load_settings
from earmark.types import Segment, Transcript
from ingest.feeds.refresh import follow_show
from ingest.fetching.fetch import Fetcher
from ingest.insights.extractors import open_extractor
from ingest.limits.budget import Budget
from ingest.limits.listening import heard
from ingest.stages import Stages
from ingest.work.worker import Worker
from tests.feed_server import serving

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = [
    "HashingEncoder",
    "Hook",
    "LoudReader",
    "NewHome",
    "apart",
    "at_point",
    "follow_all",
    "forked",
    "make_stages",
    "served",
    "settings_for",
    "show_ids",
    "write_world",
]

T = TypeVar("T")

NewHome = Callable[[Path], Path]
"""Makes a home whose library lies in a database of its own, and returns its folder."""

Hook = Callable[[str, Catalog], None]
"""Told the name of the point that a worker passes, and its catalog."""

_DIMENSION = 96

_SUBJECTS = (
    "kiln", "sluice", "beehive", "tram depot", "glacier station", "seed bank", "harbour crane", "letterpress", "peat bog",
    "rope walk", "observatory", "salt pan", "orchard", "windmill", "canal lock", "paper mill", "lighthouse", "fish ladder",
)  # fmt: skip
_CLAIMS = (
    "The {a} loses {n} percent of its heat through the door, because nobody measures the seal after the first year.",
    "A {a} that is inspected every {n} days costs less over a decade than one that is repaired when it fails.",
    "Most people who run a {a} overestimate the wind by a factor of {m}, since they remember storms and forget calm days.",
    "When the {a} closed for {n} weeks, traffic at the {b} doubled, which shows how tightly the two were coupled.",
    "The cheapest improvement to a {a} is a log book, because patterns appear after about {n} entries.",
    "If the {a} had been built {n} metres further north, the {b} would never have flooded in spring.",
    "Engineers at the {a} found that {n} percent of all alarms come from a single valve, and replaced the wrong one first.",
    "A {a} needs {m} people by day and one by night, although the law was written for twice as many.",
)
_SMALL_TALK = ("Right.", "That is a lot.", "And how did you find that out?", "Let us stay with that for a moment.")
_PEOPLE = ("Mara Quill", "Otto Brand", "Ines Calder", "Piet Roos", "Yara Lund", "Tom Ashby")


class HashingEncoder:
    """A deterministic encoder without a model: words hashed into a small vector. For kills by the thousand."""

    model_id = "campaign-hashing-1"
    dimension = _DIMENSION

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors of shape ``(len(texts), 96)``."""
        out = np.zeros((len(texts), _DIMENSION), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in text.lower().split():
                digest = hashlib.blake2b(word.encode(), digest_size=4).digest()
                out[row, int.from_bytes(digest[:3], "big") % _DIMENSION] += 1.0 if digest[3] & 1 else -1.0
            out[row, 0] += 1e-3
        norms = np.linalg.norm(out, axis=1, keepdims=True)
        return np.asarray(out / np.maximum(norms, 1e-9), dtype=np.float32)


class LoudReader:
    """A transcriber that makes the same text of the same bytes, in a few windows, as slowly as it is told to."""

    name = "campaign-reader 1"

    def __init__(self, window_s: float = 0.004) -> None:
        self._window_s = window_s

    def transcribe(
        self,
        audio: Path,
        *,
        language: str = "",
        hotwords: Sequence[str] = (),
        expected_s: float | None = None,
        on_progress: Callable[[float, float], None] | None = None,
        resume: Path | None = None,
    ) -> Transcript:
        """What the bytes of the file stand for."""
        rng = random.Random(hashlib.sha256(audio.read_bytes()).hexdigest())
        segments = []
        for number in range(12):
            threading.Event().wait(self._window_s)
            segments.append(Segment(text=_sentence(rng), start_s=number * 6.0, end_s=number * 6.0 + 5.5))
            (on_progress or heard)(number * 6.0, 72.0)
        return Transcript(segments=tuple(segments), source=self.name, language="en")


def write_world(folder: Path, *, shows: int, episodes: int, rng: random.Random) -> list[str]:
    """Feeds with transcripts and, of every third episode, audio only; returns the feeds' paths below ``folder``."""
    paths = []
    newest = datetime(2026, 11, 20, 6, tzinfo=UTC)
    for show in range(shows):
        here = folder / f"show{show}"
        here.mkdir(parents=True)
        items = []
        for number in range(episodes):
            published = format_datetime(newest - timedelta(days=number, minutes=show))
            inside = f"<pubDate>{published}</pubDate><itunes:duration>72</itunes:duration>"
            if (number + show) % 3:
                (here / f"{number}.vtt").write_text(_vtt(rng), encoding="utf-8")
                url = f"http://127.0.0.1:8000/show{show}/{number}.vtt"
                inside += f'<podcast:transcript url="{url}" type="text/vtt"/>'
            else:
                audio = _wav(show * 1000 + number)
                (here / f"{number}.wav").write_bytes(audio)
                url = f"http://127.0.0.1:8000/show{show}/{number}.wav"
                inside += f'<enclosure url="{url}" length="{len(audio)}" type="audio/wav"/>'
            items.append(
                f'<item><title>Talk {show}.{number}</title><guid isPermaLink="false">g{show}-{number}</guid>{inside}</item>'
            )
        head = (
            '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" '
            'xmlns:podcast="https://podcastindex.org/namespace/1.0"><channel>'
            f"<title>Workshop {show}</title><language>en</language><description>Invented.</description>"
        )
        (here / "feed.xml").write_text(head + "".join(items) + "</channel></rss>", encoding="utf-8")
        paths.append(f"show{show}/feed.xml")
    return paths


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address at which a process of its own serves the folder: forking a process with threads is asking for trouble."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            with serving(folder) as server:
                os.write(writing, server.address.encode() + b"\n")
                while os.getppid() != 1:
                    signal.sigtimedwait([signal.SIGTERM], 5)
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        address = pipe.readline().strip()
    try:
        yield address
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def settings_for(home: Path, *, workers: int = 1, lease_s: float = 600.0) -> Settings:
    """Settings of a campaign's library: loopback is allowed, everything is taken."""
    values = {
        "fetch": {"allow_private": ["127.0.0.1"], "attempts": 5},
        "ingest": {"backfill": 0, "workers": workers, "lease_s": lease_s},
        "search": {"late_interaction": False},
    }
    return load_settings(values, home=home, environ={})


def follow_all(settings: Settings, feeds: Sequence[str]) -> None:
    """Follows the feeds; nothing is worked on yet."""
    catalog = open_catalog(settings.catalog_url)
    fetcher = Fetcher(settings.fetch)
    for feed in feeds:
        follow_show(catalog, fetcher, feed, default_backfill=0, clock=SystemClock())
    catalog.close()


def make_stages(catalog: Catalog, settings: Settings, *, window_s: float = 0.004) -> Stages:
    """The product's own stages, with the encoder and the ears of the campaign."""
    encoder = HashingEncoder()
    return Stages(
        catalog=catalog,
        fetcher=Fetcher(settings.fetch),
        encoder=lambda: encoder,
        extractor=open_extractor(settings, None),
        transcriber=LoudReader(window_s),
        settings=settings,
        budget=Budget(catalog, settings, SystemClock()),
        clock=SystemClock(),
        model_lock=threading.Lock(),
    )


def forked(settings: Settings, *, at: Hook | None = None, only: Sequence[str] = (), window_s: float = 0.004) -> int:
    """Starts a worker in a fork of this process, which must have no threads; returns its number.

    It works until nothing is waiting and exits with 0; with 1 where it could not.
    """
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        catalog = open_catalog(settings.catalog_url)
        stages = make_stages(catalog, settings, window_s=window_s)
        hook = (lambda name: at(name, catalog)) if at else None
        report = Worker(catalog, stages, SystemClock(), shows=only, at=hook).run()
        code = 0 if report.stopped_by is None and not report.failures else 1
        if code:
            os.write(2, f"worker: {report.stopped_by} {report.failures[:2]}\n".encode())
    finally:
        os._exit(code)


def at_point(point: str, times: int, act: Callable[[Catalog], None]) -> Hook:
    """A hook that acts when a point is passed for the ``times``-th time."""
    left = [times]

    def passed(name: str, catalog: Catalog) -> None:
        if name == point:
            left[0] -= 1
            if left[0] == 0:
                act(catalog)

    return passed


def apart(compute: Callable[[], T]) -> T:
    """What ``compute`` returns, computed in a fork of its own: what starts threads must not do so here."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            with os.fdopen(writing, "wb") as pipe:
                pickle.dump(compute(), pipe)
            os._exit(0)
        finally:
            os._exit(1)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        body = pipe.read()
    os.waitpid(pid, 0)
    result: T = pickle.loads(body)
    return result


def show_ids(settings: Settings) -> list[str]:
    """The ids of all shows of a library."""
    catalog = open_catalog(settings.catalog_url)
    with catalog.read() as tx:
        ids = [show.id for show in shows.every(tx)]
    catalog.close()
    return ids


@dataclass(frozen=True, slots=True)
class _Turn:
    speaker: str
    text: str


def _sentence(rng: random.Random) -> str:
    first, second = rng.sample(_SUBJECTS, 2)
    return rng.choice(_CLAIMS).format(a=first, b=second, n=rng.randint(3, 96), m=rng.randint(2, 9))


def _vtt(rng: random.Random) -> str:
    host, guest = rng.sample(_PEOPLE, 2)
    turns = [_Turn(guest, _sentence(rng)) if n % 3 else _Turn(host, rng.choice(_SMALL_TALK)) for n in range(18)]
    lines = ["WEBVTT", ""]
    for number, turn in enumerate(turns):
        start = number * 4
        lines += [f"00:{start // 60:02}:{start % 60:02}.000 --> 00:{(start + 3) // 60:02}:{(start + 3) % 60:02}.900"]
        lines += [f"<v {turn.speaker}>{turn.text}", ""]
    return "\n".join(lines)


def _wav(seed: int) -> bytes:
    """A tenth of a second of noise, different for every seed."""
    body = io.BytesIO()
    with wave.open(body, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(8000)
        file.writeframes(random.Random(seed).randbytes(800))
    return body.getvalue()
