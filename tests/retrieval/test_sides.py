from __future__ import annotations

import re
from datetime import date

import pytest

from earmark.catalog import Catalog
from earmark.ports import Encoder, VectorIndex
from earmark.types import Filters, Question
from retrieval.answers.answerer import Answerer
from retrieval.answers.asked_for import asked_for
from retrieval.answers.comparing import sides_in
from retrieval.answers.mentions import LibraryNames
from retrieval.answers.openings import as_read
from retrieval.answers.sides import claims_in, comparison_in
from retrieval.search.searcher import Searcher
from tests.retrieval.test_answer import FakeChat, said

KNOWN = LibraryNames(
    shows=(("td", "Tideline"), ("im", "The Inside Map"), ("cr", "Crumb")),
    speakers=("Mara Voss", "Ines Okafor", "Zoë Żal", "zoe zal", "Tom Reyes", "Tom Ember"),
)


@pytest.mark.parametrize(
    ("question", "topic", "labels"),
    [
        ("Compare Mara Voss and Ines Okafor on kelp credits.", "kelp credits.", ["Mara Voss", "Ines Okafor"]),
        ("compare what mara voss says with what ines okafor says about kelp", "kelp", ["Mara Voss", "Ines Okafor"]),
        ("What do Mara and Ines think about kelp?", "kelp?", ["Mara Voss", "Ines Okafor"]),
        ("How does Mara Voss differ from Ines Okafor on kelp?", "kelp?", ["Mara Voss", "Ines Okafor"]),
        ("How does Mara's view differ from that of Ines on kelp?", "kelp?", ["Mara Voss", "Ines Okafor"]),
        ("How do Ines and Mara differ on kelp?", "kelp?", ["Ines Okafor", "Mara Voss"]),
        ("Ines Okafor versus Mara Voss on kelp", "kelp", ["Ines Okafor", "Mara Voss"]),
        ("Mara vs. Ines: on kelp", "kelp", ["Mara Voss", "Ines Okafor"]),
        ("What is the difference between Mara and Ines on kelp?", "kelp?", ["Mara Voss", "Ines Okafor"]),
        ("Do Mara, Ines and Zoe Zal agree about kelp?", "kelp?", ["Mara Voss", "Ines Okafor", "Zoë Żal"]),
        ("On kelp credits, how do Mara and Ines differ?", "kelp credits", ["Mara Voss", "Ines Okafor"]),
        ("Compare Tideline and the Inside Map on maps", "maps", ["Tideline", "The Inside Map"]),
        ("What do Crumb and Mara Voss say about rye?", "rye?", ["Crumb", "Mara Voss"]),
        ("How does Mara's view of kelp differ from Ines's?", "kelp", ["Mara Voss", "Ines Okafor"]),
        ("How does what Mara says about kelp differ from what Ines says?", "kelp", ["Mara Voss", "Ines Okafor"]),
        ("Contrast Mara's opinion of kelp with Ines's.", "kelp", ["Mara Voss", "Ines Okafor"]),
        ("How do the views of Mara and Ines on kelp differ?", "kelp?", ["Mara Voss", "Ines Okafor"]),
        ("Mara and Ines on kelp: where do they differ?", "kelp", ["Mara Voss", "Ines Okafor"]),
        ("Is Mara more doubtful of kelp than Ines?", "more doubtful of kelp", ["Mara Voss", "Ines Okafor"]),
        ("Do shows Tideline and Crumb agree on rye?", "rye?", ["Tideline", "Crumb"]),
        ("Do the hosts of Tideline and Crumb agree about rye?", "rye?", ["Tideline", "Crumb"]),
    ],
)
def test_the_sides_of_a_question_and_its_topic(question: str, topic: str, labels: list[str]) -> None:
    comparison = comparison_in(question, KNOWN)
    assert comparison is not None
    assert (comparison.topic, [side.label for side in comparison.sides]) == (topic, labels)


@pytest.mark.parametrize(
    "question",
    [
        "What did Mara Voss say about kelp?",
        "How long have Mara Voss and Ines Okafor known each other?",
        "Is Mara Voss with Ines Okafor on the board?",
        "Did Mara Voss ask Ines Okafor about moorings?",
        "Compare Mara Voss and Tom on kelp",
        "Compare a crumb and Mara Voss on size",
        "Compare Mara Voss and Ines Okafor",
        "Compare kelp and rye on cost",
        "What is Mara's view of working with Ines?",
    ],
)
def test_two_names_alone_are_no_comparison(question: str) -> None:
    assert comparison_in(question, KNOWN) is None


