"""A map: a place in two dimensions for every vector, near to what it is like, and again where it was before."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from retrieval.themes.neighbours import cells_of

__all__ = ["beside", "layout"]

_ANCHORS = 1_500
"""Vectors laid out one by one; more than that are placed between so many anchors. t-SNE of 1,500 takes 6 s here."""
_PULL = 0.3
"""How much of a theme's middle is mixed into its insights, so that a theme is one patch on the map and not crumbs."""
_PERPLEXITY = 20.0
_BETWEEN = 3
"""Anchors between which a vector is placed."""
_SHAKE = 0.012
"""How far a vector is moved off the middle of its anchors, so that points do not lie on one another."""
_SEED = 20_260_701


def layout(
    vectors: NDArray[np.float32],
    labels: NDArray[np.int64],
    *,
    before: NDArray[np.float32] | None = None,
) -> NDArray[np.float32]:
    """Places of shape ``(n, 2)``, centred, in about -1..1; the same for the same input.

    Args:
        vectors: unit vectors of shape ``(n, d)``.
        labels: the theme of each, -1 for none.
        before: where each was on the last map, of shape ``(n, 2)``, not a number where it was not there. The new map
            starts from there and is then turned, mirrored and scaled to lie over the old one as well as it can.
    """
    n = len(vectors)
    if n < 4:
        return np.column_stack([np.linspace(-0.5, 0.5, n), np.zeros(n)]).astype(np.float32)
    pulled = _pulled(vectors, labels)
    if n <= _ANCHORS:
        return _aligned(_embedded(pulled, _filled(before, pulled)), before)
    anchors, nearest = cells_of(pulled, _ANCHORS, np.random.default_rng(_SEED))
    start = None
    if before is not None:
        start = np.full((_ANCHORS, 2), np.nan, dtype=np.float32)
        known = np.isfinite(before[:, 0])
        counts = np.bincount(nearest[known], minlength=_ANCHORS)
        for axis in (0, 1):
            sums = np.bincount(nearest[known], weights=before[known, axis], minlength=_ANCHORS)
            start[counts > 0, axis] = sums[counts > 0] / counts[counts > 0]
    return _aligned(_between(pulled, anchors, _embedded(anchors, _filled(start, anchors))), before)


def beside(cosines: NDArray[np.float32], places: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    """Places of shape ``(m, 2)`` for newcomers, next to their nearest old neighbours.

    ``cosines`` of shape ``(m, n)`` are those of each newcomer and each of the ``n`` whose ``places`` are given.
    """
    count = min(_BETWEEN, cosines.shape[1])
    near = np.sort(np.argpartition(-cosines, count - 1, axis=1)[:, :count], axis=1)
    weights = np.maximum(np.take_along_axis(cosines, near, axis=1), 1e-3) ** 4
    middle = np.einsum("mk,mkd->md", weights / weights.sum(axis=1, keepdims=True), places[near])
    return np.asarray(middle + rng.normal(scale=_SHAKE, size=middle.shape), dtype=np.float32)


def _pulled(vectors: NDArray[np.float32], labels: NDArray[np.int64]) -> NDArray[np.float32]:
    count = int(labels.max()) + 1
    if count < 1:
        return vectors
    sums = np.zeros((count, vectors.shape[1]), dtype=np.float32)
    inside = labels >= 0
    np.add.at(sums, labels[inside], vectors[inside])
    middles = sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-12)
    pulled = vectors.copy()
    pulled[inside] += _PULL * middles[labels[inside]]
    return np.asarray(pulled / np.maximum(np.linalg.norm(pulled, axis=1, keepdims=True), 1e-12), dtype=np.float32)


def _embedded(vectors: NDArray[np.float32], start: NDArray[np.float32] | None) -> NDArray[np.float32]:
    """t-SNE (van der Maaten and Hinton 2008), from the first principal components or from where things were."""
    from sklearn.manifold import TSNE  # a second that most commands do not need
    from threadpoolctl import threadpool_limits

    centred = vectors - vectors.mean(axis=0)
    if start is None:
        left, sizes, _ = np.linalg.svd(centred, full_matrices=False)
        start = (left * sizes)[:, :2]
    spread = float(start[:, 0].std()) or 1.0
    model = TSNE(
        n_components=2,
        perplexity=min(_PERPLEXITY, (len(vectors) - 1) / 3),
        init=np.ascontiguousarray(start / spread * 1e-4, dtype=np.float32),
        learning_rate="auto",
        random_state=_SEED,
        max_iter=750,
    )
    # One thread: its short parallel loops wait for one another for minutes where the cores have something else to do.
    with threadpool_limits(limits=1, user_api="openmp"):
        places = model.fit_transform(vectors)
    return _scaled(np.asarray(places, dtype=np.float32))


def _between(
    vectors: NDArray[np.float32], anchors: NDArray[np.float32], places: NDArray[np.float32]
) -> NDArray[np.float32]:
    rng = np.random.default_rng(_SEED)
    positions = np.empty((len(vectors), 2), dtype=np.float32)
    for start in range(0, len(vectors), 4_096):
        part = slice(start, start + 4_096)
        positions[part] = beside(vectors[part] @ anchors.T, places, rng)
    return positions


def _filled(before: NDArray[np.float32] | None, vectors: NDArray[np.float32]) -> NDArray[np.float32] | None:
    """Places to start from, in which what was not there before starts beside what is like it."""
    if before is None:
        return None
    known = np.isfinite(before[:, 0])
    if known.sum() < max(_BETWEEN, len(before) // 4):
        return None
    filled = before.copy()
    if not known.all():
        rng = np.random.default_rng(_SEED)
        filled[~known] = beside(vectors[~known] @ vectors[known].T, before[known], rng)
    return filled


def _aligned(places: NDArray[np.float32], before: NDArray[np.float32] | None) -> NDArray[np.float32]:
    """Turned and mirrored over the old map (orthogonal Procrustes: Schönemann 1966)."""
    if before is None:
        return places
    known = np.isfinite(before[:, 0])
    if known.sum() < _BETWEEN:
        return places
    left, _, right = np.linalg.svd((places[known] - places[known].mean(0)).T @ (before[known] - before[known].mean(0)))
    return np.asarray(places @ (left @ right), dtype=np.float32)


def _scaled(places: NDArray[np.float32]) -> NDArray[np.float32]:
    """Centred, and so large that all but the outermost hundredth lie in -1..1."""
    centred = places - np.median(places, axis=0)
    size = float(np.quantile(np.abs(centred), 0.99)) or 1.0
    return np.asarray(centred / size, dtype=np.float32)
