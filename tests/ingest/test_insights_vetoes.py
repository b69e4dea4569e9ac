"""Which spans are never printed, and that good ones are."""

from __future__ import annotations

import pytest

from ingest.insights.vetoes import veto

GOOD = "Rye dough needs more water than wheat because its fibres bind four times as much of it."


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        "If bakers skip the rest, the crust tears, so a hurried loaf is never a cheap one.",
        "Most people think steam makes the crust, but it only keeps the skin soft until the loaf has grown.",
        "A loaf that fails teaches more than a loaf that works, provided somebody writes down how it failed.",
        "Bread prices doubled in three years, although flour became cheaper.",
    ],
)
def test_a_claim_with_its_reason_may_be_printed(text: str) -> None:
    assert veto([text], after="The next loaf is different.") == ""


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Does rye need more water than wheat does because of its fibres?", "asks"),
        ("You're right, rye dough needs more water than wheat because of its fibres.", "reply"),
        ("I agree, rye dough needs more water than wheat because of its fibres.", "reply"),
        ("Sign up for the free trial of Ryely, because rye dough needs more water.", "pitch"),
        ("Kerb and Crust is supported by Ryely, which sells flour to bakers.", "pitch"),
        ("Our guest Ann Lee is the founder of Ryely, which sells flour to bakers.", "pitch"),
        ("The headline says that rye dough needs more water than wheat does.", "read aloud"),
        ("Dear Nora, rye dough needs more water than wheat because of its fibres.", "read aloud"),
        ("Some people say rye dough needs more water than wheat because of its fibres.", "their view"),
        ("Critics claim rye dough needs more water than wheat because of its fibres.", "their view"),
        ("How you can bring rye dough to rise within a single hour without any yeast.", "fragment"),
        ("If the dough of a rye loaf without any rest.", "fragment"),
        ("The long slow rest of a rye dough in a cold room.", "fragment"),
        ("If bakers want to have more choice and learn more of rye, but maybe not be as quick.", "fragment"),
        ("It's really important to give the dough some rest.", "truism"),
        ("Ryely is a tool for bakers.", "definition"),
        ("My sister bakes rye because her oven was cheap.", "personal"),
        ("As you can see on the slide, rye dough needs more water.", "screen"),
        ("Secondly, rye dough needs more water than wheat because of its fibres.", "leans"),
        ("Rye dough- it needs -- more water than wheat because of its fibres.", "spoilt"),
        ('Rye dough needs "more water than wheat because of its fibres.', "open quote"),
    ],
)
def test_what_is_not_printed_and_why(text: str, why: str) -> None:
    assert veto([text], after="") == why


@pytest.mark.parametrize(
    "after", ["No, that's wrong.", "Not really.", "I'm just kidding.", "But that's not true.", "Or so I thought."]
)
def test_what_the_next_sentence_takes_back_is_not_printed(after: str) -> None:
    assert veto([GOOD], after=after) == "taken back"


def test_half_of_a_dialogue_is_a_reply() -> None:
    text = "Because its fibres bind four times as much water, the dough of a rye loaf is wet."
    assert veto([text], after="", answers=True) == "reply"
    assert veto([text], after="") == ""
