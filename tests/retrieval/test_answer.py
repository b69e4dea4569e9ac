from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import pytest

from earmark.catalog import Catalog
from earmark.catalog.content import chunks
from earmark.errors import ModelCallError, UsageError
from earmark.ports import Encoder, VectorIndex
from earmark.types import Filters, Hit, Question, Turn
from retrieval.answers.answerer import NOTHING, Answerer
from retrieval.answers.evidence import sentences_of
from retrieval.answers.rewording import reworded
from retrieval.search.searcher import Searcher


class FakeChat:
    """A chat model that gives the replies put into it, and remembers what it was told. A call beyond them fails the test."""

    name = "fake"

    def __init__(self, *replies: object) -> None:
        self._replies = list(replies)
        self.heard: list[str] = []

    def complete(self, system: str, user: str, *, max_tokens: int = 1024) -> str:
        return "".join(self.stream(system, user, max_tokens=max_tokens))

    def complete_json(self, system: str, user: str, *, schema: dict[str, object], max_tokens: int = 1024) -> object:
        raise NotImplementedError

    def stream(self, system: str, user: str, *, max_tokens: int = 1024) -> Iterator[str]:
        self.heard.append(user)
        if not self._replies:
            raise AssertionError("asked once too often")
        reply = self._replies.pop(0)
        if isinstance(reply, Exception):
            raise reply
        text = str(reply)
        for start in range(0, len(text), 7):
            yield text[start : start + 7]
            if "<break>" in text[: start + 7]:
                raise ModelCallError("broke off")


def said(*sentences: tuple[str, Sequence[int]]) -> str:
    """A reply as the prompt asks for it: a sentence a line, with its marks."""
    return "\n".join(f"{text} {''.join(f'[{n}]' for n in cites)}" for text, cites in sentences)


@pytest.fixture
def searcher(catalog: Catalog, index: VectorIndex, encoder: Encoder) -> Searcher:
    return Searcher(catalog, index, encoder)


@pytest.fixture
def answerer(searcher: Searcher, encoder: Encoder) -> Answerer:
    return Answerer(searcher, encoder)


DEEP = "How deep does kelp have to sink to store carbon?"


def test_quotes_word_for_word_with_who_and_when(answerer: Answerer, catalog: Catalog) -> None:
    answer = answerer.ask(Question(text=DEEP))
    assert not answer.abstained
    assert answer.writer == "extractive"
    assert "a thousand metres" in answer.answer
    assert 1 <= len(answer.citations) <= 4
    with catalog.read() as tx:
        held = chunks.located(tx, [citation.chunk_id for citation in answer.citations])
    for cited in answer.citations:
        passage = held[cited.chunk_id].chunk
        assert cited.quote in passage.text
        assert f"“{cited.quote}” [{cited.n}]" in answer.answer
        assert cited.start_s is not None
        assert (passage.start_s or 0) <= cited.start_s < (passage.end_s or 0)
        assert cited.url.endswith(f"#t={int(cited.start_s)}")


def test_two_shows_are_heard_where_both_answer(answerer: Answerer) -> None:
    assert {citation.show for citation in answerer.ask(Question(text=DEEP)).citations} == {"Tideline", "Ledger & Leaf"}


def test_what_else_was_said_is_not_what_was_told_before(answerer: Answerer) -> None:
    first = answerer.ask(Question(text="What did Ines Okafor say about kelp?"))
    assert not first.abstained
    turn = Turn(question=first.question, answer=first, asked_at=datetime(2026, 7, 1, tzinfo=UTC))
    other = answerer.ask(Question(text="What else did she say about it?"), history=[turn])
    assert other.understood
    told = {cite.chunk_id for cite in first.citations}
    gathered = answerer.gather(Question(text="What else did she say about it?"), history=[turn])
    assert not told & {hit.chunk_id for hit in gathered.hits}, "a model is not shown it either"
    assert not {cite.chunk_id for cite in first.citations} & {cite.chunk_id for cite in other.citations}


@pytest.mark.parametrize(
    "question", ["Who won the world cup in 2014?", "What is the capital of Mongolia?", "How do I file a tax return?"]
)
def test_abstains_in_words_where_nothing_answers(answerer: Answerer, question: str) -> None:
    answer = answerer.ask(Question(text=question))
    assert (answer.abstained, answer.answer, answer.citations) == (True, NOTHING, ())


def test_abstains_when_a_filter_leaves_nothing(answerer: Answerer) -> None:
    assert answerer.ask(Question(text=DEEP, filters=Filters(shows=("nowhere",)))).abstained


