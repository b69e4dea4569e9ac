"""Everything of a reader's as one value: read whole, put back beside what is there, and twice is once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from earmark.catalog import Catalog
from earmark.catalog.content import episodes, insights
from earmark.catalog.feeds import shows
from earmark.catalog.readers import accounts, alerts, archives, briefs, clicks, conversations, profiles, states
from earmark.clock import FixedClock
from earmark.errors import NotFound
from earmark.scope import ShowScope
from earmark.types import (
    Alert,
    Answer,
    Archive,
    Brief,
    Direction,
    EpisodeData,
    Insight,
    Profile,
    Reader,
    Selection,
    SelectionKind,
    ToldClaim,
)
from tests.making import make_insight

DAY = date(2026, 11, 22)


@pytest.fixture
def said(catalog: Catalog, clock: FixedClock) -> list[Insight]:
    """Three insights of a show, and the readers ``ada`` and ``ben``."""
    with catalog.write() as tx:
        for name in ("ada", "ben"):
            accounts.put(tx, Reader(id=name, name=name.title()))
        show, _ = shows.add(tx, "https://kettle.example/feed", title="Kettles", now=clock.now())
        data = EpisodeData(guid="1", title="Part 1", published=clock.now())
        episode = episodes.get(tx, episodes.add(tx, show.id, data, language="en", now=clock.now()))
        insights.replace(tx, episode.id, [make_insight(episode, n) for n in range(3)], {})
        return insights.of_episode(tx, episode.id)


def answer(question: str) -> Answer:
    return Answer(question=question, answer="They do. [1]", abstained=False)


def live(catalog: Catalog, clock: FixedClock, said: list[Insight], reader: str = "ada") -> None:
    """A reader does something of everything."""
    first, second, third = said
    with catalog.write() as tx:
        states.set_mark(tx, reader, [first.id], "saved_at", clock.now())
        states.write_note(tx, reader, first.id, note="Ask Ben — 海.", tags=["two words", "tea"])
        states.set_mark(tx, reader, [second.id], "read_at", clock.now())
        states.set_mark(tx, reader, [third.id], "hidden_at", clock.now())
        clicks.add(tx, reader, first.id, Direction.LESS, now=clock.now())
        clicks.add(tx, reader, first.id, Direction.MORE, now=clock.now() + timedelta(minutes=1))
        for n, question in enumerate(("Do kettles whistle?", "And lids?")):
            conversations.add_turn(tx, reader, f"talk-{reader}", answer(question), now=clock.now() + timedelta(hours=n))
        conversations.rename(tx, reader, f"talk-{reader}", "Whistles")
        for back in range(2):
            brief = Brief(subscriber_id=reader, date=DAY - timedelta(days=back), created_at=clock.now(), note="Few.")
            briefs.put(tx, brief, now=clock.now(), ledger={})
        profiles.put(tx, reader, "## Interests\n- kettles", after=0, now=clock.now())
        alerts.add(tx, watch(reader, clock))
        alerts.put(tx, reader, [told(second)], until=7)


def watch(reader: str, clock: FixedClock, value: str = "kettles") -> Alert:
    selection = Selection(kind=SelectionKind.SEARCH, value=value)
    title = f"Search for {value}"
    return Alert(id=f"{reader} {value}", reader_id=reader, selection=selection, title=title, created_at=clock.now())


def told(insight: Insight) -> ToldClaim:
    return ToldClaim(insight_id=insight.id, day=DAY, title="Search for kettles", place=0)


def read(catalog: Catalog, reader: str, **values: ShowScope) -> Archive:
    with catalog.read() as tx:
        return archives.read(tx, reader, **values)


def put(catalog: Catalog, clock: FixedClock, reader: str, archive: Archive) -> int:
    with catalog.write() as tx:
        return archives.put(tx, reader, archive, now=clock.now())


def without_whose(archive: Archive) -> Archive:
    """What is in it, for a comparison of two readers: not whose it is, and no numbers that the catalog gave."""
    return replace(
        archive,
        reader=Reader(id="x"),
        profile=replace(archive.profile, updated_at=None),
        wishes=tuple(replace(click, id=0) for click in archive.wishes),
        briefs=tuple(replace(brief, subscriber_id="x") for brief in archive.briefs),
        alerts=tuple(replace(alert, id="x", reader_id="x") for alert in archive.alerts),
    )


@pytest.mark.heavy
def test_all_of_a_reader_is_in_it_and_nothing_of_another(
    catalog: Catalog, clock: FixedClock, said: list[Insight]
) -> None:
    live(catalog, clock, said)
    held = read(catalog, "ada")
    assert held.reader == Reader(id="ada", name="Ada")
    assert held.profile == Profile(text="## Interests\n- kettles", version=1, updated_at=clock.now())
    assert [state.insight_id for state in held.states] == sorted(insight.id for insight in said)
    (saved,) = (state for state in held.states if state.saved_at)
    assert (saved.insight_id, saved.note, saved.tags) == (said[0].id, "Ask Ben — 海.", ("two words", "tea"))
    assert [(click.insight_id, click.direction) for click in held.wishes] == [(said[0].id, Direction.MORE)]
    (talk,) = held.talks
    assert talk.conversation.title == "Whistles"
    assert [turn.question for turn in talk.turns] == ["Do kettles whistle?", "And lids?"]
    assert [brief.date for brief in held.briefs] == [DAY - timedelta(days=1), DAY]
    assert held.insights == (said[0],)  # those that were saved, whole
    assert held.alerts == (watch("ada", clock),)
    assert held.told == (told(said[1]),)
    assert read(catalog, "ben") == Archive(reader=Reader(id="ben", name="Ben"), profile=Profile())


def test_nobody_has_no_archive(catalog: Catalog) -> None:
    with pytest.raises(NotFound, match="no reader has this id"):
        read(catalog, "nobody")


def test_an_insight_that_the_reader_may_no_longer_see_is_not_in_it(
    catalog: Catalog, clock: FixedClock, said: list[Insight]
) -> None:
    live(catalog, clock, said)
    held = read(catalog, "ada", scope=ShowScope(frozenset()))
    assert held.insights == ()
    assert len(held.states) == 3  # what the reader did is the reader's own
    assert read(catalog, "ada", scope=ShowScope(frozenset({said[0].show_id}))).insights == (said[0],)


@pytest.mark.heavy
def test_what_is_put_back_is_what_was_read(catalog: Catalog, clock: FixedClock, said: list[Insight]) -> None:
    live(catalog, clock, said)
    taken = read(catalog, "ada")
    clock.at += timedelta(days=9)
    with catalog.write() as tx:
        accounts.remove(tx, "ada")
        accounts.put(tx, Reader(id="ada"))
    assert put(catalog, clock, "ada", taken) == 3 + 1 + 1 + 2 + 1 + 1
    assert without_whose(read(catalog, "ada")) == without_whose(taken)


def test_what_is_put_back_twice_is_there_once(catalog: Catalog, clock: FixedClock, said: list[Insight]) -> None:
    live(catalog, clock, said)
    taken = read(catalog, "ada")
    assert put(catalog, clock, "ada", taken) == 0
    assert read(catalog, "ada") == taken


@pytest.mark.heavy
def test_it_can_be_put_to_another_reader_in_whose_library_both_are(
    catalog: Catalog, clock: FixedClock, said: list[Insight]
) -> None:
    live(catalog, clock, said)
    taken = read(catalog, "ada")
    assert put(catalog, clock, "ben", taken) == 9
    assert without_whose(read(catalog, "ben")) == without_whose(taken)
    assert read(catalog, "ada") == taken


@pytest.mark.heavy
def test_what_the_reader_has_stays_as_it_is(catalog: Catalog, clock: FixedClock, said: list[Insight]) -> None:
    live(catalog, clock, said)
    taken = read(catalog, "ada")
    later = clock.now() + timedelta(days=1)
    with catalog.write() as tx:
        states.set_mark(tx, "ben", [said[0].id], "saved_at", later)
        states.write_note(tx, "ben", said[0].id, note="Mine.", tags=[])
        clicks.add(tx, "ben", said[0].id, Direction.LESS, now=later)
        briefs.put(tx, Brief(subscriber_id="ben", date=DAY, created_at=later, note="Mine."), now=later, ledger={})
        profiles.put(tx, "ben", "- mine", after=0, now=later)
        alerts.add(tx, watch("ben", FixedClock(later)))
    assert put(catalog, clock, "ben", taken) == 2 + 0 + 1 + 1 + 0 + 0
    held = read(catalog, "ben")
    (saved,) = (state for state in held.states if state.saved_at)
    assert (saved.note, saved.saved_at) == ("Mine.", later)
    assert [click.direction for click in held.wishes] == [Direction.LESS]
    assert [brief.note for brief in held.briefs] == ["Few.", "Mine."]
    assert (held.profile.text, held.profile.version) == ("- mine", 1)
    assert held.alerts == (watch("ben", FixedClock(later)),)


def test_no_more_alerts_are_put_back_than_a_reader_may_have_and_none_on_what_has_none(
    catalog: Catalog, clock: FixedClock, said: list[Insight]
) -> None:
    many = [watch("ada", clock, f"kettle {number}") for number in range(alerts.MOST + 5)]
    saved = replace(many[0], selection=Selection(kind=SelectionKind.SAVED))
    with catalog.write() as tx:
        alerts.add(tx, watch("ben", clock))
    bare = Archive(reader=Reader(id="ada"), profile=Profile(), alerts=(saved, *many))
    assert put(catalog, clock, "ben", bare) == alerts.MOST - 1
    kept = read(catalog, "ben").alerts
    assert len(kept) == alerts.MOST
    assert {alert.selection.kind for alert in kept} == {SelectionKind.SEARCH}


@pytest.mark.heavy
def test_what_was_told_is_not_told_again_where_it_is_put_back(
    catalog: Catalog, clock: FixedClock, said: list[Insight]
) -> None:
    live(catalog, clock, said)
    put(catalog, clock, "ben", read(catalog, "ada"))
    with catalog.read() as tx:
        assert alerts.told_ids(tx, "ben") == {said[1].id}
        (watched,) = alerts.watched(tx, "ben")
        assert watched.since > 0  # what the library held before is not new to it


def test_a_talk_without_a_turn_is_none(catalog: Catalog, clock: FixedClock, said: list[Insight]) -> None:
    live(catalog, clock, said)
    taken = read(catalog, "ada")
    bare = replace(taken, talks=tuple(replace(talk, turns=()) for talk in taken.talks))
    put(catalog, clock, "ben", bare)
    assert read(catalog, "ben").talks == ()
