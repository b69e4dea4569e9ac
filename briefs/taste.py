"""What a reader wants more and less of: how far it raises or lowers a candidate of a brief, and in what words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from briefs.preferences import NOTHING, Preferences, Voice
from earmark.language.folding import terms
from earmark.types import Insight

__all__ = ["NO_TASTE", "Leaning", "Taste", "ramp_in"]

Vector = NDArray[np.float32]

_IDEA = (0.35, 0.6)
"""Cosine to an idea asked about at which a candidate begins to count as like it, and counts as wholly like it. Unrelated claims
lie below the first; claims on one subject reach the second."""
_SUBJECT = (0.3, 0.5)
"""The same to a subject named in a few words, which lies further from the claims on it: of 1,151 claims, the hundredth part
nearest to a subject that the library treats lies above .3 to .5, and the nearest to one that it does not treat below .3."""
_NAMED = 0.15
"""Cosine from which a claim that holds all words of a subject is about it, whatever else the vector says: in *that did the
work*, nobody speaks about work."""
_IDEA_WEIGHT = 0.5
"""The share of its score that a candidate wins or loses by being wholly like an idea asked about. That idea has been told,
which costs its neighbours up to a quarter at these cosines: a smaller weight would only make up for that."""
_SUBJECT_WEIGHT = 0.75
"""The same of a subject that the reader wrote down with weight 1, which says more than a click."""
_FURTHER = 0.7
"""The share of that for a second idea asked for that a candidate is like too, of that for a third, and so on: several clicks on
one thing say more than one does."""
_COUNTED = 6
"""Ideas asked for that count together; the sixth adds a sixth of what the first does."""
_FEWEST = 100
"""Ideas of a library from which on it has a ramp of its own."""
_NEARER = (0.85, 0.98)
"""The shares of a library that a candidate is nearer than, when it begins to count as like an idea and wholly does: an interest is
some hundredths of what a reader follows."""
_NARROWEST = 0.05
_SAID = 0.92
"""Cosine from which something told is an idea that was asked for, or was told with it as saying the same."""
_FAVOUR = 0.3
"""The share of its score that a candidate wins by being of a show or a person that the reader prefers."""
_LEAST = 0.1
"""The share of its score that a candidate keeps whatever the reader wants less of: it is not hidden."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaning:
    """An idea or a subject that the reader wants more of (``weight`` above 0) or less (below 0).

    ``vector`` is its unit vector. ``reason`` says, after a semicolon, why a candidate was raised by it. ``words`` are those of
    a subject, and empty for an idea. ``ramp`` are the cosines at which a candidate begins to be like it and wholly is, where
    they are not the usual ones (see `ramp_in`).
    """

    vector: Vector
    weight: float = 1.0
    reason: str = ""
    words: str = ""
    ramp: tuple[float, float] | None = None

    def likeness(self, cosines: NDArray[np.float32]) -> NDArray[np.float64]:
        """How like it candidates of these cosines are, in 0..1."""
        begins, whole = self.ramp or _usual(self.words)
        return np.clip((cosines.astype(np.float64) - begins) / (whole - begins), 0.0, 1.0)


def ramp_in(library: Vector, vector: Vector, words: str = "") -> tuple[float, float] | None:
    """The ramp of a leaning in a library, given a fair sample of its vectors of shape ``(n, dimension)``.

    Where a library is all of one kind, everything is near everything: what is like an idea there is what is nearer to it than
    nearly all else. ``None`` where the usual ramp holds.
    """
    if len(library) < _FEWEST:
        return None
    begins, whole = _usual(words)
    low, high = np.quantile(library @ vector, _NEARER)
    return max(begins, float(low)), max(whole, float(high), float(low) + _NARROWEST)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taste:
    """The leanings of a reader, and what their profile says.

    Each leaning counts for itself: the mean of two interests lies between them, where nothing is that the reader wants.
    """

    leanings: tuple[Leaning, ...] = ()
    preferences: Preferences = NOTHING

    def factors(self, insights: Sequence[Insight], rows: Sequence[Vector | None]) -> NDArray[np.float64]:
        """What multiplies the score of each candidate: above 1 where the reader wants it, given its vector if there is one."""
        pulls = self._pulls(insights, rows)
        more, less = np.maximum(pulls, 0.0), -pulls.min(axis=0, initial=0.0)
        # The nearer counts: what is liker to something wanted than to anything unwanted is wanted.
        less = np.maximum(less - more.max(axis=0, initial=0.0), 0.0)
        more = _together(more)
        favoured = np.array([self._favoured(insight) is not None for insight in insights], dtype=bool)
        return np.asarray(np.maximum(1.0 + more - less + _FAVOUR * favoured, _LEAST))

    def reason(self, insight: Insight, row: Vector | None) -> str:
        """What raised a candidate, as a part of a sentence; empty if it was not raised."""
        if self.factors([insight], [row])[0] <= 1.0:
            return ""
        pulls = self._pulls([insight], [row])[:, 0]
        best = int(np.argmax(pulls)) if len(pulls) else -1
        if best >= 0 and pulls[best] > 0:
            return self.leanings[best].reason
        voice = self._favoured(insight)
        return f"you prefer {voice.name}" if voice is not None else ""

    def asked_for(self, rows: Vector) -> NDArray[np.bool_]:
        """Which of some vectors of shape ``(n, dimension)`` are those of ideas that the reader asked for more of, or repeat one."""
        more = [leaning.vector for leaning in self.leanings if leaning.weight > 0 and not leaning.words]
        if not more or not len(rows):
            return np.zeros(len(rows), dtype=np.bool_)
        return np.asarray((rows @ np.stack(more).T).max(axis=1) >= _SAID)

    def _favoured(self, insight: Insight) -> Voice | None:
        return self.preferences.favours(show_id=insight.show_id, show=insight.show, speaker=insight.speaker)

    def _pulls(self, insights: Sequence[Insight], rows: Sequence[Vector | None]) -> NDArray[np.float64]:
        """The share of its score that each leaning (a row) adds to each candidate (a column)."""
        pulls = np.zeros((len(self.leanings), len(rows)))
        known = [n for n, row in enumerate(rows) if row is not None]
        if not known or not self.leanings:
            return pulls
        cosines = (
            np.stack([row for row in rows if row is not None])
            @ np.stack([leaning.vector for leaning in self.leanings]).T
        )
        held = [set(terms(f"{insights[n].claim} {insights[n].body}")) for n in known] if self._has_subjects else []
        for line, leaning, near in zip(pulls, self.leanings, cosines.T, strict=True):
            likeness = leaning.likeness(near)
            wanted = set(terms(leaning.words))
            if wanted:
                likeness[[wanted <= has for has in held] & (near >= _NAMED)] = 1.0
            line[known] = likeness * leaning.weight * (_SUBJECT_WEIGHT if leaning.words else _IDEA_WEIGHT)
        return pulls

    @property
    def _has_subjects(self) -> bool:
        return any(leaning.words for leaning in self.leanings)


def _usual(words: str) -> tuple[float, float]:
    return _SUBJECT if words else _IDEA


def _together(pulls: NDArray[np.float64]) -> NDArray[np.float64]:
    """What leanings (rows) add to candidates (columns) together: the strongest wholly, each further one by less."""
    strongest = -np.sort(-pulls, axis=0)[:_COUNTED]
    return np.asarray((strongest * _FURTHER ** np.arange(len(strongest))[:, None]).sum(axis=0))


NO_TASTE = Taste()
"""Of a reader who wants nothing in particular."""
