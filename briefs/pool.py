"""The candidates of a brief that are being weighed, as arrays: which is best next, given those picked so far."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray

from briefs.taste import NO_TASTE, Taste
from briefs.updates import news
from briefs.weights import WEIGHTS, Weights
from earmark.catalog.batches import batches
from earmark.language.polarity import opposed
from earmark.types import Insight

__all__ = ["DUPLICATE", "CandidatePool", "ToldClaims"]

Vector = NDArray[np.float32]

DUPLICATE = 0.92
"""Cosine of two claims from which they count as one unless their words oppose each other, for cosine cannot tell a claim
from its opposite; `Finder.near_duplicates`, which reads the words more closely, decides the cases below it."""

_SAME = 0.85
"""Cosine to a told claim from which another number is news on it: claims as close as that are about the same quantity."""
_UPDATE = 0.7
"""Novelty to the reader of what has news on a told claim."""
_NEAR = 0.35
"""Cosine to a told claim from which a candidate begins to count as less new; unrelated claims lie below it."""
_AGAIN = 0.75
"""The same to a told claim that the reader asked for more like: what is as near as that says much of the same."""
_KNOWN = 0.6
"""Cosine to an earlier claim from which a candidate begins to count as said before. Below it lies most of what is worth
hearing: a claim that is near nothing at all is more often an anecdote than a discovery."""
_ALONE, _MET = 0.35, 0.55
"""Cosine to the nearest candidate of another show at which a claim counts as standing alone, and as fully met."""

_BLOCK = 256
"""Rows compared at a time: 20 MB against 20,000 candidates."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldClaims:
    """The claims a reader knows: ids, content hashes, and vectors of shape ``(n, dimension)``.

    ``claims`` are the words of each row of ``vectors``, empty for a claim that is no longer in the library; ``days`` are when
    each was told, ``None`` where that is not known.
    """

    ids: frozenset[str] = frozenset()
    hashes: frozenset[str] = frozenset()
    claims: tuple[str, ...] = ()
    days: tuple[date | None, ...] = ()
    vectors: Vector = field(default_factory=lambda: np.zeros((0, 0), dtype=np.float32))

    def covers(self, insights: Collection[Insight]) -> bool:
        """Whether one of the insights has been told."""
        return any(insight.id in self.ids or insight.content_hash in self.hashes for insight in insights)