def test_an_empty_question_is_a_usage_error(answerer: Answerer) -> None:
    with pytest.raises(UsageError):
        answerer.ask(Question(text="  "))


def test_a_model_s_sentences_are_kept_only_with_their_evidence(searcher: Searcher, encoder: Encoder) -> None:
    chat = FakeChat(
        said(
            ("Kelp stays out of the air for centuries only below a thousand metres.", [1, 2, 3]),
            ("Bananas are a good source of potassium.", [1]),
            ("Carbon from kelp that does not sink comes back; see https://evil.example/x.", [1, 99]),
            ("An uncited claim about kelp and carbon.", []),
        ),
        ModelCallError("down"),
    )
    answer = Answerer(searcher, encoder, chat).ask(Question(text=DEEP))
    assert re.fullmatch(
        r"Kelp stays out of the air for centuries only below a thousand metres\. (\[\d\])+", answer.answer
    )
    assert [citation.n for citation in answer.citations] == list(range(1, len(answer.citations) + 1))
    assert answer.writer == "fake"


def test_a_sentence_that_its_passage_does_not_carry_is_worded_once_more(searcher: Searcher, encoder: Encoder) -> None:
    chat = FakeChat(
        said(
            ("Kelp stays out of the air for 900 years only below a thousand metres.", [1, 2, 3]),
            ("Only the part of kelp that sinks below a thousand metres stays out of the air.", [1, 2, 3]),
        ),
        "1. Kelp stays out of the air for centuries only below a thousand metres. [1][2][3]\n2. Kelp is dear. [1]",
    )
    answer = Answerer(searcher, encoder, chat).ask(Question(text=DEEP))
    assert answer.answer.startswith("Kelp stays out of the air for centuries")
    assert "Only the part of kelp" in answer.answer
    assert "dear" not in answer.answer
    assert "1. Kelp stays out of the air for 900 years" in chat.heard[1]
    assert "[1][2][3] (not in them: 900)" in chat.heard[1]
    assert "passage 1\n" in chat.heard[1]


PLAIN = "If kelp does not sink past a thousand metres, then the carbon comes back."
BREWED = "If kelp does not sink past a thousand metres, then the carbon comes back, to the delight of brewers."


@pytest.mark.parametrize(
    ("reply", "shown"),
    [
        (f"1. {PLAIN} [1][2][3]", PLAIN),
        ("1. If kelp does not sink past a thousand metres, the carbon comes back, as brewers toast. [2]", BREWED),
        ("1. Kelp is dear. [1]", BREWED),
        ("", BREWED),
        (ModelCallError("down"), BREWED),
    ],
)
def test_a_sentence_with_words_that_no_quote_has_is_worded_closer(
    searcher: Searcher, encoder: Encoder, reply: object, shown: str
) -> None:
    chat = FakeChat(
        said((BREWED, [1, 2, 3]), ("Ninety percent of ocean carbon was made up by four buyers.", [1])), reply
    )
    states = list(Answerer(searcher, encoder, chat).stream(Question(text=DEEP)))
    assert all(re.fullmatch(rf"{re.escape(shown)} \[1\] Ninety percent .* \[2\]", state.answer) for state in states)
    assert "Ninety percent" not in chat.heard[1].partition("Passages:")[0]
    assert "[1][2][3] (not where they say it: delight, brewers)" in chat.heard[1]
    assert len(chat.heard) == 2


def test_a_sentence_that_waits_is_shown_where_the_model_breaks_off(searcher: Searcher, encoder: Encoder) -> None:
    chat = FakeChat(f"{said((BREWED, [1, 2, 3]))}\nKelp <break>")
    answer = Answerer(searcher, encoder, chat).ask(Question(text=DEEP))
    assert answer.answer.startswith(BREWED)
    assert "broke off" in answer.note
    assert len(chat.heard) == 1


def test_a_model_may_say_what_is_told_instead(searcher: Searcher, encoder: Encoder) -> None:
    told = "Ines Okafor says that the moorings cost forty thousand euros each."
    probe = FakeChat("NONE", "")
    question = Question(text="Who sold the moorings that cost forty thousand euros?")
    Answerer(searcher, encoder, probe).ask(question)
    blocks = probe.heard[0].split("----- passage ")[1:]
    at = next(block.split("\n")[0] for block in blocks if "The moorings cost us" in block)
    states = list(Answerer(searcher, encoder, FakeChat(f"NONE\n{told} [{at}]", "")).stream(question))
    assert [state.abstained for state in states] == [True]
    assert states[0].answer == f"Nothing in your library answers this. {told} [1]"
    assert [cite.quote for cite in states[0].citations] == ["The moorings cost us forty thousand euros each."]


