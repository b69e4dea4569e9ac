"""How the world is fetched and taken in, and by whom."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from earmark.net import is_loopback
from earmark.settings.group import Actors, Group

__all__ = ["FetchSettings", "IngestSettings", "RaySettings", "TakingInGroups"]


class FetchSettings(Group):
    """How the world is fetched."""

    contact: str = Field("", max_length=200, description="an address or URL that the User-Agent gives to podcast hosts")
    timeout_s: float = Field(30.0, gt=0, le=600, description="longest silence of a server, in seconds")
    total_timeout_s: float = Field(
        120.0, gt=0, le=3600, description="longest time for a feed or transcript, in seconds"
    )
    attempts: int = Field(3, ge=1, le=10, description="tries for a fetch that fails in passing")
    feed_bytes: int = Field(
        15_000_000, ge=1_000, description="largest feed or transcript after decompression, in bytes"
    )
    audio_bytes: int = Field(500_000_000, ge=1_000, description="largest audio file, in bytes")
    parallel: int = Field(8, ge=1, le=64, description="hosts fetched from side by side (one connection a host)")
    least_interval_s: float = Field(
        3600.0, ge=60, le=86_400, description="shortest time between two checks of a feed, in seconds"
    )
    allow_private: tuple[str, ...] = Field(
        (), description="addresses or networks that may be fetched though private, e.g. 127.0.0.1"
    )


class IngestSettings(Group):
    """What is taken in, and how passages are cut."""

    backfill: int = Field(
        25, ge=0, le=100_000, description="episodes taken of a newly added show, newest first; 0 takes all"
    )
    workers: int = Field(2, ge=1, le=32, description="episodes worked on side by side")
    engine: Literal["local", "ray"] = Field(
        "local", description="who works on what is waiting: the workers of this machine, or a Ray cluster"
    )
    attempts: int = Field(
        4, ge=1, le=20, description="tries for a stage that fails in passing, before it waits for `earmark retry`"
    )
    lease_s: float = Field(
        600.0, gt=1, le=86_400, description="how long a worker that stopped answering keeps an episode, in seconds"
    )
    chunk_words: int = Field(150, ge=20, le=400, description="words a passage aims at")
    chunk_seconds: float = Field(
        180.0, ge=0, le=3600, description="seconds after which a passage takes no further sentence; 0 is no limit"
    )
    topics: bool = Field(True, description="find the boundaries between subjects where the publisher made no chapters")
    transcript_wait_h: float = Field(
        6.0,
        ge=0,
        le=720,
        description="how long after its publication an episode waits for the transcript that its show usually gives, "
        "before its audio is fetched, in hours",
    )
    transcript_cover: float = Field(
        0.6,
        ge=0,
        le=1,
        description="share of an episode that a published transcript must cover; below it the audio is transcribed",
    )


class RaySettings(Group):
    """The cluster that works when `ingest.engine` is ray; each of its actors keeps its model loaded."""

    address: str = Field(
        "", description="host:port of the cluster's head; empty starts Ray on this machine for the run"
    )
    speech_actors: Actors = Field(1, description="actors that fetch and transcribe, on all machines together")
    speech_cpus: float = Field(1.0, ge=0, le=256, description="processors that each of them takes")
    speech_gpus: float = Field(0.0, ge=0, le=16, description="GPUs that each of them takes; 0.5 lets two share one")
    embedding_actors: Actors = Field(1, description="actors that cut and embed passages, and embed again")
    embedding_cpus: float = Field(0.5, ge=0, le=256, description="processors that each of them takes")
    embedding_gpus: float = Field(0.0, ge=0, le=16, description="GPUs that each of them takes")
    insight_actors: Actors = Field(1, description="actors that look for insights, or ask the language model for them")
    insight_cpus: float = Field(0.5, ge=0, le=256, description="processors that each of them takes")

    @property
    def on_this_machine(self) -> bool:
        """Whether the cluster is surely this machine alone."""
        return not self.address or is_loopback(f"//{self.address}")


class TakingInGroups(Group):
    """The groups of this file, as ``Settings`` has them."""

    fetch: FetchSettings = FetchSettings()
    ingest: IngestSettings = IngestSettings()
    ray: RaySettings = RaySettings()
