"""What writer and checker see around a quote: the writer what the idea is made of, the checker that and what follows."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from earmark.types import Segment, Transcript, Voice
from ingest.insights.material import for_checker, for_writer, people, story
from ingest.insights.numbered import NumberedTranscript, Span
from ingest.insights.written_text import strange_name, without_glosses
from ingest.passages.segments import mark
from ingest.text.sentences import split_sentences
from tests.ingest.talk import GUEST, HOST, episode

ORDER = "The bakery gave five engineers two years to rebuild its oven without any orders."
PRICE = "Those engineers and that oven cost the bakery 5 million euros a year."
FILLER = [f"There was some talk about flour and about the weather on day {name}." for name in "abcdefghij"]
FAR_COUNT = "Three people brought a cake."
OUTCOME = "Two of the big chains have since put the oven that these engineers built into every bakery."
TAKEN_BACK = "But I was wrong about the chains."


def told(*said: str, speaker: str = GUEST) -> NumberedTranscript:
    return of([(speaker, sentence) for sentence in said])


def of(turns: Sequence[tuple[str, str]]) -> NumberedTranscript:
    sentences = split_sentences(
        Transcript(segments=tuple(Segment(text=text, speaker=who) for who, text in turns), source="text")
    )
    return NumberedTranscript(sentences, mark(sentences))


def place(text: NumberedTranscript, sentence: str) -> Span:
    index = next(i for i, s in enumerate(text.sentences) if s.text == sentence)
    return Span(first=index, last=index)


def test_the_numbers_of_a_story_are_shown_to_the_writer_though_they_lie_far_apart() -> None:
    text = told(ORDER, PRICE, FAR_COUNT, *FILLER, OUTCOME)
    span = place(text, OUTCOME)
    assert [text.sentences[index].text for index in story(text, span)] == [PRICE, ORDER]
    shown = for_writer(text, span)
    assert shown.index(ORDER) < shown.index(PRICE) < shown.index("…") < shown.index(f"»{OUTCOME}«")
    assert FAR_COUNT not in shown and FILLER[0] not in shown


def test_what_lies_too_far_off_is_no_part_of_the_story_and_a_long_one_is_cut() -> None:
    text = told(ORDER, *FILLER, *FILLER, OUTCOME)
    assert story(text, place(text, OUTCOME)) == []
    long = " and ".join(["the engineers built an oven for a bakery with 7 chains"] * 4)
    text = told(f"First, {long}.", f"Second, {long}.", f"Third, {long}.", *FILLER[:6], OUTCOME)
    assert len(story(text, place(text, OUTCOME))) == 1


def test_the_checker_sees_what_the_writer_saw_and_what_is_taken_back_at_once() -> None:
    text = told(FAR_COUNT, *FILLER, ORDER, PRICE, *FILLER, OUTCOME, TAKEN_BACK)
    span = place(text, OUTCOME)
    checked = for_checker(text, span, "Chains put the oven into every bakery.")
    assert PRICE in checked and ORDER in checked and TAKEN_BACK in checked
    assert for_writer(text, span).partition(f"»{OUTCOME}«")[0] in checked
    assert FILLER[0] not in checked and FAR_COUNT not in checked


def test_the_question_that_names_the_subject_is_shown_and_the_next_one_is_not() -> None:
    asked, then = "Why do cheap ovens burn the crust of every loaf?", "And what about the price of the flour?"
    text = of([(HOST, asked), (GUEST, "Their thermostats swing by forty degrees every minute."), (HOST, then)])
    shown = for_writer(text, Span(first=1, last=1))
    assert asked in shown and then not in shown
    assert then not in for_checker(text, Span(first=1, last=1), "Cheap ovens burn crusts.")


def test_the_people_with_a_role_come_first() -> None:
    line = people(episode(), Transcript(segments=(), source="text"))
    assert line == f"{HOST} (host), {GUEST} (guest)"


def test_a_person_with_and_without_a_degree_is_named_once() -> None:
    voices = (Voice(label="a", name=f"{GUEST}, Ph.D."), Voice(label="b", name="Mira Vogt"))
    line = people(episode(), Transcript(segments=(), source="text", voices=voices))
    assert line == f"{HOST} (host), {GUEST} (guest), Mira Vogt"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Students at TAFE [Australian college] bake bread.", "Students at TAFE bake bread."),
        ("LDK [Lightning toolkit] is used.", "LDK is used."),
        ("He met [Elon Musk of the firm Tesla] there.", "He met [Elon Musk of the firm Tesla] there."),  # too long
        ("It costs a lot [40 million].", "It costs a lot [40 million]."),  # a number is never a gloss
        ("[Australian college] bakes bread.", "[Australian college] bakes bread."),  # it explains nothing
    ],
)
def test_a_gloss_is_three_words_in_brackets_after_what_it_explains(text: str, left: str) -> None:
    assert without_glosses(text) == left


def test_a_name_outside_of_a_gloss_is_still_strange() -> None:
    words = frozenset("students at tafe bake bread".split())
    text = "Students at TAFE [Australian college] bake bread for Zanzibar."
    assert strange_name(without_glosses(text), words) == "Zanzibar"