def test_one_sentence_follows_a_refusal_and_no_lost_one_is_worded_anew(searcher: Searcher, encoder: Encoder) -> None:
    question = Question(text="Who sold the moorings that cost forty thousand euros?")
    probe = FakeChat("NONE", "")
    Answerer(searcher, encoder, probe).ask(question)
    blocks = probe.heard[0].split("----- passage ")[1:]
    at = int(next(block.split("\n")[0] for block in blocks if "The moorings cost us" in block))
    told = "The moorings cost forty thousand euros each."
    lost = ("The moorings cost ninety thousand euros each.", [at])
    more = said(lost, (told, [at]), ("Ines Okafor says that the moorings cost forty thousand euros.", [at]))
    chat = FakeChat(f"NONE\n{more}", "")
    answer = Answerer(searcher, encoder, chat).ask(question)
    assert answer.abstained
    assert answer.answer == f"Nothing in your library answers this. {told} [1]"
    assert not any("ninety thousand" in heard for heard in chat.heard)


def test_evidence_is_fenced_as_data(searcher: Searcher, encoder: Encoder) -> None:
    chat = FakeChat("NONE", "")
    answer = Answerer(searcher, encoder, chat).ask(Question(text=DEEP))
    assert answer.abstained
    assert answer.answer.startswith("Nothing in your library answers this. Nearest is this:\n\n")
    assert answer.note == "The language model read what was found, and says that it does not answer."
    passages = re.findall(r"^----- passage (\d+)$", chat.heard[0], re.MULTILINE)
    assert passages == [str(n) for n in range(1, len(passages) + 1)]
    assert chat.heard[0].endswith(DEEP)


@pytest.mark.parametrize(
    "reply",
    [
        ModelCallError("down"),
        said(("Nothing it was given says this.", [1])),
        *(
            pytest.param(reply, marks=pytest.mark.slow)
            for reply in (
                '{"nonsense": 1}',
                "",
                said(("Kelp.", [50])),
                "Kelp stores carbon for centuries, and I cite nobody for it.",
            )
        ),
    ],
)
def test_falls_back_to_quotes_when_the_model_fails(searcher: Searcher, encoder: Encoder, reply: object) -> None:
    answer = Answerer(searcher, encoder, FakeChat(reply, "")).ask(Question(text=DEEP))
    assert (answer.writer, answer.abstained) == ("extractive", False)


def test_a_model_words_a_question_anew_once_where_nothing_answers(searcher: Searcher, encoder: Encoder) -> None:
    chat = FakeChat(
        "Which depth does kelp have to reach to store carbon?",
        said(("Kelp stays out of the air for centuries only below a thousand metres.", [1, 2, 3, 4, 5])),
    )
    answer = Answerer(searcher, encoder, chat).ask(Question(text="At which fathoms do algae bank soot?"))
    assert len(chat.heard) == 2
    assert "passage" not in chat.heard[0]
    assert answer.understood == "Which depth does kelp have to reach to store carbon?"
    assert answer.writer == "fake"
    assert not answer.abstained


@pytest.mark.parametrize(
    "reply", ["What is the capital of Mongolia?", "", "How deep do moorings of Okafor go?", ModelCallError("down")]
)
def test_a_model_s_other_question_is_not_asked(searcher: Searcher, encoder: Encoder, reply: object) -> None:
    chat = FakeChat(reply)
    assert Answerer(searcher, encoder, chat).ask(Question(text="What is the capital of Mongolia?")).abstained
    assert len(chat.heard) == 1


def test_a_question_is_spelled_as_the_library_spells_it(searcher: Searcher) -> None:
    assert searcher.respelled("What did Inez Okafer pay for moornigs?") == "What did Ines Okafor pay for moorings?"
    assert searcher.respelled("waht did Ines Okafor pay for moorngs?") == "what did Ines Okafor pay for moorings?"
    assert searcher.respelled("a tired sourdogh strater and flouer") == "a tired sourdough starter and flour"
    assert searcher.respelled("Waht deos she say?") == "What does she say?"
    assert searcher.respelled("who syas teh wolrd was there") == "who says the world was there"
    for right in ("What is the capital of Mongolia?", "which dose helps?", "will ice thaw, and stones be hewn?"):
        assert searcher.respelled(right) == right


