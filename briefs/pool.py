"""The candidates of a brief that are being weighed, as arrays: which is best next, given those picked so far."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from briefs.taste import NO_TASTE, Taste
from earmark.catalog.batches import batches
from earmark.language.polarity import opposed
from earmark.types import Insight

__all__ = ["DUPLICATE", "CandidatePool", "ToldClaims"]

Vector = NDArray[np.float32]

DUPLICATE = 0.92
"""Cosine of two claims from which they count as one unless their words oppose each other, for cosine cannot tell a claim
from its opposite; `Finder.near_duplicates`, which reads the words more closely, decides the cases below it."""

_NEAR = 0.35
"""Cosine to a told claim from which a candidate begins to count as less new; unrelated claims lie below it."""
_TOLD_WEIGHT = 0.6
"""Share of its score that a candidate loses as it nears a duplicate of a told claim."""
_DIVERSITY = 0.5
"""Share of its score that a candidate loses at cosine 1 to one picked already: MMR with lambda near 2/3, as a factor."""
_NOVELTY_WEIGHT = 0.5
"""Share of its score that a candidate without any novelty to the library loses."""
_KNOWN = 0.6
"""Cosine to an earlier claim from which a candidate begins to count as said before. Below it lies most of what is worth
hearing: a claim that is near nothing at all is more often an anecdote than a discovery."""
_ALONE, _MET = 0.35, 0.55
"""Cosine to the nearest candidate of another show at which a claim counts as standing alone, and as fully met."""
_ECHO_WEIGHT = 0.3
"""Share of its score that a claim loses when no other show has anything on it: what others said is half of an idea's
worth here."""

_BLOCK = 256
"""Rows compared at a time: 20 MB against 20,000 candidates."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldClaims:
    """The claims a reader knows: ids, content hashes, and vectors of shape ``(n, dimension)``.

    ``claims`` are the words of each row of ``vectors``, empty for a claim that is no longer in the library.
    """

    ids: frozenset[str] = frozenset()
    hashes: frozenset[str] = frozenset()
    claims: tuple[str, ...] = ()
    vectors: Vector = field(default_factory=lambda: np.zeros((0, 0), dtype=np.float32))

    def covers(self, insights: Collection[Insight]) -> bool:
        """Whether one of the insights has been told."""
        return any(insight.id in self.ids or insight.content_hash in self.hashes for insight in insights)


