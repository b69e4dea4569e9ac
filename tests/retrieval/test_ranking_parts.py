from __future__ import annotations

import numpy as np
import pytest

from earmark.catalog.content.passages import Place
from earmark.ports import IndexHit, TokenVectors
from earmark.token_store import HEAD_BYTES, ids_of, pack, tokens_model, unpack
from retrieval.search.feedback import likeness
from retrieval.search.late import late_scores
from retrieval.search.pool import filled, pooled, ranking
from retrieval.search.surroundings import SHARES, alone, beside, lent


def hit(key: str, score: float) -> IndexHit:
    return IndexHit(key=key, score=score, show_id="s", episode_id="e")


def unit(rows: object) -> np.ndarray:
    given = np.asarray(rows, dtype=np.float32)
    scaled: np.ndarray = given / np.linalg.norm(given, axis=-1, keepdims=True)
    return scaled


def vectors(count: int, *, dimension: int = 384, ids: list[int] | None = None, seed: int = 3) -> TokenVectors:
    rng = np.random.default_rng(seed)
    tokens = unit(rng.standard_normal((count, dimension)))
    return TokenVectors(
        pooled=tokens.sum(axis=0),
        tokens=tokens,
        token_ids=np.array(ids if ids is not None else range(1000, 1000 + count), dtype=np.int32),
    )


def test_packed_tokens_come_back_with_their_signs() -> None:
    given = vectors(7)
    kept = unpack(pack(given))
    assert kept.token_ids.tolist() == given.token_ids.tolist()
    signs = np.unpackbits(kept.signs, axis=1, count=384).astype(bool)
    assert (signs == (given.tokens > 0)).all()
    assert kept.scales == pytest.approx(1 / np.abs(given.tokens).sum(axis=1), rel=1e-3)


def test_tokens_of_one_id_become_one() -> None:
    given = vectors(4, ids=[5, 9, 5, 5])
    kept = unpack(pack(given))
    assert kept.token_ids.tolist() == [5, 9]
    mean = given.tokens[[0, 2, 3]].sum(axis=0)
    assert (np.unpackbits(kept.signs, axis=1, count=384)[0].astype(bool) == (mean > 0)).all()


