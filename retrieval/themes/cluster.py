"""Vectors to clusters: Leiden communities of the nearest-neighbour graph, less what is far from the rest of its own.

Measured with all-MiniLM-L6-v2 on texts labelled by humans; nothing is told how many labels there are. V-measure / adjusted Rand
index, vectors outside all clusters counted as one group:

    method                                         banking77     clinc150      clusters
    this one                                       .811 / .525   .872 / .521   139 of 77, 194 of 151
    before, at the resolution that separates best  .808 / .530   .856 / .499   71, 101
    HDBSCAN, 50 principal components, its best     .600 / .025   .658 / .041   328, 423
    HDBSCAN, vectors as they are, its best         .487 / .016   too slow      83

It puts 97 and 91 % of the texts in a theme (HDBSCAN about half of them, and those purer: V-measure .86 and .93 over what it
assigns, against .83 and .91).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from graspologic_native import leiden_csr
from numpy.typing import NDArray

from retrieval.themes.neighbours import Neighbours, nearest

if TYPE_CHECKING:
    from scipy import sparse

__all__ = ["ALONE_BELOW", "Clustering", "centred", "cluster", "into_space", "means"]

RESOLUTIONS = (1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0)
"""Of modularity. One resolution does not fit all sizes (what it finds grows with the graph), so several are tried, as
long as there are at most the root of 2n themes: twice Mardia's rule of thumb, past which a list is not read (46 of
1,000 insights, 447 of 100,000). The coarsest is taken that leaves nearly the most insights in a theme to which they are near: still coarser ones
throw together what is far apart, finer ones tear off what is near. A measure of how well clusters are separated, which was
taken before, chose nine themes for 228 insights of 146 episodes, and of their members three in five belonged there."""
_NEARLY = 0.01
"""Share of all vectors by which a coarser resolution may leave fewer of them in a theme."""
ALONE_BELOW = 0.41
"""Cosine to the middle of a theme below which an insight stays outside. Chosen on the half of the shows of a library of 146
episodes: the lowest at which .85 of the members belong to what most of their theme is about."""
FEWEST = 12
"""Vectors below which there is nothing to cluster."""
_SMALLEST = 3
"""Insights that make a theme."""
_ROUNDS = 2
"""How often what is far from the middle is left out: the middle moves when it is."""
_NEIGHBOURS = 15
"""Neighbours in the graph; 12 to 20 measured alike, 25 and 40 lump together."""
_DIMENSIONS = 128
"""Principal components kept for the graph: as good as all 384 at a third of the work; 64 lose .02."""
_SEED = 20_260_701


@dataclass(frozen=True, slots=True)
class Clustering:
    """What was found among ``n`` vectors.

    ``labels`` of shape ``(n,)`` number the clusters from 0, largest first, -1 for a vector on its own; ``centroids``
    of shape ``(n_clusters, d)`` and ``mean`` of shape ``(d,)`` are in the space of ``into_space``; ``similarity`` of
    shape ``(n,)`` is the cosine to the own centroid (to the nearest one for a vector on its own); ``graph_vectors``
    of shape ``(n, <= 128)`` are what the neighbours were found with.
    """

    labels: NDArray[np.int64]
    centroids: NDArray[np.float32]
    mean: NDArray[np.float32]
    similarity: NDArray[np.float32]
    graph_vectors: NDArray[np.float32]
    neighbours: Neighbours | None
    resolution: float


def into_space(vectors: NDArray[np.float32], mean: NDArray[np.float32]) -> NDArray[np.float32]:
    """Vectors without what all share, at length 1: what says nothing (a common direction) must not say "alike"."""
    return _unit(vectors - mean)


def centred(vectors: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Vectors ``(n, d)`` in the space of ``into_space``, and their mean."""
    mean = vectors.mean(axis=0, dtype=np.float64) if len(vectors) else np.zeros(vectors.shape[1])
    return into_space(vectors, mean.astype(np.float32)), mean.astype(np.float32)


def cluster(vectors: NDArray[np.float32]) -> Clustering:
    """Clusters of ``(n, d)`` unit vectors; the same vectors in the same order give the same clusters.

    Fewer than 12 vectors are all left alone. 100,000 of 384 dimensions take the time and memory that
    `retrieval.themes` states.
    """
    n = len(vectors)
    spread, mean = centred(vectors)
    if n < FEWEST:
        alone = np.full(n, -1, dtype=np.int64)
        none = np.zeros((0, vectors.shape[1]), dtype=np.float32)
        return Clustering(alone, none, mean, np.zeros(n, dtype=np.float32), spread, None, 0.0)
    projected = _projected(spread)
    neighbours = nearest(projected, neighbour_count(n), np.random.default_rng(_SEED))
    resolution, labels = _chosen(spread, _graph(neighbours))
    labels, centroids, similarity = _settled(spread, labels)
    return Clustering(labels, centroids, mean, similarity, projected, neighbours, resolution)


def _chosen(spread: NDArray[np.float32], graph: sparse.csr_matrix) -> tuple[float, NDArray[np.int64]]:
    """The coarsest resolution that leaves nearly the most vectors in a cluster to which they are near, and what it leaves where."""
    tried: list[tuple[float, NDArray[np.int64]]] = []
    for resolution in RESOLUTIONS:
        kept = _coherent(spread, _communities(graph, resolution))
        if tried and len(np.unique(kept[kept >= 0])) > (2 * len(spread)) ** 0.5:
            break  # finer ones have more still
        tried.append((resolution, kept))
    inside = [np.count_nonzero(kept >= 0) for _, kept in tried]
    enough = max(inside) - _NEARLY * len(spread)
    return next(way for way, count in zip(tried, inside, strict=True) if count >= enough)


