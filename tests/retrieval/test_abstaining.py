"""Names and numbers of a question that are not where its words are, and what is said then."""

from __future__ import annotations

from dataclasses import replace

import pytest

from earmark.types import Narrowing
from retrieval.answers.abstaining import NOTHING, abstained, in_words
from retrieval.answers.nearness import names_in, unheld
from tests.retrieval.test_completing import evidence


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("What is the plot of Hamlet?", ["Hamlet"]),
        ("How far did Ryan Bigg travel in 2015?", ["Ryan", "Bigg", "2015"]),
        ("What do I say about kelp?", []),
        ("why is that so", []),
    ],
)
def test_names_and_numbers_of_a_question(question: str, names: list[str]) -> None:
    assert names_in(question) == names


@pytest.mark.parametrize(
    ("question", "text", "missing"),
    [
        ("What is the plot of Hamlet?", "They plotted the numbers.", ["Hamlet"]),
        ("What did Okafor measure?", "Okafors moorings measured it.", []),
        ("What did Okafor measure?", "Okafer measured it.", []),
        ("What fell in 2015?", "In 2013 it fell.", ["2015"]),
        ("Which 40,000 euros?", "Forty thousand euros.", []),
    ],
)
def test_what_is_not_said_of_a_question(question: str, text: str, missing: list[str]) -> None:
    assert unheld(question, [text]) == missing


def test_the_nearest_is_told_with_what_is_missing_there() -> None:
    held = evidence("How far did she travel in 2015?", "In 2013 I travelled six times around the world.")
    answer = abstained(replace(held, confidence=0.2))
    assert answer.abstained
    assert answer.answer == (
        "Nothing in your library answers this. Nearest is this, which does not speak of “2015”:\n\n"
        "Ada says on S: “In 2013 I travelled six times around the world.” [1]"
    )
    assert [cite.quote for cite in answer.citations] == ["In 2013 I travelled six times around the world."]


def test_nothing_near_is_nothing() -> None:
    held = evidence("What is the capital of Mongolia?", "A capital idea.")
    assert abstained(replace(held, confidence=0.01)).answer == NOTHING
    person = (Narrowing(kind="speaker", label="Ada"), Narrowing(kind="speaker", label="Bo"))
    answer = abstained(replace(held, confidence=0.01, narrowed=person))
    assert (answer.answer, answer.citations) == ("Nothing said by Ada or Bo answers this.", ())
    assert in_words((*person, Narrowing(kind="dates", label="since 2024"))) == "said by Ada or Bo, since 2024"
