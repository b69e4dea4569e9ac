"""The log that the index follows, what a new index is built from, and long lists of keys."""

from __future__ import annotations

import numpy as np
import pytest

from earmark.catalog import Catalog, changes, scan
from earmark.catalog.batches import batches
from earmark.catalog.content import chunks, episodes, insights, vectors
from earmark.catalog.feeds import shows
from earmark.clock import FixedClock
from earmark.types import EpisodeData
from tests.making import make_chunk, make_insight


def test_changes_are_told_in_order_and_each_key_once(catalog: Catalog) -> None:
    with catalog.write() as tx:
        assert (changes.head(tx), changes.since(tx, 0, limit=9)) == (0, ([], 0))
        changes.note(tx, "chunk", ["a", "b"])
        changes.note(tx, "insight", ["a"])
        changes.note(tx, "chunk", ["b", "c"])
        changes.note(tx, "chunk", [])
        assert changes.head(tx) == 5
        keys, reached = changes.since(tx, 0, limit=9)
        assert (keys, reached) == ([("chunk", "a"), ("chunk", "b"), ("insight", "a"), ("chunk", "c")], 5)
        assert changes.since(tx, 5, limit=9) == ([], 5)


@pytest.mark.parametrize("limit", [1, 2, 3, 9])
def test_in_pieces_nothing_is_left_out(catalog: Catalog, limit: int) -> None:
    with catalog.write() as tx:
        changes.note(tx, "chunk", ["a", "b", "a", "c", "b"])
        mark, told = 0, list[str]()
        while mark < changes.head(tx):
            assert changes.behind(tx, mark) == 5 - mark
            keys, mark = changes.since(tx, mark, limit=limit)
            told += [key for _, key in keys]
    assert set(told) == {"a", "b", "c"}
    assert changes_left(catalog, mark) == 0


def changes_left(catalog: Catalog, mark: int) -> int:
    with catalog.read() as tx:
        return changes.behind(tx, mark)


@pytest.mark.parametrize("size", [1, 2, 100])
def test_a_scan_gives_everything_by_id_with_vectors_of_one_model(
    catalog: Catalog, clock: FixedClock, size: int
) -> None:
    with catalog.write() as tx:
        show, _ = shows.add(tx, "https://a.example/feed", title="Small Hours", now=clock.now())
        data = EpisodeData(guid="a", title="One", published=clock.now())
        episode = episodes.get(tx, episodes.add(tx, show.id, data, language="en", now=clock.now()))
        passages = [make_chunk(episode, n) for n in range(5)]
        claims = [make_insight(episode, n) for n in range(3)]
        chunks.replace(tx, episode.id, passages)
        insights.replace(tx, episode.id, claims, {})
        vector = np.array([1, 2], dtype=np.float32)
        vectors.put(tx, "m", {passages[0].content_hash: vector, claims[0].content_hash: vector})
        vectors.put(tx, "other", {passages[1].content_hash: vector})
    pieces = list(scan.passages(catalog, "m", size=size))
    rows = [row for piece in pieces for row in piece]
    assert all(len(piece) <= size for piece in pieces)
    assert [row.id for row in rows] == sorted(passage.id for passage in passages)
    assert {row.id for row in rows if row.vector is not None} == {passages[0].id}
    assert {(row.show_id, row.episode_id, row.published) for row in rows} == {(show.id, episode.id, clock.now())}
    told = [row for piece in scan.claims(catalog, "m", size=size) for row in piece]
    assert {row.id: row.claim for row in told} == {claim.id: claim.claim for claim in claims}
    (held,) = (row for row in told if row.vector is not None)
    assert np.frombuffer(held.vector, dtype="<f4").tolist() == [1.0, 2.0]


def test_a_scan_of_an_empty_library_gives_nothing(catalog: Catalog) -> None:
    assert list(scan.passages(catalog, "m")) == list(scan.claims(catalog, "m")) == []


@pytest.mark.parametrize(("count", "sizes"), [(0, []), (1, [1]), (4, [4]), (5, [4, 1]), (8, [4, 4])])
def test_batches_hold_everything_in_order(count: int, sizes: list[int]) -> None:
    parts = list(batches(range(count), 4))
    assert [len(part) for part in parts] == sizes
    assert [item for part in parts for item in part] == list(range(count))
