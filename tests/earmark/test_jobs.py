"""The line that episodes wait in, leases, retries, and what the status is told of them."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
import sqlalchemy as sa

from earmark.catalog import Catalog
from earmark.catalog.content import episodes
from earmark.catalog.feeds import shows
from earmark.catalog.schema import episodes as episode_table
from earmark.catalog.schema import jobs as table
from earmark.catalog.work import jobs, troubles
from earmark.clock import FixedClock
from earmark.errors import LeaseLost
from earmark.types import EpisodeData, Stage, TranscriptLink


def follow(catalog: Catalog, clock: FixedClock, name: str, count: int, *, priority: int = 0, after: int = 0) -> str:
    """A show with so many episodes, a day apart, the first the newest."""
    data = [
        EpisodeData(
            guid=f"{name}{n}",
            title=f"{name} {n}",
            published=clock.now() - timedelta(days=n),
            duration_s=600,
            audio_url="https://kettle.example/a.mp3",
            transcripts=(TranscriptLink(url="https://kettle.example/a.vtt"),) if n % 2 else (),
        )
        for n in range(after, after + count)
    ]
    with catalog.write() as tx:
        show, _ = shows.add(tx, f"https://{name}.example/feed", title=name, now=clock.now())
        for key in episodes.add_new(tx, show.id, data, language="en", now=clock.now()):
            tx.execute(table.update().where(table.c.episode_id == key).values(priority=priority))
    return show.id


def worked(catalog: Catalog, clock: FixedClock, most: int = 1000, shows: tuple[str, ...] = ()) -> list[str]:
    """The titles in the order in which they are claimed, each done at once."""
    titles: list[str] = []
    while len(titles) < most:
        with catalog.write() as tx:
            lease = jobs.claim(tx, owner="me", now=clock.now(), lease_s=60, shows=shows)
            if lease is None:
                break
            titles.append(episodes.get(tx, lease.episode_id).data.title)
            jobs.advance(tx, lease, Stage.INSIGHTS)
            jobs.release(tx, lease)
    return titles


def crowd(catalog: Catalog, clock: FixedClock, count: int) -> None:
    """That many episodes of fifty shows, in the order of claims."""
    with catalog.write() as tx:
        made = [shows.add(tx, f"https://{n}.example/feed", title=f"{n}", now=clock.now())[0].id for n in range(50)]
        each = {"transcripts": [], "persons": [], "stage": "discovered", "discovered_at": clock.now()}
        ids = [f"e{n}" for n in range(count)]
        tx.execute(episode_table.insert(), [{"id": e, "show_id": made[n % 50]} | each for n, e in enumerate(ids)])
        tx.execute(table.insert(), [{"episode_id": e} for e in ids])
    claimed(catalog, clock)


def plan_of_a_claim(catalog: Catalog, clock: FixedClock, *, lock: bool) -> str:
    """How the database finds the first in line, in its own words."""
    query = jobs.next_in_line(clock.now(), lock=lock).compile(catalog.engine, compile_kwargs={"literal_binds": True})
    words = "EXPLAIN" if catalog.database == "postgresql" else "EXPLAIN QUERY PLAN"
    with catalog.read() as tx:
        return "\n".join(str(row[-1]) for row in tx.exec_driver_sql(f"{words} {query}".replace("%", "%%")))


def claimed(catalog: Catalog, clock: FixedClock, owner: str = "me") -> jobs.Lease:
    with catalog.write() as tx:
        lease = jobs.claim(tx, owner=owner, now=clock.now(), lease_s=60)
    assert lease is not None
    return lease


@pytest.mark.heavy
def test_shows_take_turns_and_new_episodes_come_before_backfill(catalog: Catalog, clock: FixedClock) -> None:
    follow(catalog, clock, "Big", 6, priority=1)
    follow(catalog, clock, "Small", 2, priority=1, after=30)
    follow(catalog, clock, "New", 1)
    assert worked(catalog, clock) == [
        "New 0",
        "Big 0",
        "Small 30",
        "Big 1",
        "Small 31",
        "Big 2",
        "Big 3",
        "Big 4",
        "Big 5",
    ]


@pytest.mark.heavy
def test_a_show_that_comes_later_does_not_have_all_turns_to_itself(catalog: Catalog, clock: FixedClock) -> None:
    follow(catalog, clock, "First", 8)
    assert len(worked(catalog, clock, 4)) == 4
    follow(catalog, clock, "Later", 4)
    order = worked(catalog, clock)
    assert [title.split()[0] for title in order] == ["Later", "First"] * 4


def test_new_episodes_are_seen_while_a_backfill_runs(catalog: Catalog, clock: FixedClock) -> None:
    follow(catalog, clock, "Big", 5, priority=1)
    assert worked(catalog, clock, 2) == ["Big 0", "Big 1"]
    follow(catalog, clock, "Fresh", 1)
    assert worked(catalog, clock, 1) == ["Fresh 0"]


def test_only_named_shows(catalog: Catalog, clock: FixedClock) -> None:
    follow(catalog, clock, "Big", 3)
    small = follow(catalog, clock, "Small", 2)
    assert worked(catalog, clock, shows=(small,)) == ["Small 0", "Small 1"]


def test_nothing_open_is_ever_left_out_of_the_line(catalog: Catalog, clock: FixedClock) -> None:
    follow(catalog, clock, "Big", 4)
    with catalog.write() as tx:
        tx.execute(table.update().values(turn=None))
    assert len(worked(catalog, clock)) == 4


@pytest.mark.heavy
def test_whatever_happens_every_episode_is_done_once(catalog: Catalog, clock: FixedClock) -> None:
    rng = random.Random(4)
    for name, count in (("A", 9), ("B", 3), ("C", 5)):
        follow(catalog, clock, name, count, priority=rng.randint(0, 1))
    done: list[str] = []
    for _ in range(600):
        clock.at += timedelta(seconds=rng.choice((1, 70)))
        with catalog.write() as tx:
            lease = jobs.claim(tx, owner=f"w{rng.randint(0, 2)}", now=clock.now(), lease_s=60)
            if lease is None:
                if jobs.retry(tx) == 0:
                    continue
                continue
            match rng.randrange(5):
                case 0:
                    jobs.fail(tx, lease, "no", not_before=None, failed=True, now=clock.now())
                case 1:
                    jobs.postpone(tx, lease, "later", until=clock.now() + timedelta(hours=1))
                case 2:
                    jobs.release(tx, lease)
                case 3:
                    jobs.advance(tx, lease, Stage.INSIGHTS)
                    done.append(lease.episode_id)
                case _:
                    pass  # died
    assert len(done) == len(set(done)) == 17


@pytest.mark.heavy
@pytest.mark.parametrize("lock", [False, True])
def test_a_claim_walks_along_an_index_and_sorts_nothing(catalog: Catalog, clock: FixedClock, lock: bool) -> None:
    """Of episodes just added too, of which PostgreSQL has no statistics, and after it has some."""
    crowd(catalog, clock, 2_000)
    plans = [plan_of_a_claim(catalog, clock, lock=lock)]
    with catalog.write() as tx:
        tx.execute(sa.text("ANALYZE"))
    plans.append(plan_of_a_claim(catalog, clock, lock=lock))
    for plan in plans:
        assert "ix_jobs_line" in plan
        assert "episodes" not in plan
        assert "Sort" not in plan
        assert "TEMP B-TREE" not in plan


def test_episodes_of_one_turn_come_newest_first_and_those_without_a_date_last(
    catalog: Catalog, clock: FixedClock
) -> None:
    for days, name in enumerate(("New", "Old", "Older")):
        follow(catalog, clock, name, 1, after=days)
    undated = follow(catalog, clock, "Undated", 1)
    with catalog.write() as tx:
        tx.execute(episode_table.update().where(episode_table.c.show_id == undated).values(published=None))
    assert worked(catalog, clock) == ["New 0", "Old 1", "Older 2", "Undated 0"]


def test_what_is_in_line_and_needs_no_work_is_taken_out_of_it(catalog: Catalog, clock: FixedClock) -> None:
    follow(catalog, clock, "Big", 3)
    first = claimed(catalog, clock)
    with catalog.write() as tx:
        jobs.release(tx, first)
        # As a version that knew no line left it.
        tx.execute(episode_table.update().where(episode_table.c.id == first.episode_id).values(stage="insights"))
    assert worked(catalog, clock) == ["Big 1", "Big 2"]
    with catalog.read() as tx:
        assert set(tx.execute(sa.select(table.c.turn)).scalars()) == {None}


def test_leases_are_kept_and_lost_by_fence(catalog: Catalog, clock: FixedClock) -> None:
    follow(catalog, clock, "Big", 2)
    mine, yours = claimed(catalog, clock), claimed(catalog, clock, "you")
    clock.at += timedelta(seconds=50)
    with catalog.write() as tx:
        assert jobs.keep(tx, [mine], now=clock.now(), lease_s=60) == []
    clock.at += timedelta(seconds=20)
    other = claimed(catalog, clock, "they")
    assert other.episode_id == yours.episode_id
    with catalog.write() as tx:
        assert jobs.keep(tx, [mine, yours], now=clock.now(), lease_s=60) == [yours]
        jobs.release(tx, mine)
        assert jobs.owners(tx) == ["they"]
    with pytest.raises(LeaseLost), catalog.write() as tx:
        jobs.release(tx, yours)
    with pytest.raises(LeaseLost), catalog.write() as tx:
        jobs.postpone(tx, yours, "", until=clock.now())


@pytest.mark.heavy
def test_dead_letters_wait_and_are_told_with_stage_attempts_and_time(catalog: Catalog, clock: FixedClock) -> None:
    big, small = follow(catalog, clock, "Big", 2), follow(catalog, clock, "Small", 1)
    leases = [claimed(catalog, clock) for _ in range(3)]
    with catalog.write() as tx:
        for lease in leases[:2]:
            jobs.fail(tx, lease, "boom\nTraceback: here", not_before=None, failed=True, now=clock.now())
        jobs.fail(tx, leases[2], "later", not_before=clock.now() + timedelta(minutes=5), failed=False, now=clock.now())
        listed = troubles.troubles(tx)
        assert [trouble.failed for trouble in listed] == [True, True, False]
        assert (listed[0].attempts, listed[0].at, listed[0].stage) == (1, clock.now(), Stage.DISCOVERED)
        assert listed[0].note == "boom\nTraceback: here"
        assert listed[2].again == clock.now() + timedelta(minutes=5)
        assert jobs.claim(tx, owner="me", now=clock.now(), lease_s=60) is None
        assert jobs.retry(tx, shows=[small]) == 1
        assert jobs.retry(tx, ids=[leases[0].episode_id]) + jobs.retry(tx, shows=[big]) == 2
        assert jobs.retry(tx) == 0
        assert jobs.find(tx, leases[0].episode_id[:12]) == leases[0].episode_id
        assert jobs.find(tx, "Big") is None
    assert len(worked(catalog, clock)) == 3


def test_what_waits_is_no_failure_and_costs_no_attempt(catalog: Catalog, clock: FixedClock) -> None:
    follow(catalog, clock, "Big", 1)
    until = clock.now() + timedelta(hours=3)
    lease = claimed(catalog, clock)
    with catalog.write() as tx:
        assert troubles.in_hand(tx, now=clock.now()) == 1
        jobs.postpone(tx, lease, "today's budget is spent", until=until)
        assert troubles.troubles(tx) == []
        (waiting,) = troubles.postponed(tx, now=clock.now())
        assert (waiting.note, waiting.again, waiting.attempts) == ("today's budget is spent", until, 0)
        assert jobs.claim(tx, owner="me", now=clock.now(), lease_s=60) is None
        assert jobs.unfinished(tx) == 0
        assert jobs.backlog(tx, now=clock.now()) == jobs.Backlog()
    clock.at = until
    assert worked(catalog, clock) == ["Big 0"]
    with catalog.read() as tx:
        assert troubles.postponed(tx, now=clock.now()) == []


def test_the_backlog_is_counted_in_seconds(catalog: Catalog, clock: FixedClock) -> None:
    follow(catalog, clock, "Big", 4)
    claimed(catalog, clock)
    with catalog.write() as tx:
        tx.execute(sa.text("UPDATE episodes SET duration_s = NULL WHERE title = 'Big 2'"))
        backlog = jobs.backlog(tx, now=clock.now())
    assert backlog == jobs.Backlog(
        episodes=4, seconds=1800.0, unknown=1, spoken=2, spoken_seconds=600.0, spoken_unknown=1
    )
