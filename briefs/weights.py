"""How much each thing counts when ideas are chosen; `evaluation.fits.brief_weights` tells how good the ideas are that others would choose."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["WEIGHTS", "Weights"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """Shares of its score that a candidate loses, in 0..1, where not said otherwise.

    Attributes:
        told: as it nears a duplicate of a claim that the reader was told.
        diversity: at cosine 1 to an idea picked already: MMR with lambda near 2/3, as a factor.
        novelty: without any novelty to the library.
        echo: when no other show has anything on it: what others said is half of an idea's worth here.
        age: long after its publication. A good claim of last year beats a dull one of today, for what counts is that the
            reader has not heard it, not when it was published.
        theme: for each idea of its theme that is picked already.
        kind: for each idea of its kind (finding, advice …) that is picked already, where a model has said the kind.
        quiet: the share of the best score that an idea of a quiet show needs to have the last place.
    """

    told: float = 0.6
    diversity: float = 0.5
    novelty: float = 0.5
    echo: float = 0.3
    age: float = 0.25
    theme: float = 0.2
    kind: float = 0.1
    quiet: float = 0.7


WEIGHTS = Weights()
"""Those of the product. Among 144 judged ideas of shows that nothing was learned from, none of them turned off, halved or doubled
changes the worth of five days by more than chance would (evaluation/results/judged/brief-weights.json); what they are for,
variety and no repetition, is not in that worth."""
