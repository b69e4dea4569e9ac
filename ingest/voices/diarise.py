"""Which voice speaks when, for audio that was transcribed here: turns of voices, laid over the transcript's segments.

An optional extra (`pip install 'earmark[diarise]'`); without it transcripts of our own have no voices.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from earmark.errors import AudioError, ModelNotFound
from earmark.types import Transcript

__all__ = ["Diariser", "SpeechTurn", "diarised", "fewer_voices", "joined", "with_labels"]

_NEAR_S = 1.0
"""A sentence that no turn covers takes the voice of one at most this far away: voice activity is cut closer than words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeechTurn:
    """A stretch in which one voice speaks, in seconds from the start of the file; ``label`` is ``Speaker 1`` and so on."""

    start_s: float
    end_s: float
    label: str


class Diariser(Protocol):
    """Tells voices apart."""

    @property
    def name(self) -> str:
        """The engine with its version."""
        ...

    def diarise(self, audio: Path, *, speakers: int | None = None) -> tuple[SpeechTurn, ...]:
        """The turns of a file in order of time, without overlaps; empty if nobody speaks.

        Args:
            audio: anything that FFmpeg decodes.
            speakers: how many voices there are at most; ``None`` if that is not known.

        Raises:
            AudioError: it cannot be decoded, or its voices not be told apart.
            ModelNotFound: the extra is not installed, or cannot be loaded.
        """
        ...


def diarised(transcript: Transcript, audio: Path, diariser: Diariser) -> Transcript:
    """The transcript with the labels of the voices in its audio; unchanged where it has labels, or no times.

    ``provenance["voices"]`` names what told them apart, with the seconds that each of them speaks. If that fails, it
    holds the error: a text without voices is better than none.
    """
    if any(s.speaker for s in transcript.segments) or all(s.start_s is None for s in transcript.segments):
        return transcript
    try:
        turns = diariser.diarise(audio)
    except (AudioError, ModelNotFound) as error:
        failed = {"engine": diariser.name, "error": str(error)}
        return replace(transcript, provenance={**transcript.provenance, "voices": failed})
    spoken: Counter[str] = Counter()
    for turn in turns:
        spoken[turn.label] += round(turn.end_s - turn.start_s)
    made = {"engine": diariser.name, "seconds": dict(spoken.most_common())}
    return replace(with_labels(transcript, turns), provenance={**transcript.provenance, "voices": made})


def with_labels(transcript: Transcript, turns: Sequence[SpeechTurn]) -> Transcript:
    """The transcript with each segment under the label that covers most of it; unchanged where it has no times.

    Segments that no turn comes near keep no label.
    """
    if not turns or any(s.speaker for s in transcript.segments):
        return transcript
    ordered = sorted(turns, key=lambda turn: turn.start_s)
    ends = [turn.end_s for turn in ordered]
    segments = []
    for segment in transcript.segments:
        label = None
        if segment.start_s is not None:
            end_s = segment.end_s if segment.end_s is not None else segment.start_s
            label = _label(ordered, ends, segment.start_s, max(end_s, segment.start_s))
        segments.append(replace(segment, speaker=label) if label else segment)
    return replace(transcript, segments=tuple(segments))


def _label(turns: Sequence[SpeechTurn], ends: Sequence[float], start_s: float, end_s: float) -> str | None:
    covered: Counter[str] = Counter()
    near: tuple[float, str] | None = None
    for turn in turns[bisect_left(ends, start_s - _NEAR_S) :]:
        if turn.start_s > end_s + _NEAR_S:
            break
        overlap = min(end_s, turn.end_s) - max(start_s, turn.start_s)
        if overlap > 0:
            covered[turn.label] += round(overlap * 1000)
        elif near is None or -overlap < near[0]:
            near = (-overlap, turn.label)
    if covered:
        return covered.most_common(1)[0][0]
    return near[1] if near else None


def fewer_voices(
    turns: Sequence[SpeechTurn], centroids: Mapping[str, Sequence[float]], speakers: int
) -> tuple[SpeechTurn, ...]:
    """The turns with the voices that are most alike merged, until there are at most ``speakers``.

    Args:
        turns: in order of time.
        centroids: for each label the middle of its embeddings, all of one length.
        speakers: at least 1.
    """
    merged = {label: label for label in centroids}
    vectors = {label: list(vector) for label, vector in centroids.items()}
    spoken: Counter[str] = Counter()
    for turn in turns:
        spoken[turn.label] += max(1, round((turn.end_s - turn.start_s) * 1000))
    while len(vectors) > max(1, speakers):
        pairs = [(a, b) for i, a in enumerate(vectors) for b in list(vectors)[i + 1 :]]
        keep, drop = max(pairs, key=lambda pair: _cosine(vectors[pair[0]], vectors[pair[1]]))
        weight, other = spoken[keep], spoken[drop]
        gone = vectors.pop(drop)
        vectors[keep] = [
            (weight * x + other * y) / (weight + other or 1) for x, y in zip(vectors[keep], gone, strict=True)
        ]
        spoken[keep] += other
        merged = {label: keep if now == drop else now for label, now in merged.items()}
    return joined(replace(turn, label=merged.get(turn.label, turn.label)) for turn in turns)


def joined(turns: Iterable[SpeechTurn]) -> tuple[SpeechTurn, ...]:
    """Turns with neighbours of one voice made one."""
    result: list[SpeechTurn] = []
    for turn in turns:
        if result and result[-1].label == turn.label and turn.start_s - result[-1].end_s <= _NEAR_S:
            result[-1] = replace(result[-1], end_s=max(turn.end_s, result[-1].end_s))
        else:
            result.append(turn)
    return tuple(result)


def _cosine(a: Sequence[float], b: Sequence[float]) -> float:
    dot = sum(x * y for x, y in zip(a, b, strict=True))
    size = math.sqrt(sum(x * x for x in a) * sum(y * y for y in b))
    return dot / size if size else 0.0
