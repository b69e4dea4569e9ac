from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from earmark.types import Filters
from retrieval.answers.asked_for import asked_for, together
from retrieval.answers.dates import find_span
from retrieval.answers.mentions import LibraryNames, speakers_in, spellings

TODAY = date(2026, 11, 22)
KNOWN = LibraryNames(
    shows=(("nf", "Noise Floor"), ("im", "The Inside Map"), ("cr", "Crumb")),
    speakers=("Ines Calloway", "Tobias Renke", "Samir Haddad", "Ruth Abara", "Dara Quill"),
    oldest=date(2025, 9, 1),
    newest=date(2026, 11, 20),
)


@pytest.mark.parametrize(
    ("text", "after", "before", "label"),
    [
        ("what did X say last year about Y", date(2025, 1, 1), date(2026, 1, 1), "2025"),
        ("what was said in March", date(2026, 3, 1), date(2026, 4, 1), "March 2026"),
        ("in December they said", date(2025, 12, 1), date(2026, 1, 1), "December 2025"),
        ("since 2024", date(2024, 1, 1), None, "since 2024"),
        ("after 2024", date(2025, 1, 1), None, "after 2024"),
        ("before the summer", None, date(2026, 6, 1), "before summer 2026"),
        ("last summer", date(2026, 6, 1), date(2026, 9, 1), "summer 2026"),
        ("in winter 2024", date(2024, 12, 1), date(2025, 3, 1), "winter 2024"),
        ("in the last three months", date(2026, 8, 23), None, "the last 3 months"),
        ("over the past year", date(2025, 11, 22), None, "the last year"),
        ("between 2022 and 2024", date(2022, 1, 1), date(2025, 1, 1), "2022 to 2024"),
        ("on 3 June 2026", date(2026, 6, 3), date(2026, 6, 4), "3 June 2026"),
        ("since 2 December", date(2025, 12, 2), None, "since 2 December 2025"),
        ("this week", date(2026, 11, 16), date(2026, 11, 23), "this week"),
        ("yesterday", date(2026, 11, 21), date(2026, 11, 22), "21 November 2026"),
        ("What was said today?", date(2026, 11, 22), date(2026, 11, 23), "22 November 2026"),
        ("today's episode", date(2026, 11, 22), date(2026, 11, 23), "22 November 2026"),
        ("today's guest", date(2026, 11, 22), date(2026, 11, 23), "22 November 2026"),
        ("yesterday's guest", date(2026, 11, 21), date(2026, 11, 22), "21 November 2026"),
        ("Yesterday’s panel", date(2026, 11, 21), date(2026, 11, 22), "21 November 2026"),
        ("did prices fall last month", date(2026, 10, 1), date(2026, 11, 1), "October 2026"),
    ],
)
def test_a_time_becomes_days(text: str, after: date | None, before: date | None, label: str) -> None:
    span = find_span(text, TODAY)
    assert span is not None
    assert (span.after, span.before, span.label) == (after, before, label)


@pytest.mark.parametrize(
    "text",
    [
        "the 2008 crisis", "What may happen?", "Should I march on?", "How long since the war?", "on 31 February 2026",
        "a fall from grace", "in the second episode", "", "Who likened today's code to a spreadsheet?",
        "How do people use kelp today?", "What was said about today's prices?",
    ],
)  # fmt: skip
def test_what_is_no_time_of_saying_is_left(text: str) -> None:
    assert find_span(text, TODAY) is None


@pytest.mark.parametrize(
    ("question", "text", "labels"),
    [
        ("What did Samir Haddad say last year about blind repeats?", "blind repeats?", ["2025", "Samir Haddad"]),
        ("what does ines calloway think of annealing?", "annealing?", ["Ines Calloway"]),
        ("What did Samir Hadad say about repeats?", "repeats?", ["Samir Haddad"]),
        ("How does Ruth explain bus timetables?", "bus timetables?", ["Ruth Abara"]),
        ("According to Tobias, what is noise?", "what is noise?", ["Tobias Renke"]),
        ("What is Samir's view on computation?", "What is computation?", ["Samir Haddad"]),
        ("What did Ruth Abara and Dara Quill say about sleep?", "sleep?", ["Ruth Abara", "Dara Quill"]),
        ("On Noise Floor, why is reward a force?", "why is reward a force?", ["Noise Floor"]),
        ("on Crumb, is rye better?", "is rye better?", ["Crumb"]),
        ("what was said about naps on the Inside Map since October", "what was said about naps",
         ["since October 2026", "The Inside Map"]),
        ("What did yesterday's interview say about rye?", "What did interview say about rye?", ["21 November 2026"]),
        ("Who is Ruth Abara?", "Who is Ruth Abara?", []),
        ("Did anyone disagree with Samir Haddad about it?", "Did anyone disagree with Samir Haddad about it?", []),
        ("What happened in 2008?", "What happened in 2008?", []),
        ("Is a crumb better?", "Is a crumb better?", []),
    ],
)  # fmt: skip
def test_a_question_is_read_for_what_it_narrows(question: str, text: str, labels: list[str]) -> None:
    read = asked_for(question, KNOWN, TODAY)
    assert (read.text, [part.label for part in read.narrowed]) == (text, labels)


