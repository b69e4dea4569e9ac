"""Real episodes as transcripts, with what people marked in them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from earmark.types import Segment, Transcript
from ingest.text.sentences import Sentence, joined_text, split_sentences

__all__ = ["LabelledEpisode", "PartedEpisode", "episodes", "labelled", "parted", "spoken"]

LABELS = Path(__file__).with_name("sponsor_labels.jsonl")
WORDS_PER_S = 2.6
"""Usual speech; times where a transcript has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledEpisode:
    """An episode with its sponsor reads and its frame (greetings, housekeeping) as offsets in its joined text.

    ``unsure`` is what two readers might label differently: the show's own offers, talk about a sponsor.
    """

    show: str
    number: int
    split: str
    sentences: tuple[Sentence, ...]
    sponsor: tuple[tuple[int, int], ...]
    frame: tuple[tuple[int, int], ...]
    unsure: tuple[tuple[int, int], ...]
    intact: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PartedEpisode:
    """An episode that its publisher parted: ``starts`` are the indexes of the segments that begin a part after the first.

    ``transcript`` has times by its words, ``original`` those that it came with, if any.
    """

    show: str
    title: str
    transcript: Transcript
    original: Transcript
    starts: tuple[int, ...]
    titles: tuple[str, ...]
    times: tuple[float | None, ...]


@lru_cache(maxsize=40)
def episodes(data: Path, show: str) -> list[dict[str, Any]]:
    """The episodes of a show as the data has them."""
    with (data / "podcasts" / f"{show}.jsonl").open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def spoken(episode: dict[str, Any]) -> Transcript:
    """An episode's transcript, its segments as they are."""
    return Transcript(
        segments=tuple(
            Segment(text=s["text"], start_s=s.get("start"), end_s=s.get("end"), speaker=s.get("speaker"))
            for s in episode["segments"]
        ),
        source="text",
    )


def labelled(data: Path) -> Iterator[LabelledEpisode]:
    """The hand-labelled episodes."""
    with LABELS.open(encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            ids = [episode["episode_id"] for episode in episodes(data, row["show"])]
            number = ids.index(row["episode_id"])
            transcript = spoken(episodes(data, row["show"])[number])
            digest = hashlib.sha256(joined_text(transcript).encode()).hexdigest()
            spans = {name: tuple((a, b) for a, b in row[name]) for name in ("sponsor", "frame", "unsure")}
            yield LabelledEpisode(
                show=row["show"],
                number=number,
                split=row["split"],
                sentences=split_sentences(transcript),
                intact=digest == row["sha256"],
                **spans,
            )


def parted(data: Path) -> Iterator[PartedEpisode]:
    """Episodes of at least 1,200 words with human headings, two or more after the first."""
    with (data / "chapters_open" / "chapters.jsonl").open(encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            slug, _, episode_id = row["episode"].partition("/")
            episode = next((e for e in episodes(data, slug) if e["episode_id"] == episode_id), None)
            heads = {c["first_segment"]: c for c in row["chapters"] if c["first_segment"] > 0}
            if episode is None or len(heads) < 2 or sum(len(s["text"].split()) for s in episode["segments"]) < 1_200:
                continue
            yield PartedEpisode(
                show=row["show"],
                title=row["title"],
                transcript=_timed(spoken(episode)),
                original=spoken(episode),
                starts=tuple(sorted(heads)),
                titles=tuple(heads[start]["title"] or "" for start in sorted(heads)),
                times=tuple(heads[start]["start"] for start in sorted(heads)),
            )


def _timed(transcript: Transcript) -> Transcript:
    """With times by the number of words, so that parts can be told by time."""
    segments, clock = [], 0.0
    for segment in transcript.segments:
        end = clock + max(1, len(segment.text.split())) / WORDS_PER_S
        segments.append(Segment(text=segment.text, speaker=segment.speaker, start_s=clock, end_s=end))
        clock = end
    return Transcript(segments=tuple(segments), source="text")
