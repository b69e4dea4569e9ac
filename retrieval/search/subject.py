"""Whether a claim is about what a few words name: how unusual its likeness to them is in its library, and which of them it holds.

One cosine for all searches tells too much: to "code review" half of a library of programmers is near, to "sleep" nothing is. So a
likeness is measured against those of a sample of the library's claims to the same words, in standard deviations, and words
count by their rarity among these claims.
"""

from __future__ import annotations

import math
import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from earmark.catalog.content import insights, vectors
from earmark.language.folding import terms

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from earmark.catalog import Catalog
    from earmark.types import Insight

__all__ = ["ABOUT", "AboutRule", "ClaimSample", "ClaimSamples", "Subject", "said_terms"]

_SAMPLE = 1_000
"""Claims: a standard deviation is known to 3 %, and they are read in a tenth of a second."""
_ENOUGH = 50
"""Claims from which on a likeness can be told to be unusual: of fewer the largest is seven standard deviations from the mean."""
_SPREAD = 0.001
"""Standard deviation below which claims are the same text again and again; between real ones it is a twentieth or more."""
_GROWTH = 1.1
"""How much the library may grow or shrink before the sample is taken again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AboutRule:
    """From where on a claim is about some words.

    Of 32 searches among the claims of 150 real episodes these values tell 48 claims, of which 35 belong; the cosine of .4 that
    they replace told 128, of which 55 belong (evaluation/results/judged/alerts.json). They were chosen on half of the searches
    and of the topics of related_insights, banking77 and clinc150; the other halves agree.

    Attributes:
        alone: standard deviations above the mean of the library's claims, whatever words the claim has.
        beside: the same for a claim that holds ``share`` of the words.
        share: of the words, weighted by their rarity, in 0..1.
        named: cosine of a claim that holds all of the words, as `briefs.taste` has it.
        few: cosine in a library of too few claims.
    """

    alone: float = 5.5
    beside: float = 4.0
    share: float = 0.4
    named: float = 0.15
    few: float = 0.5


ABOUT = AboutRule()
"""That of the product."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What some words name, in one library.

    Attributes:
        weights: of the words' terms, by rarity.
        mean: of the cosines of the library's claims to them.
        deviation: the standard deviation of these cosines; ``None`` where there are too few, or all are alike.
    """

    weights: Mapping[str, float]
    mean: float
    deviation: float | None

    def holds(self, claim: Insight, cosine: float, rule: AboutRule) -> bool:
        """Whether a claim with that cosine to the words is about them."""
        there = said_terms(claim)
        if self.weights and cosine >= rule.named and self.weights.keys() <= there:
            return True
        if self.deviation is None:
            return cosine >= rule.few
        unusual = (cosine - self.mean) / self.deviation
        if unusual >= rule.alone:
            return True
        held = sum(weight for term, weight in self.weights.items() if term in there)
        return unusual >= rule.beside and held >= rule.share * sum(self.weights.values()) > 0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ClaimSample:
    """A random sample of a library's claims: vectors of shape ``(n, dimension)``, and how many claims hold each term."""

    vectors: NDArray[np.float32]
    counts: Counter[str]

    def subject(self, words: str, vector: NDArray[np.float32]) -> Subject:
        """What some words name, whose vector of shape ``(dimension,)`` this is."""
        size = len(self.vectors)
        # One more than there are, so that a term that every claim holds keeps some weight.
        weights = {term: math.log((size + 2) / (self.counts[term] + 1)) for term in terms(words)}
        if size < _ENOUGH:
            return Subject(weights=weights, mean=0.0, deviation=None)
        cosines = self.vectors @ vector
        deviation = float(cosines.std())
        return Subject(
            weights=weights, mean=float(cosines.mean()), deviation=deviation if deviation > _SPREAD else None
        )


class ClaimSamples:
    """The sample of a catalog, taken again when the library has changed by a tenth. Safe to share between threads."""

    def __init__(self, catalog: Catalog, *, model_id: str) -> None:
        self._catalog = catalog
        self._model_id = model_id
        self._lock = threading.Lock()
        self._held: tuple[int, ClaimSample] | None = None

    def current(self) -> ClaimSample:
        """The current sample, of claims that have a vector."""
        with self._lock:
            with self._catalog.read() as tx:
                count = insights.count(tx)
            if self._held is None or not self._held[0] / _GROWTH <= count <= self._held[0] * _GROWTH:
                sample, whole = self._taken()
                self._held = (count if whole else 0, sample)
            return self._held[1]

    def _taken(self) -> tuple[ClaimSample, bool]:
        """A sample, and whether every claim of it had a vector already: new claims get theirs a little later."""
        import numpy as np

        with self._catalog.read() as tx:
            sampled = insights.sample(tx, limit=_SAMPLE)
            known = vectors.get_many(tx, self._model_id, [insight.content_hash for insight in sampled])
        embedded = [insight for insight in sampled if insight.content_hash in known]
        rows = [known[insight.content_hash] for insight in embedded]
        sample = ClaimSample(
            vectors=np.stack(rows) if rows else np.zeros((0, 1), dtype=np.float32),
            counts=Counter(term for insight in embedded for term in said_terms(insight)),
        )
        return sample, len(embedded) == len(sampled)


def said_terms(claim: Insight) -> set[str]:
    """The terms of a claim and its body."""
    return set(terms(f"{claim.claim} {claim.body}"))
