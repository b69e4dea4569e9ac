from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from earmark.errors import ModelCallError
from earmark.types import Answer, Citation, Turn
from evaluation.followups import dialogues
from retrieval.answers.followup import WholeQuestion, resolve, rewritten
from retrieval.answers.mentions import LibraryNames
from retrieval.rarity import Rarity

KNOWN = LibraryNames(speakers=("Ines Okafor", "Jon Abara"))
NOW = datetime(2026, 7, 1, tzinfo=UTC)


def turn(question: str, speaker: str | None = "Ines Okafor", quote: str = "Kelp sinks past a thousand metres.") -> Turn:
    cite = Citation(
        n=1, chunk_id="c", episode_id="e", show="S", episode="E", speaker=speaker, start_s=0.0, quote=quote, url=""
    )
    answer = Answer(question=question, answer=f"“{quote}” [1]", abstained=False, citations=(cite,))
    return Turn(question=question, answer=answer, asked_at=NOW)


@pytest.mark.parametrize(
    ("before", "question", "parts"),
    [
        ("What did Ines Okafor say about kelp credits?", "And what did she say about costs?", ["Ines Okafor", "costs", "kelp"]),
        ("What did Ines Okafor say about kelp credits?", "And about insurance?", ["Ines Okafor", "insurance"]),
        ("How deep does kelp have to sink?", "Why does that matter?", ["kelp", "sink"]),
        ("How deep does kelp have to sink?", "Who disagrees?", ["disagrees", "kelp"]),
        ("What did Ines Okafor say about kelp credits?", "And since 2024?", ["Ines Okafor", "kelp", "since 2024"]),
        ("Do carbon markets work?", "What is his advice?", ["Ines Okafor's advice", "carbon"]),
    ],
)  # fmt: skip
def test_what_is_left_out_is_carried(before: str, question: str, parts: list[str]) -> None:
    read = resolve(question, [turn(before)], KNOWN, Rarity(), NOW.date())
    assert read.changed
    whole = read.fuller or read.text
    assert all(part in whole for part in parts), whole


@pytest.mark.parametrize(
    "question",
    [
        "Why do nurses on rotating shifts sleep badly?",
        "What is the half-life of caffeine in the blood?",
        "Is it true that rye flour wakes a sourdough starter?",
        "How long does it take a sourdough starter to be ready?",
    ],
)
def test_a_whole_question_stays_as_it_is(question: str) -> None:
    assert resolve(question, [turn("How deep does kelp have to sink?")], KNOWN, Rarity(), NOW.date()) == WholeQuestion(
        text=question
    )


def test_without_a_conversation_nothing_is_carried() -> None:
    assert resolve("And about costs?", [], KNOWN, Rarity(), NOW.date()).text == "And about costs?"


class Rewriter:
    name = "fake"

    def __init__(self, reply: str | Exception) -> None:
        self._reply = reply

    def complete(self, system: str, user: str, *, max_tokens: int = 1024) -> str:
        if isinstance(self._reply, Exception):
            raise self._reply
        return self._reply

    def complete_json(self, system: str, user: str, *, schema: dict[str, object], max_tokens: int = 1024) -> object:
        raise NotImplementedError

    def stream(self, system: str, user: str, *, max_tokens: int = 1024) -> Iterator[str]:
        raise NotImplementedError


@pytest.mark.parametrize(
    ("reply", "taken"),
    [
        ("What did Ines Okafor say about the costs of kelp credits?", True),
        ("What did Ines Okafor say about Brightwater's costs?", False),
        ("", False),
        ("Kelp costs " * 60, False),
        (ModelCallError("down"), False),
    ],
)
def test_a_rewrite_may_invent_nothing(reply: str | Exception, taken: bool) -> None:
    history = [turn("What did Ines Okafor say about kelp credits?")]
    question = "And what did she say about costs?"
    fallback = resolve(question, history, KNOWN, Rarity(), NOW.date())
    read = rewritten(question, history, Rewriter(reply), fallback)
    assert (read.text == reply) is taken
    assert read.changed


def test_a_rewrite_of_a_model_s_sets_no_condition() -> None:
    history = [turn("What did Ines Okafor say about kelp credits?")]
    question = "And what did she say about costs?"
    reply = 'What did "Ines Okafor" say about kelp: -costs?'
    read = rewritten(question, history, Rewriter(reply), resolve(question, history, KNOWN, Rarity(), NOW.date()))
    assert read.text == "What did Ines Okafor say about kelp costs?"


def test_the_dialogues_that_are_measured_can_be_read() -> None:
    asked = dialogues()
    assert len(asked) >= 60
    assert {dialogue.part for dialogue in asked} == {"tune", "test"}


