"""Statements of a passage: what can be read alone, and nothing of sponsors, greetings and questions."""

from __future__ import annotations

from ingest.insights.statements import statements

TALK = (
    "Kelp that sinks below a thousand metres keeps its carbon out of the air for centuries. "
    "Most of the rest is eaten by snails or washes ashore within a single summer. "
    "That is why he said so? "
    "How deep does kelp have to sink before a buyer pays for the carbon?"
)


def _texts(text: str, *, before: str = "", after: str = "") -> list[str]:
    return [text[found.start : found.end] for found in statements(text, before=before, after=after)]


def test_a_statement_is_one_sentence_or_two_that_follow_each_other() -> None:
    told = _texts(TALK)
    first = TALK[: TALK.index(" Most")]
    assert told[0] == first
    assert TALK[: TALK.index(" That")] in told
    assert not any("?" in text for text in told)
    assert all(0 <= found.worth <= 1 for found in statements(TALK))


def test_a_sentence_that_points_outside_of_itself_is_none() -> None:
    assert _texts("They never did that with the moorings before the storm came last winter.") == []


def test_a_sponsor_read_is_none_even_if_it_begins_in_the_passage_before() -> None:
    before = "This episode is brought to you by Kelp Bank. Kelp Bank helps farmers to sell carbon credits."
    read = (
        "Kelp Bank pays farmers for every ton of kelp that sinks to the floor of the sea. "
        "Go to kelpbank.example and use the code TIDE for a free month at Kelp Bank."
    )
    assert _texts(read, before=before) == []


def test_a_name_before_a_turn_is_no_part_of_what_is_said() -> None:
    talk = f"Mara Voss: {TALK}\nInes Okafor: Insurers pay for carbon only when ten years of data show where it went."
    told = _texts(talk)
    assert told and not any("Okafor" in text or "Voss" in text for text in told)
    assert any(text.startswith("Insurers pay") for text in told)


def test_nothing_comes_of_nothing() -> None:
    assert _texts("") == []
