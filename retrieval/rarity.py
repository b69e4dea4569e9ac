"""How rare words are in a library: what tells a word of one talk from a word of all."""

from __future__ import annotations

import math
import threading
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from earmark.catalog import changes
from earmark.catalog.content import chunks
from earmark.language.words import content_terms

if TYPE_CHECKING:
    from earmark.catalog import Catalog

__all__ = ["Rarity", "RarityIndex"]

_SAMPLE = 4_000
"""Passages that rarity is counted over: enough to tell a word of one talk from a word of all, read in 50 ms."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rarity:
    """The number of passages, out of ``size``, in which each term occurs."""

    size: int = 0
    counts: Counter[str] = field(default_factory=Counter)

    def idf(self, term: str) -> float:
        """Inverse document frequency as BM25 has it (with 1 added inside, so never negative)."""
        n = self.counts[term]
        return math.log(1 + (self.size - n + 0.5) / (n + 0.5))


class RarityIndex:
    """Rarity in a catalog, counted again when the catalog has grown by a tenth. Safe to share between threads."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._lock = threading.Lock()
        self._seen = 0
        self._rarity = Rarity()

    def rarity(self) -> Rarity:
        """How rare terms are, over a sample of passages."""
        with self._lock:
            with self._catalog.read() as tx:
                head = changes.head(tx)
                if self._rarity.size and head < 1.1 * self._seen:
                    return self._rarity
                texts = chunks.sample_texts(tx, limit=_SAMPLE)
            counts: Counter[str] = Counter()
            for text in texts:
                counts.update(set(content_terms(text)))
            self._rarity = Rarity(size=len(texts), counts=counts)
            self._seen = head
            return self._rarity