class CandidatePool:
    """Candidates under consideration. Grows by tiers; rows are never removed, only closed."""

    def __init__(self, told: ToldClaims, taste: Taste = NO_TASTE) -> None:
        self._told = told
        self._taste = taste
        self.insights: list[Insight] = []
        self.novelty: NDArray[np.float64] = np.zeros(0)
        """To the library and to the reader, in 0..1, by row."""
        self._base: NDArray[np.float64] = np.zeros(0)
        self._closest: NDArray[np.float64] = np.zeros(0)  # cosine to the closest pick, 0 without one
        self._lifted: NDArray[np.bool_] = np.zeros(0, dtype=np.bool_)
        self._open: NDArray[np.bool_] = np.zeros(0, dtype=np.bool_)
        self._vectors: list[Vector | None] = []
        self._picked: list[Vector] = []
        self._picked_claims: list[str] = []
        self._closed_ids: set[str] = set()
        self._closed_hashes: set[str] = set()

    def fresh_to_reader(
        self, insights: Sequence[Insight], vectors: Mapping[str, Vector]
    ) -> list[tuple[Insight, float]]:
        """Those insights that nearly repeat nothing told, each with its novelty to the reader in 0..1."""
        rows = [vectors.get(insight.id) for insight in insights]
        repeated = _repeated(insights, rows, self._told.claims, self._told.vectors)
        closest = _closest(rows, self._told.vectors)
        nearness = np.clip((closest - _NEAR) / (DUPLICATE - _NEAR), 0.0, 1.0)
        pairs = zip(insights, repeated, nearness, strict=True)
        return [(insight, float(1.0 - _TOLD_WEIGHT * near)) for insight, again, near in pairs if not again]

    def add(
        self,
        insights: Sequence[Insight],
        *,
        worth: Sequence[float],
        to_library: Sequence[float],
        to_reader: Sequence[float],
        vectors: Mapping[str, Vector],
    ) -> None:
        """Takes candidates in; ``worth`` is quality times freshness, the novelties are in 0..1."""
        rows = [vectors.get(insight.id) for insight in insights]
        library, reader = np.asarray(to_library, dtype=float), np.asarray(to_reader, dtype=float)
        said = np.clip((1.0 - library - _KNOWN) / (DUPLICATE - _KNOWN), 0.0, 1.0)
        picked = np.stack(self._picked) if self._picked else None
        closest = _closest(rows, picked)
        is_open = np.array([not self._is_closed(insight) for insight in insights], dtype=bool)
        is_open &= ~_repeated(insights, rows, self._picked_claims, picked)
        echo = np.clip((self._elsewhere(insights, rows, is_open) - _ALONE) / (_MET - _ALONE), 0.0, 1.0)
        base = np.asarray(worth, dtype=float) * (1 - _NOVELTY_WEIGHT * said) * (1 - _ECHO_WEIGHT * (1 - echo)) * reader
        wanted = self._taste.factors(insights, rows)
        self.insights.extend(insights)
        self._vectors.extend(rows)
        self.novelty = np.concatenate([self.novelty, library * reader])
        self._base = np.concatenate([self._base, base * wanted])
        self._lifted = np.concatenate([self._lifted, wanted > 1.0])
        self._closest = np.concatenate([self._closest, closest])
        self._open = np.concatenate([self._open, is_open])

    def _elsewhere(
        self, insights: Sequence[Insight], rows: Sequence[Vector | None], wanted: NDArray[np.bool_]
    ) -> NDArray[np.float64]:
        """The largest cosine of each wanted newcomer to a candidate of another show; 0 if there is no such candidate."""
        largest = np.zeros(len(rows))
        everyone = zip([*self.insights, *insights], [*self._vectors, *rows], strict=True)
        known = [(insight.show_id, vector) for insight, vector in everyone if vector is not None]
        asked = [n for n, row in enumerate(rows) if wanted[n] and row is not None]
        if not known or not asked:
            return largest
        shows, others = np.array([show for show, _ in known]), np.stack([vector for _, vector in known])
        for part in batches(asked, _BLOCK):
            cosines = np.stack([row for row in (rows[n] for n in part) if row is not None]) @ others.T
            mine = np.array([insights[n].show_id for n in part])
            cosines[mine[:, None] == shows[None, :]] = 0.0
            largest[list(part)] = np.clip(cosines.max(axis=1), 0.0, 1.0)
        return largest

    def best(self, full: Collection[str], *, other: bool = False) -> int | None:
        """The row to pick next, none of a show in ``full``; ``None`` if no open row is left. Ties go by insight id.

        With ``other``, it is like nothing that the reader asked for more of.
        """
        is_open = self._open & ~self._lifted if other else self._open
        rows = [i for i in np.flatnonzero(is_open) if self.insights[i].show_id not in full]
        if not rows:
            return None
        # Rounded, so that the last bits of a sum of products, which depend on its order, decide nothing.
        score = np.round(self.score(np.array(rows)), 6)
        ties = [row for row, value in zip(rows, score, strict=True) if value == score.max()]
        return int(min(ties, key=lambda row: self.insights[row].id))

    def score(self, rows: NDArray[np.int64] | int) -> NDArray[np.float64]:
        """The score of rows against what has been picked so far."""
        return np.asarray(self._base[rows] * (1.0 - _DIVERSITY * np.maximum(self._closest[rows], 0.0)))

    def like(self, row: int) -> str:
        """What the reader wants and raised this row, as a part of a sentence; empty if nothing did."""
        return self._taste.reason(self.insights[row], self._vectors[row])

    def has_open(self) -> bool:
        """Whether anything can still be picked from it."""
        return bool(self._open.any())

    def close(self, row: int) -> None:
        """Takes a row out of consideration."""
        self._open[row] = False

    def pick(self, row: int, duplicates: Sequence[Insight]) -> None:
        """Marks a row as picked, and closes it with all that say the same."""
        for insight in (self.insights[row], *duplicates):
            self._closed_ids.add(insight.id)
            self._closed_hashes.add(insight.content_hash)
        vector = self._vectors[row]
        if vector is not None:
            claim = self.insights[row].claim
            self._picked.append(vector)
            self._picked_claims.append(claim)
            self._closest = np.maximum(self._closest, _closest(self._vectors, vector[None, :]))
            self._open &= ~_repeated(self.insights, self._vectors, [claim], vector[None, :])
        self._open &= np.array([not self._is_closed(insight) for insight in self.insights], dtype=bool)

    def _is_closed(self, insight: Insight) -> bool:
        return insight.id in self._closed_ids or insight.content_hash in self._closed_hashes


def _repeated(
    insights: Sequence[Insight], rows: Sequence[Vector | None], claims: Sequence[str], others: Vector | None
) -> NDArray[np.bool_]:
    """Whether each insight is a duplicate of one of ``others``, whose words are ``claims``, and not its opposite."""
    again = np.zeros(len(insights), dtype=bool)
    if others is None or not len(others):
        return again
    closest = _closest(rows, others)
    for n, (insight, vector) in enumerate(zip(insights, rows, strict=True)):
        if vector is not None and closest[n] >= DUPLICATE:
            near = np.flatnonzero(others @ vector >= DUPLICATE).tolist()
            again[n] = any(not opposed(insight.claim, claims[row]) for row in near)
    return again


def _closest(rows: Sequence[Vector | None], others: Vector | None) -> NDArray[np.float64]:
    """The largest cosine of each row to any of ``others`` of shape ``(n, dimension)``; 0 for a row without a vector."""
    closest = np.zeros(len(rows))
    known = [i for i, row in enumerate(rows) if row is not None]
    if known and others is not None and len(others):
        matrix = np.stack([row for row in rows if row is not None])
        closest[known] = np.clip((matrix @ others.T).max(axis=1), 0.0, 1.0)
    return closest
