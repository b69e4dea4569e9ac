"""A host that has put something into a file since its talk was heard, and the episode whose links lead into it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

from werkzeug import Request, Response

from earmark.catalog import Catalog
from earmark.catalog.content import insights, transcripts
from earmark.clock import FixedClock
from earmark.settings import Settings
from earmark.types import Episode, Insight, Segment, Transcript
from ingest.fetching.fetch import Fetcher
from ingest.limits.budget import Budget
from ingest.links.check import LinkCheck, LinkChecker
from ingest.links.mp3 import frames, tag_bytes
from tests.ingest.links.tones import ToneEar, said, sound, talk

LONG_S = 300.0
PLACES = (20.0, 110.0, 200.0, 270.0)
TALK = talk(LONG_S, seed=1)
ADVERT = talk(40.0, seed=2)
BREAK_S = 150.0
FRAME_MS = 36
"""Of 576 samples at 16 kHz."""


@cache
def talk_file() -> bytes:
    return sound(TALK)


@cache
def advert_file() -> bytes:
    return sound(ADVERT)


def part(file: bytes, begin_s: float, end_s: float | None = None) -> bytes:
    """The whole frames between two seconds of a file, as hosts put files together."""
    begins = tag_bytes(file)
    first, last = (None if second is None else round(second * 1000 / FRAME_MS) for second in (begin_s, end_s))
    listed = list(frames(file[begins:]))[first:last]
    return b"".join(file[begins + frame.at : begins + frame.at + frame.length] for frame in listed)


def with_break(at_s: float) -> bytes:
    """The file with 40 s more at a second."""
    file = talk_file()
    tag = file[: tag_bytes(file)]
    return tag + part(file, 0.0, at_s) + part(advert_file(), 0.0) + part(file, at_s)


@dataclass
class Host:
    """A host of one file over loopback: what it answers can be made worse."""

    content: bytes
    etag: str = '"1"'
    ranges: bool = True
    head: bool = True
    status: int = 200
    stated: int | None = None
    padding: bytes = b""
    changing: bool = False
    asked: list[tuple[str, str, int]] = field(default_factory=list)
    _turn: Iterator[int] = field(default_factory=count)

    def answer(self, request: Request) -> Response:
        wanted = request.headers.get("Range", "")
        response = self._answer(request.method, wanted)
        self.asked.append((request.method, wanted, len(response.get_data()) if request.method == "GET" else 0))
        return response

    def _answer(self, method: str, wanted: str) -> Response:
        etag = f'"{next(self._turn)}"' if self.changing else self.etag
        if self.status != 200 or (method == "HEAD" and not self.head):
            return Response(status=405 if self.status == 200 else self.status)
        if method == "HEAD":
            length = len(self.content) if self.stated is None else self.stated
            return Response(headers={"Content-Length": str(length), "ETag": etag})
        if not wanted or not self.ranges:
            return Response(self.content, headers={"ETag": etag})
        first, last = (int(edge) for edge in wanted.removeprefix("bytes=").split("-"))
        if first >= len(self.content):
            return Response(status=416, headers={"Content-Range": f"bytes */{len(self.content)}"})
        body = self.content[first : last + 1]
        placed = f"bytes {first}-{first + len(body) - 1}/{len(self.content)}"
        return Response(body + self.padding, status=206, headers={"Content-Range": placed, "ETag": etag})

    @property
    def fetched(self) -> int:
        """The bytes that were given of the file."""
        return sum(size for _, _, size in self.asked)


def left_behind(world: World) -> list[Path]:
    """What lies on the disk after a check that was there for the check alone."""
    return [*world.home.glob("audio/*"), *world.home.glob("links/*")]


@dataclass
class World:
    """An episode whose ideas were found in what is said in ``TALK``."""

    catalog: Catalog
    clock: FixedClock
    home: Path
    host: Host
    episode: Episode
    settings: dict[str, Any] = field(default_factory=dict)
    ear: ToneEar = field(default_factory=ToneEar)

    def check(self, *, hears: bool = True, again: bool = False) -> LinkCheck:
        settings = Settings(home=self.home, fetch={"allow_private": ("127.0.0.1",), "attempts": 1}, **self.settings)
        checker = LinkChecker(
            catalog=self.catalog,
            fetcher=Fetcher(settings.fetch),
            settings=settings,
            clock=self.clock,
            budget=Budget(self.catalog, settings, self.clock),
            transcriber=self.ear if hears else None,
        )
        return checker.check(self.episode.id, again=again)

    def ideas(self) -> list[Insight]:
        with self.catalog.read() as tx:
            listed = insights.of_episode(tx, self.episode.id)
        return sorted(listed, key=lambda insight: insight.start_s or 0.0)

    def heard_at(self) -> list[tuple[float | None, bool]]:
        """Where a listener hears the ideas, to a second, and which of that is a guess."""
        return [(idea.audio_s and round(idea.audio_s), idea.about) for idea in self.ideas()]


def put_transcript(tx: Any, episode: Episode, provenance: dict[str, Any]) -> None:
    """Stores all that was heard in ``TALK``, and of which file."""
    segments = tuple(
        Segment(text=said(TALK, second, 10), start_s=second, end_s=second + 5) for second in range(0, int(LONG_S), 5)
    )
    transcripts.put(tx, episode.id, Transcript(segments=segments, source="ear", provenance=provenance))
