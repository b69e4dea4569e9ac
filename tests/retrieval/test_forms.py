"""In which form a question wants a number or a time, and what tells it in that form."""

from __future__ import annotations

import pytest

from retrieval.answers.attributes import wanted
from retrieval.answers.forms import form_asked


@pytest.mark.parametrize(
    ("question", "tells", "tells_not"),
    [
        ("How many people work at the yard?", "We are about to hit 80 people.", "We have four yards."),
        ("How many people came?", "Two million people came.", "Millions of people are cut off."),
        ("How many people came?", "I saw dozens of people.", "I saw several people."),
        ("How many letters did she get?", "There came 1,000 handwritten letters.", "She hired three people."),
        ("How many monthly active users did it have?", "It has twenty million users.", "It cost nine euros."),
        ("How many of the nine moorings were lost?", "We lost three moorings.", "All nine moorings were new."),
        ("How long did he live in the car?", "He was there for four months.", "He drove 3,000 miles."),
        ("How old is the yard?", "They have had it since 1987.", "It has 12 cranes."),
        ("How far did she travel?", "About 180,000 kilometres.", "It took 42 hours."),
        ("How much money did they raise?", "They raised almost 50 million dollars.", "They had 50 applicants."),
        ("How much does the yard pay?", "It is $20 by now.", "It has 20 berths."),
        ("How often does it leave?", "It leaves twice a day.", "It is 15 times slower."),
        ("How often does it leave?", "Every other morning.", "It leaves at ten."),
        ("What share of kelp sinks?", "Eleven percent does.", "Eleven tonnes do."),
        ("When was the bridge built?", "They finished it in 1937.", "It took them nine years."),
        ("When was the bridge built?", "They finished it in nineteen thirty seven.", "On a Monday."),
    ],
)
def test_what_tells_a_number_in_the_form_that_is_asked_for(question: str, tells: str, tells_not: str) -> None:
    attribute = wanted(question)
    assert attribute is not None
    assert attribute.told_in_form(tells)
    assert not attribute.told_in_form(tells_not)


@pytest.mark.parametrize("question", ["Why were they lost?", "Who lost them?", "How much did it hurt?"])
def test_other_questions_ask_for_no_form(question: str) -> None:
    assert form_asked(question) is None


def test_long_texts_of_marks_take_no_time() -> None:
    form = form_asked(f"How many {'a' * 5000} were lost?")
    assert form is not None
    assert form.search(f"9{'-' * 20_000}") is None
    assert form.search("9 " * 20_000) is None