def test_every_spelling_of_a_person_is_searched() -> None:
    comparison = comparison_in("Compare Zoë Żal and Tideline on light", KNOWN)
    assert comparison is not None
    assert [side.filters for side in comparison.sides] == [
        Filters(speakers=("Zoë Żal", "zoe zal")),
        Filters(shows=("td",)),
    ]


def test_a_claim_to_agree_with_asks_for_more_than_what_was_said() -> None:
    comparison = comparison_in("Do Mara and Ines agree that kelp sinks?", KNOWN)
    assert comparison is not None
    assert (comparison.topic, comparison.topical) == ("kelp sinks?", False)


@pytest.mark.parametrize(
    ("question", "claims"),
    [
        ("Who says that kelp sinks, and who says that it rots on beaches?", ("kelp sinks", "it rots on beaches")),
        (
            "who thinks kelp credits work and who believes buyers are cheated",
            ("kelp credits work", "buyers are cheated"),
        ),
        (
            "Who says kelp sinks, and who says that other things mattered too?",
            ("kelp sinks", "other things mattered too"),
        ),
        ("Who says that kelp sinks, and who says it does not?", None),
        ("Who says that kelp sinks and rots?", None),
    ],
)
def test_who_holds_each_of_two_claims(question: str, claims: tuple[str, str] | None) -> None:
    assert claims_in(question) == claims


def test_each_side_is_asked_the_question_without_the_names() -> None:
    today = date(2026, 7, 1)
    for question, topic in (
        ("How did Mara Voss and Ines Okafor come to sail?", "How did they come to sail?"),
        ("How do Mara Voss and Ines Okafor define a kelp credit?", "define a kelp credit?"),
        (
            "Kelp that rots on a beach: how do Mara Voss and Ines Okafor each argue against it?",
            "Kelp that rots on a beach: how do each argue against it",
        ),
        (
            "Light and sleep: how does Mara Voss's use of it differ from what Ines Okafor does?",
            "Light and sleep: how does use of it differ from what does",
        ),
    ):
        comparison, _ = sides_in(question, asked_for(question, KNOWN, today), KNOWN, today)
        assert comparison is not None
        assert comparison.topic == topic


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("And so the kelp sinks for good.", "… the kelp sinks for good."),
        ("Yeah, I mean, the kelp sinks for good.", "… the kelp sinks for good."),
        ("So, you know, nobody pays for it.", "… nobody pays for it."),
        ("um and then the blades come back", "… then the blades come back"),
        ("That's a good question. Kelp sinks for good.", "… Kelp sinks for good."),
        ("So many people hear that and think.", "So many people hear that and think."),
        ("And so on until the storm came.", "And so on until the storm came."),
        ("Well water is not safe to drink.", "Well water is not safe to drink."),
        ("Yes, it sinks to the floor.", "Yes, it sinks to the floor."),
        ("Yeah, it does.", "Yeah, it does."),
    ],
)
def test_an_opening_is_left_out_of_what_is_shown(text: str, shown: str) -> None:
    assert as_read(text) == shown


@pytest.fixture
def searcher(catalog: Catalog, index: VectorIndex, encoder: Encoder) -> Searcher:
    return Searcher(catalog, index, encoder)


COFFEE = "Compare Tom Reyes and Lia Brandt on caffeine."


def test_each_side_has_a_paragraph_in_its_own_words(searcher: Searcher, encoder: Encoder) -> None:
    answer = Answerer(searcher, encoder).ask(Question(text=COFFEE))
    tom, lia = answer.answer.split("\n\n")
    assert tom.startswith("Tom Reyes says on Night Shift: “")
    assert lia.startswith("Lia Brandt says on Deep Work Radio: “")
    assert [cite.n for cite in answer.citations] == list(range(1, len(answer.citations) + 1))
    for paragraph, speaker in ((tom, "Tom Reyes"), (lia, "Lia Brandt")):
        cited = {int(n) for n in re.findall(r"\[(\d+)\]", paragraph)}
        assert {cite.speaker for cite in answer.citations if cite.n in cited} == {speaker}
    assert len({cite.quote for cite in answer.citations}) == len(answer.citations)
    assert [narrowing.label for narrowing in answer.narrowed] == ["Tom Reyes", "Lia Brandt"]


