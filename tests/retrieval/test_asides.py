"""Sponsor reads, greetings, introductions, thanks and good-byes are quoted where they are asked for and nowhere else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from earmark.catalog import Catalog
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


@pytest.fixture
def answerer(empty: Catalog, encoder: Encoder, tmp_path: Path) -> Iterator[Answerer]:
    spoken = (GREETING, *SUBJECT[:3], READ, *SUBJECT[3:], FAREWELL)
    talk = tuple((text.split(":")[0], text if "\n" in text else text.split(": ", 1)[1]) for text in spoken)
    put(empty, Talk("Tideline", "Beach kelp", 1, talk))
    index = EdgeIndex(tmp_path / "index", model_id=encoder.model_id, dimension=encoder.dimension)
    follow(empty, index, encoder)
    yield Answerer(Searcher(empty, index, encoder), encoder)
    index.close()


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
