"""Who speaks, what they claim by theme and over time, and whom they agree and differ with, as a reader sees it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from earmark.catalog import Catalog
from earmark.catalog.content import appearances, chunks, episodes, withdrawals
from earmark.catalog.readers import accounts, reader_shows
from earmark.clock import FixedClock
from earmark.errors import NotFound
from earmark.relations import utterance
from earmark.types import Because, Insight, Person, Reader, Related, Role, Voice
from library.marks import Marks
from library.people import Example, People
from library.roles import UsualVoices
from library.sight import Sight
from tests.earmark.catalog.test_grouping import grouped, placed, spoken, theme
from tests.making import make_chunk

OWNER = Reader(id="local", role=Role.OWNER)


class Desk:
    """Answers what others said with what it is told, by the id of the claim."""

    def __init__(self) -> None:
        self.entries: dict[str, list[Related]] = {}

    def related(self, insight: Insight, *, limit: int) -> list[Related]:
        return self.entries.get(insight.id, [])[:limit]


@pytest.fixture
def desk() -> Desk:
    return Desk()


def people(catalog: Catalog, clock: FixedClock, desk: Desk, reader: Reader = OWNER) -> People:
    return People(catalog, clock, Sight(catalog, reader), desk=lambda: desk, voices=UsualVoices())  # type: ignore[arg-type, return-value]


def test_everybody_is_listed_who_says_most_first(catalog: Catalog, clock: FixedClock, desk: Desk) -> None:
    with catalog.write() as tx:
        spoken(tx, clock, "Late Show", "Ada Finch", "Ben Osprey", days=3)
        spoken(tx, clock, "Early Show", "Ada Finch", "")
    every = people(catalog, clock, desk).every()
    assert [(person.name, person.insights, person.episodes, person.shows) for person in every] == [
        ("Ada Finch", 2, 2, 2),
        ("Ben Osprey", 1, 1, 1),
    ]
    ada = every[0]
    assert ada.first is not None and ada.last is not None
    assert (ada.last - ada.first).days == 3
    assert (ada.first.tzinfo, ada.last) == (clock.now().tzinfo, clock.now())


def test_somebody_has_claims_by_theme_and_over_time(catalog: Catalog, clock: FixedClock, desk: Desk) -> None:
    with catalog.write() as tx:
        (old,) = spoken(tx, clock, "Late Show", "Ada Finch", days=70)
        (new,) = spoken(tx, clock, "Early Show", "Ada Finch", days=2)
        (alone,) = spoken(tx, clock, "Other Show", "Áda finch", days=1)
        grouped(tx, clock, [theme(clock, "aaaa1", "kettle sings")], placed("aaaa1", [old, new]))
    for asked in ("Ada Finch", "ada finch", "ÁDA FINCH", "Ada_Finch"):
        ada = people(catalog, clock, desk).get(asked)
        assert (ada.name, [spelling.name for spelling in ada.spellings]) == ("Ada Finch", ["Ada Finch", "Áda finch"])
        kettles, rest = ada.themes
        assert (kettles.theme_id, kettles.label, kettles.count) == ("aaaa1", "kettle sings", 2)
        assert [insight.id for insight in kettles.insights] == [old.id, new.id]
        assert (rest.theme_id, rest.label, [insight.id for insight in rest.insights]) == ("", "", [alone.id])
        assert sum(month.count for month in ada.months) == 3
        assert len(ada.months) >= 3
    latest = people(catalog, clock, desk).get("Ada Finch", claims=1).themes[0]
    assert (latest.count, [insight.id for insight in latest.insights]) == (2, [new.id])
    with pytest.raises(NotFound, match="nobody of this name"):
        people(catalog, clock, desk).get("Nobody")


def test_nobody_is_known_from_a_show_that_the_reader_does_not_see_nor_from_what_is_gone(
    catalog: Catalog, clock: FixedClock, desk: Desk
) -> None:
    ben = Reader(id="ben", all_shows=False)
    with catalog.write() as tx:
        (seen,) = spoken(tx, clock, "Open Show", "Ada Finch", days=1)
        (secret,) = spoken(tx, clock, "Closed Show", "Ada Finch", days=2)
        spoken(tx, clock, "Closed Show", "Zoe Quill", days=3)
        grouped(tx, clock, [theme(clock, "aaaa1", "secret takeover")], placed("aaaa1", [secret, seen]))
        accounts.put(tx, ben)
        reader_shows.put(tx, ben.id, [seen.show_id], now=clock.now())
    theirs = people(catalog, clock, desk, ben)
    assert [(person.name, person.insights) for person in theirs.every()] == [("Ada Finch", 1)]
    (about,) = theirs.get("Ada Finch").themes
    assert [insight.id for insight in about.insights] == [seen.id]
    assert "secret" not in about.label
    for asking in (theirs.get, theirs.ties):
        with pytest.raises(NotFound):
            asking("Zoe Quill")
    Marks(catalog, clock, Sight(catalog, OWNER)).hide(seen.id)
    mine = people(catalog, clock, desk).get("Ada Finch")
    assert [insight.id for said in mine.themes for insight in said.insights] == [secret.id]
    with catalog.write() as tx:
        withdrawals.withdraw(tx, secret.id, because=Because.NOT_MEANT, by="local", now=clock.now())
    assert [(person.name, person.insights) for person in people(catalog, clock, desk).every()] == [
        ("Ada Finch", 1),
        ("Zoe Quill", 1),
    ]


def test_who_agrees_and_who_differs(catalog: Catalog, clock: FixedClock, desk: Desk) -> None:
    with catalog.write() as tx:
        first, second = spoken(tx, clock, "Our Show", "Ada Finch", "Ada Finch", days=1)
        ben, zoe, self_again = spoken(tx, clock, "Their Show", "Ben Osprey", "Zoe Quill", "Ada Finch", days=2)

    def said(insight: Insight, relation: str) -> Related:
        return Related(insight=insight, relation=relation, score=0.9, why="")

    desk.entries = {
        first.id: [said(ben, "opposite"), said(zoe, "same"), said(self_again, "same")],
        second.id: [said(ben, "opposite"), said(zoe, "reason")],
    }
    ties = people(catalog, clock, desk).ties("ada finch")
    assert [(tie.name, tie.agreements, tie.differences) for tie in ties] == [("Ben Osprey", 0, 2), ("Zoe Quill", 1, 0)]
    assert _claims(ties[0].examples) == {(first.id, ben.id), (second.id, ben.id)}
    Marks(catalog, clock, Sight(catalog, OWNER)).hide(ben.id)
    assert [tie.name for tie in people(catalog, clock, desk).ties("Ada Finch")] == ["Zoe Quill"]


def _claims(examples: Sequence[Example]) -> set[tuple[str, str]]:
    return {(example.insight.id, utterance(example.other).insight_id) for example in examples}


def test_who_speaks_without_an_insight_is_told_where(catalog: Catalog, clock: FixedClock, desk: Desk) -> None:
    with catalog.write() as tx:
        (said,) = spoken(tx, clock, "Late Show", "Ada Finch")
        passage = replace(make_chunk(episodes.get(tx, said.episode_id), 0, "Welcome, Ada."), speaker="Ben Osprey")
        chunks.replace(tx, said.episode_id, [passage])
        appearances.put_persons(
            tx,
            said.episode_id,
            [
                Person(name="Ben Osprey", role="host"),
                Person(name="Zoe Quill", role="Host"),
                Person(name="Cy Moth", role="editor"),
            ],
        )
        (other,) = spoken(tx, clock, "Other Show", "Ada Finch")
        appearances.put_persons(tx, other.episode_id, [Person(name="Zoe Quill", role="editor")])
    theirs = people(catalog, clock, desk)
    for asked, name in (("ben osprey", "Ben Osprey"), ("Zoe_Quill", "Zoe Quill")):
        somebody = theirs.get(asked)
        assert (somebody.name, somebody.spellings, somebody.themes, somebody.months) == (name, (), (), ())
        assert [(place.show, place.role, place.episode_ids) for place in somebody.shows] == [
            ("Late Show", "host", (said.episode_id,))
        ]
        assert theirs.shows(name) == somebody.shows
        assert (theirs.ties(asked), theirs.timeline(asked)) == ([], [])
    with pytest.raises(NotFound, match="nobody of this name"):
        theirs.get("Cy Moth")


def test_whoever_is_nearly_spelled_right_is_suggested(catalog: Catalog, clock: FixedClock, desk: Desk) -> None:
    with catalog.write() as tx:
        (said,) = spoken(tx, clock, "Late Show", "Ada Finch")
        appearances.put_persons(tx, said.episode_id, [Person(name="Ben Osprey", role="host")])
    theirs = people(catalog, clock, desk)
    for asking in (theirs.get, theirs.ties, theirs.timeline, theirs.confirm):
        for asked, near in (("Ada Fnch", "Ada Finch"), ("Osprey", "Ben Osprey")):
            with pytest.raises(NotFound, match=rf"speaks in your shows; did you mean {near}\?$"):
                asking(asked)
        with pytest.raises(NotFound, match=r"nobody of this name speaks in your shows$"):
            asking("Wxyz")


def test_nobody_is_suggested_for_a_part_of_a_word_or_for_a_first_or_last_name_in_common(
    catalog: Catalog, clock: FixedClock, desk: Desk
) -> None:
    known = ("Joan Baez", "Johnny Cash", "Sam Altman", "Lex Fridman", "Michael Kennedy", "Sara Smith", "Al", "Jo")
    with catalog.write() as tx:
        spoken(tx, clock, "Late Show", *known)
    theirs = people(catalog, clock, desk)
    for asked in ("Barack Obama", "Peter Thiel", "Satoshi Nakamoto", "John Smith", "Michael Jackson", "x", "Jack Ash"):
        with pytest.raises(NotFound, match=r"nobody of this name speaks in your shows$"):
            theirs.get(asked)
    for asked, near in (("Smith", "Sara Smith"), ("kenedy", "Michael Kennedy"), ("Sam Altmann", "Sam Altman")):
        with pytest.raises(NotFound, match=rf"did you mean {near}\?$"):
            theirs.get(asked)


def test_whoever_was_renamed_is_suggested_and_placed_under_the_present_name_alone(
    catalog: Catalog, clock: FixedClock, desk: Desk
) -> None:
    with catalog.write() as tx:
        (said,) = spoken(tx, clock, "Late Show", "Ada Finch")
        (later,) = spoken(tx, clock, "Late Show", "Ada Finch", days=-1)
        passage = replace(make_chunk(episodes.get(tx, said.episode_id), 0, "Welcome, Ada."), speaker="Cy Moth")
        chunks.replace(tx, said.episode_id, [passage])
        appearances.put_voices(tx, later.episode_id, [Voice(label="1", name="cy moth")])
    theirs = people(catalog, clock, desk)
    renamed = theirs.rename("Cy Moth", "Cyril Moth")
    (place,) = renamed.shows
    assert place.episode_ids == (later.episode_id, said.episode_id)
    for asked, told in (("Cy Mot", "speaks in your shows"), ("Cyril Mot", r"did you mean Cyril Moth\?")):
        with pytest.raises(NotFound, match=f"{told}$"):
            theirs.get(asked)


def test_whoever_only_a_feed_names_can_be_renamed_and_confirmed_but_not_where_no_transcript_has_them(
    catalog: Catalog, clock: FixedClock, desk: Desk
) -> None:
    with catalog.write() as tx:
        (said,) = spoken(tx, clock, "Late Show", "Ada Finch")
        appearances.put_persons(tx, said.episode_id, [Person(name="Zoe Quill", role="host")])
    theirs = people(catalog, clock, desk)
    with pytest.raises(NotFound, match="does not speak in any transcript of this show"):
        theirs.rename("Zoe Quill", "Zoë Quillfeather", show="Late Show")
    assert theirs.confirm("Zoe Quill").confirmed
    renamed = theirs.rename("Zoe Quill", "Zoë Quillfeather")
    assert [(place.show, place.role) for place in renamed.shows] == [("Late Show", "host")]
    assert theirs.get("Zoe Quill") == renamed


def test_whoever_a_reader_does_not_hear_is_neither_told_nor_suggested(
    catalog: Catalog, clock: FixedClock, desk: Desk
) -> None:
    ben = Reader(id="ben", all_shows=False)
    with catalog.write() as tx:
        (seen,) = spoken(tx, clock, "Open Show", "Ada Finch")
        (secret,) = spoken(tx, clock, "Closed Show", "Ada Finch")
        appearances.put_persons(tx, secret.episode_id, [Person(name="Zoe Quill", role="host")])
        accounts.put(tx, ben)
        reader_shows.put(tx, ben.id, [seen.show_id], now=clock.now())
    theirs = people(catalog, clock, desk, ben)
    for asked in ("Zoe Quill", "Zoe Quil"):
        with pytest.raises(NotFound, match=r"nobody of this name speaks in your shows$"):
            theirs.get(asked)
    assert theirs.shows("Zoe Quill") == ()
