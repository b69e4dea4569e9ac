"""Searches and questions for a name that somebody had before find them under the name that they have."""

from __future__ import annotations

import pytest

from earmark.catalog import Catalog
from earmark.clock import FixedClock
from retrieval.answers.mentions import KnownNames, LibraryNames
from retrieval.search.names import NameBook, speakers_meant
from tests.earmark.catalog.test_names import decide, episode_of, read, rule

KNOWN = LibraryNames(
    speakers=("Chris Miller", "Dana Vale", "John Smith", "Steve Gibson"),
    before=(("Christopher Miller", "Chris Miller"), ("Jon Smith", "Dana Vale"), ("Steve", "Steve Gibson")),
)


@pytest.mark.parametrize(
    ("asked", "understood"),
    [
        ("What does Christopher Miller say about tin?", "What does Chris Miller say about tin?"),
        ("what does christopher  miller say?", "what does Chris Miller say?"),
        ("What do Jon Smith and John Smith think?", "What do Dana Vale and John Smith think?"),
        ("Did Steve call Steve Gibson?", "Did Steve Gibson call Steve Gibson?"),
        ("Did they steve the ship?", "Did they steve the ship?"),
        ("What did Chris Miller say?", "What did Chris Miller say?"),
        ("Christopher Millers' kettle", "Christopher Millers' kettle"),
    ],
)
def test_a_question_is_asked_of_whom_it_means(asked: str, understood: str) -> None:
    assert KNOWN.called_now(asked) == understood


def test_nothing_is_changed_where_nobody_was_renamed() -> None:
    assert LibraryNames(speakers=("Ada Finch",)).called_now("What does A. Finch say?") == "What does A. Finch say?"


def test_names_are_known_at_once_under_both(empty: Catalog, clock: FixedClock) -> None:
    with empty.write() as tx:
        episode = episode_of(tx, clock, "Small Hours")
        read(tx, episode, "S. Gibson", "Chris", "Ben Osprey")
        other = episode_of(tx, clock, "Late Hours")
        read(tx, other, "Chris")
    book, known = NameBook(empty), KnownNames(empty)
    assert speakers_meant(book.names(), "S. Gibson") == ("S. Gibson",)
    assert known.known().before == ()
    with empty.write() as tx:
        decide(
            tx,
            rule(clock, "S. Gibson", "Steve Gibson"),
            rule(clock, "Chris", "Chris Hall", place=episode.show_id),
            rule(clock, "Nobody", "Somebody"),
        )
    names = book.names()
    assert speakers_meant(names, "s gibson") == speakers_meant(names, "Steve") == ("Steve Gibson",)
    assert speakers_meant(names, "Chris") == ("Chris",)
    assert speakers_meant(names, "Nobody") == ()
    assert set(known.known().speakers) == {"Ben Osprey", "Chris", "Chris Hall", "Steve Gibson"}
    assert known.known().before == (("S. Gibson", "Steve Gibson"),)
    assert known.known().called_now("What does S. Gibson say?") == "What does Steve Gibson say?"
