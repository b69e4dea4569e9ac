"""Words of spoken English as terms: which carry content, which are rare in this library, which two texts share."""

from __future__ import annotations

import math
import re
import threading
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import sqlalchemy as sa

from earmark.catalog import changes
from earmark.catalog.schema import chunks as chunks_table
from retrieval.stopwords import STOPWORDS

if TYPE_CHECKING:
    from earmark.catalog import Catalog

__all__ = ["Library", "Rarity", "content_terms", "stem", "words"]

_WORD = re.compile(r"[^\W_]+(?:['’.+#-][^\W_]+)*[+#]*")
_SAMPLE = 4_000
"""Passages that rarity is counted over: enough to tell a word of one talk from a word of all, read in 50 ms."""


def words(text: str) -> list[str]:
    """The words of a text as they stand, with inner apostrophes and hyphens."""
    return _WORD.findall(text)


def stem(word: str) -> str:
    """A word as it is compared: lower case, without possessive and plural endings (Harman's s-stemmer)."""
    low = word.casefold().replace("’", "'").removesuffix("'s")
    if len(low) > 4 and low.endswith("ies") and low[-4] not in "ea":
        return low[:-3] + "y"
    if len(low) > 3 and low.endswith("es") and low[-3] not in "aeo":
        return low[:-1]
    if len(low) > 3 and low.endswith("s") and low[-2] not in "us":
        return low[:-1]
    return low


def content_terms(text: str) -> list[str]:
    """The stems of a text's content words, in order, repeated as they are."""
    found = (stem(word) for word in words(text))
    return [term for term in found if term not in STOPWORDS and (len(term) > 1 or term.isdigit())]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rarity:
    """In how many of ``size`` passages each term occurs."""

    size: int = 0
    counts: Counter[str] = field(default_factory=Counter)

    def idf(self, term: str) -> float:
        """Inverse document frequency as BM25 has it (with 1 added inside, so never negative)."""
        n = self.counts[term]
        return math.log(1 + (self.size - n + 0.5) / (n + 0.5))

    def coverage(self, wanted: Iterable[str], text_terms: Iterable[str]) -> float:
        """The share in 0..1 of the wanted terms, weighted by rarity, that a text has; 0 where nothing is wanted."""
        held = set(text_terms)
        weights = {term: self.idf(term) for term in wanted}
        total = sum(weights.values())
        return sum(weight for term, weight in weights.items() if term in held) / total if total else 0.0


class Library:
    """Rarity in a catalog, counted again when it has changed by a tenth."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._lock = threading.Lock()
        self._seen = 0
        self._rarity = Rarity()

    def rarity(self) -> Rarity:
        """How rare terms are, over a sample of passages (ids are hashes, so the first by id are a random sample)."""
        with self._lock:
            with self._catalog.read() as tx:
                head = changes.head(tx)
                if self._rarity.size and head < 1.1 * self._seen:
                    return self._rarity
                query = sa.select(chunks_table.c.text).order_by(chunks_table.c.id).limit(_SAMPLE)
                texts = tx.execute(query).scalars().all()
            counts: Counter[str] = Counter()
            for text in texts:
                counts.update(set(content_terms(text)))
            self._rarity = Rarity(size=len(texts), counts=counts)
            self._seen = head
            return self._rarity
