"""Quotes that go past the question, so that nothing is said rather than something else."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from earmark.types import Citation
from retrieval.answers.off_point import off_point


def cited(*quotes: str) -> list[Citation]:
    return [
        Citation(
            n=n, chunk_id=str(n), episode_id="e", show="S", episode="One", speaker="Ada", start_s=None, quote=quote,
            url="", published=datetime(2017, 10, 25, tzinfo=UTC),
        )
        for n, quote in enumerate(quotes, 1)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("question", "quotes", "past"),
    [
        ("How many moorings were lost?", ["The moorings were dear.", "A storm came."], True),
        ("How many moorings were lost?", ["The moorings were dear.", "Three were lost."], False),
        ("How many moorings were lost?", ["The moorings were dear.", "Three of the moorings were lost."], False),
        ("How many moorings were lost?", ["Of the moorings that were lost there are pictures, all seven."], False),
        ("How many people work at the yard?", ["You have got two dramatically large areas to use."], True),
        ("How many people work at the yard?", ["We are just about to hit 80 people now."], False),
        ("How many people work at the yard?", ["At the yard, people work on sixty boats."], True),
        ("How many people work at the yard?", ["At the yard there are sixty for the work."], False),
        ("How many sellers came to the market?", ["To the market came sixty buyers."], True),
        ("How many women came to the market?", ["We had two at the market this year."], True),
        ("How many people came to the market?", ["We had two hundred at the market this year."], False),
        ("How many users does the yard have?", ["At the yard we have a six user limit."], True),
        ("How many sponsors are there?", ["A double sponsor is what we are."], True),
        ("How many boats took part in the race?", ["BIP 148 boats were in the race that took part."], True),
        ("What does a berth cost?", ["A berth is half of what it costs elsewhere."], True),
        ("What does a berth cost?", ["A berth is 20 dollars."], False),
        ("What does a berth cost?", ["A berth is free."], False),
        ("How big a salary does she get?", ["She gets one, I think."], True),
        ("Which version brought the change?", ["The change came in March 2016."], True),
        ("Which version brought the change?", ["The change came with 0.27."], False),
        ("By what factor is the new crane faster?", ["The new crane is a lot faster."], True),
        ("How many letters does she get a week?", ["She got 3,000 letters in four or five days."], True),
        ("How many letters does she get a week?", ["She gets 1,000 letters a week."], False),
        ("How many letters does she get a day?", ["She gets 1,000 letters daily."], False),
        ("How many employees does the yard of Ghost have?", ["The yard of Ghost has forty people now."], False),
        ("How many employees does Ghost have?", ["Ghost has about forty people now."], False),
        ("How many developers work at Ghost?", ["We have around thirty people at Ghost."], False),
        ("How many employees does Ghost have?", ["Ghost has about forty boats now."], True),
        ("How soon can you plant?", ["You can plant right after the last frost."], False),
        ("How quickly should you respond?", ["You should respond immediately."], False),
        ("How many boats came, and in which version of the rules was that?", ["Twelve boats came."], False),
        ("How many boats came, and in which version of the rules was that?", ["Boats came."], True),
        ("How long was she there?", ["She went with two others."], True),
        ("Why were they lost?", ["A storm came."], False),
    ],
)
def test_a_number_has_to_be_the_one_that_is_asked_for(question: str, quotes: list[str], past: bool) -> None:
    assert off_point(question, cited(*quotes)) is past


@pytest.mark.parametrize(
    ("question", "quote", "past"),
    [
        ("What did she say about travel in 2015?", "In 2013 I went round the world.", True),
        ("What did she say about travel in 2013?", "In 2013 I went round the world.", False),
        ("What did she say about travel in 2017?", "In 2013 I went round the world.", False),
        ("What did she say about travel in 2015?", "I went 1,987 miles.", False),
        ("What did she say about travel before 2015?", "In 2013 I went round the world.", False),
        ("What did she say about travel?", "In 2013 I went round the world.", False),
    ],
)
def test_another_year_is_not_the_one_that_is_asked_for(question: str, quote: str, past: bool) -> None:
    assert off_point(question, cited(quote)) is past


@pytest.mark.parametrize(
    ("question", "quote", "past"),
    [
        ("What is the plot of Hamlet?", "I saw Hamlet last week.", True),
        ("What is the plot of Hamlet?", "Hamlet has a plot of revenge.", False),
        ("What are the main colours of the flag?", "Its colour is blue.", False),
        ("What is the name of the show?", "It is called Tideline.", False),
    ],
)
def test_what_only_names_something_tells_nothing_of_it(question: str, quote: str, past: bool) -> None:
    assert off_point(question, cited(quote)) is past


@pytest.mark.parametrize(
    ("question", "quote", "past"),
    [
        ("How long did Bo Reyes spend on it?", "I spent at least ten minutes on it.", True),
        ("How long did Ada Finch spend on it?", "I spent at least ten minutes on it.", False),
        ("How long did Bo Reyes spend on it?", "I saw that Bo spent ten minutes on it.", False),
        ("How long did Bo Reyes spend on it?", "He spent ten minutes on it.", False),
        ("How long did Zoe Quill spend on it?", "I spent ten minutes on it.", False),
    ],
)
def test_what_somebody_else_says_of_themselves_is_not_of_the_person(question: str, quote: str, past: bool) -> None:
    assert off_point(question, cited(quote), {"Ada Finch", "Bo Reyes"}) is past


@pytest.mark.parametrize(
    ("question", "quotes", "past"),
    [
        ("How much does a flaw in Windows cost?", ["They pay $5 million for flaws in an iPhone."], True),
        ("How much does a flaw in Windows cost?", ["They pay $5 million for a flaw."], False),
        ("When did Ruby Weekly start?", ["I think Ruby5 is from 2012."], True),
        ("When did Ruby Weekly start?", ["It began in March 2012, on a Monday."], False),
        ("How much does a flaw in Windows cost?", ["They pay $5 million for flaws in Windows and an iPhone."], False),
        (
            "How much does a flaw in Windows cost?",
            ["It is $5 million on an iPhone.", "For that flaw $2 million."],
            False,
        ),
        (
            "Which version of the Tern brought the change?",
            [
                "I think it was 0.8 that brought the change, where you first get all of the ropes and only then, when"
                " the wind is right, the sails, the mast and the old flag of the Merkle boats."
            ],
            False,
        ),
        ("How many letters does the Yard get?", ["Now we get 1,000 letters by VC."], False),
        ("Why does a flaw in Windows cost so much?", ["They pay $5 million for flaws in an iPhone."], False),
        ("How many people used Node.js at the fork?", ["By then 1.2 million people were using Node."], False),
    ],
)
def test_the_number_of_another_thing_is_not_the_one_that_is_asked_for(
    question: str, quotes: list[str], past: bool
) -> None:
    assert off_point(question, cited(*quotes)) is past


@pytest.mark.parametrize(
    ("question", "quote", "past"),
    [
        ("Who founded the yard?", "So the yard was founded long ago.", True),
        ("Who founded the yard?", "It was founded by a man called Rolf.", False),
        ("Who founded the yard?", "I founded it with my sister.", False),
        ("Who founded the yard?", "it was founded by a man called rolf", False),
        ("Who wants the yard to be closed?", "So the yard is to be closed at last.", False),
        ("Who says that the yard is old?", "So the yard was founded long ago.", False),
        ("Which company built the crane?", "Some company in the north built the crane in May.", True),
        ("Which company built the crane?", "The crane was built by Kone.", False),
        ("Which company built the crane?", "Ada Kone built the crane.", False),
        ("Who built the yard?", "Rolf built the yard as a student.", False),
        ("Who built the yard?", "It is old. Rolf built the yard.", False),
        ("Who built the yard?", "The yard was built long ago. It was cheap.", True),
        ("Which city did they move to?", "Berlin is where they moved.", False),
        ("Who founded the yard?", "We founded it in the spring.", False),
        ("Who pays for the yard?", "Its neighbours pay for most of the yard.", False),
        ("Who benefits from the yard?", "The neighbours benefit from the yard.", False),
        ("Who should come to the yard?", "Older people should come to the yard.", False),
        ("What is the boat called?", "The boat has an odd name.", True),
        ("What is the boat called?", "They named the boat Tern.", False),
        ("Which kind of company built the crane?", "Some company in the north built the crane.", False),
    ],
)
def test_a_name_that_is_asked_for_has_to_be_named(question: str, quote: str, past: bool) -> None:
    assert off_point(question, cited(quote)) is past


@pytest.mark.parametrize(
    ("question", "quote", "past"),
    [
        ("Who says that the yard is a failure?", "To me the yard is a failure.", False),
        ("Who says that the yard is a failure?", "Failure is part of life.", True),
        ("Who thinks the old yard should be sold to the city?", "I would sell that old yard tomorrow.", False),
        ("Who thinks the old yard should be sold to the city?", "I would love to live in a city.", True),
    ],
)
def test_a_quote_beside_the_claim_is_nobody_s_who_holds_it(question: str, quote: str, past: bool) -> None:
    assert off_point(question, cited(quote)) is past
