"""Of whom a model writes and of whom it says that it read nothing, where names share words or somebody is in both."""

from __future__ import annotations

import pytest

from earmark.types import Filters, Hit
from retrieval.answers.drafting import AnswerDraft
from retrieval.answers.evidence import AnswerEvidence, SideEvidence

CHIPS = "The chips will cost seven billion dollars."
MIND = "Meditation made me notice how the mind wanders."


def hit(chunk_id: str, speaker: str, text: str) -> Hit:
    return Hit(
        chunk_id=chunk_id, episode_id="e", show_id="s", show="The Daily", episode="Talk", text=text, speaker=speaker,
        start_s=0.0, end_s=9.0, published=None, score=1.0, url="https://feeds.example/e",
    )  # fmt: skip


def draft(*labels: str) -> AnswerDraft:
    """A draft for a question that compares what these say, from a passage of each of two Sams."""
    question = f"Compare {' and '.join(labels)} and The Verge."
    hits = (hit("a", "Sam Altman", CHIPS), hit("b", "Sam Harris", MIND))
    evidence = AnswerEvidence(
        question=question,
        hits=hits,
        sentences=(),
        scores=(),
        confidence=1.0,
        sides=tuple(SideEvidence(label=label) for label in labels),
        pool=hits,
    )
    return AnswerDraft(evidence, hits, (0, 0), "fake", question)


@pytest.mark.parametrize(
    ("written", "cited", "silent"),
    [
        ("Sam Altman says that the chips will cost seven billion dollars.", 1, "Sam Harris"),
        ("Sam Harris says that meditation made him notice how the mind wanders.", 2, "Sam Altman"),
    ],
)
def test_of_two_sams_the_one_who_is_named_is_silent(written: str, cited: int, silent: str) -> None:
    made = draft("Sam Altman", "Sam Harris")
    assert made.add(0, written, [cited])
    assert made.tells_silence(f"{silent}: NOTHING")
    assert made.answer(whole=True).answer == f"{written} [1]\n\n{silent} says nothing on it here."


def test_whoever_has_a_paragraph_is_not_silent() -> None:
    made = draft("Sam Altman", "Sam Harris")
    assert made.add(0, "Sam Altman says that the chips will cost seven billion dollars.", [1])
    assert made.tells_silence("Altman: NOTHING")
    assert "says nothing" not in made.answer(whole=True).answer


@pytest.mark.parametrize(
    ("written", "cited", "silent"),
    [
        ("In meditation the mind wanders.", 2, True),
        ("The chips will cost seven billion dollars.", 1, False),
    ],
)
def test_a_sentence_that_names_nobody_is_of_whoever_says_it(written: str, cited: int, *, silent: bool) -> None:
    made = draft("Sam Altman", "Sam Harris")
    assert made.add(0, written, [cited])
    assert made.tells_silence("Sam Altman: NOTHING")
    assert made.answer(whole=True).answer.split("\n\n")[1:] == ["Sam Altman says nothing on it here."] * silent


@pytest.mark.parametrize(
    ("line", "silence"),
    [
        ("Harris: NOTHING", "Sam Harris says nothing on it here."),
        ("Sam: NOTHING", "Sam Altman says nothing on it here. Sam Harris says nothing on it here."),
        ("The Verge: NOTHING", "Nothing on The Verge here answers this."),
        ("Verge: NOTHING\nVerge: NOTHING", "Nothing on Verge here answers this."),
    ],
)
def test_whoever_is_silent_is_named_in_full(line: str, silence: str) -> None:
    made = draft("The Daily", "Sam Altman", "Sam Harris")
    assert made.add(0, "The Daily tells that the chips will cost seven billion dollars.", [1])
    assert all(made.tells_silence(part) for part in line.split("\n"))
    assert made.answer(whole=True).answer.split("\n\n")[1] == silence


def test_of_two_who_are_called_so_only_the_one_without_a_paragraph_is_silent() -> None:
    made = draft("Sam Altman", "Sam Harris")
    assert made.add(0, "Sam Altman says that the chips will cost seven billion dollars.", [1])
    assert made.tells_silence("Sam: NOTHING")
    assert made.answer(whole=True).answer.split("\n\n")[1:] == ["Sam Harris says nothing on it here."]


DAM = "The dam needs nine billion bricks."


def compared(*, pool: bool) -> AnswerDraft:
    """A draft for a comparison of two Sams, in whose passages a third person speaks too."""
    hits = (
        hit("a", "Sam Altman", f"Sam Altman: {CHIPS}\nIna Bohr: {DAM}"),
        hit("b", "Sam Harris", MIND),
        hit("c", "Ina Bohr", DAM),
    )

    def side(label: str, own: Hit) -> SideEvidence:
        held = AnswerEvidence(
            question="", hits=(own,), sentences=(), scores=(), confidence=1.0, filters=Filters(speakers=(label,))
        )
        return SideEvidence(label=label, evidence=held)

    evidence = AnswerEvidence(
        question="Compare Sam Altman and Sam Harris.",
        hits=hits,
        sentences=(),
        scores=(),
        confidence=1.0,
        sides=(side("Sam Altman", hits[0]), side("Sam Harris", hits[1])),
        pool=hits if pool else (),
    )
    return AnswerDraft(evidence, hits, (0, 1, 0), "fake", evidence.question)


@pytest.mark.parametrize("pool", [True, False])
@pytest.mark.parametrize("cited", [1, 3])
def test_what_neither_side_says_stands_by_itself(*, pool: bool, cited: int) -> None:
    made = compared(pool=pool)
    assert made.add(0, "Sam Altman says that the chips will cost seven billion dollars.", [1])
    assert made.add(1, DAM, [cited])
    assert made.add(2, "In meditation the mind wanders.", [2])
    assert made.answer(whole=True).answer.split("\n\n") == [
        "Sam Altman says that the chips will cost seven billion dollars. [1]",
        "In meditation the mind wanders. [3]",
        f"{DAM} [2]",
    ]
    before = compared(pool=pool)
    assert before.add(0, DAM, [cited])
    assert before.add(1, "The chips will cost seven billion dollars.", [1])
    assert before.answer(whole=True).answer.split("\n\n")[:2] == [
        f"{DAM} [1]",
        "The chips will cost seven billion dollars. [2]",
    ]


def test_a_sentence_goes_under_the_side_that_it_names_whoever_is_cited() -> None:
    made = compared(pool=False)
    assert made.add(0, "Unlike the chips, Sam Harris says that the mind wanders.", [2])
    assert list(made.kept) == [1]
