"""Opposites: whoever compares two sentences gives a reader the same answer, for every pair of opposites there is."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from briefs.pool import DUPLICATE, CandidatePool, ToldClaims
from earmark.language.polarity import families, may_point_apart, opposed
from earmark.language.sameness import may_be_same, nearly_same
from retrieval.answers.views import contradict
from retrieval.related.stance import relation_of
from tests.briefs.samples import insight

DATA = Path(__file__).parents[1] / "data/relations"
FRAMES = [tuple(line.split("\t")) for line in (DATA / "opposites.tsv").read_text("utf-8").splitlines()]
"""A sentence with a gap for each family, and a word of each of its sides that makes sense there."""
NOT_OPPOSED = [tuple(line.split("\t")) for line in (DATA / "not_opposed.tsv").read_text("utf-8").splitlines()]
NEAR = 0.95


def _every_pair() -> Iterator[tuple[str, str]]:
    for (frame, *_), (left, right) in zip(FRAMES, families(), strict=True):
        for word, opposite in product(left, right):
            yield frame.format(word), frame.format(opposite)


def _told(claim: str, candidate: str) -> bool:
    """Whether a brief takes a candidate for one that its reader was told, at a cosine that settles it otherwise."""
    vector = np.array([1.0, 0.0], dtype=np.float32)
    pool = CandidatePool(ToldClaims(claims=(claim,), vectors=vector[None, :]))
    fresh = insight(candidate, show="Another")
    return pool.fresh_to_reader([fresh], {fresh.id: vector}) == []


def _answers(claim: str, other: str) -> dict[str, bool]:
    """What each part of the program says of two sentences: that they are opposed, or not."""
    return {
        "polarity": opposed(claim, other),
        "related": relation_of([claim], [other]) == "opposite",
        "related, folded before": relation_of([claim], [other], nearly_same=True) == "opposite",
        "answers": contradict(claim, other, NEAR),
        "brief": not _told(claim, other),
    }


def test_every_family_has_its_sentence() -> None:
    for (frame, word, opposite), (left, right) in zip(FRAMES, families(), strict=True):
        assert "{}" in frame
        assert (word in left and opposite in right) or (word in right and opposite in left), frame


@pytest.mark.slow
def test_every_pair_of_opposites_is_opposed_for_all_who_ask() -> None:
    wrong = []
    for claim, other in _every_pair():
        for a, b in ((claim, other), (other, claim)):
            silent = [name for name, said in _answers(a, b).items() if not said]
            if silent or may_be_same(a, b) or nearly_same(a, b, 1.0):
                wrong.append((a, b, silent))
    assert wrong == []


def test_a_denial_of_an_opposite_is_no_contradiction() -> None:
    for frame, word, opposite in FRAMES[20:22]:
        denied = frame.format(f"do not {opposite}")
        assert not opposed(frame.format(word), denied)
        assert opposed(frame.format(opposite), denied)


@pytest.mark.parametrize(("claim", "other"), NOT_OPPOSED)
def test_a_denial_of_something_else_opposes_nothing(claim: str, other: str) -> None:
    for a, b in ((claim, other), (other, claim)):
        assert [name for name, said in _answers(a, b).items() if said] == []


@pytest.mark.parametrize(
    ("claim", "other"),
    [
        ("Most unions support the new contract terms", "Most unions reject the new contract terms"),
        ("Coastal cities accept offshore wind farms", "Coastal cities reject offshore wind farms"),
        ("Central banks opened the lending window", "Central banks closed the lending window"),
    ],
)
def test_what_a_reader_saw_folded_is_told_apart(claim: str, other: str) -> None:
    assert all(_answers(claim, other).values())
    assert not nearly_same(claim, other, DUPLICATE)


def test_what_is_opposed_is_never_without_doubt() -> None:
    lines = (DATA / "pairs.tsv").read_text("utf-8").splitlines()
    for _, claim, other in (line.split("\t") for line in lines):
        assert may_point_apart(claim, other) or not opposed(claim, other)
