"""Two questions that one sentence joins."""

from __future__ import annotations

import pytest

from earmark.catalog import Catalog
from earmark.ports import Encoder, VectorIndex
from earmark.types import Filters, Question
from retrieval.answers.answerer import Answerer
from retrieval.answers.halves import halves_of
from retrieval.search.searcher import Searcher


@pytest.mark.parametrize(
    ("question", "halves"),
    [
        (
            "How many moorings were lost, and what did each cost?",
            [("How many moorings were lost", ()), ("what did each cost", ("moorings", "lost"))],
        ),
        (
            "How old and how large may a blade be?",
            [("How old may a blade be", ()), ("how large may a blade be", ())],
        ),
        (
            "Off Namibia kelp was weighed. How much of it sank, and who was there?",
            [
                ("How much of it sank", ("Namibia", "kelp", "weighed")),
                ("who was there", ("Namibia", "kelp", "weighed", "sank")),
            ],
        ),
        ("What do they say about how kelp is sold and what makes it hard?", []),
        ("How many of kelp and how many of rye were sold?", []),
        ("How do Mara and Ines differ on kelp and rye?", []),
        ("Who sank the kelp?", []),
        ("", []),
    ],
)
def test_the_two_questions_and_what_the_second_carries(
    question: str, halves: list[tuple[str, tuple[str, ...]]]
) -> None:
    assert [(half.text, half.carried) for half in halves_of(question)] == halves


@pytest.fixture
def searcher(catalog: Catalog, index: VectorIndex, encoder: Encoder) -> Searcher:
    return Searcher(catalog, index, encoder)


def test_both_halves_are_answered(searcher: Searcher, encoder: Encoder) -> None:
    answerer = Answerer(searcher, encoder)
    first = "How many moorings were lost in the first winter storm"
    single = answerer.ask(Question(text=f"{first}?")).answer
    both = answerer.ask(Question(text=f"{first}, and how much of the kelp sank off Namibia?")).answer
    assert "three of nine" in single
    assert "eleven percent" not in single
    assert "three of nine" in both
    assert "eleven percent" in both


def test_two_persons_are_each_heard_on_their_half(searcher: Searcher, encoder: Encoder) -> None:
    asked = "What does Jon Abara say about insurance, and what does Ines Okafor say about moorings?"
    answer = Answerer(searcher, encoder).ask(Question(text=asked))
    said = {cite.speaker: cite.quote for cite in answer.citations}
    assert "insur" in said["Jon Abara"]
    assert "mooring" in said["Ines Okafor"]
    only = Answerer(searcher, encoder).ask(Question(text=asked, filters=Filters(speakers=("Jon Abara",))))
    assert {cite.speaker for cite in only.citations} <= {"Jon Abara"}
