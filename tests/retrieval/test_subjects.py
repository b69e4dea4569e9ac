from __future__ import annotations

import pytest

from earmark.catalog import Catalog
from earmark.ports import Encoder, VectorIndex
from earmark.types import Filters
from retrieval.answers.comparing import Comparer
from retrieval.answers.mentions import KnownNames
from retrieval.answers.parting import QuestionPart, parted
from retrieval.answers.subjects import holds, subjects_in
from retrieval.answers.weighing import Weigher
from retrieval.search.searcher import Searcher
from tests.retrieval.library import NOW
from tests.retrieval.test_answer import FakeChat


@pytest.mark.parametrize(
    ("question", "labels", "topic"),
    [
        ("What is the difference between kelp and rye?", ("kelp", "rye"), ""),
        ("what's the main difference between a soft fork and a hard fork", ("soft fork", "hard fork"), ""),
        ("Compare kelp and rye on cost", ("kelp", "rye"), "cost"),
        ("Compare small kilns with large kilns in terms of heat.", ("small kilns", "large kilns"), "heat"),
        ("How does rye differ from wheat?", ("rye", "wheat"), ""),
        ("How do tides compare to currents when it comes to power?", ("tides", "currents"), "power"),
        ("How do wheat and rye differ on taste?", ("wheat", "rye"), "taste"),
        ("Rust vs. Go", ("Rust", "Go"), ""),
        ("Which is better for beginners, rye or wheat?", ("rye", "wheat"), "is better for beginners"),
        ("What do people say about rye versus wheat?", ("rye", "wheat"), ""),
        ("Why do bakers use rye instead of wheat?", ("rye", "wheat"), ""),
    ],
)
def test_the_subjects_of_a_question(question: str, labels: tuple[str, str], topic: str) -> None:
    compared = subjects_in(question)
    assert compared is not None
    assert (compared.labels, compared.topic) == (labels, topic)
    assert compared.search_for(labels[0]) == f"{labels[0]} {topic}".strip()


@pytest.mark.parametrize(
    "question",
    [
        "What is kelp?",
        "How do the old and the new differ?",
        "What is the difference between kelp?",
        "Compare kelp and kelp",
        "Who sings and dances on the pier?",
        "How long do rye and wheat take?",
    ],
)
def test_no_subjects_are_read_where_none_are_compared(question: str) -> None:
    assert subjects_in(question) is None


def test_a_passage_speaks_of_a_subject_by_most_of_its_words() -> None:
    assert holds("They sold credits for kelp that rots.", "kelp credits")
    assert holds("A soft fork needs miners.", "soft forks")
    assert not holds("A soft fork needs miners.", "hard fork")
    assert holds("We wrote it in Go.", "Go")
    assert not holds("We go there.", "Go")


def test_a_model_s_parts_are_kept_by_line() -> None:
    reply = "Rye: How long does rye take?\n\n- **Wheat**: How long does wheat take?\nand that is all"
    assert parted("How long do rye and wheat take?", FakeChat(reply)) == (
        QuestionPart(label="Rye", question="How long does rye take?"),
        QuestionPart(label="Wheat", question="How long does wheat take?"),
    )


@pytest.mark.parametrize(
    "reply",
    [
        "ONE",
        "",
        "Rye: How long does rye take?",
        "Rye: How long does it take?\nOats: How long do Ines Okafor's oats take?",
    ],
)
def test_one_part_or_a_name_of_the_model_s_own_is_no_comparison(reply: str) -> None:
    assert parted("How long do rye and wheat take?", FakeChat(reply)) == ()


def test_a_part_of_a_model_s_sets_no_condition() -> None:
    reply = "Rye: speaker:rye how long\nWheat: -wheat how long"
    parts = parted("How long do rye and wheat take?", FakeChat(reply))
    assert [part.question for part in parts] == ["speaker rye how long", "wheat how long"]


@pytest.mark.parametrize(("label", "named"), [("Tom", "Tom Reyes"), ("Reyes", "Tom Reyes"), ("the other", "the other")])
def test_a_person_who_is_a_side_of_a_model_s_is_named_in_full(
    catalog: Catalog, index: VectorIndex, encoder: Encoder, label: str, named: str
) -> None:
    searcher = Searcher(catalog, index, encoder)
    comparer, known = Comparer(Weigher(searcher, encoder)), KnownNames(catalog).known()
    parts = (
        QuestionPart(label="Moorings", question="What do the moorings cost?"),
        QuestionPart(label=label, question="What does Tom Reyes say about moorings?"),
    )
    question = "Are moorings unlike what Tom says?"
    divided = comparer.by_parts(question, parts, Filters(), known, NOW.date(), now=NOW)
    assert [side.label for side in divided.sides] == ["Moorings", named]
