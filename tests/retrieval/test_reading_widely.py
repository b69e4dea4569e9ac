"""A model with room for many passages: it names searches, reads what they find, and says of whom it found nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from earmark.catalog import Catalog
from earmark.errors import ModelCallError
from earmark.ports import Encoder, VectorIndex
from earmark.types import Answer, Filters, Question
from retrieval.answers.answerer import Answerer
from retrieval.answers.evidence import AnswerEvidence
from retrieval.answers.mentions import LibraryNames
from retrieval.answers.packing import BUDGET, WIDE, reading_room
from retrieval.answers.pool import pooled
from retrieval.answers.searches import NamedSearch, searches_for
from retrieval.search.searcher import Searcher
from tests.retrieval.test_answer import FakeChat, said

BOTH = "Where do Ines Okafor and Petra Lang differ on what helps?"
COSTS = "What do the moorings cost?"
NOTHING_YET = AnswerEvidence(question=COSTS, hits=(), sentences=(), scores=(), confidence=0.0)


@pytest.fixture
def searcher(catalog: Catalog, index: VectorIndex, encoder: Encoder) -> Searcher:
    return Searcher(catalog, index, encoder)


def ask(searcher: Searcher, encoder: Encoder, chat: FakeChat, question: Question) -> Answer:
    return Answerer(searcher, encoder, chat, room=lambda: WIDE).ask(question)


def number(heard: str, words: str) -> int:
    """The number of the passage in a prompt that has some words."""
    blocks = heard.split("----- passage ")[1:]
    return next(int(block.split("\n")[0]) for block in blocks if words in block)


@pytest.mark.parametrize(
    ("reply", "named"),
    [
        ("Ines Okafor: kelp that sinks\nanyone: carbon", [("Ines Okafor", "kelp that sinks"), ("", "carbon")]),
        ("1. Anybody: \"kelp\"\n- Mara Voss: credits", [("", "kelp"), ("Mara Voss", "credits")]),
        ("anyone: the\nno line\n" + "\n".join(f"anyone: kelp {n}" for n in range(9)), [("", f"kelp {n}") for n in range(4)]),
        ("anyone: speaker:Zorro kelp\n- Mara \"M\" Voss: -kelp, \"-no credit\" at 4-5 euros",
         [("", "speaker Zorro kelp"), ("Mara M Voss", "kelp, no credit at 4-5 euros")]),
        (ModelCallError("down"), []),
    ],
)  # fmt: skip
def test_searches_are_read_line_by_line(reply: object, named: list[tuple[str, str]]) -> None:
    assert searches_for("What sinks?", FakeChat(reply)) == tuple(
        NamedSearch(text=text, whose=whose) for whose, text in named
    )


def test_what_named_searches_find_is_read(searcher: Searcher, encoder: Encoder) -> None:
    question = "What is dear about the work at sea?"
    chat = FakeChat("Ines Okafor: what a mooring costs", "NONE")
    ask(searcher, encoder, chat, Question(text=question))
    assert len(chat.heard) == 2
    assert chat.heard[0] == f"Question: {question}"
    assert "The moorings cost us forty thousand euros each." in chat.heard[1]


def test_a_name_that_nobody_has_in_a_named_search_costs_no_answer(searcher: Searcher, encoder: Encoder) -> None:
    chat = FakeChat("anyone: speaker:Zorro kelp", "NONE")
    ask(searcher, encoder, chat, Question(text=COSTS))
    assert "The moorings cost us forty thousand euros each." in chat.heard[1]


def test_what_a_question_takes_for_the_time_of_saying_hides_nothing(searcher: Searcher, encoder: Encoder) -> None:
    chat = FakeChat("Ines Okafor: what a mooring costs", "NONE")
    answer = ask(searcher, encoder, chat, Question(text="What did Ines Okafor say on the moorings since 1 July 2026?"))
    assert "The moorings cost us forty thousand euros each." in chat.heard[1]
    assert answer.narrowed == ()


def test_where_the_model_fails_only_the_time_that_the_question_names_is_quoted(
    searcher: Searcher, encoder: Encoder
) -> None:
    question = Question(text="What did Ines Okafor say the moorings cost on 9 June 2026?")
    alone = Answerer(searcher, encoder).ask(question)
    answer = ask(searcher, encoder, FakeChat("Ines Okafor: what a mooring costs", ModelCallError("down")), question)
    assert answer.narrowed == alone.narrowed != ()
    assert answer.note.startswith("Nothing from 9 June 2026 answers this, so this is from any time.")
    assert answer.answer == alone.answer


def test_an_abstention_without_the_model_says_where_was_looked(searcher: Searcher, encoder: Encoder) -> None:
    question = Question(text="What did Tom Reyes say about the moorings off Namibia?")
    alone = Answerer(searcher, encoder).ask(question)
    answer = ask(searcher, encoder, FakeChat("anyone: moorings off Namibia", ModelCallError("down")), question)
    assert answer.abstained
    assert answer.answer == alone.answer
    assert "said by Tom Reyes" in answer.answer


def test_of_whom_nothing_is_found_is_said_by_the_model_alone(searcher: Searcher, encoder: Encoder) -> None:
    question = "Compare Ines Okafor and Tom Reyes on what a mooring costs."
    chat = FakeChat("Ines Okafor: what a mooring costs", "NONE")
    ask(searcher, encoder, chat, Question(text=question))
    at = number(chat.heard[1], "The moorings cost us")
    chat = FakeChat(
        "Ines Okafor: what a mooring costs",
        f"Ines Okafor says that the moorings cost forty thousand euros each. [{at}]\nTom Reyes: NOTHING\nJane Doe: NOTHING"
        "\nNobody: NOTHING\nHe: NOTHING\nThey: NOTHING",
    )
    answer = ask(searcher, encoder, chat, Question(text=question))
    assert "side:" not in chat.heard[1]
    assert answer.answer.startswith("Ines Okafor says that the moorings cost")
    assert answer.answer.split("\n\n")[1:] == ["Tom Reyes says nothing on it here."]


def test_everybody_of_whom_nothing_is_found_is_named(searcher: Searcher, encoder: Encoder) -> None:
    question = "Compare Ines Okafor, Tom Reyes and Petra Lang on what a mooring costs."
    chat = FakeChat("Ines Okafor: what a mooring costs", "NONE")
    ask(searcher, encoder, chat, Question(text=question))
    at = number(chat.heard[1], "The moorings cost us")
    chat = FakeChat(
        "Ines Okafor: what a mooring costs",
        f"Tom Reyes: NOTHING\nInes Okafor says that the moorings cost forty thousand euros each. [{at}]\nPetra Lang: NOTHING",
    )
    last = ask(searcher, encoder, chat, Question(text=question)).answer.split("\n\n")[1]
    assert last == "Tom Reyes says nothing on it here. Petra Lang says nothing on it here."


def test_each_side_has_a_paragraph(searcher: Searcher, encoder: Encoder) -> None:
    question = "Compare Ines Okafor and Mara Voss on kelp."
    chat = FakeChat("Ines Okafor: kelp", "NONE")
    ask(searcher, encoder, chat, Question(text=question))
    deep, credit = number(chat.heard[1], "eleven percent"), number(chat.heard[1], "kelp credit")
    chat = FakeChat(
        "Ines Okafor: kelp",
        said(
            ("Ines Okafor measured eleven percent at the site off Namibia.", [deep]),
            ("The rest is eaten or washes ashore.", [deep]),
            ("Mara Voss says that nobody should pay for kelp that rots on a beach.", [credit]),
        ),
    )
    first, second = ask(searcher, encoder, chat, Question(text=question)).answer.split("\n\n")
    assert first.startswith("Ines Okafor measured") and "washes ashore" in first
    assert second.startswith("Mara Voss says")


def test_a_model_is_not_asked_where_nothing_is_near(searcher: Searcher, encoder: Encoder) -> None:
    chat = FakeChat("anyone: the emperor at Waterloo")
    assert ask(searcher, encoder, chat, Question(text="Which horse did the emperor ride at Waterloo?")).abstained
    assert len(chat.heard) == 1


def test_a_search_far_off_does_not_hide_what_is_near(searcher: Searcher) -> None:
    nearest = searcher.passages(COSTS, limit=1)[0]
    only = replace(NOTHING_YET, given=Filters(keys=(nearest.chunk_id,)))
    far = (NamedSearch(text="the horse of the emperor at Waterloo"),)
    assert nearest.chunk_id in {hit.chunk_id for hit in pooled(searcher, only, far, LibraryNames())}


def test_what_was_told_before_is_not_read_beside_the_rest(searcher: Searcher) -> None:
    nearest, *others = searcher.passages(COSTS, limit=30)
    told = replace(NOTHING_YET, told=frozenset(hit.chunk_id for hit in others))
    assert [hit.chunk_id for hit in pooled(searcher, told, (), LibraryNames())] == [nearest.chunk_id]


def test_a_reader_s_own_filters_hold_for_every_search(searcher: Searcher, encoder: Encoder) -> None:
    chat = FakeChat("Ines Okafor: what a mooring costs", "NONE")
    ask(searcher, encoder, chat, Question(text="What does kelp cost?", filters=Filters(speakers=("Mara Voss",))))
    heads = [block.split("\n")[1] for block in chat.heard[1].split("----- passage ")[1:]]
    assert heads
    assert all("— Mara Voss —" in head for head in heads)


@pytest.mark.parametrize(
    ("context", "local", "room"),
    [(None, False, WIDE), (None, True, BUDGET), (8_192, False, 5_192), (4_096, False, BUDGET), (12_288, True, BUDGET),
     (131_072, True, WIDE), (131_072, False, WIDE)],
)  # fmt: skip
def test_the_room_follows_the_context(context: int | None, local: bool, room: int) -> None:
    assert reading_room(context, local=local) == room
