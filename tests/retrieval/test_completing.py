"""What a question wants to be told, and the neighbours that tell it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from earmark.types import Hit
from retrieval.answers.attributes import attributes, wanted, wants_figure
from retrieval.answers.completing import completing, joined, read_around
from retrieval.answers.evidence import AnswerEvidence, sentences_of
from retrieval.answers.signals import EvidenceProfile


def evidence(question: str, *texts: str) -> AnswerEvidence:
    hits = tuple(
        Hit(
            chunk_id=str(n), episode_id="e", show_id="s", show="S", episode="E", published=None, url="", speaker="Ada",
            start_s=0.0, end_s=9.0, text=text, score=1.0,
        )
        for n, text in enumerate(texts)
    )  # fmt: skip
    sentences = tuple(sentence for hit in hits for sentence in sentences_of(hit))
    return AnswerEvidence(
        question=question, hits=hits, sentences=sentences, scores=(1.0,) * len(sentences), confidence=1.0
    )


@pytest.mark.parametrize(
    ("question", "text", "told"),
    [
        ("How many moorings were lost?", "We lost three of nine.", True),
        ("How many moorings were lost?", "We lost moorings.", False),
        ("How many of the nine moorings were lost?", "All nine moorings were new.", False),
        ("When was the bridge built?", "They finished it in 1937.", True),
        ("When was the bridge built?", "They finished it at last.", False),
        ("Why did the ward change?", "Because nobody slept.", True),
        ("Why did the ward change?", "Nobody slept there.", False),
        ("What share of kelp sinks?", "About eleven percent does.", True),
    ],
)
def test_a_number_a_time_or_a_cause(question: str, text: str, told: bool) -> None:
    attribute = wanted(question)
    assert attribute is not None
    assert attribute.told(text) is told


@pytest.mark.parametrize(
    ("question", "time"),
    [
        ("When did it end?", True),
        ("And when?", True),
        ("When exactly was it?", True),
        ("When's the next?", True),
        ("When it ended, what happened to her?", False),
        ("When the yards were joined, who lost their berth?", False),
    ],
)
def test_what_happened_at_a_time_is_no_question_for_one(question: str, time: bool) -> None:
    assert wants_figure(question) is time


def test_other_questions_want_none_of_them() -> None:
    assert wanted("Who lost the moorings?") is None
    assert wanted("What does she say about kelp?") is None


@pytest.mark.parametrize(
    ("question", "text", "chosen", "added"),
    [
        ("How much did the moorings cost?", "The moorings were dear. Forty thousand euros each.", [0], [1]),
        ("How much did the moorings cost?", "Forty thousand euros each. The moorings were dear.", [1], [0]),
        ("How much did the moorings cost?", "The moorings were dear at 40,000 euros. We lost three.", [0], []),
        ("What did the moorings do?", "The moorings were dear. Forty thousand euros each.", [0], []),
        ("What happened to the moorings?", "A storm came in March. It took three moorings.", [1], [0]),
        ("How much did they cost?", "The moorings were dear. We lost three.\nBo: Forty each.", [2], []),
    ],
)
def test_a_neighbour_completes_a_sentence(question: str, text: str, chosen: list[int], added: list[int]) -> None:
    assert completing(chosen, evidence(question, text)) == added


@pytest.mark.parametrize(
    ("text", "added"),
    [
        ("A storm came in March. It took three moorings. They were dear. Nobody was hurt.", [2, 0, 3]),
        (f"A storm came in March. It took three moorings. {'They were dear, ' * 15}all of them. Nobody was hurt.", [2]),
        (f"A storm came in March. It took three moorings {'of the old yard ' * 12}. They were dear.", []),
        ("A storm came in March. It took them all. They cost nine euros each. Nobody was hurt.", []),
        ("A storm came in March. It took three of them. We had nine moorings. Nobody was hurt.", [0]),
        ("A storm came in March.\nBo: It took three moorings.\nAda: They were dear.", []),
    ],
)
def test_a_short_quote_is_read_with_what_is_said_around_it(text: str, added: list[int]) -> None:
    assert read_around([1], evidence("How many moorings did the storm take?", text)) == added


def test_neighbours_of_other_passages_are_none() -> None:
    assert completing([0], evidence("How much did it cost?", "The moorings were dear.", "Forty thousand euros.")) == []


def test_sentences_in_a_row_become_one_quotation() -> None:
    held = evidence("", "A storm came. It took three. Nobody saw it.", "Another day.")
    assert [sentence.text for sentence in joined(held.sentences)] == [
        "A storm came. It took three. Nobody saw it.",
        "Another day.",
    ]
    assert [sentence.text for sentence in joined(held.sentences[::2])] == ["A storm came.", "Nobody saw it."]


@pytest.mark.parametrize(
    ("question", "favoured"),
    [
        ("What is a mooring?", [True, False]),
        ("define a mooring", [True, False]),
        ("How does Ada explain what a mooring is for?", [True, False]),
        ("What does Ada say about moorings?", [False, False]),
        ("Who wrote the paper?", [False, True]),
        ("Who said that it is so?", [False, False]),
        ("Where did Reyes live?", [False, False]),
    ],
)
def test_what_says_what_is_asked_is_favoured(question: str, favoured: list[bool]) -> None:
    texts = ["A mooring is an anchor that stays.", "They lost what Bo Reyes has written."]
    heard = EvidenceProfile(
        sentences=texts,
        owners=np.zeros(2, dtype=np.int64),
        vectors=np.zeros((2, 1), dtype=np.float32),
        passages=[" ".join(texts)],
        cosines=np.zeros(1, dtype=np.float32),
    )
    assert [gain > 0 for gain in attributes(question, heard)] == favoured
    if question.startswith("Who"):
        assert not attributes(question, replace(heard, sentences=["we wrote it with bo reyes"] * 2)).any()
