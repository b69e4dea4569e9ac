"""Whether chapters and a transcript keep the same time.

Advertisements stitched in at download time make the audio of a chapters file, of a transcript and of a recording differ.
What a chapter's title names is talked about in it, so the places where the words of all titles occur show a shift.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from earmark.types import Chapter, Segment

__all__ = ["shift_of"]

STEP_S = 5.0
FARTHEST_S = 300.0
"""Five minutes of advertisements before the first chapter are the most that is looked for."""
EARLY_S, LOOK_S, DECAY_S = 8.0, 90.0, 40.0
"""A title's words are looked for from shortly before a chapter's start on; the later they are said, the less they count."""
BEFORE = 0.5
"""What the same words count against it where they are said before."""
NEAR_S = 15.0
"""Shifts up to this are none: publishers round, and speakers lead over."""
FEWEST_TITLES = 4
"""With words of fewer titles found anywhere, chance decides."""
EXPLAINED = 0.25
"""Share of the titles' words, by weight and nearness, that a shift has to explain; words of no subject reach 0.1."""
CLEARER = 1.35
"""How many times better than none a shift has to explain the titles.

Measured with these values on 52 episodes with human chapters and times: as published, 42 were left alone, 1 was moved and 9
could not be told; moved by 45 to 180 s to either side, 36 to 40 were put back to within 20 s and 1 or 2 put elsewhere; moved
by 30 s, 28 to 31 were put back.
"""
_STRETCH_S = 120.0
_WORD = re.compile(r"[^\W\d_]{4,}|\d{2,}")
COMMON = 0.15
"""A word in more than this share of the stretches says nothing about where it is."""


def shift_of(chapters: Sequence[Chapter], segments: Sequence[Segment]) -> float | None:
    """Seconds to add to the chapters' times so that they fit the transcript: 0.0 where they fit best as they are.

    ``None`` if that cannot be told: no times in the transcript, or titles whose words are not said.
    """
    places, stretches = _places(segments)
    if not places:
        return None
    wanted = [(chapter.start_s, words) for chapter in chapters if (words := _rare(chapter.title, places, stretches))]
    if len(wanted) < FEWEST_TITLES:
        return None
    steps = int(FARTHEST_S / STEP_S)
    scores = {step * STEP_S: _score(wanted, step * STEP_S) for step in range(-steps, steps + 1)}
    unmoved = max(score for shift, score in scores.items() if abs(shift) <= NEAR_S)
    best = max(scores, key=lambda shift: (scores[shift], -abs(shift)))
    explained = scores[best] / sum(weight for _, words in wanted for weight, _ in words)
    if abs(best) <= NEAR_S or scores[best] < CLEARER * unmoved:
        return 0.0
    return best if explained >= EXPLAINED else None


def _places(segments: Sequence[Segment]) -> tuple[dict[str, list[float]], int]:
    """The seconds at which each word is said, and in how many stretches of ``_STRETCH_S`` anything is."""
    places: dict[str, list[float]] = defaultdict(list)
    stretches = set()
    for segment in segments:
        if segment.start_s is None:
            continue
        words = list(_WORD.finditer(segment.text.lower()))
        length = (segment.end_s - segment.start_s) if segment.end_s is not None else 0.0
        for match in words:
            second = segment.start_s + length * match.start() / max(1, len(segment.text))
            places[match[0]].append(second)
            stretches.add(int(second / _STRETCH_S))
    return places, len(stretches)


def _rare(title: str, places: dict[str, list[float]], stretches: int) -> list[tuple[float, list[float]]]:
    """The title's telling words: the weight of each and the seconds at which it is said."""
    rare = []
    for word in dict.fromkeys(_WORD.findall(title.lower())):
        spread = Counter(int(second / _STRETCH_S) for second in places.get(word, ()))
        if spread and len(spread) <= max(2, COMMON * stretches):
            rare.append((math.log((stretches + 1) / len(spread)), sorted(places[word])))
    return rare


def _score(wanted: Sequence[tuple[float, list[tuple[float, list[float]]]]], shift_s: float) -> float:
    total = 0.0
    for start, words in wanted:
        for weight, seconds in words:
            at = start + shift_s
            following = bisect_left(seconds, at - EARLY_S)
            if following < len(seconds) and seconds[following] <= at + LOOK_S:
                total += weight * math.exp(-max(0.0, seconds[following] - at) / DECAY_S)
            if following > 0 and seconds[following - 1] >= at - LOOK_S:
                total -= BEFORE * weight * math.exp(-(at - seconds[following - 1]) / DECAY_S)
    return total
