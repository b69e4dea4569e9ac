"""Sponsor reads, greetings, introductions, thanks and good-byes are quoted where they are asked for and nowhere else."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from earmark.catalog import Catalog
from earmark.language.segments import Spoken, sponsor_reads
from earmark.ports import Encoder
from earmark.types import Answer, Filters, Question, Turn
from retrieval.answers.answerer import Answerer
from retrieval.index.edge import EdgeIndex
from retrieval.index.follow import follow
from retrieval.search.searcher import Searcher
from tests.retrieval.library import NOW, Talk, put

GREETING = (
    "Mara Voss: Hello and welcome back to Tideline. I'm Mara Voss. It is the last week of May, and with me is Ina Bohr, who"
    " counts sand fleas at the Halden Institute. Ina, hi.\nIna Bohr: Hi Mara. Thanks for having me on the show."
)
READ = (
    "Mara Voss: Before the fleas, a quick word about who paid for this. Tideline is sponsored by Kestrel Notebooks. Kestrel"
    " makes waterproof paper that survives a winter on the beach. Go to kestrel notebooks dot example and use the code TIDE"
    " for 15 percent off your first box.\nIna Bohr: Mine got wet once and dried well."
)
SUBJECT = (
    "Mara Voss: Kelp that washes ashore looks dead, and people want it raked away before the summer guests come.",
    "Ina Bohr: Kelp that rots on a beach feeds the sand fleas, and the fleas feed every shore bird we counted. Rake it away"
    " and a third of the plovers leave within one season.",
    "Mara Voss: A raked beach costs the town ninety thousand euros a year. I would leave the kelp where the tide puts it.",
    "Ina Bohr: Fleas move with the moon, so we counted them at every spring tide for six years.",
    "Mara Voss: The harbour master keeps a diary of each storm, and the fleas return two weeks after every one of them.",
    "Ina Bohr: In winter the fleas dig half a metre down and wait for the kelp of the first storm in March.",
    "Mara Voss: Children find them first. A school near us has counted fleas on the beach for nine years now.",
    "Ina Bohr: The oldest count is from 1911, by a priest, and his beach had four times as many fleas as ours.",
)
FAREWELL = (
    "Mara Voss: That's it for this week. If you like Tideline, leave us a review wherever you listen. We're back in a"
    " fortnight, so mind the kelp and the beach.\nIna Bohr: Thank you so much for having me, and goodbye to the fleas."
)
ASIDE = re.compile(r"welcome|I'm Mara|with me|\bhi\b|Thank|paid for|[Kk]estrel|percent off|review|fortnight|goodbye")


HISTORY = (
    "Ina Bohr: Sand fleas were first counted here by the navy. The program was sponsored by DARPA in the sixties. It ran for"
    " eleven years. They have published nine reports on the fleas."
)


@pytest.fixture
def answerer(empty: Catalog, encoder: Encoder, tmp_path: Path) -> Iterator[Answerer]:
    spoken = (GREETING, *SUBJECT[:3], READ, *SUBJECT[3:6], HISTORY, *SUBJECT[6:], FAREWELL)
    talk = tuple((text.split(":")[0], text if "\n" in text else text.split(": ", 1)[1]) for text in spoken)
    put(empty, Talk("Tideline", "Beach kelp", 1, talk))
    index = EdgeIndex(tmp_path / "index", model_id=encoder.model_id, dimension=encoder.dimension)
    follow(empty, index, encoder)
    yield Answerer(Searcher(empty, index, encoder), encoder)
    index.close()


def test_what_was_paid_for_long_ago_is_a_subject(answerer: Answerer) -> None:
    for question in ("Who funded the program in the sixties?", "How many years did the program run?"):
        answer = answerer.ask(Question(text=question))
        assert answer.citations
        assert answer.citations[0].quote in HISTORY


@pytest.mark.parametrize(
    "question",
    [
        "How do people review code on the beach?",
        "What did the clinical trial on the beach show?",
        "What do towns offer on the beach?",
        "What do people promote on the beach?",
        "How does a town host a website for the beach?",
    ],
)
def test_a_word_of_advertisements_does_not_ask_for_them(answerer: Answerer, question: str) -> None:
    evidence = answerer.gather(Question(text=question))
    assert evidence.sentences
    assert [sentence.text for sentence in evidence.sentences if ASIDE.search(sentence.text)] == []


def test_what_passages_are_there_for_is_looked_at_once(answerer: Answerer, monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at = list[int]()

    def counted(sentences: Sequence[Spoken]) -> list[tuple[int, int]]:
        looked_at.append(len(sentences))
        return sponsor_reads(sentences)

    monkeypatch.setattr("retrieval.answers.asides.sponsor_reads", counted)
    for _ in range(3):
        answerer.ask(Question(text="What do people say about the diary of the harbour master?"))
    assert len(looked_at) <= 1


def aside(answer: Answer) -> list[str]:
    """What is quoted of what is said around the subject."""
    return [cite.quote for cite in answer.citations if ASIDE.search(cite.quote)]


@pytest.mark.parametrize(
    "question",
    [
        "What does Mara Voss say?",
        "speaker:Voss",
        "What is said? speaker:Bohr",
        "What does Mara Voss say about the beach?",
        "What is said about the beach? show:Tideline",
        "What is said about paper on the beach? speaker:Voss",
        "What do people say about kelp on the beach?",
        "What is said about a fortnight on Tideline?",
    ],
)
@pytest.mark.parametrize("filters", [Filters(), Filters(speakers=("Mara Voss", "Ina Bohr"))])
def test_what_is_said_around_the_subject_is_no_answer(answerer: Answerer, question: str, filters: Filters) -> None:
    answer = answerer.ask(Question(text=question, filters=filters))
    assert aside(answer) == []


@pytest.mark.parametrize("question", ["What does Mara Voss say?", "speaker:Bohr", "What is said? show:Tideline"])
def test_who_asks_for_anything_that_somebody_says_is_told_the_subject(answerer: Answerer, question: str) -> None:
    answer = answerer.ask(Question(text=question))
    assert not answer.abstained
    assert answer.citations


@pytest.mark.parametrize("question", ["And Mara Voss?", "And Ina Bohr?", "And on Tideline?"])
def test_nor_is_it_in_a_follow_up_that_only_names(answerer: Answerer, question: str) -> None:
    first = answerer.ask(Question(text="What do people say about kelp on the beach?"))
    answer = answerer.ask(Question(text=question), history=[Turn(question=first.question, answer=first, asked_at=NOW)])
    assert answer.citations
    assert aside(answer) == []


@pytest.mark.parametrize(
    ("question", "quoted"),
    [
        ("Who sponsors Tideline?", "sponsored by Kestrel Notebooks"),
        ("What does Kestrel make?", "waterproof paper"),
        ("What is the discount code for notebooks?", "TIDE"),
        ("Who is Ina Bohr?", "counts sand fleas at the Halden Institute"),
        ("Where does Ina Bohr count sand fleas?", "the Halden Institute"),
    ],
)
def test_whoever_asks_for_it_is_told(answerer: Answerer, question: str, quoted: str) -> None:
    answer = answerer.ask(Question(text=question))
    assert quoted in " ".join(cite.quote for cite in answer.citations), answer.answer
