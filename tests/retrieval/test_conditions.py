"""Conditions of an answer: filters beside a question and operators of a search typed in it hold in the same way."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from earmark.catalog import Catalog
from earmark.errors import NotFound
from earmark.ports import Encoder, VectorIndex
from earmark.types import Answer, Filters, Narrowing, Question, Turn
from retrieval.answers.answerer import Answerer
from retrieval.answers.conditions import inherited, words_alone
from retrieval.answers.mentions import LibraryNames
from retrieval.answers.packing import WIDE
from retrieval.answers.weighing import Weigher
from retrieval.index.edge import EdgeIndex
from retrieval.index.follow import follow
from retrieval.search.parsed import ParsedQuery
from retrieval.search.searcher import Searcher
from tests.retrieval.library import Talk, put
from tests.retrieval.test_answer import FakeChat, said

NOW = datetime(2026, 7, 1, tzinfo=UTC)
KELP = "What is said about kelp and carbon?"


@pytest.fixture
def searcher(catalog: Catalog, index: VectorIndex, encoder: Encoder) -> Searcher:
    return Searcher(catalog, index, encoder)


@pytest.fixture
def answerer(searcher: Searcher, encoder: Encoder) -> Answerer:
    return Answerer(searcher, encoder)


@pytest.fixture
def shows(searcher: Searcher) -> dict[str, str]:
    """The ids of shows by title."""
    return {hit.show: hit.show_id for hit in searcher.passages("kelp sleep flour coffee", limit=30)}


def labels(answer: Answer) -> list[tuple[str, str, bool]]:
    return [(scope.kind, scope.label, scope.given) for scope in answer.narrowed]


@pytest.mark.parametrize(
    ("typed", "filters", "label"),
    [
        ('speaker:"Mara Voss"', Filters(speakers=("Mara Voss",)), ("speaker", "Mara Voss", True)),
        ("speaker:Voss", Filters(speakers=("Voss",)), ("speaker", "Mara Voss", True)),
        ('speaker:"Mara Vos"', Filters(speakers=("Mara Voss",)), ("speaker", "Mara Voss", True)),
        ('speaker:"Tom Reyes"', Filters(speakers=("Tom Reyes",)), ("speaker", "Tom Reyes", True)),
        ("show:Tideline", Filters(shows=("Tideline",)), ("show", "Tideline", True)),
        ("show:Crumb", Filters(shows=("Crumb",)), ("show", "Crumb", True)),
        ("after:2026-06-05", Filters(after=date(2026, 6, 5)), ("dates", "since 5 June 2026", True)),
        ("before:2026-06-05", Filters(before=date(2026, 6, 5)), ("dates", "before 5 June 2026", True)),
        ("after:2026-06-02 before:2026-06-10", Filters(after=date(2026, 6, 2), before=date(2026, 6, 10)),
         ("dates", "since 2 June 2026 and before 10 June 2026", True)),
    ],
)  # fmt: skip
@pytest.mark.parametrize("everywhere", [False, True])
def test_an_operator_in_a_question_is_a_filter(
    answerer: Answerer,
    shows: dict[str, str],
    typed: str,
    filters: Filters,
    label: tuple[str, str, bool],
    everywhere: bool,
) -> None:
    filters = replace(filters, shows=tuple(shows[title] for title in filters.shows))
    given = answerer.ask(Question(text=KELP, filters=filters, narrowing=not everywhere))
    for question in (f"{KELP} {typed}", f"{typed} {KELP}", f"What is said about kelp {typed} and carbon?"):
        answer = answerer.ask(Question(text=question, narrowing=not everywhere))
        assert answer.question == question
        assert replace(answer, question=KELP) == given
        assert labels(answer) == [label]


def test_where_was_looked_is_said_of_a_filter_too(answerer: Answerer) -> None:
    answer = answerer.ask(Question(text="What does a mooring cost?", filters=Filters(speakers=("Lindqvist",))))
    assert answer.answer.startswith("Nothing said by Bo Lindqvist answers this.")


@pytest.mark.parametrize("filters", [Filters(), Filters(speakers=("Zorro",))])
def test_a_name_that_nobody_has_is_an_error_either_way(answerer: Answerer, filters: Filters) -> None:
    with pytest.raises(NotFound, match="no speaker has this name"):
        answerer.ask(Question(text=KELP if filters.speakers else f"{KELP} speaker:Zorro", filters=filters))


def test_what_is_left_out_is_quoted_nowhere(answerer: Answerer) -> None:
    answer = answerer.ask(Question(text=f"{KELP} -credit -credits"))
    assert answer.citations
    assert not any("credit" in cite.quote for cite in answer.citations)
    assert labels(answer) == [("words", "without “credit”", True), ("words", "without “credits”", True)]


def test_exact_words_are_in_each_passage(answerer: Answerer, searcher: Searcher) -> None:
    answer = answerer.ask(Question(text='What is said about "below a thousand metres"?'))
    assert [cite.speaker for cite in answer.citations] == ["Ines Okafor"]
    assert labels(answer) == [("words", "“below a thousand metres”", True)]
    nothing = answerer.ask(Question(text='What is said about "kelp that sings"?'))
    assert nothing.answer == "Nothing with “kelp that sings” answers this."


def test_quotation_marks_in_a_long_question_are_no_conditions_whatever_is_cut_out_of_it(answerer: Answerer) -> None:
    text = (
        "What does Mara Voss say about {}ocean storage{} of carbon by kelp and the credits that companies sell for it to"
        " people who would like to do good?"
    )
    answer = answerer.ask(Question(text=text.format('"', '"')))
    assert not answer.abstained
    assert labels(answer) == [("speaker", "Mara Voss", False)]


@pytest.mark.parametrize("question", ["Who has met {}?", "Who disagrees with {} about kelp?"])
def test_a_quoted_name_asks_what_the_name_asks(answerer: Answerer, question: str) -> None:
    for name in ("Jon Abara", "Ines Okafor"):
        plain = answerer.gather(Question(text=question.format(name)))
        quoted = answerer.gather(Question(text=question.format(f'"{name}"')))
        assert [hit.chunk_id for hit in quoted.hits] == [hit.chunk_id for hit in plain.hits]


def test_a_question_is_searched_for_as_words_whatever_a_name_in_it_is_written_like(
    searcher: Searcher, encoder: Encoder
) -> None:
    asked = Weigher(searcher, encoder).weigh('Who agrees with Tom show:Nope "or so" about kelp?', Filters(), now=NOW)
    assert "kelp" in " ".join(sentence.text.lower() for sentence in asked.sentences)


def test_a_quotation_in_a_speaker_s_name_is_part_of_the_name(empty: Catalog, encoder: Encoder, tmp_path: Path) -> None:
    name = 'Dwayne "The Rock" Johnson'
    said_on_training = (
        (name, "I begin each training at four in the morning, before anybody calls."),
        ("Kit Johnson", "Training at noon is what most of us can keep up."),
    )
    put(empty, Talk("Iron Hours", "Training", 1, said_on_training))
    index = EdgeIndex(tmp_path / "index", model_id=encoder.model_id, dimension=encoder.dimension)
    follow(empty, index, encoder)
    answer = Answerer(Searcher(empty, index, encoder), encoder).ask(
        Question(text=f"What does {name} say about training?")
    )
    assert labels(answer) == [("speaker", name, False)]
    assert {cite.speaker for cite in answer.citations} == {name}
    index.close()


def test_a_show_s_title_in_quotation_marks_is_a_title(answerer: Answerer) -> None:
    answer = answerer.ask(Question(text='What is said about kelp on "Tideline"?'))
    assert not answer.abstained
    assert labels(answer) == [("show", "Tideline", False)]


@pytest.mark.parametrize(
    ("question", "who"),
    [("How fast does kelp grow?", "Mara Voss"), ("What do buyers of ocean carbon ask for?", "Jon Abara")],
)
def test_either_of_two_speakers_may_answer(answerer: Answerer, question: str, who: str) -> None:
    answer = answerer.ask(Question(text=f"{question} speaker:Abara OR speaker:Voss"))
    assert who in {cite.speaker for cite in answer.citations} <= {"Jon Abara", "Mara Voss"}
    assert labels(answer) == [("speaker", "Jon Abara", True), ("speaker", "Mara Voss", True)]


def test_of_two_kinds_of_conditions_the_surer_one_answers(answerer: Answerer) -> None:
    answer = answerer.ask(Question(text="What does a mooring cost? show:Crumb OR speaker:Okafor"))
    assert labels(answer) == [("speaker", "Ines Okafor", True)]
    assert {cite.speaker for cite in answer.citations} == {"Ines Okafor"}


def test_conditions_that_nothing_fits_give_no_answer(answerer: Answerer) -> None:
    answer = answerer.ask(Question(text=f"{KELP} speaker:Okafor", filters=Filters(speakers=("Mara Voss",))))
    assert answer.abstained
    assert not answer.citations


def test_marks_are_those_of_the_asking_reader(answerer: Answerer, searcher: Searcher) -> None:
    saved = searcher.insights("kelp sinks below a thousand metres", limit=1)[0]

    def marked_as(query: ParsedQuery) -> Collection[str] | None:
        return [saved.id] if query.marks else None

    answer = answerer.ask(Question(text=f"is:saved {KELP}"), marked_as=marked_as)
    assert {cite.episode_id for cite in answer.citations} == {saved.episode_id}
    assert labels(answer) == [("marked", "what you saved", True)]


def test_what_cannot_be_taken_as_typed_is_said(answerer: Answerer) -> None:
    answer = answerer.ask(Question(text=f"{KELP} is:good"))
    assert answer.note.startswith("is: takes saved, told, read or hidden.")


def test_a_question_of_conditions_alone_asks_what_is_said(answerer: Answerer) -> None:
    answer = answerer.ask(Question(text="speaker:Lindqvist"))
    assert not answer.abstained
    assert {cite.speaker for cite in answer.citations} == {"Bo Lindqvist"}


@pytest.mark.parametrize(
    ("question", "filters", "who"),
    [
        ("What did Mara Voss say about kelp?", Filters(speakers=("Ines Okafor",)), "Ines Okafor"),
        ("What did Mara Voss say about kelp? speaker:Okafor", Filters(), "Ines Okafor"),
    ],
)
def test_the_words_of_a_question_do_not_take_the_place_of_a_condition(
    answerer: Answerer, question: str, filters: Filters, who: str
) -> None:
    answer = answerer.ask(Question(text=question, filters=filters))
    assert {cite.speaker for cite in answer.citations} == {who}
    assert labels(answer) == [("speaker", who, True)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (KELP, KELP),
        ('What of "deep kelp", speaker:Voss?', "What of deep kelp"),
        ("kelp OR seaweed after:2026?", "kelp seaweed?"),
        ("speaker:Voss", "What is said?"),
    ],
)
def test_operators_are_no_words(text: str, words: str) -> None:
    assert words_alone(text).replace(" ", "") == words.replace(" ", "")


# -- follow-ups --------------------------------------------------------------------------------------------------------


def dialogue(answerer: Answerer, *questions: Question) -> Answer:
    """The last answer of a conversation."""
    history: list[Turn] = []
    for question in questions:
        answer = answerer.ask(question, history=history)
        history.append(Turn(question=question.text, answer=answer, asked_at=NOW))
    return history[-1].answer


@pytest.mark.parametrize(
    "first",
    [
        Question(text=f"{KELP} speaker:Voss after:2026"),
        Question(text=KELP, filters=Filters(speakers=("Voss",), after=date(2026, 1, 1))),
    ],
)
def test_conditions_hold_for_follow_ups_until_others_are_set(answerer: Answerer, first: Question) -> None:
    held = dialogue(answerer, first, Question(text="And about the beach?"))
    assert labels(held) == [("speaker", "Mara Voss", False), ("dates", "since 1 January 2026", False)]
    third = dialogue(answerer, first, Question(text="And about the beach?"), Question(text="And about credits?"))
    assert labels(third) == labels(held)
    other = dialogue(answerer, first, Question(text="And speaker:Abara?"))
    assert labels(other) == [("speaker", "Jon Abara", True), ("dates", "since 1 January 2026", False)]
    named = dialogue(answerer, first, Question(text="And Jon Abara?"))
    assert ("speaker", "Jon Abara", False) in labels(named)
    assert "Mara Voss" not in [scope.label for scope in named.narrowed]
    assert dialogue(answerer, first, Question(text="And about the beach?", narrowing=False)).narrowed == ()
    assert dialogue(answerer, first, Question(text="How long does caffeine stay in the blood?")).narrowed == ()


@pytest.mark.parametrize(
    "follow_up",
    [
        Question(text="And speaker:Abara?"),
        Question(text="And?", filters=Filters(speakers=("Abara",))),
        Question(text="And Jon Abara?"),
    ],
)
def test_a_follow_up_that_only_names_a_person_asks_the_same_of_them(answerer: Answerer, follow_up: Question) -> None:
    answer = dialogue(answerer, Question(text="What do people say about the market for ocean carbon?"), follow_up)
    assert answer.understood == "What does Jon Abara say about the market for ocean carbon?"
    assert {cite.speaker for cite in answer.citations} == {"Jon Abara"}
    assert [scope.label for scope in answer.narrowed] == ["Jon Abara"]


def test_a_condition_that_was_given_up_does_not_come_back(answerer: Answerer) -> None:
    first, everywhere = Question(text=f"{KELP} speaker:Voss"), Question(text="And about the beach?", narrowing=False)
    assert dialogue(answerer, first, everywhere, Question(text="And about credits?")).narrowed == ()


@pytest.mark.parametrize("follow_up", ["Who else talks about it?", "What do others say about it?"])
def test_a_follow_up_for_others_is_not_kept_to_the_speaker_before(answerer: Answerer, follow_up: str) -> None:
    answer = dialogue(answerer, Question(text=f"{KELP} speaker:Voss show:Tideline"), Question(text=follow_up))
    assert answer.citations
    assert "Mara Voss" not in {cite.speaker for cite in answer.citations}
    assert labels(answer) == [("show", "Tideline", False)]


@pytest.mark.parametrize(
    ("kind", "label"),
    [
        ("episode", "“kelp”"),
        ("episode", "what you saved"),
        ("speaker", "“kelp”"),
        ("show", "what you saved"),
        ("words", "“kelp”"),
        ("marked", "what you saved"),
    ],
)
def test_a_name_is_no_quotation_and_no_mark_for_what_it_is_written_like(kind: str, label: str) -> None:
    known = LibraryNames(speakers=(), shows=(), oldest=None, newest=None)
    terms = inherited([[Narrowing(kind=kind, label=label, given=True)]], (), known, NOW.date())
    values = {"words": ["kelp"], "marked": ["saved"]}
    assert [term.value for term in terms] == values.get(kind, [])


# -- with a language model ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "filters"),
    [
        ("What does kelp cost? speaker:Voss", Filters()),
        ("What does kelp cost?", Filters(speakers=("Voss",))),
        ("What does kelp cost? show:Tideline speaker:Voss", Filters()),
    ],
)
def test_conditions_hold_in_the_searches_that_a_model_names(
    searcher: Searcher, encoder: Encoder, question: str, filters: Filters
) -> None:
    chat = FakeChat('Ines Okafor: what a mooring costs\nanyone: speaker:Okafor after:2020 "kelp" OR sleep', "NONE")
    Answerer(searcher, encoder, chat, room=lambda: WIDE).ask(Question(text=question, filters=filters))
    assert chat.heard[0] == "Question: What does kelp cost?"
    heads = [block.split("\n")[1] for block in chat.heard[1].split("----- passage ")[1:]]
    assert heads
    assert all("— Mara Voss —" in head for head in heads)


@pytest.mark.parametrize("typed", ["-credit", '"carbon"', "before:2026-06-05"])
def test_all_other_conditions_hold_there_too(searcher: Searcher, encoder: Encoder, typed: str) -> None:
    chat = FakeChat("anyone: who pays for ocean carbon\nMara Voss: kelp credit", "NONE")
    Answerer(searcher, encoder, chat, room=lambda: WIDE).ask(Question(text=f"What is said of kelp {typed}?"))
    blocks = chat.heard[1].split("----- passage ")[1:]
    assert blocks
    for block in blocks:
        text = block.split("\n", 2)[2].split("----- end")[0]
        assert {"-credit": "credit" not in text, '"carbon"': "carbon" in text}.get(typed, "2026-06-09" not in block)


@pytest.mark.parametrize(
    ("typed", "filters"),
    [
        ("is:saved", Filters()),
        ("speaker:Abara", Filters(speakers=("Voss",))),
        ("before:2026-06-05", Filters(after=date(2026, 6, 10))),
    ],
)
def test_a_model_reads_nothing_where_nothing_fits_the_conditions(
    searcher: Searcher, encoder: Encoder, typed: str, filters: Filters
) -> None:
    chat = FakeChat("anyone: kelp", "Kelp grows up to half a metre a day. [1]")
    answer = Answerer(searcher, encoder, chat, room=lambda: WIDE).ask(
        Question(text=f"{KELP} {typed}", filters=filters), marked_as=lambda query: [] if query.marks else None
    )
    assert answer.abstained
    assert not answer.citations
    assert chat.heard == []


def test_a_model_words_one_way_of_those_that_or_leaves_open(searcher: Searcher, encoder: Encoder) -> None:
    chat = FakeChat("What do zeppelins weigh?", "NONE", "NONE")
    asked = "How heavy are zeppelins? speaker:Abara OR show:Crumb OR show:Tideline"
    Answerer(searcher, encoder, chat).gather(Question(text=asked))
    assert len(chat.heard) == 1


@pytest.fixture
def two_voices(empty: Catalog, encoder: Encoder, tmp_path: Path) -> Iterator[Searcher]:
    """A library of one passage in which two speak, filed under the first."""
    text = "Mara Voss: Nobody should pay for kelp that rots on a beach.\nIna Bohr: Kelp that rots on a beach feeds the sand fleas."
    put(empty, Talk("Tideline", "Beach kelp", 1, (("Mara Voss", text), ("Ina Bohr", "The fleas feed the birds."))))
    index = EdgeIndex(tmp_path / "index", model_id=encoder.model_id, dimension=encoder.dimension)
    follow(empty, index, encoder)
    yield Searcher(empty, index, encoder)
    index.close()


@pytest.mark.parametrize(("who", "other"), [("Voss", "Ina Bohr"), ("Bohr", "Mara Voss")])
@pytest.mark.parametrize("by_filter", [True, False])
def test_only_the_voices_that_were_asked_for_are_quoted(
    two_voices: Searcher, encoder: Encoder, who: str, other: str, by_filter: bool
) -> None:
    asked = "What is said of kelp that rots on a beach?"
    question = (
        Question(text=asked, filters=Filters(speakers=(who,))) if by_filter else Question(text=f"{asked} speaker:{who}")
    )
    answer = Answerer(two_voices, encoder).ask(question)
    assert answer.citations
    assert other not in {cite.speaker for cite in answer.citations}
    chat = FakeChat(
        "anyone: kelp on a beach",
        said(("Nobody should pay for kelp that rots on a beach.", [1]), ("Rotting kelp feeds the sand fleas.", [1])),
        "",
    )
    written = Answerer(two_voices, encoder, chat, room=lambda: WIDE).ask(question)
    assert written.citations
    assert other not in {cite.speaker for cite in written.citations}