def test_a_question_with_a_slip_finds_what_it_finds_without_and_says_what_was_read(
    searcher: Searcher, encoder: Encoder
) -> None:
    answerer = Answerer(searcher, encoder)
    right, slip = answerer.ask(Question(text=DEEP)), answerer.ask(Question(text=DEEP.replace("does", "deos")))
    assert slip.understood == DEEP
    assert slip.citations == right.citations
    assert not right.understood


def passage(text: str) -> Hit:
    return Hit(
        chunk_id="c", episode_id="e", show_id="s", show="S", episode="E", published=None, url="", speaker=None,
        start_s=10.0, end_s=20.0, text=text, score=1.0,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One is here. Two is there! Three?", ["One is here.", "Two is there!", "Three?"]),
        ("Dr. Voss met J. Abara in the U.S. They spoke.", ["Dr. Voss met J. Abara in the U.S. They spoke."]),
        ("It grew 3.5 metres. “Really?” 40 people asked.", ["It grew 3.5 metres.", "“Really?”", "40 people asked."]),
        ("no marks at all", ["no marks at all"]),
    ],
)
def test_sentences_are_verbatim_and_in_time(text: str, expected: list[str]) -> None:
    sentences = sentences_of(passage(text))
    assert [sentence.text for sentence in sentences] == expected
    assert all(text[sentence.offset :].startswith(sentence.text) for sentence in sentences)
    times = [sentence.start_s or 0 for sentence in sentences]
    assert times == sorted(times)
    assert times[0] == 10.0
    assert times[-1] < 20.0


def test_each_turn_of_a_passage_is_its_speaker_s() -> None:
    sentences = sentences_of(passage("Ann Lee: Buses run late. They do.\nBo: Not mine.\nunnamed talk goes on"))
    assert [(sentence.speaker, sentence.text) for sentence in sentences] == [
        ("Ann Lee", "Buses run late."),
        ("Ann Lee", "They do."),
        ("Bo", "Not mine."),
        (None, "unnamed talk goes on"),
    ]
    assert all(sentence.hit.text[sentence.offset :].startswith(sentence.text) for sentence in sentences)


def test_speech_without_marks_is_cut_into_stretches_that_can_be_read() -> None:
    text = "so kelp sinks and then it stays down there " * 12
    sentences = sentences_of(passage(text))
    assert all(10 <= len(sentence.text.split()) <= 30 for sentence in sentences)
    assert " ".join(sentence.text for sentence in sentences) == text.strip()
    assert all(text[sentence.offset :].startswith(sentence.text) for sentence in sentences)


def test_a_model_that_refuses_is_given_what_other_words_find(searcher: Searcher, encoder: Encoder) -> None:
    question = "What does a mooring for kelp cost?"
    chat = FakeChat(
        "NONE",
        "How long is the half-life of caffeine in the evening?",
        said(("Caffeine has a half-life of five hours.", [1, 2, 3])),
    )
    answer = Answerer(searcher, encoder, chat).ask(Question(text=question))
    assert len(chat.heard) == 3
    assert "(That is: How long is the half-life of caffeine in the evening?)" in chat.heard[2]
    assert answer.question == question
    assert answer.writer == "fake"


def test_a_model_that_refuses_twice_is_said_to_have_read(searcher: Searcher, encoder: Encoder) -> None:
    chat = FakeChat("NONE", "How long is the half-life of caffeine in the evening?", "NONE")
    answer = Answerer(searcher, encoder, chat).ask(Question(text="What does a mooring for kelp cost?"))
    assert answer.abstained
    assert "says that it does not answer" in answer.note


@pytest.mark.parametrize(
    ("question", "other", "kept"),
    [
        (
            "What does the FAA ask of pilots?",
            "What rules does the Federal Aviation Administration give to pilots?",
            True,
        ),
        ("What worries the Bank of England most?", "What worries the BOE about prices?", False),
        ("Where is meat sold in supermarkets?", "Which MS software sells meat in supermarkets?", False),
        ("What does the FAA ask of pilots?", "What rules does the Forest Service give to pilots?", False),
        ("What does the FAA ask of pilots?", "What does Ines Okafor ask of pilots?", False),
    ],
)
def test_initials_may_be_spelled_out_and_nothing_else_named(question: str, other: str, kept: bool) -> None:
    assert reworded(question, FakeChat(other)) == (other if kept else "")


def test_what_a_search_takes_for_a_condition_is_none_where_a_model_rewords_a_question() -> None:
    other = 'speaker:anyone OR -mooring "prices" of buoys'
    assert reworded("What does a mooring cost?", FakeChat(other)) == "speaker anyone or mooring prices of buoys"
