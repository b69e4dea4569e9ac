"""Related lists that are kept: made once while the library stays as it is, and true when it does not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from earmark.catalog import Catalog, changes
from earmark.catalog.content import chunks, insights, withdrawals
from earmark.catalog.feeds import shows
from earmark.ports import Encoder, Statement
from earmark.relations import utterance
from earmark.scope import EVERYTHING, ShowScope
from earmark.types import Because, FeedData, Insight
from retrieval.index.edge import EdgeIndex
from retrieval.index.follow import follow
from retrieval.related.finder import RelatedFinder
from retrieval.related.kept_lists import KeptLists, ListKey
from retrieval.related.remarks import claimed, stated
from retrieval.related.shortlist import RelatedCandidate
from tests.retrieval.library import NOW, fill, put
from tests.retrieval.test_related_moments import LEDGER, sentences

pytestmark = pytest.mark.heavy

FLOOR = 0.2


class Maker:
    """Makes one list and counts how often it was asked for it."""

    def __init__(self, candidates: list[RelatedCandidate]) -> None:
        self.candidates = candidates
        self.asked = 0

    def __call__(self) -> list[RelatedCandidate]:
        self.asked += 1
        return self.candidates


@pytest.fixture
def index(empty: Catalog, tmp_path: Path) -> Iterator[EdgeIndex]:
    fill(empty)
    opened = EdgeIndex(tmp_path / "index", model_id="none", dimension=4)
    yield opened
    opened.close()


@pytest.fixture
def held(empty: Catalog, index: EdgeIndex) -> dict[str, Insight]:
    with empty.read() as tx:
        return {insight.claim: insight for insight in insights.listed(tx)}


@pytest.fixture
def make(empty: Catalog, held: dict[str, Insight]) -> Maker:
    """Of a claim and a statement of another passage."""
    claim = next(insight for insight in held.values() if insight.show == "Ledger & Leaf")
    vector = np.ones(4, dtype=np.float32)
    with empty.read() as tx:
        passage = next(iter(chunks.located(tx, [_a_passage(empty, "Ledger & Leaf")]).values()))
    statement = Statement(start=4, end=40, worth=0.3)
    return Maker(
        [
            RelatedCandidate(claimed(claim), vector, 0.9, 0.8),
            RelatedCandidate(stated(passage, statement), vector, 0.7, 0.6),
        ]
    )


def _a_passage(catalog: Catalog, show: str) -> str:
    with catalog.read() as tx:
        keys = [key for kind, key in changes.since(tx, 0, limit=1000)[0] if kind == "chunk"]
        return next(key for key, passage in chunks.located(tx, keys).items() if passage.show == show)


def _key(held: dict[str, Insight], scope: ShowScope = EVERYTHING, floor: float = FLOOR) -> ListKey:
    kelp = next(insight for claim, insight in held.items() if claim.startswith("Only kelp"))
    return ListKey(insight_id=kelp.id, content_hash=kelp.content_hash, scope=scope, floor=floor)


def test_a_list_is_made_once(empty: Catalog, index: EdgeIndex, held: dict[str, Insight], make: Maker) -> None:
    lists = KeptLists(empty, index)
    first = lists.candidates(_key(held), make)
    again = lists.candidates(_key(held), make)
    assert make.asked == 1
    assert [candidate.remark for candidate in again] == [candidate.remark for candidate in first]
    assert [(each.chance, each.cosine) for each in again] == [(0.9, 0.8), (0.7, 0.6)]


def test_readers_of_other_shows_and_a_model_have_their_own(
    empty: Catalog, index: EdgeIndex, held: dict[str, Insight], make: Maker
) -> None:
    lists = KeptLists(empty, index)
    lists.candidates(_key(held), make)
    lists.candidates(_key(held, scope=ShowScope(frozenset({"some"}))), make)
    lists.candidates(_key(held, floor=FLOOR / 2), make)
    assert make.asked == 3


def test_a_change_of_the_library_ends_what_was_kept(
    empty: Catalog, index: EdgeIndex, held: dict[str, Insight], make: Maker
) -> None:
    lists = KeptLists(empty, index)
    lists.candidates(_key(held), make)
    put(empty, LEDGER)
    lists.candidates(_key(held), make)
    index.apply([], [], watermark=1)  # the index has caught up a little
    lists.candidates(_key(held), make)
    assert make.asked == 3


def test_what_was_made_while_the_library_changed_is_not_kept(
    empty: Catalog, index: EdgeIndex, held: dict[str, Insight], make: Maker
) -> None:
    lists = KeptLists(empty, index)

    def disturbed() -> list[RelatedCandidate]:
        put(empty, LEDGER)
        return make()

    lists.candidates(_key(held), disturbed)
    lists.candidates(_key(held), make)
    assert make.asked == 2


def test_a_kept_list_is_told_in_the_words_that_the_catalog_has_now(
    empty: Catalog, index: EdgeIndex, held: dict[str, Insight], make: Maker
) -> None:
    lists = KeptLists(empty, index)
    lists.candidates(_key(held), make)
    with empty.write() as tx:
        shows.described(tx, make.candidates[0].remark.show_id, FeedData(title="Leaf & Ledger"))
    again = lists.candidates(_key(held), make)
    assert make.asked == 1
    assert {candidate.remark.show for candidate in again} == {"Leaf & Ledger"}
    assert all(candidate.remark.hit.show == "Leaf & Ledger" for candidate in again if candidate.remark.hit)


def test_what_was_withdrawn_is_in_no_kept_list(
    empty: Catalog, index: EdgeIndex, held: dict[str, Insight], make: Maker
) -> None:
    lists = KeptLists(empty, index)
    lists.candidates(_key(held), make)
    gone = make.candidates.pop(0).remark.key
    with empty.write() as tx:
        withdrawals.withdraw(tx, gone, because=Because.MISATTRIBUTED, note="", by="", now=NOW)
    assert gone not in {candidate.remark.key for candidate in lists.candidates(_key(held), make)}


def test_the_list_that_nobody_looked_at_for_longest_goes_first(
    empty: Catalog, index: EdgeIndex, held: dict[str, Insight], make: Maker
) -> None:
    lists = KeptLists(empty, index, most=2)
    for floor in (0.1, 0.2, 0.1, 0.3):
        lists.candidates(_key(held, floor=floor), make)
    assert make.asked == 3
    lists.candidates(_key(held, floor=0.1), make)
    assert make.asked == 3
    lists.candidates(_key(held, floor=0.2), make)
    assert make.asked == 4


def test_a_new_episode_is_in_the_lists_of_old_insights(empty: Catalog, encoder: Encoder, tmp_path: Path) -> None:
    fill(empty)
    index = EdgeIndex(tmp_path / "own", model_id=encoder.model_id, dimension=encoder.dimension)
    try:
        follow(empty, index, encoder)
        finder = RelatedFinder(empty, index, encoder, reader=sentences)
        with empty.read() as tx:
            kelp = next(insight for insight in insights.listed(tx) if insight.claim.startswith("Only kelp"))
        before = finder.related(kelp)
        assert finder.related(kelp) == before
        put(empty, LEDGER)
        follow(empty, index, encoder)
        after = finder.related(kelp)
        assert {utterance(entry).show for entry in after} - {utterance(entry).show for entry in before} == {
            "Sea Ledger"
        }
    finally:
        index.close()
