"""The nearest neighbours of every vector among all: exactly, or cell by cell where there are very many."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Neighbours", "cells_of", "nearest"]

_EXACT = 20_000
"""Up to here every pair is compared: 20,000 vectors of 128 numbers take 10 s on one core."""
_PROBED = 24
"""Cells searched for the vectors of one, of 316 for 100,000 vectors: finds 91 % of their true 15 neighbours."""
_BLOCK = 1_024
_ROUNDS = 4
_SAMPLE = 20_000


@dataclass(frozen=True, slots=True)
class Neighbours:
    """For each of ``n`` vectors its ``k`` nearest others, nearest first: ``ids`` and cosines, both of shape ``(n, k)``.

    Beyond 20,000 vectors they are approximate.
    """

    ids: NDArray[np.int32]
    cosines: NDArray[np.float32]


def nearest(vectors: NDArray[np.float32], k: int, rng: np.random.Generator) -> Neighbours:
    """The ``k`` nearest others of each of ``(n, d)`` unit vectors, ``k < n``."""
    n = len(vectors)
    ids = np.empty((n, k), dtype=np.int32)
    cosines = np.empty((n, k), dtype=np.float32)
    if n <= _EXACT:
        everything = np.arange(n, dtype=np.int32)
        for start in range(0, n, _BLOCK):
            rows = everything[start : start + _BLOCK]
            ids[rows], cosines[rows] = _among(vectors, rows, everything, k)
        return Neighbours(ids, cosines)
    centres, cell = cells_of(vectors, round(n**0.5), rng)
    inside = [np.flatnonzero(cell == number).astype(np.int32) for number in range(len(centres))]
    order = np.argsort(-(centres @ centres.T), axis=1, kind="stable")
    for number, rows in enumerate(inside):
        if len(rows) == 0:
            continue
        probed, held = _PROBED, np.concatenate([inside[cluster] for cluster in order[number, :_PROBED]])
        while len(held) <= k:
            probed *= 2
            held = np.concatenate([inside[cluster] for cluster in order[number, :probed]])
        for start in range(0, len(rows), _BLOCK):
            part = rows[start : start + _BLOCK]
            ids[part], cosines[part] = _among(vectors, part, held, k)
    return Neighbours(ids, cosines)


def cells_of(
    vectors: NDArray[np.float32], count: int, rng: np.random.Generator
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Some ``count`` centres of shape ``(count, d)`` and the number of each vector's: a short spherical k-means.

    Four rounds over at most 20,000 vectors: cells have to be small and compact, not optimal.
    """
    sample = vectors[np.sort(rng.permutation(len(vectors))[:_SAMPLE])]
    centres = sample[np.sort(rng.permutation(len(sample))[:count])]
    for _ in range(_ROUNDS):
        nearest_one = _closest(sample, centres)
        sums = np.zeros_like(centres)
        np.add.at(sums, nearest_one, sample)
        lengths = np.linalg.norm(sums, axis=1, keepdims=True)
        centres = np.where(lengths > 0, sums / np.maximum(lengths, 1e-12), centres).astype(np.float32)
    return centres, _closest(vectors, centres)


def _closest(vectors: NDArray[np.float32], centres: NDArray[np.float32]) -> NDArray[np.int64]:
    closest = np.empty(len(vectors), dtype=np.int64)
    for start in range(0, len(vectors), 8 * _BLOCK):
        closest[start : start + 8 * _BLOCK] = np.argmax(vectors[start : start + 8 * _BLOCK] @ centres.T, axis=1)
    return closest


def _among(
    vectors: NDArray[np.float32], rows: NDArray[np.int32], held: NDArray[np.int32], k: int
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """The ``k`` nearest of the ``held`` ones for each row, itself left out."""
    cosines = vectors[rows] @ vectors[held].T
    cosines[rows[:, None] == held[None, :]] = -2.0
    best = np.argpartition(-cosines, k - 1, axis=1)[:, :k]
    values = np.take_along_axis(cosines, best, axis=1)
    order = np.lexsort((held[best], -values), axis=1)  # ties by number, so that every run finds the same
    return held[np.take_along_axis(best, order, axis=1)], np.take_along_axis(values, order, axis=1)