@pytest.mark.parametrize(
    ("dimension", "ids"), [(384, [1, 2, 3]), (30, [1, 2, 3]), (384, [1, 70_000, 250_000]), (8, [])]
)
def test_any_dimension_and_vocabulary(dimension: int, ids: list[int]) -> None:
    packed = pack(vectors(len(ids), dimension=dimension, ids=ids))
    kept = unpack(packed)
    assert kept.token_ids.tolist() == ids
    assert kept.signs.shape == (len(ids), (dimension + 7) // 8)
    assert ids_of(packed).tolist() == ids
    assert ids_of(packed[: HEAD_BYTES + 4]).tolist() in (ids[:1], ids[:2])


def test_a_passage_takes_a_few_kilobytes() -> None:
    assert len(pack(vectors(110))) < 6_000


@pytest.mark.parametrize(
    "broken", [b"", b"\x01", b"\x07\x02\x00\x00\x08\x00", pack(vectors(3))[:-1], b"\x01\x09" + b"\0" * 20]
)
def test_broken_bytes_are_refused(broken: bytes) -> None:
    with pytest.raises(ValueError, match="token"):
        unpack(broken)


def test_the_model_s_key_differs_from_its_own() -> None:
    assert tokens_model("m") == "m#tokens-v1"


def test_late_interaction_is_near_the_exact_one() -> None:
    query = vectors(9, seed=1)
    noise = np.random.default_rng(5).standard_normal((9, 384)).astype(np.float32)
    near = TokenVectors(pooled=query.pooled, tokens=unit(query.tokens + 0.03 * noise), token_ids=query.token_ids)
    passages = [near, vectors(60, seed=2), vectors(1, seed=8)]
    weights = np.linspace(0.5, 2, 9).astype(np.float32)
    exact = [float((query.tokens @ tokens.tokens.T).max(axis=1) @ weights / weights.sum()) for tokens in passages]
    scores = late_scores(query, weights, [unpack(pack(text)) for text in passages])
    assert scores == pytest.approx(exact, abs=0.05)
    assert scores.argmax() == 0


def test_late_interaction_with_nothing_to_compare() -> None:
    empty, query = unpack(pack(vectors(0))), vectors(2)
    assert late_scores(query, np.ones(2, np.float32), [empty, unpack(pack(query))])[0] == 0
    assert late_scores(vectors(0), np.ones(0, np.float32), [unpack(pack(query))]).tolist() == [0]
    assert late_scores(query, np.ones(2, np.float32), []).shape == (0,)


def test_a_ranking_of_equals_says_nothing() -> None:
    same = ranking([hit("a", 2.0), hit("b", 2.0)])
    assert same.scaled(["a", "b", "other"]).tolist() == [0, 0, 0]
    assert ranking([]).scaled(["a"]).tolist() == [0]


def test_a_word_that_one_passage_alone_holds_counts() -> None:
    """What lacks the word lies three deviations below it, however many hold it alike."""
    alone = pooled([hit("a", 0.6), hit("b", 0.5), hit("c", 0.4)], [hit("c", 4.0)], depth=100)
    assert alone.text.scaled(["c", "a"]).tolist() == [0, -3]
    assert [candidate.key for candidate in alone.best()] == ["c", "a", "b"]
    alike = pooled([], [hit("b", 0.1), hit("c", 0.1), hit("d", 0.1)], depth=100)
    assert alike.text.scaled(["b", "c", "d", "a"]) == pytest.approx([0, 0, 0, -3])


def test_what_a_complete_text_ranking_lacks_does_not_match() -> None:
    pool = pooled([hit("a", 0.9), hit("b", 0.1)], [hit("c", 8.0), hit("d", 4.0)], depth=100)
    assert pool.text.missing == 0
    cut = pooled([], [hit("c", 8.0), hit("d", 4.0)], depth=2)
    assert cut.text.missing == 4
    assert [candidate.key for candidate in cut.best()] == ["c", "d"]


def test_equal_passages_are_ordered_by_key() -> None:
    pool = pooled([hit("b", 0.5), hit("a", 0.5)], [], depth=100)
    assert [candidate.key for candidate in pool.best()] == ["a", "b"]


def test_what_is_not_known_is_as_good_as_the_rest_says() -> None:
    nan = float("nan")
    base = np.array([3.0, 2.0, 1.0], dtype=np.float32)
    none = filled(np.array([nan, nan, nan], np.float32), base, first=3)
    assert none == pytest.approx([1.2247, 0, -1.2247], abs=1e-3)
    some = filled(np.array([0.2, nan, 0.4], np.float32), base, first=3)
    assert some == pytest.approx([-1, 0, 1], abs=1e-3)


def test_a_neighbour_lends_but_does_not_take() -> None:
    near = np.full((4, 4), -1)
    near[1, 1], near[2, 0], near[3, 0], near[0, 2] = 0, 1, 2, 0  # 0, 1, 2 follow each other as far as is known
    own = np.array([3.0, -1.0, 1.0, 1.0], np.float32)
    scores = lent(own, near)
    assert scores[3] == pytest.approx(1.0)  # alone
    assert scores[1] == pytest.approx(np.log(np.exp(-1) + SHARES[1] * np.exp(3)), abs=1e-4)
    assert scores[2] == pytest.approx(np.log(np.exp(1) + SHARES[0] * np.exp(3)), abs=1e-4)
    assert scores.argmax() == 0  # nobody passes whom they lend from


def place(key: str, seq: int, episode: str = "e") -> Place:
    return Place(key=key, episode_id=episode, seq=seq, speaker=None, content_hash=key)


def test_neighbours_are_of_the_same_episode() -> None:
    where = {passage.key: passage for passage in (place("a", 0), place("b", 1), place("c", 2), place("x", 1, "other"))}
    neighbours = beside(["c", "a", "x", "b", "gone"], where)
    assert neighbours[:, 1].tolist() == [-1, -1, 3, 0]
    assert neighbours[:, 0].tolist() == [1, 3, -1, -1]
    assert neighbours[:, 2].tolist() == neighbours[:, 4].tolist() == [-1] * 4


def test_what_has_no_neighbours_stands_alone() -> None:
    where = {
        passage.key: passage
        for passage in (place("a", 0), place("b", 2), place("x", 0, "other"), place("y", 7, "other"))
    }
    assert alone(beside(["a", "b", "x", "y"], where)) == 0.5
    assert alone(beside(["x", "y"], where)) == 1
    assert alone(beside(["a", "b"], where)) == 0


def test_feedback_lifts_what_is_like_the_best() -> None:
    vectors = unit([[1, 0, 0], [0.9, 0.1, 0], [0, 1, 0], [0, 0, 1]])
    likes = likeness(vectors, np.array([1.0, -1, -1, -1], np.float32))
    assert likes[1] > likes[2] >= likes[3]
    assert likeness(np.zeros((2, 3), np.float32), np.zeros(2, np.float32)).tolist() == [0, 0]
    assert likeness(np.zeros((0, 3), np.float32), np.zeros(0, np.float32)).shape == (0,)
