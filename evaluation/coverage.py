"""Whether texts cover key points, with thresholds that follow from how well they match by chance."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from ingest.insights.words import content_words

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["CHANCE", "WAYS", "coverage", "match_by_meaning", "match_by_words", "redundancy"]

CHANCE = 0.95
"""Share of matches with another episode's texts that lie below the threshold."""
WAYS = ("meaning", "words")

ByEpisode = Mapping[str, Sequence[str]]
Encode = Callable[[Sequence[str]], "NDArray[np.float32]"]


def coverage(
    points: ByEpisode, texts: ByEpisode, *, tune: Sequence[str], test: Sequence[str], encode: Encode
) -> dict[str, dict[str, float]]:
    """1 or 0 for each key point of the episodes in ``test``, by way (``meaning``, ``words``, ``both``) and place.

    Args:
        points: key points by episode.
        texts: what may cover them, by episode.
        tune: episodes, at least two, on which the thresholds are calibrated: their key points against the texts of the
            episode that follows in this order.
        test: episodes that are reported on: their key points against their own texts.
        encode: texts to unit vectors of shape ``(n, dimension)``.
    """
    covered: dict[str, dict[str, float]] = {}
    for way in WAYS:
        chance = [
            value
            for number, episode in enumerate(tune)
            for value in _matches(points[episode], texts[tune[(number + 1) % len(tune)]], way, encode)
        ]
        threshold = float(np.quantile(chance or [0.0], CHANCE))
        covered[way] = {
            f"{episode} {place}": float(value > threshold)
            for episode in test
            for place, value in enumerate(_matches(points[episode], texts[episode], way, encode))
        }
    covered["both"] = {place: flag * covered["words"][place] for place, flag in covered["meaning"].items()}
    return covered


def match_by_words(point: str, texts: Sequence[str]) -> float:
    """The largest share of the key point's content words that one of the texts holds; 0 without content words."""
    wanted = set(content_words(point))
    return max((len(wanted.intersection(content_words(text))) / len(wanted) for text in texts), default=0.0) if wanted else 0.0  # fmt: skip


def match_by_meaning(points: NDArray[np.float32], texts: NDArray[np.float32]) -> list[float]:
    """The best cosine of each key point with a text.

    Args:
        points: unit vectors of shape ``(n_points, dimension)``.
        texts: unit vectors of shape ``(n_texts, dimension)``; with none every match is 0.
    """
    if not len(points) or not len(texts):
        return [0.0] * len(points)
    return [float(value) for value in (points @ texts.T).max(axis=1)]


def redundancy(texts: Sequence[str], encode: Encode) -> list[float]:
    """The largest cosine of each text with another of them; empty for fewer than two texts."""
    if len(texts) < 2:
        return []
    vectors = encode(texts)
    cosines = vectors @ vectors.T
    np.fill_diagonal(cosines, -1.0)
    return [float(value) for value in cosines.max(axis=1)]


def _matches(points: Sequence[str], texts: Sequence[str], way: str, encode: Encode) -> list[float]:
    if way == "meaning":
        return match_by_meaning(encode(points), encode(texts))
    return [match_by_words(point, texts) for point in points]
