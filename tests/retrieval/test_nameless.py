from __future__ import annotations

from dataclasses import replace

import pytest

from earmark.catalog import Catalog
from earmark.ports import Encoder, VectorIndex
from earmark.types import Filters, Question
from retrieval.answers.answerer import Answerer
from retrieval.answers.nameless import is_nameless, may_be_theirs
from retrieval.answers.weighing import Weigher
from retrieval.search.searcher import Searcher
from tests.retrieval.library import NOW
from tests.retrieval.test_answer import passage


@pytest.fixture
def searcher(catalog: Catalog, index: VectorIndex, encoder: Encoder) -> Searcher:
    return Searcher(catalog, index, encoder)


@pytest.mark.parametrize(
    ("speaker", "nameless"),
    [
        (None, True),
        ("", True),
        ("Speaker 1", True),
        ("SPEAKER_00", True),
        ("Host", True),
        ("Mara Voss", False),
        ("Guest House", False),
    ],
)
def test_a_label_is_no_name(speaker: str | None, nameless: bool) -> None:
    assert is_nameless(speaker) is nameless


def test_a_nameless_voice_may_be_whom_the_title_names() -> None:
    hit = replace(
        passage("Kelp sinks below a thousand metres."), speaker=None, show="The Mara Voss Hour", episode="Kelp"
    )
    assert may_be_theirs(hit, ["Mara Voss"])
    assert may_be_theirs(replace(hit, show="Tideline", episode="Kelp, with Mara Voss"), ["Ines Okafor", "Mara Voss"])
    assert not may_be_theirs(hit, ["Ines Okafor"])
    assert not may_be_theirs(replace(hit, show="The Voss Hour"), ["Mara Voss"])
    assert not may_be_theirs(replace(hit, speaker="Jon Abara"), ["Mara Voss"])


def test_what_nameless_voices_say_answers_for_whom_the_title_names(searcher: Searcher, encoder: Encoder) -> None:
    search = searcher.passages

    def unlabelled(query: str, *, filters: Filters, limit: int, operators: bool = True) -> list[object]:
        hits = search(query, filters=replace(filters, speakers=()), limit=limit, operators=operators)
        return (
            []
            if filters.speakers
            else [replace(hit, speaker=None, episode=f"{hit.episode}, with Ida Falk") for hit in hits]
        )

    searcher.passages = unlabelled  # type: ignore[assignment, method-assign]
    weigher = Weigher(searcher, encoder)
    evidence = weigher.weigh("How deep does kelp have to sink?", Filters(speakers=("Ida Falk",)), now=NOW)
    assert weigher.answers(evidence)
    assert all(sentence.speaker is None for sentence in evidence.sentences)
    assert not weigher.answers(weigher.weigh("How deep does kelp sink?", Filters(speakers=("Bo Lindqvist",)), now=NOW))
    assert weigher.answers(weigher.weigh("How deep does kelp have to sink?", Filters(), now=NOW, about=("Ida Falk",)))


@pytest.mark.parametrize(
    ("question", "labels"),
    [
        ("What did Mara Voss say about kelp credits since 10 June 2026?", ["Mara Voss"]),
        ("Compare Mara Voss and Ines Okafor on kelp credits since 11 June 2026", ["Mara Voss", "Ines Okafor"]),
    ],
)
def test_a_time_may_be_that_of_which_is_spoken(
    searcher: Searcher, encoder: Encoder, question: str, labels: list[str]
) -> None:
    answer = Answerer(searcher, encoder).ask(Question(text=question))
    assert not answer.abstained
    assert answer.note.endswith("answers this, so this is from any time.")
    assert [narrowing.label for narrowing in answer.narrowed] == labels
    assert {cite.speaker for cite in answer.citations} <= set(labels)
