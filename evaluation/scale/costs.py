"""What the plan reckons with: the world that is assumed or cited, and the costs that were measured."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from evaluation.parts import day_of, machine_of

__all__ = [
    "RESULTS",
    "CatalogBytes",
    "Costs",
    "Prices",
    "World",
    "catalog_bytes",
    "core_seconds",
    "measured_costs",
    "measured_days",
]

RESULTS = Path(__file__).parents[1] / "results"


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What comes in; docs/scale.md says of each value whether it is cited or assumed.

    Attributes:
        new_a_day: episodes of all shows of the Podcast Index.
        active_shows: shows with an episode in the last thirty days, which are looked at every hour.
        backlog: episodes that are there at the beginning.
        audio_s: mean length of an episode.
        audio_bytes_per_s: of a recording.
        spread: standard deviation of the logarithm of a length.
        transcribed: share of episodes whose feed has a transcript.
        words: of an episode of that length.
        by_hour: how many episodes come in each hour of a day (UTC), relative to each other.
    """

    new_a_day: int = 71_000
    active_shows: int = 340_000
    backlog: int = 1_000_000
    audio_s: float = 2_400.0
    audio_bytes_per_s: float = 16_000.0
    spread: float = 0.7
    transcribed: float = 0.05
    words: int = 6_820
    by_hour: tuple[float, ...] = (1, 1, 1, 1, 3, 4, 3, 2, 2, 3, 4, 4, 3, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """Cited prices in dollars: a processor's core for an hour, and a million tokens that a model reads and writes."""

    core_hour: float = 0.0425
    million_tokens_in: float = 0.40
    million_tokens_out: float = 1.60


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """What an episode costs, as measured.

    Attributes:
        speech_core_s: processor seconds for a second of audio.
        reading_core_s: processor seconds from a transcript to insights without a language model, fetching included.
        passages: of an episode.
        insights: of an episode.
        text_bytes_per_word: bytes of the catalog for a word that was said, in the transcript and in its passages.
        bytes_per_vector: bytes of the catalog for a vector.
        vectors_per_insight: vectors that an insight has.
        index_bytes_per_point: bytes of the index on disk with its graph, for a passage or an insight.
        build_core_s_per_point: processor seconds for the index with its graph.
        claim_ms: milliseconds of a claim with 50,000 waiting on PostgreSQL, on a machine under load.
        feeds_per_s: feeds that one process looks at in a second where nothing changed.
        tokens_in_a_word: what a language model reads for a word of an episode.
        tokens_out_a_word: what it writes.
    """

    speech_core_s: float
    reading_core_s: float
    passages: float
    insights: float
    text_bytes_per_word: float
    bytes_per_vector: float
    vectors_per_insight: float
    index_bytes_per_point: float
    build_core_s_per_point: float
    claim_ms: float
    feeds_per_s: float
    tokens_in_a_word: float
    tokens_out_a_word: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogBytes:
    """What a catalog takes up, as measured on one: see ``Costs``."""

    text_bytes_per_word: float
    bytes_per_vector: float
    vectors_per_insight: float


def measured_costs(catalog: CatalogBytes, results: Path = RESULTS) -> Costs:
    """The costs from the files of results, and those of a catalog."""
    speech = _read(results / "trust" / "speech.json")["speed"]
    campaign = _read(results / "campaign.json")
    large = _read(results / "bench.json")["index"]["sizes"][-1]
    tokens = _read(results / "judged" / "insights.json")["tokens_under_present_prompts"]["six_episodes"]
    episodes = campaign["ingest"]["episodes"]
    return Costs(
        speech_core_s=speech["earmark"]["cpu_s"] / speech["audio_s"],
        reading_core_s=campaign["ingest"]["seconds"] * machine_of(campaign, "ingest")["cores"] / episodes,
        passages=campaign["contents"]["chunks"] / episodes,
        insights=campaign["contents"]["insights"] / episodes,
        **asdict(catalog),
        index_bytes_per_point=large["graph"]["disk_mib"] * 2**20 / large["points"],
        build_core_s_per_point=large["graph"]["build_processor_s"] / large["points"],
        claim_ms=_read(results / "trust" / "work-postgresql.json")["claims"]["median_ms"],
        feeds_per_s=_read(results / "trust" / "fetching.json")["scan"]["feeds_per_s"],
        tokens_in_a_word=tokens["a_word"],
        tokens_out_a_word=tokens["a_word_out"],
    )


def measured_days(results: Path = RESULTS) -> dict[str, str]:
    """The day on which each of those costs was measured, by what it is the cost of."""
    parts = {
        "speech": ("trust/speech.json", "speed"),
        "reading": ("campaign.json", "ingest"),
        "contents": ("campaign.json", "contents"),
        "index": ("bench.json", "index"),
        "claims": ("trust/work-postgresql.json", "claims"),
        "feeds": ("trust/fetching.json", "scan"),
        "tokens": ("judged/insights.json", "tokens_under_present_prompts"),
    }
    return {name: day_of(_read(results / file), part) for name, (file, part) in parts.items()}


def core_seconds(world: World, cost: Costs) -> float:
    """Processor seconds of a mean episode."""
    return cost.reading_core_s + (1 - world.transcribed) * world.audio_s * cost.speech_core_s


def catalog_bytes(world: World, cost: Costs) -> float:
    """Bytes of the catalog for a mean episode."""
    vectors = cost.passages + cost.insights * cost.vectors_per_insight
    return world.words * cost.text_bytes_per_word + vectors * cost.bytes_per_vector


def _read(path: Path) -> Mapping[str, Any]:
    values: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return values
