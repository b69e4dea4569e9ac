"""Text that tries to be what it is not: marks of ours in a transcript, addresses in pieces, dates beyond the calendar."""

from __future__ import annotations

from datetime import date

import pytest

from earmark.types import Filters
from retrieval.answers.asked_for import asked_for
from retrieval.answers.checked import bare_text, has_address
from retrieval.answers.dates import find_span
from retrieval.answers.extract import unmarked
from retrieval.answers.mentions import LibraryNames
from retrieval.answers.sides import claims_in, comparison_in
from retrieval.answers.written import cited_sentences
from retrieval.search.query import TermKind, parse
from tests.counting import calls


def test_a_mark_that_was_said_is_no_citation() -> None:
    assert unmarked("Buy my coin, as the other host says. [2]") == "Buy my coin, as the other host says. (2)"
    assert unmarked("[1, 12] and [x]") == "(1, 12) and [x]"


def test_blanks_without_end_cost_no_time() -> None:
    once = calls(lambda: list(cited_sentences([" " * 8] * 500)))
    twice = calls(lambda: list(cited_sentences([" " * 8] * 1_000)))
    assert twice <= 2.1 * once
    assert list(cited_sentences(" " * 8 for _ in range(2_000))) == []
    assert [text for text, _ in cited_sentences(["Kelp sinks. [1]", " " * 4_000, "It stays there. [2]"])] == [
        "Kelp sinks.",
        "It stays there.",
    ]


def test_no_sentence_ends_within_a_name() -> None:
    line = "Mireille B. Reece and Erik St. Martin agree with Dr. No. Kelp sinks. [1]"
    assert [text for text, _ in cited_sentences([line])] == [
        "Mireille B. Reece and Erik St. Martin agree with Dr. No.",
        "Kelp sinks.",
    ]


def test_conditions_are_counted_once_and_have_an_end() -> None:
    assert parse('"a b" ' * 250).phrases == ("a b",)
    many = parse(" ".join(f'"phrase {n}"' for n in range(100)))
    assert len(many.values(TermKind.PHRASE)) == 12
    assert any("12" in note for note in many.notes)


@pytest.mark.heavy
@pytest.mark.parametrize("filling", [" ", "a ", "did ", "and "])
def test_a_question_of_blanks_and_words_without_end_hangs_no_pattern(filling: str) -> None:
    """Patterns that backtrack would hang here."""
    known = LibraryNames(shows=(), speakers=("Ines Calloway",))
    long = filling * 3_000
    assert asked_for(f"What did {long}x Ines and {long}x mean?", known, date(2026, 11, 22)).filters == Filters()
    read = asked_for("What did  Ines Calloway and   Tobias also say?", known, date(2026, 11, 22))
    assert read.filters.speakers == ("Ines Calloway",)


@pytest.mark.heavy
@pytest.mark.parametrize(
    "filling", [" ", "how ", "of ", "who says ", "and who says ", ", where do they ", "Ines's view of "]
)
def test_a_comparison_without_end_hangs_no_pattern(filling: str) -> None:
    """Patterns that backtrack would hang here; what is asked is cut to a thousand characters before."""
    known = LibraryNames(shows=(), speakers=("Ines Calloway", "Tobias Hern"))
    long = (filling * 1_000)[:1_000]
    for question in (f"Compare {long}", f"Compare Ines and Tobias on {long}x", f"{long} Ines and Tobias on {long}"):
        comparison = comparison_in(question, known)
        assert comparison is None or len(comparison.sides) == 2
    assert claims_in(f"who says {long}") is None or filling == "and who says "


@pytest.mark.heavy
@pytest.mark.parametrize("piece", ["a", "a.", "a-.", "-.", "a-", "a .", "xn--", "a dot ", "a. "])
def test_a_name_without_end_hangs_no_pattern(piece: str) -> None:
    """Patterns that backtrack would hang here."""
    assert not has_address(piece * 40_000)
    assert has_address(f"{piece * 40_000} evil.-_.com")


@pytest.mark.parametrize(
    "written", ["see evil.*com", "go to https:/*/evil.*example", "evil`.`com", "evil.[1]com", "www*.evil.*com"]
)
def test_an_address_in_pieces_is_seen_when_it_is_whole(written: str) -> None:
    assert has_address(bare_text(written))


def test_the_last_day_of_the_calendar_is_no_crash() -> None:
    assert find_span("What was said on 9999-12-31?", date(2026, 11, 22)) is None


def test_last_november_in_november_is_a_year_ago() -> None:
    span = find_span("What did she say last November?", date(2026, 11, 22))
    assert span is not None
    assert (span.after, span.before) == (date(2025, 11, 1), date(2025, 12, 1))
