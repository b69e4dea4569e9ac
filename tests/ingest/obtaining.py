"""An episode whose transcript is obtained: its host, an ear that hears at once, and what was fetched."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from pytest_httpserver import HTTPServer

from earmark.catalog import Catalog
from earmark.catalog.content import episodes
from earmark.catalog.feeds import shows
from earmark.clock import FixedClock
from earmark.errors import ModelNotFound
from earmark.ports import Encoder
from earmark.settings import Settings
from earmark.types import Episode, EpisodeData, Segment, Transcript, TranscriptLink
from ingest.fetching.fetch import Fetcher
from ingest.insights.extractive import ExtractiveExtractor
from ingest.limits.budget import Budget
from ingest.limits.throughput import Throughput
from ingest.obtaining import ObtainedTranscript, TranscriptTools
from ingest.stages import Stages
from tests.ingest.test_choose import SENTENCES
from tests.world import vtt

DURATION = 600.0


@dataclass
class Ear:
    """A transcriber that hears what it is told."""

    error: Exception | None = None
    heard: list[Path] = field(default_factory=list)

    @property
    def name(self) -> str:
        return "ear 1.0"

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
        self.heard.append(audio)
        if self.error is not None:
            raise self.error
        if on_progress is not None:
            on_progress(1.0, 2.0)
        said = tuple(Segment(text=text, start_s=n * 6.0, end_s=n * 6.0 + 5) for n, text in enumerate(SENTENCES))
        return Transcript(segments=said, source=self.name, language="en", provenance={"model": "ear"})


@dataclass
class World:
    """A show whose files are served over loopback."""

    catalog: Catalog
    clock: FixedClock
    server: HTTPServer
    home: Path
    show_id: str
    ear: Ear
    settings: dict[str, Any] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)

    def episode(self, *names: str, guid: str = "one", age_h: float = 48.0, audio: bool = True, **data: Any) -> Episode:
        """An episode in the catalog whose transcripts have these names."""
        kinds = {"vtt": "text/vtt", "txt": "text/plain", "srt": "application/x-subrip", "json": "application/json"}
        links = tuple(
            TranscriptLink(url=self.server.url_for(f"/{name}"), type=kinds[name.partition("?")[0].rpartition(".")[2]])
            for name in names
        )
        given = EpisodeData(
            guid=guid,
            title=f"Lakes {guid}",
            published=self.clock.now() - timedelta(hours=age_h),
            audio_url=self.server.url_for("/a.mp3") if audio else "",
            transcripts=links,
            **{"duration_s": DURATION, **data},
        )
        with self.catalog.write() as tx:
            (added,) = episodes.add_new(tx, self.show_id, [given], language="en", now=self.clock.now())[:1]
            return episodes.get(tx, str(added))

    def serve(self, name: str, body: str | bytes, *, status: int = 200) -> None:
        self.server.expect_request(f"/{name}").respond_with_data(body, status=status)

    def obtaining_settings(self) -> Settings:
        return Settings(
            home=self.home,
            fetch={"allow_private": ("127.0.0.1",), "attempts": 1},
            **self.settings,
        )

    def obtain(self, episode: Episode, *, hears: bool = True) -> ObtainedTranscript:
        settings = self.obtaining_settings()
        obtaining = TranscriptTools(
            catalog=self.catalog,
            fetcher=Fetcher(settings.fetch),
            transcriber=self.ear if hears else None,
            settings=settings,
            budget=Budget(self.catalog, settings, self.clock),
            clock=self.clock,
            throughput=Throughput(),
        )
        return obtaining.obtain(episode, self.said.append)

    @property
    def fetched(self) -> list[str]:
        return [request.path for request, _ in self.server.log]


@pytest.fixture
def world(catalog: Catalog, clock: FixedClock, httpserver: HTTPServer, tmp_path: Path) -> Iterator[World]:
    with catalog.write() as tx:
        show, _ = shows.add(tx, "http://example.org/feed.xml", title="Ice", now=clock.now())
    httpserver.expect_request("/a.mp3").respond_with_data(b"not really sound")
    yield World(catalog, clock, httpserver, tmp_path / "home", show.id, Ear())


def talk(until: float = DURATION, *, speakers: bool = True) -> str:
    turns = tuple((("Ada Finch", "Ben Osprey")[n % 2], SENTENCES[n % 4]) for n in range(int(until / 6.5)))
    text = vtt(turns, seconds=6.5)
    return text if speakers else text.replace("<v Ada Finch>", "").replace("<v Ben Osprey>", "")


def no_encoder() -> Encoder:
    raise ModelNotFound("no encoder in this test")


class Even:
    """An encoder for which all texts are the same."""

    model_id, dimension = "even", 4

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return np.full((len(texts), 4), 0.5, dtype=np.float32)


def stages_of(world: World, settings: Settings, encoder: Callable[[], Encoder]) -> Stages:
    """The stages of one worker in a world, with its ear."""
    return Stages(
        catalog=world.catalog,
        fetcher=Fetcher(settings.fetch),
        encoder=encoder,
        extractor=ExtractiveExtractor(),
        transcriber=world.ear,
        settings=settings,
        budget=Budget(world.catalog, settings, world.clock),
        clock=world.clock,
        model_lock=threading.Lock(),
    )
