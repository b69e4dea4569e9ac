"""Clusters of vectors: found without being told their number, the same again, and nothing made of nothing."""

from __future__ import annotations

import numpy as np
import pytest

from retrieval.themes import neighbours
from retrieval.themes.cluster import ALONE_BELOW, cluster, into_space
from retrieval.themes.join import candidate_themes, join, numbered
from retrieval.themes.layout import layout
from retrieval.themes.neighbours import nearest
from tests.retrieval.themes.making import groups


@pytest.mark.parametrize("sizes", [[40, 30, 20], [60] * 8, [200, 50, 50, 12]])
def test_groups_are_found_without_their_number(sizes: list[int]) -> None:
    from sklearn.metrics import adjusted_rand_score

    vectors, wanted = groups(sizes)
    clusters = cluster(vectors)
    assert len(clusters.centroids) == len(sizes)
    assert adjusted_rand_score(wanted, clusters.labels) > 0.95
    assert np.bincount(clusters.labels[clusters.labels >= 0]).tolist() == sorted(sizes, reverse=True)


def test_the_same_vectors_give_the_same_clusters() -> None:
    vectors, _ = groups([50, 40, 30], noise=1.0)
    first, second = cluster(vectors), cluster(vectors.copy())
    assert np.array_equal(first.labels, second.labels)
    assert np.array_equal(first.centroids, second.centroids)


def test_what_is_like_nothing_stands_alone() -> None:
    vectors, _ = groups([40, 40, 40])
    odd = np.random.default_rng(5).normal(size=(3, vectors.shape[1])).astype(np.float32)
    odd /= np.linalg.norm(odd, axis=1, keepdims=True)
    labels = cluster(np.concatenate([vectors, odd])).labels
    assert (labels[-3:] == -1).all()
    assert (labels[:-3] >= 0).all()


def test_a_member_is_near_the_rest_of_its_theme_or_in_none() -> None:
    vectors, wanted = groups([30, 12, 9, 5], noise=0.9)
    loose = np.random.default_rng(2).normal(size=(60, vectors.shape[1])).astype(np.float32)
    every = np.concatenate([vectors, loose / np.linalg.norm(loose, axis=1, keepdims=True)])
    found = cluster(every)
    spread = into_space(every, found.mean)
    for number in range(len(found.centroids)):
        rows = np.flatnonzero(found.labels == number)
        assert len(rows) >= 3
        for row in rows:
            rest = spread[rows[rows != row]].sum(axis=0)
            assert spread[row] @ rest / np.linalg.norm(rest) > ALONE_BELOW - 0.05  # the last round may move the middle
    assert (found.labels[: len(wanted)] >= 0).mean() > 0.8 > 0.5 > (found.labels[len(wanted) :] >= 0).mean()


@pytest.mark.parametrize("n", [0, 1, 2, 5, 11])
def test_too_few_are_left_alone(n: int) -> None:
    vectors, _ = groups([12])
    clusters = cluster(vectors[:n])
    assert clusters.labels.tolist() == [-1] * n
    assert clusters.centroids.shape == (0, vectors.shape[1])
    assert layout(clusters.graph_vectors, clusters.labels).shape == (n, 2)


def test_identical_vectors_do_no_harm() -> None:
    vectors = np.tile(groups([1])[0], (40, 1))
    clusters = cluster(vectors)
    assert np.isfinite(clusters.centroids).all()
    assert np.isfinite(layout(clusters.graph_vectors, clusters.labels)).all()


@pytest.mark.heavy
def test_neighbours_by_cells_are_nearly_those_of_all_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    vectors, _ = groups([50] * 40, d=24, noise=1.2)
    exact = nearest(vectors, 10, np.random.default_rng(0))
    monkeypatch.setattr(neighbours, "_EXACT", 100)
    near = nearest(vectors, 10, np.random.default_rng(0))
    shared = [len(set(a) & set(b)) for a, b in zip(exact.ids.tolist(), near.ids.tolist(), strict=True)]
    assert np.mean(shared) > 9
    assert (near.ids != np.arange(len(vectors))[:, None]).all()
    assert (np.diff(near.cosines, axis=1) <= 1e-6).all()


@pytest.mark.heavy
def test_newcomers_join_the_group_they_belong_to_and_strangers_none() -> None:
    from sklearn.metrics import adjusted_rand_score

    vectors, wanted = groups([60, 60, 60, 60])
    old, new = vectors[:200], vectors[200:]
    clusters = cluster(old)
    places = layout(clusters.graph_vectors, clusters.labels)
    stranger = np.random.default_rng(9).normal(size=(1, vectors.shape[1])).astype(np.float32)
    spread = into_space(np.concatenate([new, stranger / np.linalg.norm(stranger)]), clusters.mean)
    assert len(candidate_themes(spread, clusters.centroids)) == 4
    labels, similarity, where = join(
        spread, spread @ clusters.centroids.T, into_space(old, clusters.mean), clusters.labels, places
    )
    assert adjusted_rand_score(wanted[200:], labels[:-1]) == pytest.approx(1.0)
    assert labels[-1] == -1
    assert (similarity[:-1] > 0.5).all()
    for n in range(len(new)):
        mates = places[clusters.labels == labels[n]]
        assert np.linalg.norm(where[n] - mates.mean(axis=0)) < 0.6


def test_joining_an_empty_library_is_possible() -> None:
    vectors, _ = groups([3])
    none = np.zeros((0, 64), dtype=np.float32)
    labels, similarity, where = join(
        vectors, vectors @ none.T, none, np.zeros(0, dtype=np.int64), np.zeros((0, 2), np.float32)
    )
    assert labels.tolist() == [-1, -1, -1]
    assert similarity.tolist() == [0, 0, 0]
    assert np.isfinite(where).all()
    assert numbered(["b", None, "gone"], ["a", "b"]).tolist() == [1, -1, -1]


@pytest.mark.heavy
def test_a_map_puts_groups_apart_and_is_laid_over_the_last_one() -> None:
    vectors, wanted = groups([40, 40, 40])
    clusters = cluster(vectors)
    places = layout(clusters.graph_vectors, clusters.labels)
    middles = np.stack([places[wanted == group].mean(axis=0) for group in range(3)])
    spread = max(places[wanted == group].std() for group in range(3))
    assert min(np.linalg.norm(middles[a] - middles[b]) for a, b in ((0, 1), (0, 2), (1, 2))) > 2 * spread
    turn = np.array([[0.0, -1.0], [1.0, 0.0]], dtype=np.float32)
    before = places @ turn
    before[:10] = np.nan
    again = layout(clusters.graph_vectors, clusters.labels, before=before)
    assert (
        np.linalg.norm(again[10:] - before[10:], axis=1).mean() < np.linalg.norm(places - places @ turn, axis=1).mean()
    )
    assert np.array_equal(places, layout(clusters.graph_vectors, clusters.labels))
