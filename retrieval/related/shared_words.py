"""The words that two texts share, weighed by how rare they are."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from earmark.language.words import content_terms, stem
from retrieval.rarity import Rarity

__all__ = ["SharedWords", "WeighedWords", "shared_words"]

_NAME = re.compile(r"(?<![.!?…:\n]\s)(?<!^)(?<!\n)\b[A-Z][\w'’.+#-]*\w\b|\b[A-Z]{2,}\w*\b|\b\w+[a-z][A-Z]\w*\b")

_KEPT = 8_000
"""Texts whose words are kept, about 5 KB each: statements of passages are compared with one insight after the other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WeighedWords:
    """The content words of a text with their inverse document frequencies, and those that are written like names."""

    weights: Mapping[str, float]
    names: frozenset[str]
    length: float

    @staticmethod
    @lru_cache(maxsize=_KEPT)
    def of(text: str, rarity: Rarity) -> WeighedWords:
        """The words of a text, each once."""
        weights = {term: rarity.idf(term) for term in frozenset(content_terms(text))}
        names = frozenset(stem(match.group()) for match in _NAME.finditer(text))
        return WeighedWords(weights=weights, names=names, length=sum(w * w for w in weights.values()) ** 0.5)


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedWords:
    """What two texts share: the cosine in 0..1 of their weighed words, the sum and the highest of the weights, and names."""

    cosine: float
    total: float
    rarest: float
    names: int


def shared_words(words: WeighedWords, other: WeighedWords) -> SharedWords:
    """What two texts share."""
    shared = [words.weights[term] for term in words.weights.keys() & other.weights.keys()]
    length = words.length * other.length
    return SharedWords(
        cosine=sum(w * w for w in shared) / length if length else 0.0,
        total=sum(shared),
        rarest=max(shared, default=0.0),
        names=len(words.names & other.names),
    )
