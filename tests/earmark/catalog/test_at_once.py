"""Two transactions that store the same at the same time: the second waits for the first, and takes what is there.

SQLite lets one writer in at a time; on PostgreSQL these would fail on each other's rows, if each only looked first.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
import sqlalchemy as sa

from earmark.catalog import Catalog, Connection, changes, open_catalog
from earmark.catalog.content import episodes, transcripts, vectors
from earmark.catalog.feeds import shows
from earmark.catalog.readers import accounts, conversations, deliveries, states
from earmark.catalog.readers.deliveries import Delivery
from earmark.catalog.work import jobs, replies, usage
from earmark.clock import FixedClock
from earmark.errors import LeaseLost
from earmark.types import Answer, EpisodeData, Reader, Segment, Stage, Transcript
from tests.waiting import until

DAY = date(2026, 11, 22)


@pytest.fixture
def other(catalog_url: str) -> Iterator[Catalog]:
    """The same catalog as another process has it."""
    opened = open_catalog(catalog_url)
    yield opened
    opened.close()


@pytest.fixture
def episode_id(catalog: Catalog, clock: FixedClock) -> str:
    with catalog.write() as tx:
        show, _ = shows.add(tx, "https://kettle.example/feed", title="Kettles", now=clock.now())
        return episodes.add(tx, show.id, EpisodeData(guid="1", title="One"), language="en", now=clock.now())


def waits(catalog: Catalog) -> bool:
    """Whether anybody waits for a lock of PostgreSQL."""
    asked = "SELECT count(*) FROM pg_locks WHERE NOT granted AND database IN (SELECT oid FROM pg_database WHERE datname = current_database())"
    with catalog.engine.connect() as connection:
        blocked = (
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return any(connection.execute(sa.text(query)).scalar_one() for query in (asked, blocked))


def at_once(
    early: Catalog, other: Catalog, first: Callable[[Connection], object], second: Callable[[Connection], object]
) -> object:
    """Runs the second while the first has written and not committed; returns what the second did."""
    inside = threading.Event()

    def late() -> object:
        inside.wait(60)
        with other.write() as tx:
            return second(tx)

    with ThreadPoolExecutor(1) as pool:
        with early.write() as tx:
            first(tx)
            future = pool.submit(late)
            inside.set()
            if early.database == "postgresql":
                until(lambda: waits(early) or future.done())
        return future.result()


def answer(question: str) -> Answer:
    return Answer(question=question, answer="x", abstained=True)


SAME: dict[str, Callable[[Connection, str, FixedClock], object]] = {
    "a vector": lambda tx, _e, _c: vectors.put_bytes(tx, "m", {"h": b"1", "g": b"2"}),
    "a show": lambda tx, _e, c: shows.add(tx, "https://new.example/feed", title="New", now=c.now()),
    "keys": lambda tx, e, _c: episodes.put_keys(tx, e, ["a", "b"]),
    "a reader": lambda tx, _e, _c: accounts.put(tx, Reader(id="ada")),
    "a reader held": lambda tx, _e, _c: accounts.hold(tx, Reader(id="ada")),
    "a mark": lambda tx, _e, c: states.set_mark(tx, "local", ["i"], "read_at", c.now()),
    "a question": lambda tx, _e, c: conversations.add_turn(tx, "local", "c", answer("?"), now=c.now()),
    "a reply": lambda tx, e, _c: replies.put(tx, e, "k", {"a": 1}),
    "a failure": lambda tx, e, _c: replies.count_failure(tx, e, "k"),
    "usage": lambda tx, _e, _c: usage.add(tx, DAY, "money", 1.0),
    "a change": lambda tx, _e, _c: changes.note(tx, "chunk", ["a"]),
    "a delivery": lambda tx, _e, _c: deliveries.enqueue(
        tx, Delivery(subscriber_id="local", date=DAY, channel="mail", recipient="a@b", message_id="<1>")
    ),
}


@pytest.mark.parametrize("what", SAME)
def test_the_same_stored_twice_at_once_is_stored(
    catalog: Catalog, other: Catalog, clock: FixedClock, episode_id: str, what: str
) -> None:
    store = SAME[what]
    at_once(catalog, other, lambda tx: store(tx, episode_id, clock), lambda tx: store(tx, episode_id, clock))
    with catalog.read() as tx:
        assert usage.spent(tx, DAY, "money") == (2.0 if what == "usage" else 0.0)
        assert changes.head(tx) == (2 if what == "a change" else 0)
        turns = conversations.turns(tx, "local", "c")
        assert len(turns) == (2 if what == "a question" else 0)


def test_of_two_deliveries_at_once_the_first_counts(catalog: Catalog, other: Catalog) -> None:
    def enqueue(tx: Connection, message_id: str) -> Delivery:
        wanted = Delivery(subscriber_id="local", date=DAY, channel="mail", recipient="a@b", message_id=message_id)
        return deliveries.enqueue(tx, wanted)

    second = at_once(catalog, other, lambda tx: enqueue(tx, "<1>"), lambda tx: enqueue(tx, "<2>"))
    assert isinstance(second, Delivery)
    assert second.message_id == "<1>"


def test_vectors_of_two_episodes_that_say_the_same_are_no_deadlock(catalog: Catalog, other: Catalog) -> None:
    there = {f"h{n}": b"x" for n in range(20)}
    at_once(
        catalog,
        other,
        lambda tx: vectors.put_bytes(tx, "m", dict(sorted(there.items()))),
        lambda tx: vectors.put_bytes(tx, "m", dict(sorted(there.items(), reverse=True))),
    )
    with catalog.read() as tx:
        assert vectors.get_bytes(tx, "m", list(there)) == there


def test_a_late_worker_hears_that_it_is_late_before_it_writes(
    catalog: Catalog, other: Catalog, clock: FixedClock, episode_id: str
) -> None:
    """Its successor is at its commit: the late one must not fail on the successor's rows, which would count as a failure."""
    with catalog.write() as tx:
        late = jobs.claim(tx, owner="late", now=clock.now(), lease_s=-1)
    with catalog.write() as tx:
        successor = jobs.claim(tx, owner="next", now=clock.now(), lease_s=60)
    assert late is not None and successor is not None

    def commit(tx: Connection, lease: jobs.Lease, text: str) -> None:
        jobs.hold(tx, lease)
        transcripts.put(tx, episode_id, Transcript(segments=(Segment(text=text),), source="vtt"))
        jobs.advance(tx, lease, Stage.TRANSCRIPT)

    with pytest.raises(LeaseLost):
        at_once(catalog, other, lambda tx: commit(tx, successor, "new"), lambda tx: commit(tx, late, "old"))
    with catalog.read() as tx:
        assert [segment.text for segment in transcripts.get(tx, episode_id).segments] == ["new"]


def test_a_claim_passes_over_what_another_is_claiming(
    catalog: Catalog, other: Catalog, clock: FixedClock, episode_id: str
) -> None:
    claims: list[jobs.Lease | None] = []

    def claim(tx: Connection) -> jobs.Lease | None:
        lease = jobs.claim(tx, owner="w", now=clock.now(), lease_s=60)
        claims.append(lease)
        return lease

    at_once(catalog, other, claim, claim)
    assert [lease is not None for lease in claims] == [True, False]


def test_two_programs_that_open_a_new_library_at_once_make_one(database_url: str) -> None:
    with ThreadPoolExecutor(2) as pool:
        opened = [future.result() for future in [pool.submit(open_catalog, database_url) for _ in range(2)]]
    with opened[0].read() as tx:
        assert [reader.id for reader in accounts.every(tx)] == ["local"]
    for catalog in opened:
        catalog.close()