def test_what_the_question_says_becomes_filters() -> None:
    asked = asked_for("What did Ines say on Noise Floor in March 2026 about heat?", KNOWN, TODAY).filters
    assert asked == Filters(shows=("nf",), speakers=("Ines Calloway",), after=date(2026, 3, 1), before=date(2026, 4, 1))
    given = Filters(shows=("cr",), after=date(2026, 1, 1))
    assert together(given, asked) == replace(asked, shows=("cr",))
    assert together(Filters(after=date(2026, 5, 1)), asked).after == date(2026, 5, 1)
    assert together(Filters(after=date(2026, 5, 1)), asked).before is None
    assert together(Filters(speakers=("Jon Abara",)), asked).speakers == ("Jon Abara",)


def test_a_question_for_what_was_said_is_topical() -> None:
    assert asked_for("What do people say about kelp?", KNOWN, TODAY).topical
    assert asked_for("What did Samir say about repeats?", KNOWN, TODAY).topical
    assert not asked_for("How deep does kelp sink?", KNOWN, TODAY).topical


def test_a_part_of_a_name_that_two_have_means_nobody() -> None:
    speakers = ("Ruth Abara", "Ruth Ember", "Jon Abara")
    assert speakers_in("Ruth and Abara and Ember", speakers)[0].name == "Ruth Ember"
    assert len(speakers_in("Ruth and Abara and Ember", speakers)) == 1


def test_a_name_with_an_initial_is_a_spelling_of_it() -> None:
    speakers = ("Mara Voss", "Mara B. Voss", "Zoë Żal", "zoe zal", "Mark Voss")
    assert spellings(["Mara Voss"], speakers) == ("Mara Voss", "Mara B. Voss")
    assert spellings(["Zoë Żal"], speakers) == ("Zoë Żal", "zoe zal")
    assert [mention.name for mention in speakers_in("What did Mara say?", speakers)] == ["Mara Voss"]


def test_people_with_other_initials_are_not_one() -> None:
    speakers = (
        "Mike D",
        "Mike G",
        "Mike",
        "George W. Bush",
        "George H. W. Bush",
        "George Bush",
        "Malcolm X",
        "Malcolm",
    )
    for name in speakers:
        assert spellings([name], speakers) == (name,)
    assert spellings(["George Bush"], speakers[3:4]) == ("George W. Bush",)
    fewer = ("George H. Bush", "George H. W. Bush")
    assert spellings(["George H. Bush"], fewer) == fewer
    assert speakers_in("What did Mike say to Bush?", ("Mike D", "Mike G", "George W. Bush", "George H. W. Bush")) == []


def test_a_first_name_before_another_surname_is_somebody_else_s() -> None:
    speakers = ("Ruth Abara", "Jon Ember")
    assert speakers_in("What did Ruth Miller say?", speakers) == []
    assert [mention.name for mention in speakers_in("What did Ruth say?", speakers)] == ["Ruth Abara"]


def test_a_person_who_is_only_named_is_whom_it_is_about() -> None:
    read = asked_for("How long did Ruth Abara's bus wait in the storm?", KNOWN, TODAY)
    assert (read.text, read.about, read.narrowed) == ("How long did bus wait in the storm?", ("Ruth Abara",), ())
    assert asked_for("What does Ruth Abara say about buses?", KNOWN, TODAY).about == ()
    assert asked_for("Who knows Ruth Abara?", KNOWN, TODAY).about == ()


def test_persons_side_by_side() -> None:
    read = asked_for("How did Ruth Abara and Dara Quill come to buses?", KNOWN, TODAY)
    assert read.side_by_side == ("Ruth Abara", "Dara Quill")
    assert read.text == "How did and come to buses?"
    assert asked_for("What did Ruth Abara do when Dara Quill left?", KNOWN, TODAY).side_by_side == ()