def test_a_side_that_says_nothing_is_said_to(searcher: Searcher, encoder: Encoder) -> None:
    answer = Answerer(searcher, encoder).ask(Question(text="What do Bo Lindqvist and Lia Brandt think about caffeine?"))
    bo, lia = answer.answer.split("\n\n")
    assert bo == "Bo Lindqvist says nothing on it here."
    assert "Caffeine has a half-life of five hours" in lia
    assert {cite.speaker for cite in answer.citations} == {"Lia Brandt"}


def test_shows_are_sides_too(searcher: Searcher, encoder: Encoder) -> None:
    answer = Answerer(searcher, encoder).ask(Question(text="How does Tideline differ from Ledger & Leaf on kelp?"))
    tideline, ledger = answer.answer.split("\n\n")
    assert "on Tideline: “" in tideline
    assert "Ledger" not in tideline
    assert "on Ledger & Leaf: “" in ledger


@pytest.mark.parametrize(
    "question", ["Compare Bo Lindqvist and Petra Lang on cricket.", "What do Tideline and Crumb say about Mongolia?"]
)
def test_abstains_where_no_side_says_anything(searcher: Searcher, encoder: Encoder, question: str) -> None:
    answer = Answerer(searcher, encoder).ask(Question(text=question))
    assert (answer.abstained, answer.citations) == (True, ())
    assert answer.answer in (
        "Nothing said by Bo Lindqvist or Petra Lang answers this.",
        "Nothing on Tideline or Crumb answers this.",
    )


def _passage_of(heard: str, speaker: str) -> int:
    """The number of a passage that the model was given of a speaker's side on caffeine."""
    side = heard.partition(f"----- side: {speaker}\n")[2].partition("----- side: ")[0]
    blocks = re.findall(r"----- passage (\d+)\n([^-]+(?:-(?!----)[^-]*)*)", side)
    return next(int(n) for n, text in blocks if "affeine" in text)


def test_a_model_s_sentences_are_put_with_their_side(searcher: Searcher, encoder: Encoder) -> None:
    probe = FakeChat("NONE", "")
    Answerer(searcher, encoder, probe).ask(Question(text=COFFEE))
    tom, lia = (_passage_of(probe.heard[0], name) for name in ("Tom Reyes", "Lia Brandt"))
    chat = FakeChat(
        said(
            ("Lia Brandt says that caffeine has a half-life of five hours.", [lia]),
            ("Tom Reyes says that caffeine after two in the morning predicted a bad day's sleep.", [tom]),
        )
    )
    answer = Answerer(searcher, encoder, chat).ask(Question(text=COFFEE))
    assert answer.answer == (
        "Tom Reyes says that caffeine after two in the morning predicted a bad day's sleep. [2]\n\n"
        "Lia Brandt says that caffeine has a half-life of five hours. [1]"
    )
    assert [cite.speaker for cite in answer.citations] == ["Lia Brandt", "Tom Reyes"]


def test_a_side_that_the_model_leaves_out_is_quoted(searcher: Searcher, encoder: Encoder) -> None:
    probe = FakeChat("NONE", "")
    Answerer(searcher, encoder, probe).ask(Question(text=COFFEE))
    lia = _passage_of(probe.heard[0], "Lia Brandt")
    chat = FakeChat(said(("Lia Brandt says that caffeine has a half-life of five hours.", [lia])))
    tom, wrote = Answerer(searcher, encoder, chat).ask(Question(text=COFFEE)).answer.split("\n\n")
    assert tom.startswith("Tom Reyes says on Night Shift: “")
    assert wrote == "Lia Brandt says that caffeine has a half-life of five hours. [1]"


def test_each_of_two_subjects_has_a_paragraph(searcher: Searcher, encoder: Encoder) -> None:
    question = "What is the difference between kelp credits and sourdough starters?"
    answer = Answerer(searcher, encoder).ask(Question(text=question))
    kelp, dough = answer.answer.split("\n\n")
    assert kelp.startswith("On kelp credits: ")
    assert "starter" not in kelp
    assert dough.startswith("On sourdough starters: ")
    assert {cite.show for cite in answer.citations} >= {"Crumb"}


def test_what_speaks_of_both_subjects_is_quoted_once(searcher: Searcher, encoder: Encoder) -> None:
    answer = Answerer(searcher, encoder).ask(Question(text="Compare kelp credits with kelp moorings"))
    assert len(answer.answer.split("\n\n")) == 2
    passages = [cite.chunk_id for cite in answer.citations]
    kelp, moorings = (set(re.findall(r"\[(\d+)\]", paragraph)) for paragraph in answer.answer.split("\n\n"))
    assert not {passages[int(n) - 1] for n in kelp} & {passages[int(n) - 1] for n in moorings}


