"""Parts that many queries share: keys named by their beginning, scopes, rows that are there already, lists in pieces."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from earmark.catalog import Catalog
from earmark.catalog.batches import batches
from earmark.catalog.content import episodes
from earmark.catalog.content.joined import with_episode
from earmark.catalog.feeds import secrets, shows
from earmark.catalog.inserting import insert_missing, insert_new
from earmark.catalog.schema import changes, duties, jobs
from earmark.catalog.schema import episodes as table
from earmark.catalog.selecting import named, within
from earmark.catalog.work.queue import QueuedWork, queued
from earmark.clock import FixedClock
from earmark.scope import EVERYTHING, ShowScope
from earmark.types import EpisodeData, Stage

KEYS = ("abcd1234", "abcd5678", "abce0000", "abcd")


@pytest.fixture
def _duties(catalog: Catalog) -> None:
    with catalog.write() as tx:
        insert_missing(tx, duties, [{"name": key} for key in KEYS])


@pytest.mark.usefixtures("_duties")
@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("abcd1", ["abcd1234"]),
        ("  ABCD1234 \n", ["abcd1234"]),
        ("abce", ["abce0000"]),
        ("abcd12345", []),
        ("abc", []),
        ("", []),
        ("    ", []),
        ("abc%", []),
        ("abc_", []),
        ("%%%%", []),
        ("abcd'--", []),
    ],
)
def test_a_key_is_named_by_its_beginning(catalog: Catalog, text: str, keys: list[str]) -> None:
    with catalog.read() as tx:
        assert [row.name for row in named(tx, sa.select(duties), duties.c.name, text)] == keys


@pytest.mark.usefixtures("_duties")
def test_a_beginning_that_several_have_names_none_of_them(catalog: Catalog) -> None:
    with catalog.read() as tx:
        assert len(named(tx, sa.select(duties), duties.c.name, "abcd")) == 2  # two are enough to know


@pytest.mark.parametrize(
    ("count", "sizes"), [(0, []), (1, [1]), (500, [500]), (501, [500, 1]), (1_200, [500, 500, 200])]
)
def test_long_lists_come_in_order_and_in_pieces(count: int, sizes: list[int]) -> None:
    items = list(range(count))
    pieces = list(batches(items))
    assert [len(piece) for piece in pieces] == sizes
    assert [item for piece in pieces for item in piece] == items


def test_pieces_are_as_long_as_is_asked_for() -> None:
    assert list(batches("abcdefg", 3)) == ["abc", "def", "g"]


def test_rows_that_are_there_already_stay_as_they_are(catalog: Catalog) -> None:
    with catalog.write() as tx:
        assert insert_new(tx, duties, {"name": "send", "note": "first"})
        assert not insert_new(tx, duties, {"name": "send", "note": "second"})
        insert_missing(tx, duties, [])
        insert_missing(tx, duties, [{"name": "send", "note": "third"}, {"name": "fetch", "note": "first"}])
        notes = {row.name: row.note for row in tx.execute(sa.select(duties))}
    assert notes == {"send": "first", "fetch": "first"}


def test_what_is_refused_for_another_reason_is_not_passed_over(catalog: Catalog) -> None:
    with pytest.raises(sa.exc.IntegrityError), catalog.write() as tx:
        insert_new(tx, changes, {"kind": None, "key": "x"})


def test_a_scope_narrows_what_reads_episodes(catalog: Catalog, clock: FixedClock) -> None:
    with catalog.write() as tx:
        ids = [_episode(tx, clock, name)[1] for name in ("a", "b", "c")]
        mine = {row.id: row.show_id for row in tx.execute(sa.select(table))}
        first, second, _ = (mine[episode_id] for episode_id in ids)
        for scope, seen in (
            (EVERYTHING, set(ids)),
            (ShowScope(frozenset()), set()),
            (ShowScope(frozenset({first, second, "unknown"})), set(ids[:2])),
        ):
            assert set(tx.execute(within(sa.select(table.c.id), scope)).scalars()) == seen


def test_rows_come_with_their_episode_and_no_address_of_a_private_show(catalog: Catalog, clock: FixedClock) -> None:
    with catalog.write() as tx:
        _, public = _episode(tx, clock, "open")
        hidden, _ = secrets.add(tx, "https://ada:pw@private.example/feed", title="Hidden", now=clock.now())
        data = EpisodeData(guid="1", title="On Hidden", audio_url="https://private.example/1.mp3?key=k")
        private = episodes.add(tx, hidden.id, data, language="en", now=clock.now())
        rows = {row.episode_id: row for row in tx.execute(with_episode(jobs))}
    assert (rows[public].show, rows[public].episode) == ("open", "On open")
    assert (rows[public].audio_url, rows[public].published) == ("https://open.example/1.mp3", clock.now())
    assert (rows[private].show, rows[private].audio_url, rows[private].published) == ("Hidden", "", None)


def test_waiting_work_is_counted_by_its_stage_in_their_order(catalog: Catalog, clock: FixedClock) -> None:
    first = clock.now()
    with catalog.write() as tx:
        assert queued(tx) == ()
        ids = []
        for name in ("a", "b", "c", "d"):
            ids.append(_episode(tx, clock, name)[1])
            clock.at += timedelta(hours=1)
        tx.execute(table.update().where(table.c.id == ids[1]).values(stage=Stage.TRANSCRIPT.value))
        tx.execute(table.update().where(table.c.id == ids[2]).values(stage=Stage.INSIGHTS.value))  # done
        assert queued(tx) == (
            QueuedWork(stage=Stage.DISCOVERED, episodes=2, oldest=first),
            QueuedWork(stage=Stage.TRANSCRIPT, episodes=1, oldest=first + timedelta(hours=1)),
        )
        tx.execute(jobs.update().where(jobs.c.episode_id == ids[0]).values(failed=True))
        assert [(work.episodes, work.oldest) for work in queued(tx)] == [
            (1, first + timedelta(hours=3)),
            (1, first + timedelta(hours=1)),
        ]


def _episode(tx: sa.Connection, clock: FixedClock, name: str) -> tuple[str, str]:
    """Ids of a show and its one episode."""
    show, _ = shows.add(tx, f"https://{name}.example/feed", title=name, now=clock.now())
    data = EpisodeData(guid="1", title=f"On {name}", published=clock.now(), audio_url=f"https://{name}.example/1.mp3")
    return show.id, episodes.add(tx, show.id, data, language="en", now=clock.now())