class CandidatePool:
    """Candidates under consideration. Grows by tiers; rows are never removed, only closed."""

    def __init__(
        self,
        told: ToldClaims,
        taste: Taste = NO_TASTE,
        weights: Weights = WEIGHTS,
        theme_of: Mapping[str, str] | None = None,
    ) -> None:
        self._told = told
        self._taste = taste
        self._weights = weights
        self._theme_of = theme_of or {}
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
        self._picked_themes: Counter[str] = Counter()
        self._picked_kinds: Counter[str] = Counter()
        self._closed_ids: set[str] = set()
        self._closed_hashes: set[str] = set()

    def fresh_to_reader(
        self, insights: Sequence[Insight], vectors: Mapping[str, Vector]
    ) -> list[tuple[Insight, float]]:
        """Those insights that nearly repeat nothing told, or have news on it, each with its novelty to the reader in 0..1."""
        rows = [vectors.get(insight.id) for insight in insights]
        repeated = _repeated(insights, rows, self._told.claims, self._told.vectors)
        # Whoever asked for more like something told wants what is near it, short of the same again.
        wanted = self._taste.asked_for(self._told.vectors)
        nearness = np.maximum(
            _nearness(rows, self._told.vectors[~wanted], begins=_NEAR),
            _nearness(rows, self._told.vectors[wanted], begins=_AGAIN),
        )
        pairs = zip(insights, repeated, nearness, strict=True)
        fresh = [(insight, float(1.0 - self._weights.told * near)) for insight, again, near in pairs if not again]
        updates = [
            (i, _UPDATE) for i, row, again in zip(insights, rows, repeated, strict=True) if again and self._news(i, row)
        ]
        return fresh + updates

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
        base = (
            np.asarray(worth, dtype=float)
            * (1 - self._weights.novelty * said)
            * (1 - self._weights.echo * (1 - echo))
            * reader
        )
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

    def best(self, full: Collection[str], *, other: bool = False, among: Collection[str] | None = None) -> int | None:
        """The row to pick next, none of a show in ``full``; ``None`` if no open row is left. Ties go by insight id.

        With ``other``, it is like nothing that the reader asked for more of; with ``among``, of one of these shows.
        """
        is_open = self._open & ~self._lifted if other else self._open
        rows = [i for i in np.flatnonzero(is_open) if self.insights[i].show_id not in full]
        if among is not None:
            rows = [i for i in rows if self.insights[i].show_id in among]
        if not rows:
            return None
        # Rounded, so that the last bits of a sum of products, which depend on its order, decide nothing.
        score = np.round(self.score(np.array(rows)), 6)
        ties = [row for row, value in zip(rows, score, strict=True) if value == score.max()]
        return int(min(ties, key=lambda row: self.insights[row].id))

    def score(self, rows: NDArray[np.int64] | int) -> NDArray[np.float64]:
        """The score of rows against what has been picked so far."""
        near = 1.0 - self._weights.diversity * np.maximum(self._closest[rows], 0.0)
        again = np.array([self._variety(int(row)) for row in np.atleast_1d(rows)])
        return np.asarray(self._base[rows] * near * (again if np.ndim(rows) else again[0]))

    def _variety(self, row: int) -> float:
        """What a row keeps of its score, given the themes and kinds of the picks."""
        insight = self.insights[row]
        themes = self._picked_themes[self._theme_of.get(insight.id, "")]
        return float((1 - self._weights.theme) ** themes * (1 - self._weights.kind) ** self._picked_kinds[insight.kind])

    def like(self, row: int) -> str:
        """What the reader wants and raised this row, as a part of a sentence; empty if nothing did."""
        return self._taste.reason(self.insights[row], self._vectors[row])

    def update(self, row: int) -> str:
        """What is new in this row to a claim that the reader was told, as a part of a sentence; empty if it is near none."""
        return self._news(self.insights[row], self._vectors[row])

    def _news(self, insight: Insight, row: Vector | None) -> str:
        if row is None or not len(self._told.vectors):
            return ""
        cosines = self._told.vectors @ row
        for n in np.flatnonzero(cosines >= _SAME)[np.argsort(-cosines[cosines >= _SAME])]:
            on = self._told.days[n] if n < len(self._told.days) else None
            if on is None or insight.published is None or insight.published.date() < on:
                continue  # what may have been said before it was told is no news
            if words := news(insight.claim, self._told.claims[n], on):
                return words
        return ""

    def has_open(self) -> bool:
        """Whether anything can still be picked from it."""
        return bool(self._open.any())

    def close(self, row: int) -> None:
        """Takes a row out of consideration."""
        self._open[row] = False

    def pick(self, row: int, duplicates: Sequence[Insight]) -> None:
        """Marks a row as picked, and closes it with all that say the same."""
        picked = self.insights[row]
        if theme := self._theme_of.get(picked.id, ""):
            self._picked_themes[theme] += 1
        if picked.kind:
            self._picked_kinds[picked.kind] += 1
        for insight in (picked, *duplicates):
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


def _nearness(rows: Sequence[Vector | None], told: Vector, *, begins: float) -> NDArray[np.float64]:
    """How near each row comes to being a duplicate of something told, in 0..1."""
    return np.asarray(np.clip((_closest(rows, told) - begins) / (DUPLICATE - begins), 0.0, 1.0))


def _closest(rows: Sequence[Vector | None], others: Vector | None) -> NDArray[np.float64]:
    """The largest cosine of each row to any of ``others`` of shape ``(n, dimension)``; 0 for a row without a vector."""
    closest = np.zeros(len(rows))
    known = [i for i, row in enumerate(rows) if row is not None]
    if known and others is not None and len(others):
        matrix = np.stack([row for row in rows if row is not None])
        closest[known] = np.clip((matrix @ others.T).max(axis=1), 0.0, 1.0)
    return closest
