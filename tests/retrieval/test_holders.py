"""Who holds a claim, and who denies it or tells of others."""

from __future__ import annotations

import numpy as np
import pytest

from earmark.types import Hit
from retrieval.answers.evidence import AnswerEvidence, sentences_of
from retrieval.answers.extract import extractive_answer, told
from retrieval.answers.holders import claim_of, plainly_asked, stance

CLAIM = "kelp stores carbon for centuries"


@pytest.mark.parametrize(
    ("question", "claim"),
    [
        ("Who said that kelp stores carbon for centuries?", CLAIM),
        ("Who thinks kelp stores carbon for centuries?", CLAIM),
        ("who argues that kelp stores carbon for centuries", CLAIM),
        ("Who on Tideline insists that kelp stores carbon for centuries?", CLAIM),
        ("Who says it?", ""),
        ("Who talks about kelp?", ""),
        ("Who held the record for kelp?", ""),
        ("Who claimed the first prize for kelp?", ""),
        ("What is said about kelp?", ""),
    ],
)
def test_the_claim_of_a_question(question: str, claim: str) -> None:
    assert claim_of(question) == claim


def test_whichever_verb_asks_for_a_claim_it_is_looked_for_alike() -> None:
    plain = "Who says kelp stores carbon for centuries?"
    for verb in ("said that", "thinks", "argues that", "is convinced that"):
        assert plainly_asked(f"Who {verb} kelp stores carbon for centuries?") == plain
    assert plainly_asked("Who sank the kelp?") == "Who sank the kelp?"


@pytest.mark.parametrize(
    ("text", "how"),
    [
        ("Deep down, kelp stores carbon for centuries.", "holds"),
        ("I think that kelp stores carbon for centuries.", "holds"),
        ("Kelp never stores carbon for centuries.", "denies"),
        ("I don't believe that kelp stores carbon for centuries.", "denies"),
        ("That kelp stores carbon for centuries is simply a myth.", "denies"),
        ("People keep saying that kelp stores carbon for centuries.", "reports"),
        ("There is this idea that kelp stores carbon for centuries.", "reports"),
        ("The question is whether kelp stores carbon for centuries.", "reports"),
        ("I think it was Ines Okafor who said that kelp stores carbon for centuries.", "holds"),
        ('"Kelp stores carbon for centuries", their leaflet has it.', "reports"),
    ],
)
def test_how_a_speaker_stands_to_a_claim(text: str, how: str) -> None:
    assert stance(CLAIM, text) == how


@pytest.mark.parametrize(
    ("text", "how"),
    [
        (
            "Kelp stores carbon for centuries, and I don't think anybody who looked at the kelp thinks otherwise.",
            "holds",
        ),
        ("I don't agree with him on much, but kelp stores carbon for centuries.", "holds"),
        ("Kelp stores carbon for centuries, which isn't true of grass.", "holds"),
        ("Kelp stores carbon for centuries, and many say they will plant more.", "holds"),
        ("Kelp stores carbon for centuries, according to the latest numbers.", "holds"),
        ("Kelp stores carbon for centuries whether or not it sinks.", "holds"),
        ("Kelp stores carbon for centuries, but I don't believe that at all.", "denies"),
        ("That kelp stores carbon for centuries, as they have it, is nonsense, and I don't think so.", "denies"),
        ("Critics say that kelp never stores carbon for centuries.", "reports"),
        ("The question is whether or not kelp stores carbon for centuries.", "reports"),
        ("They are nice, and people say kelp stores carbon for centuries.", "reports"),
    ],
)
def test_only_what_is_said_of_the_claim_itself_counts(text: str, how: str) -> None:
    assert stance(CLAIM, text) == how


def test_a_sentence_that_goes_on_from_a_report_is_one() -> None:
    before = "You know what they say."
    assert stance(CLAIM, "That kelp stores carbon for centuries.", before) == "reports"
    assert stance(CLAIM, "Kelp stores carbon for centuries.", before) == "holds"


def heard(*said: tuple[str, str, float]) -> AnswerEvidence:
    hits = [
        Hit(
            chunk_id=f"c{n}", episode_id="e", show_id="s", show="Tideline", episode="E", published=None, url="",
            speaker=speaker, start_s=0.0, end_s=9.0, text=text, score=1.0,
        )
        for n, (speaker, text, _) in enumerate(said)
    ]  # fmt: skip
    return AnswerEvidence(
        question="Who says that kelp stores carbon for centuries?",
        hits=tuple(hits),
        sentences=tuple(sentence for hit in hits for sentence in sentences_of(hit)),
        scores=tuple(score for _, _, score in said),
        confidence=1.0,
        vectors=np.eye(len(said), dtype=np.float32),
    )


DENIAL = ("Jon Abara", "I don't believe that kelp stores carbon for centuries.", 2.0)
REPORT = ("Mara Voss", "People keep saying that kelp stores carbon for centuries.", 1.9)
HOLDER = ("Ines Okafor", "Deep down, kelp stores the carbon for many centuries.", 1.8)


def test_whoever_holds_a_claim_is_quoted_and_not_who_denies_or_reports_it() -> None:
    evidence = heard(DENIAL, REPORT, HOLDER)
    assert evidence.vectors is not None
    answer = extractive_answer(evidence, evidence.vectors)
    assert {cite.speaker for cite in answer.citations} == {"Ines Okafor"}
    assert answer.answer.startswith("Ines Okafor says on Tideline:")


def test_where_nobody_holds_it_denial_and_report_are_told_as_such() -> None:
    evidence = heard(DENIAL, REPORT)
    paragraphs = told(evidence.sentences, claim=CLAIM)
    assert paragraphs[0].startswith("Jon Abara speaks against it on Tideline:")
    assert paragraphs[1].startswith("Mara Voss tells what others say on Tideline:")
    assert told(evidence.sentences)[0].startswith("Jon Abara says on Tideline:")
