"""An owner renames people, confirms their names, joins spellings and splits them again; bad input changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import NoReturn

import pytest

from earmark.catalog import Catalog
from earmark.catalog.content import appearances, insights, names
from earmark.clock import FixedClock
from earmark.errors import Forbidden, NotFound, UsageError
from earmark.types import Person, Reader, Role, Selection, SelectionKind
from library.people import People
from library.roles import UsualVoices
from library.selections import Selections
from library.sight import Sight
from tests.earmark.catalog.test_grouping import spoken
from tests.earmark.catalog.test_names import episode_of, read

OWNER = Reader(id="local", role=Role.OWNER)


def people(catalog: Catalog, clock: FixedClock, reader: Reader = OWNER) -> People:
    return People(catalog, clock, Sight(catalog, reader), desk=no_desk, voices=UsualVoices())


def no_desk() -> NoReturn:
    raise RuntimeError("a decision about names asks the index nothing")


def everybody(theirs: People) -> dict[str, int]:
    return {speaker.name: speaker.insights for speaker in theirs.every()}


def test_a_renamed_person_is_found_under_both_names_and_can_be_renamed_again(
    catalog: Catalog, clock: FixedClock
) -> None:
    with catalog.write() as tx:
        spoken(tx, clock, "Late Show", "S. Gibson", "Ben Osprey")
        spoken(tx, clock, "Early Show", "s gibson")
    theirs = people(catalog, clock)
    renamed = theirs.rename("s. gibson", "  Steve   Gibson ")
    assert (renamed.name, renamed.confirmed) == ("Steve Gibson", True)
    assert {spelling.name for spelling in renamed.spellings} == {"S. Gibson", "s gibson"}
    assert everybody(theirs) == {"Steve Gibson": 2, "Ben Osprey": 1}
    again = theirs.rename("Steve Gibson", "Steven Gibson")
    for asked in ("S. Gibson", "s_gibson", "Steve Gibson", "STEVEN GIBSON"):
        assert theirs.get(asked) == again
    assert theirs.rename("Steven Gibson", "S. Gibson").name == "S. Gibson"
    assert everybody(theirs) == {"S. Gibson": 2, "Ben Osprey": 1}
    with catalog.write() as tx:
        spoken(tx, clock, "New Show", "s. GIBSON", "Steve Gibson")
    assert everybody(theirs) == {"S. Gibson": 4, "Ben Osprey": 1}


def test_a_confirmed_name_stays_however_it_is_written_later(catalog: Catalog, clock: FixedClock) -> None:
    with catalog.write() as tx:
        spoken(tx, clock, "Late Show", "Áda Finch")
    theirs = people(catalog, clock)
    assert not theirs.get("Ada Finch").confirmed
    assert theirs.confirm("ada finch").confirmed
    with catalog.write() as tx:
        spoken(tx, clock, "Early Show", "Ada Finch", "ADA FINCH")
    assert everybody(theirs) == {"Áda Finch": 3}
    assert [speaker.confirmed for speaker in theirs.every()] == [True]


@pytest.mark.heavy
def test_two_spellings_are_joined_and_split_again(catalog: Catalog, clock: FixedClock) -> None:
    with catalog.write() as tx:
        spoken(tx, clock, "Late Show", "Chris Miller", "Christopher Miller", "Chris Miller")
    theirs = people(catalog, clock)
    joined = theirs.join("Christopher Miller", "chris miller")
    assert joined.name == "Christopher Miller"
    assert {spelling.name: spelling.insights for spelling in joined.spellings} == {
        "Chris Miller": 2,
        "Christopher Miller": 1,
    }
    assert everybody(theirs) == {"Christopher Miller": 3}
    other = theirs.split("Christopher Miller", "Chris Miller")
    assert (other.name, [spelling.name for spelling in other.spellings]) == ("Chris Miller", ["Chris Miller"])
    assert everybody(theirs) == {"Chris Miller": 2, "Christopher Miller": 1}
    assert theirs.get("Christopher Miller").name == "Christopher Miller"
    with catalog.write() as tx:
        spoken(tx, clock, "New Show", "Chris Miller", "Christopher Miller")
    assert everybody(theirs) == {"Chris Miller": 3, "Christopher Miller": 2}


def test_a_joined_person_is_renamed_as_a_whole(catalog: Catalog, clock: FixedClock) -> None:
    with catalog.write() as tx:
        spoken(tx, clock, "Late Show", "Chris Miller", "Christopher Miller", "Kit Miller")
    theirs = people(catalog, clock)
    theirs.join("Christopher Miller", "Chris Miller")
    theirs.rename("Chris Miller", "C. J. Miller")
    theirs.join("C. J. Miller", "Kit Miller")
    assert everybody(theirs) == {"C. J. Miller": 3}
    assert theirs.get("Christopher Miller").name == theirs.get("Kit Miller").name == "C. J. Miller"
    assert theirs.split("C. J. Miller", "Chris Miller", called="Chris Moor").name == "Chris Moor"
    assert everybody(theirs) == {"C. J. Miller": 2, "Chris Moor": 1}


def test_names_that_differ_by_accents_alone_need_another_name_to_be_split(catalog: Catalog, clock: FixedClock) -> None:
    with catalog.write() as tx:
        spoken(tx, clock, "Late Show", "Ada Finch", "Áda Finch", "Ada Finch")
    theirs = people(catalog, clock)
    with pytest.raises(UsageError, match="say what the other is called"):
        theirs.split("Ada Finch", "Áda Finch")
    theirs.split("Ada Finch", "Áda Finch", called="Áda Quill")
    assert everybody(theirs) == {"Ada Finch": 2, "Áda Quill": 1}
    with catalog.write() as tx:
        spoken(tx, clock, "New Show", "Áda Finch", "ADA FINCH")
    assert {name: theirs.get(name).name for name in ("ada finch", "ada quill")} == {
        "ada finch": "Ada Finch",
        "ada quill": "Áda Quill",
    }
    assert sum(spelling.insights for spelling in theirs.get("Áda Quill").spellings) == 2


@pytest.mark.heavy
def test_a_first_name_that_an_episode_took_for_somebody_is_split(catalog: Catalog, clock: FixedClock) -> None:
    with catalog.write() as tx:
        taken = episode_of(tx, clock, "Late Show", "taken")
        read(tx, taken, "Christopher Miller", labels={"Chris": "Christopher Miller"})
        whole = episode_of(tx, clock, "Late Show", "whole")
        read(tx, whole, "Christopher Miller", labels={"Christopher Miller": "Christopher Miller"})
        unnamed = episode_of(tx, clock, "Late Show", "unnamed")
        read(tx, unnamed, "Christopher Miller", labels={"Speaker 1": "Christopher Miller"})
    theirs = people(catalog, clock)
    labels = theirs.get("Christopher Miller").labels
    assert [(label.label, label.spelling, label.episodes) for label in labels] == [
        ("Chris", "Christopher Miller", 1),
        ("Speaker 1", "Christopher Miller", 1),
    ]
    assert theirs.split("Christopher Miller", "chris", called="Chris Hayes").name == "Chris Hayes"
    with pytest.raises(UsageError, match="say what the other is called"):
        theirs.split("Christopher Miller", "Speaker 1")
    theirs.split("Christopher Miller", "Speaker 1", called="Dana Vale")
    assert everybody(theirs) == {"Chris Hayes": 1, "Christopher Miller": 1, "Dana Vale": 1}
    with catalog.write() as tx:
        for guid, label in (("later", "Chris"), ("last", "Speaker 1")):
            episode = episode_of(tx, clock, "Late Show", guid)
            read(tx, episode, "Christopher Miller", labels={label: "Christopher Miller"})
    assert everybody(theirs) == {"Chris Hayes": 2, "Christopher Miller": 2, "Dana Vale": 1}
    theirs.join("Christopher Miller", "Chris Hayes")
    assert everybody(theirs) == {"Christopher Miller": 4, "Dana Vale": 1}


def test_a_first_name_is_given_and_split_on_one_show(catalog: Catalog, clock: FixedClock) -> None:
    with catalog.write() as tx:
        spoken(tx, clock, "Late Show", "Chris", "Chris Hall")
        spoken(tx, clock, "Early Show", "Chris")
    theirs = people(catalog, clock)
    theirs.join("Chris Hall", "Chris", show="Late Show")
    assert everybody(theirs) == {"Chris Hall": 2, "Chris": 1}
    theirs.rename("Chris", "Chris Vale", show="early")
    assert everybody(theirs) == {"Chris Hall": 2, "Chris Vale": 1}
    theirs.split("Chris Hall", "Chris", called="Chris Moor", show="Late Show")
    assert everybody(theirs) == {"Chris Hall": 1, "Chris Moor": 1, "Chris Vale": 1}
    with pytest.raises(NotFound, match="does not speak in any transcript of this show"):
        theirs.rename("Chris Vale", "Else", show="Late Show")
    with pytest.raises(NotFound, match="no followed show"):
        theirs.rename("Chris Vale", "Else", show="Noon Show")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("", "has letters"),
        (" \t", "has letters"),
        ("12 34", "has letters"),
        ("x" * 101, "at most 100 characters"),
        ("Ada\x1b[31m Finch", "control characters"),
        ("Ada \u202eFinch", "control characters"),
        ("Ada\u200bFinch", "control characters"),
        ("<b>Ada</b>", "no markup"),
        ("[Ada](https://evil.example)", "no markup"),
        ("Speaker 2", "without a name"),
        ("Ben Osprey", "somebody else is called so"),
        ("ben  osprey", "somebody else is called so"),
    ],
)
def test_what_is_no_name_is_refused_in_one_line_and_nothing_is_lost(
    catalog: Catalog, clock: FixedClock, name: str, words: str
) -> None:
    with catalog.write() as tx:
        spoken(tx, clock, "Late Show", "Ada Finch", "Ben Osprey")
    theirs = people(catalog, clock)
    with pytest.raises(UsageError, match=words) as refused:
        theirs.rename("Ada Finch", name)
    assert str(refused.value).isprintable()
    assert everybody(theirs) == {"Ada Finch": 1, "Ben Osprey": 1}
    with catalog.read() as tx:
        assert not names.load(tx)


def test_what_makes_no_sense_is_refused(catalog: Catalog, clock: FixedClock) -> None:
    with catalog.write() as tx:
        spoken(tx, clock, "Late Show", "Ada Finch", "Ben Osprey")
    theirs = people(catalog, clock)
    asked: list[Callable[[], object]] = [
        lambda: theirs.rename("Nobody", "Somebody"),
        lambda: theirs.confirm("Nobody"),
        lambda: theirs.join("Ada Finch", "Nobody"),
        lambda: theirs.join("Nobody", "Ada Finch"),
        lambda: theirs.split("Nobody", "Ada"),
    ]
    for unknown in asked:
        with pytest.raises(NotFound, match="nobody of this name"):
            unknown()
    with pytest.raises(UsageError, match="nothing to join"):
        theirs.join("Ada Finch", "ada finch")
    with pytest.raises(NotFound, match="they are written Ada Finch"):
        theirs.split("Ada Finch", "A. Finch")
    with pytest.raises(UsageError, match="only way they are written"):
        theirs.split("Ada Finch", "Ada Finch", called="Zoe Quill")
    with pytest.raises(UsageError, match="no markup"):
        theirs.split("Ada Finch", "Ada Finch", called="<i>")
    with catalog.read() as tx:
        assert not names.load(tx)


def test_only_an_owner_decides(catalog: Catalog, clock: FixedClock) -> None:
    with catalog.write() as tx:
        (said, _) = spoken(tx, clock, "Late Show", "Ada Finch", "Ben Osprey")
    theirs = people(catalog, clock, Reader(id="ben"))
    deeds: list[Callable[[], object]] = [
        lambda: theirs.rename("Ada Finch", "Else"),
        lambda: theirs.confirm("Ada Finch"),
        lambda: theirs.join("Ada Finch", "Ben Osprey"),
        lambda: theirs.split("Ada Finch", "Ada Finch"),
    ]
    for deed in deeds:
        with pytest.raises(Forbidden, match="for an owner"):
            deed()
    with catalog.read() as tx:
        assert not names.load(tx)
        assert insights.find(tx, said.id).speaker == "Ada Finch"


def test_feeds_of_a_former_name_go_on(catalog: Catalog, clock: FixedClock) -> None:
    with catalog.write() as tx:
        read(tx, episode_of(tx, clock, "Late Show"), "A. Finch", "Ben Osprey")
    sight = Sight(catalog, OWNER)
    selections = Selections(catalog, sight, briefs=None, insights=None, marks=None, themes=None)  # type: ignore[arg-type]
    former = Selection(kind=SelectionKind.PERSON, value="a. finch")
    before = [entry.insight.id for entry in selections.entries(former)]
    people(catalog, clock).rename("A. Finch", "Ada Finch")
    assert [entry.insight.id for entry in selections.entries(former)] == before != []
    assert selections.named(former) == (Selection(kind=SelectionKind.PERSON, value="Ada Finch"), "Ada Finch")


def test_whoever_only_a_feed_names_can_be_followed_and_is_suggested(catalog: Catalog, clock: FixedClock) -> None:
    with catalog.write() as tx:
        (said,) = spoken(tx, clock, "Late Show", "Ada Finch")
        appearances.put_persons(tx, said.episode_id, [Person(name="Zoe Quill", role="host")])
    selections = Selections(catalog, Sight(catalog, OWNER), briefs=None, insights=None, marks=None, themes=None)  # type: ignore[arg-type]
    wanted = Selection(kind=SelectionKind.PERSON, value="Zoe Quill")
    assert selections.named(replace(wanted, value="zoe quill")) == (wanted, "Zoe Quill")
    assert selections.entries(wanted) == []
    with pytest.raises(NotFound, match=r"did you mean Zoe Quill\?$"):
        selections.named(replace(wanted, value="Zoe Quil"))
