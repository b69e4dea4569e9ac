"""How a spoken sentence is shown: what leans on the sentence before is taken off, what was said stays."""

from __future__ import annotations

import pytest

from ingest.insights.display import displayed


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("As well, rye needs more water.", "Rye needs more water."),
        ("And so rye needs more water.", "Rye needs more water."),
        ("Yeah, on the other hand, rye needs water.", "Rye needs water."),
        ("For example, rye needs more water.", "Rye needs more water."),
        ("Rye rye needs more water.", "Rye needs more water."),
        ("Rye needs, I mean, more water, and so on.", "Rye needs more water."),
        ("Rye NEVER needs more water.", "Rye never needs more water."),
        ("Rye needs a WHOLE day to rest.", "Rye needs a whole day to rest."),
        ("NASA bakes rye bread.", "NASA bakes rye bread."),
        ("The EU bakes rye bread.", "The EU bakes rye bread."),
        ("Rye needs more water...", "Rye needs more water."),
        ("Rye needs water... It also needs time.", "Rye needs water. It also needs time."),
        ("Rye needs water... and time.", "Rye needs water, and time."),
        ("A) Rye needs more water.", "Rye needs more water."),
        ("The point that that loaf makes is clear.", "The point that that loaf makes is clear."),
        ("Maybe rye needs kind of more water.", "Maybe rye needs kind of more water."),
    ],
)
def test_a_sentence_as_it_is_shown(said: str, shown: str) -> None:
    assert displayed(said, written=frozenset(["whole", "day"])) == shown


def test_within_a_span_a_sentence_keeps_what_ties_it_to_the_one_before() -> None:
    assert displayed("So rye needs more water.", follows=True) == "So rye needs more water."
    assert displayed("So rye needs more water.") == "Rye needs more water."


@pytest.mark.parametrize("said", ["", "...", "Um.", "Yeah, yeah."])
def test_of_a_noise_nothing_is_left_to_say(said: str) -> None:
    assert len(displayed(said).split()) <= 1
