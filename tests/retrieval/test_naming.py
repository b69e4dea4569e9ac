"""What is said of other names than the question's answers nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from earmark.types import Hit
from retrieval.answers.evidence import AnswerEvidence, Neighbours, SideEvidence, sentences_of
from retrieval.answers.naming import of_the_named

FILLER = "It rained for days, and nobody at the yard had anything to do but to mend nets and to wait for the wind. " * 4


def evidence(question: str, *texts: str, near: Neighbours | None = None) -> AnswerEvidence:
    hits = tuple(
        Hit(
            chunk_id=str(n), episode_id="e", show_id="s", show="Tideline", episode="Storms", speaker="Ada",
            published=datetime(2017, 10, 25, tzinfo=UTC), url="", start_s=0.0, end_s=9.0, text=text, score=1.0,
        )
        for n, text in enumerate(texts)
    )  # fmt: skip
    sentences = tuple(sentence for hit in hits for sentence in sentences_of(hit))
    return AnswerEvidence(
        question=question,
        sought=question,
        hits=hits,
        sentences=sentences,
        scores=(1.0,) * len(sentences),
        confidence=1.0,
        vectors=np.eye(len(sentences), dtype=np.float32),
        neighbours=() if near is None else (near,),
    )


def left(held: AnswerEvidence) -> list[str]:
    return [sentence.text for sentence in of_the_named(held).sentences if "yard had" not in sentence.text]


@pytest.mark.parametrize(
    ("question", "text", "kept"),
    [
        ("How often is Brine downloaded?", "They say Brine is old. It is downloaded 1,000 times a month.", True),
        ("How often is Mole downloaded?", "They say Brine is old. It is downloaded 1,000 times a month.", False),
        (
            "How often is Mole downloaded?",
            f"They say Mole is old. {FILLER}It is downloaded 1,000 times a month.",
            False,
        ),
        ("How often is Mole downloaded?", f"They say Mole is old. {FILLER}Ours is downloaded 9 times a month.", True),
        ("How often is Mole downloaded?", "They say Mole is old. It has 1,000 sailors in a month.", False),
        ("How often is Mole downloaded?", "They say brine is old. it is downloaded 1,000 times a month.", False),
        ("How often is Mole downloaded?", "they say it is old. it is downloaded 1,000 times a month.", True),
        ("How often was Brine downloaded in 2017?", "They say Brine is downloaded 1,000 times a month.", True),
        ("Why was Brine made in Storms?", "They say Brine was made for a bet.", True),
        ("Why was Mole made?", "They say Brine was made for a bet.", False),
        ("Why was Mole made?", f"They say Mole is old. {FILLER}It was made for a bet.", True),
        ("What did the Skipper say about Brine?", "They say Brine was made for a bet.", True),
        ("What did the Skipper say about Mole?", "They say Brine was made for a bet.", False),
        ("Why was it made?", "They say Brine was made for a bet.", True),
    ],
)
def test_what_is_said_of_another_name_is_left_out(question: str, text: str, kept: bool) -> None:
    assert (text.rsplit(". ", 1)[-1] in left(evidence(question, text))) is kept


@pytest.mark.parametrize(
    "question",
    ["Welche Nachteile haben Ziegen im Garten?", "WHAT ARE THE DRAWBACKS OF GOATS", "What Are The Drawbacks Of Goats?"],
)
def test_capitals_that_are_no_names_leave_nothing_out(question: str) -> None:
    text = "They say that some of us keep them in the garden, and that is all there is to it."
    assert left(evidence(question, text)) == [text]


def test_who_reports_a_number_is_still_asked_for_it() -> None:
    text = "They say that Ford had a profit of 3 billion in 2020, and so it goes."
    assert left(evidence("How much profit did Tesla report in 2020?", text)) == []


def test_a_name_may_be_in_the_passage_before() -> None:
    held = evidence("How often is Mole downloaded?", "They said, Ines, it is downloaded 1,000 times a month.")
    assert left(held) == []
    before = evidence("", "It is all about Mole.").hits[0]
    beside = evidence("How often is Mole downloaded?", held.hits[0].text, near=Neighbours(before=before))
    assert left(beside) == [held.hits[0].text]


def test_a_side_that_only_speaks_of_another_name_is_near() -> None:
    held = evidence("moorings of Brine", "They say Mole has dear moorings.")
    (side,) = of_the_named(replace(held, sides=(SideEvidence(label="Ada", evidence=held),))).sides
    assert side.evidence is None
    assert side.near is held