AGAIN = LibraryNames(
    shows=(("t", "Tideline"), ("d", "The Deep End")),
    speakers=("Ines Okafor", "Jon Abara"),
    oldest=NOW.date().replace(year=2023),
    newest=NOW.date(),
)
MODELS = "What do people say about world models?"
CREDITS = "What did Ines Okafor say about kelp credits on Tideline in 2025?"


@pytest.mark.parametrize(
    ("before", "question", "whole"),
    [
        (MODELS, "And Jon Abara?", "What does Jon Abara say about world models?"),
        (MODELS, "What about Ines?", "What does Ines Okafor say about world models?"),
        (MODELS, "And what does Ines Okafor think of it?", "What does Ines Okafor say about world models?"),
        (MODELS, "Ines and Jon?", "What do Ines Okafor and Jon Abara say about world models?"),
        (MODELS, "And on Tideline?", "What do people say about world models on Tideline?"),
        (MODELS, "What about The Deep End?", "What do people say about world models on The Deep End?"),
        (MODELS, "And since 2024?", "What do people say about world models since 2024?"),
        (MODELS, "And 2024?", "What do people say about world models in 2024?"),
        (MODELS, "And Jon Abara on Tideline last year?", "What does Jon Abara say about world models on Tideline last year?"),
        (CREDITS, "And Jon Abara?", "What did Jon Abara say about kelp credits on Tideline in 2025?"),
        (CREDITS, "And on The Deep End?", "What did Ines Okafor say about kelp credits in 2025 on The Deep End?"),
        (CREDITS, "And since 2024?", "What did Ines Okafor say about kelp credits on Tideline since 2024?"),
        ("What is said about kelp?", "And Jon Abara?", "What does Jon Abara say about kelp?"),
        ("Who says that kelp sinks?", "And Jon Abara?", "What does Jon Abara say that kelp sinks?"),
        ("Why do nurses sleep badly?", "And Jon Abara?", "What does Jon Abara say about this: why do nurses sleep badly?"),
        ("Compare Ines Okafor and Jon Abara on carbon markets", "And Jon Abara alone?", ""),
        ("Compare Ines Okafor and Jon Abara on carbon markets", "And Jon Abara?", "What does Jon Abara say about carbon markets?"),
        ("And about costs? (kelp)", "And Jon Abara?", "What does Jon Abara say about costs (kelp)?"),
        (MODELS, "Who is Jon Abara?", ""),
        (MODELS, "And Jon Abara on boats?", ""),
        (MODELS, "And about boats?", ""),
        (MODELS, "Why?", ""),
    ],
)  # fmt: skip
def test_a_follow_up_that_only_names_asks_the_question_before(before: str, question: str, whole: str) -> None:
    read = resolve(question, [turn(before)], AGAIN, Rarity(), NOW.date())
    assert read.again is bool(whole)
    assert not whole or read.text == whole


def test_operators_of_the_question_before_are_no_subject() -> None:
    read = resolve("And Jon Abara?", [turn(f"{MODELS} speaker:Ines after:2024")], AGAIN, Rarity(), NOW.date())
    assert read.text == "What does Jon Abara say about world models?"


def test_another_subject_stays_on_the_show_and_in_the_time_of_the_question_before() -> None:
    read = resolve(
        "And about insurance?", [turn("What was said about kelp on Tideline in 2025?")], AGAIN, Rarity(), NOW.date()
    )
    assert read.text == "And about insurance on Tideline in 2025? (kelp)"
    other = resolve("And about insurance on The Deep End?", [turn(CREDITS)], AGAIN, Rarity(), NOW.date())
    assert "Tideline" not in other.text


def test_a_question_that_only_names_is_not_worded_by_a_model() -> None:
    history = [turn(MODELS)]
    whole = resolve("And Jon Abara?", history, AGAIN, Rarity(), NOW.date())
    assert (
        rewritten("And Jon Abara?", history, Rewriter("What does Ines Okafor say about world models?"), whole) == whole
    )


@pytest.mark.parametrize("title", ["The Argument", "The Take", "Answer"])
def test_a_common_noun_in_a_follow_up_is_no_show_of_that_title(title: str) -> None:
    known = LibraryNames(speakers=("Ines Okafor",), shows=(("s", title),))
    before = [turn("What does Ines Okafor say about kelp?")]
    noun = title.removeprefix("The ").lower()
    for question in (f"What's the {noun}?", f"And the {noun}?"):
        assert title not in resolve(question, before, known, Rarity(), NOW.date()).text
    assert title in resolve(f"And on {title}?", before, known, Rarity(), NOW.date()).text