def neighbour_count(n: int) -> int:
    """Neighbours in a graph of ``n``: fewer in a small library, where 15 would be most of a theme and more."""
    return int(min(max(round(n**0.5 / 2), 4), _NEIGHBOURS))


def means(spread: NDArray[np.float32], labels: NDArray[np.int64], count: int) -> NDArray[np.float32]:
    """The middles of ``count`` clusters at length 1, of shape ``(count, d)``; labels below 0 are passed over."""
    return _unit(_sums(spread, labels, count))


def _projected(spread: NDArray[np.float32]) -> NDArray[np.float32]:
    """Onto the first principal components, at length 1 again."""
    if spread.shape[1] <= _DIMENSIONS:
        return spread
    _, axes = np.linalg.eigh(np.cov(spread, rowvar=False))
    kept = axes[:, ::-1][:, :_DIMENSIONS]
    # The sign of an axis is arbitrary: its largest entry is made positive, so that every machine has the same.
    kept = kept * np.sign(kept[np.argmax(np.abs(kept), axis=0), np.arange(kept.shape[1])])
    return _unit(spread @ kept.astype(np.float32))


def _graph(neighbours: Neighbours) -> sparse.csr_matrix:
    """An edge wherever one is among the other's nearest, as heavy as their cosine.

    Measured on banking77's tune part (ARI): this union .64, UMAP's fuzzy weights .62, shared neighbours .58, CSLS .61,
    mutual neighbours only .47.
    """
    from scipy import sparse

    n, k = neighbours.ids.shape
    weights = np.maximum(neighbours.cosines, 1e-3).ravel().astype(np.float64)
    rows = np.repeat(np.arange(n), k)
    directed = sparse.csr_matrix((weights, (rows, neighbours.ids.ravel())), shape=(n, n))
    graph = directed.maximum(directed.T).tocsr()
    graph.sort_indices()
    return graph


def _communities(graph: sparse.csr_matrix, resolution: float) -> NDArray[np.int64]:
    """Leiden communities (Traag, Waltman and van Eck 2019), numbered from 0; of a fixed seed, so always the same."""
    n = graph.shape[0]
    _, communities = leiden_csr(
        graph.indptr.astype(np.int64),
        graph.indices.astype(np.int32),
        graph.data.astype(np.float64),
        n,
        resolution=resolution,
        iterations=3,
        seed=_SEED,
    )
    labels = np.arange(n, dtype=np.int64) + n  # a vector without an edge is in no community
    labels[np.fromiter(communities.keys(), np.int64, len(communities))] = np.fromiter(
        communities.values(), np.int64, len(communities)
    )
    return np.unique(labels, return_inverse=True)[1].astype(np.int64)


def _coherent(spread: NDArray[np.float32], numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    """The numbers of what is near the rest of its cluster, -1 for all else and for clusters that get too small by that.

    The middle is taken without the vector itself, else every member of a small cluster is near it.
    """
    kept = numbers.copy()
    for _ in range(_ROUNDS):
        count = int(numbers.max()) + 1
        sums, inside = _sums(spread, kept, count), np.flatnonzero(kept >= 0)
        own = np.einsum("ij,ij->i", spread[inside], _unit(sums[kept[inside]] - spread[inside]))
        kept[inside[own < ALONE_BELOW]] = -1
        small = np.bincount(kept[kept >= 0], minlength=count) < _SMALLEST
        kept[(kept >= 0) & small[kept]] = -1
    return kept


def _settled(
    spread: NDArray[np.float32], kept: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.float32], NDArray[np.float32]]:
    """Clusters largest first, with their middles and the cosine of each vector to its own or to the nearest."""
    sizes = np.bincount(kept[kept >= 0], minlength=int(kept.max(initial=-1)) + 1)
    order = np.argsort(-sizes, kind="stable")
    order = order[sizes[order] > 0]
    number = np.full(len(sizes) + 1, -1, dtype=np.int64)
    number[order] = np.arange(len(order))
    final = number[kept]
    centroids = means(spread, final, len(order))
    similarity = np.zeros(len(spread), dtype=np.float32)
    for start in range(0, len(spread), 8_192):
        part = slice(start, start + 8_192)
        if len(order):
            cosines = spread[part] @ centroids.T
            own = cosines[np.arange(len(cosines)), np.maximum(final[part], 0)]
            similarity[part] = np.where(final[part] >= 0, own, cosines.max(axis=1))
    return final, centroids, similarity


def _sums(spread: NDArray[np.float32], labels: NDArray[np.int64], count: int) -> NDArray[np.float32]:
    from scipy import sparse

    inside = np.flatnonzero(labels >= 0)
    picked = sparse.csr_matrix(
        (np.ones(len(inside), dtype=np.float32), (labels[inside], inside)), shape=(count, len(spread))
    )
    sums: NDArray[np.float32] = np.asarray(picked @ spread, dtype=np.float32).reshape(count, spread.shape[1])
    return sums


def _unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    result: NDArray[np.float32] = np.asarray(
        vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-12), dtype=np.float32
    )
    return result