def test_a_subject_that_nobody_speaks_of_is_said_to_be_missing(searcher: Searcher, encoder: Encoder) -> None:
    answer = Answerer(searcher, encoder).ask(Question(text="Compare kelp credits with Mongolian throat singing"))
    kelp, singing = answer.answer.split("\n\n")
    assert kelp.startswith("On kelp credits: ")
    assert singing == "Nothing on Mongolian throat singing here answers this."


def test_a_model_takes_a_question_apart_that_no_rule_reads(searcher: Searcher, encoder: Encoder) -> None:
    question = "Both caffeine and kelp take their time: which numbers do people give for the two?"
    parts = "Caffeine: How long is the half-life of caffeine?\nKelp: How deep does kelp have to sink to store carbon?"
    probe = FakeChat(parts, "NONE", "NONE")
    Answerer(searcher, encoder, probe).ask(Question(text=question))
    passages = dict(re.findall(r"----- passage (\d+)\n([^\n]+\n[^\n]+)", probe.heard[1]))
    caffeine, kelp = (
        next(int(n) for n, text in passages.items() if word in text) for word in ("half-life", "thousand")
    )
    chat = FakeChat(
        parts,
        said(
            ("Caffeine has a half-life of five hours.", [caffeine]),
            ("Kelp has to sink below a thousand metres.", [kelp]),
        ),
    )
    answer = Answerer(searcher, encoder, chat).ask(Question(text=question))
    assert answer.answer == "Caffeine has a half-life of five hours. [1] Kelp has to sink below a thousand metres. [2]"
    assert "----- side: Caffeine\n" in chat.heard[1]


def test_who_holds_each_of_two_claims_is_answered_for_each(searcher: Searcher, encoder: Encoder) -> None:
    question = "Who says that kelp has to sink below a thousand metres, and who says that caffeine has a half-life?"
    first, second = Answerer(searcher, encoder).ask(Question(text=question)).answer.split("\n\n")
    assert first.startswith("That kelp has to sink below a thousand metres: Ines Okafor says on ")
    assert second.startswith("That caffeine has a half-life: Lia Brandt says on Deep Work Radio: “")


def test_who_says_something_is_answered_with_names(searcher: Searcher, encoder: Encoder) -> None:
    answer = Answerer(searcher, encoder).ask(Question(text="Who says that kelp has to sink below a thousand metres?"))
    assert not answer.abstained
    assert "Ines Okafor says on" in answer.answer
    assert all(cite.speaker for cite in answer.citations)


def test_a_model_reads_a_side_of_which_quotes_would_not_be_sure(searcher: Searcher, encoder: Encoder) -> None:
    question = "Compare Tom Reyes and Lia Brandt on what tea does to sleep."
    answerer = Answerer(searcher, encoder)
    unsure = [side for side in answerer.gather(Question(text=question)).sides if side.evidence is None]
    assert unsure and all(side.to_read() is side.near for side in unsure)
    chat = FakeChat("NONE", "")
    assert Answerer(searcher, encoder, chat).ask(Question(text=question)).abstained
    assert all(f"----- side: {side.label}\n" in chat.heard[0] for side in unsure)


@pytest.mark.parametrize("ending", ["", "\n<break>"])
def test_nobody_is_said_to_be_silent_while_the_model_writes(searcher: Searcher, encoder: Encoder, ending: str) -> None:
    probe = FakeChat("NONE", "")
    Answerer(searcher, encoder, probe).ask(Question(text=COFFEE))
    tom, lia = (_passage_of(probe.heard[0], name) for name in ("Tom Reyes", "Lia Brandt"))
    first = said(("Tom Reyes says that caffeine after two in the morning predicted a bad day's sleep.", [tom]))
    second = said(("Lia Brandt says that caffeine has a half-life of five hours.", [lia]))
    chat = FakeChat(f"{first}{ending}\n{second}")
    answers = list(Answerer(searcher, encoder, chat).stream(Question(text=COFFEE)))
    assert answers[0].answer.startswith("Tom Reyes says")
    assert not any("says nothing" in answer.answer for answer in answers)
    assert ("broke off" in answers[-1].note) is bool(ending)


def test_a_search_in_everything_is_not_taken_apart(searcher: Searcher, encoder: Encoder) -> None:
    chat = FakeChat("NONE", "")
    Answerer(searcher, encoder, chat).ask(Question(text="How do both kelp and caffeine last?", narrowing=False))
    assert not any("taken apart" in heard or "side:" in heard for heard in chat.heard)
