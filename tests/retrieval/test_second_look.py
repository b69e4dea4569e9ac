"""The second look at a pool: what is beside the best comes in, filters hold for it, and likeness and tokens move places."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from earmark.catalog import Catalog, open_catalog
from earmark.catalog.content import chunks, vectors
from earmark.ids import make_id
from earmark.ports import IndexHit, TokenVectors
from earmark.token_store import pack, tokens_model
from earmark.types import Filters
from retrieval.search.feedback import ALONE_WEIGHT, FEEDBACK_WEIGHT
from retrieval.search.pool import pooled
from retrieval.search.second_look import EncodedQuery, SecondLook
from tests.retrieval.library import Talk, put

EAST, NORTH, _ = np.eye(3, dtype=np.float32)
KELP = Talk("Tideline", "Kelp", 1, tuple((who, f"Passage {n} of kelp.") for n, who in enumerate("MIMIM")))
ALONE = tuple(Talk(name, name, 2, (("Bo", f"A passage of {name}."),)) for name in ("rye", "oats", "spelt"))


def tokens(sign: float) -> TokenVectors:
    row = np.full((1, 32), sign / np.sqrt(32), dtype=np.float32)
    return TokenVectors(pooled=EAST, tokens=row, token_ids=np.array([7], np.int32))


class GivenEncoder:
    """An encoder that knows the tokens of the query and encodes nothing: a query comes with its vector."""

    model_id, dimension = "given", 3

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        raise NotImplementedError

    def encode_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        return [tokens(1.0) for _ in texts]


@dataclass(frozen=True)
class Shelf:
    """A catalog with the four episodes."""

    catalog: Catalog
    episodes: Mapping[str, str]

    def key(self, talk: Talk, seq: int = 0) -> str:
        return make_id("chunk", self.episodes[talk.title], str(seq))

    def hit(self, talk: Talk, seq: int = 0, *, score: float = 0.5) -> IndexHit:
        return IndexHit(key=self.key(talk, seq), score=score, show_id=talk.show, episode_id=self.episodes[talk.title])

    def hash_of(self, talk: Talk) -> str:
        with self.catalog.read() as tx:
            return chunks.located(tx, [self.key(talk)])[self.key(talk)].chunk.content_hash

    def look(self, *first: IndexHit, filters: Filters | None = None, late: bool = False) -> list[IndexHit]:
        asked = EncodedQuery(text="kelp", vector=EAST, filters=filters or Filters())
        second = SecondLook(self.catalog, GivenEncoder(), late_interaction=late)
        return second.scored(pooled(first, [], depth=10), first, asked)


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    catalog = open_catalog(f"sqlite:///{tmp_path / 'catalog.sqlite'}")
    yield Shelf(catalog=catalog, episodes={talk.title: put(catalog, talk) for talk in (KELP, *ALONE)})
    catalog.close()


def test_passages_right_beside_come_in_and_those_further_off_do_not(shelf: Shelf) -> None:
    hits = shelf.look(shelf.hit(KELP, 1, score=0.9), shelf.hit(ALONE[0], score=0.1))
    assert {hit.key for hit in hits} == {*(shelf.key(KELP, seq) for seq in (0, 1, 2)), shelf.key(ALONE[0])}
    assert hits[0].key == shelf.key(KELP, 1)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    beside = next(hit for hit in hits if hit.key == shelf.key(KELP, 2))
    assert (beside.show_id, beside.episode_id) == (KELP.show, shelf.episodes["Kelp"])


@pytest.mark.parametrize(("speakers", "comes"), [((), True), (("i",), True), (("m",), False), (("I", "M"), True)])
def test_what_comes_in_is_said_by_who_was_asked_for(shelf: Shelf, speakers: tuple[str, ...], comes: bool) -> None:
    hits = shelf.look(shelf.hit(KELP, 0), filters=Filters(speakers=speakers))
    assert (shelf.key(KELP, 1) in {hit.key for hit in hits}) is comes


def test_what_comes_in_is_among_the_passages_that_are_wanted(shelf: Shelf) -> None:
    wanted = Filters(keys=(shelf.key(KELP, 1), shelf.key(KELP, 2)))
    hits = shelf.look(shelf.hit(KELP, 1), filters=wanted)
    assert {hit.key for hit in hits} == set(wanted.keys or ())


def test_equal_passages_are_ordered_by_key(shelf: Shelf) -> None:
    hits = shelf.look(*(shelf.hit(talk) for talk in ALONE))
    assert [hit.key for hit in hits] == sorted(shelf.key(talk) for talk in ALONE)
    assert len({hit.score for hit in hits}) == 1


def test_what_is_like_the_others_rises(shelf: Shelf) -> None:
    first, second, other = ALONE
    held = {shelf.hash_of(first): EAST, shelf.hash_of(second): EAST, shelf.hash_of(other): NORTH}
    with shelf.catalog.write() as tx:
        vectors.put(tx, "given", held)
    best, *_, last = shelf.look(*(shelf.hit(talk) for talk in ALONE))
    assert last.key == shelf.key(other)
    # None of the three has a neighbour; likeness is in standard deviations: 1, 1 and -2 by the root of two.
    assert best.score == pytest.approx((FEEDBACK_WEIGHT + ALONE_WEIGHT) / np.sqrt(2), abs=1e-3)


def test_tokens_decide_between_equals_where_they_are_looked_at(shelf: Shelf) -> None:
    near, far = sorted(ALONE[:2], key=shelf.key, reverse=True)
    model = tokens_model("given")
    packed = {shelf.hash_of(near): pack(tokens(1.0)), shelf.hash_of(far): pack(tokens(-1.0))}
    with shelf.catalog.write() as tx:
        vectors.put_bytes(tx, model, packed)
    pair = (shelf.hit(far), shelf.hit(near))
    assert [hit.key for hit in shelf.look(*pair)] == [shelf.key(far), shelf.key(near)]
    assert [hit.key for hit in shelf.look(*pair, late=True)] == [shelf.key(near), shelf.key(far)]


def test_a_passage_that_is_gone_keeps_its_place_in_the_pool(shelf: Shelf) -> None:
    gone = IndexHit(key="gone", score=0.1, show_id="s", episode_id="e")
    hits = shelf.look(shelf.hit(ALONE[0], score=0.9), gone)
    assert [hit.key for hit in hits] == [shelf.key(ALONE[0]), "gone"]
