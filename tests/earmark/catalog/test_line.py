"""The line of waiting episodes: shows take turns, newcomers join at the turn being served, nothing is left outside."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from earmark.catalog import Catalog
from earmark.catalog.content import episodes
from earmark.catalog.feeds import shows
from earmark.catalog.schema import jobs as table
from earmark.catalog.work import jobs, line
from earmark.clock import FixedClock
from earmark.types import EpisodeData, Stage


def follow(catalog: Catalog, clock: FixedClock, name: str, count: int, *, priority: int = 0) -> list[str]:
    """A show with so many episodes, the first the newest; returns their ids."""
    with catalog.write() as tx:
        show, _ = shows.add(tx, f"https://{name}.example/feed", title=name, now=clock.now())
        return [
            episodes.add(
                tx,
                show.id,
                EpisodeData(guid=f"{name}-{n}", title=f"{name} {n}", published=clock.now() - timedelta(days=n)),
                language="en",
                now=clock.now(),
                priority=priority,
            )
            for n in range(count)
        ]


def turns(catalog: Catalog) -> dict[str, int | None]:
    with catalog.read() as tx:
        return {row.episode_id: row.turn for row in tx.execute(sa.select(table.c.episode_id, table.c.turn))}


def form(catalog: Catalog, clock: FixedClock) -> int:
    with catalog.write() as tx:
        return line.form(tx, now=clock.now())


def test_shows_take_turns_newest_first(catalog: Catalog, clock: FixedClock) -> None:
    big, small = follow(catalog, clock, "big", 4), follow(catalog, clock, "small", 2)
    assert form(catalog, clock) == 6
    held = turns(catalog)
    assert [held[key] for key in big] == [1, 2, 3, 4]
    assert [held[key] for key in small] == [1, 2]
    assert form(catalog, clock) == 0


def test_a_show_that_comes_later_joins_at_the_turn_being_served(catalog: Catalog, clock: FixedClock) -> None:
    follow(catalog, clock, "big", 5)
    for _ in range(3):
        with catalog.write() as tx:
            lease = jobs.claim(tx, owner="w", now=clock.now(), lease_s=60)
            assert lease is not None
            jobs.advance(tx, lease, Stage.INSIGHTS)
            jobs.release(tx, lease)
    late = follow(catalog, clock, "late", 2)
    form(catalog, clock)
    held = turns(catalog)
    assert [held[key] for key in late] == [4, 5]


def test_each_priority_has_a_line_of_its_own(catalog: Catalog, clock: FixedClock) -> None:
    old = follow(catalog, clock, "old", 3, priority=2)
    new = follow(catalog, clock, "new", 1, priority=1)
    form(catalog, clock)
    held = turns(catalog)
    assert [held[key] for key in (*old, *new)] == [1, 2, 3, 1]
    with catalog.write() as tx:
        lease = jobs.claim(tx, owner="w", now=clock.now(), lease_s=60)
    assert lease is not None
    assert lease.episode_id == new[0]


def test_what_is_done_or_hangs_on_another_stands_in_no_line(catalog: Catalog, clock: FixedClock) -> None:
    done, copy, first = follow(catalog, clock, "show", 3)
    with catalog.write() as tx:
        tx.execute(sa.text("UPDATE episodes SET stage = 'insights' WHERE id = :id").bindparams(id=done))
        episodes.mark_same_as(tx, copy, first)
    form(catalog, clock)
    assert turns(catalog) == {done: None, copy: None, first: 1}


@pytest.mark.parametrize("postponed", [False, True])
def test_the_turn_being_served_is_that_of_somebody_who_can_be_served(
    catalog: Catalog, clock: FixedClock, postponed: bool
) -> None:
    (first,) = follow(catalog, clock, "first", 1)
    form(catalog, clock)
    with catalog.write() as tx:
        tx.execute(table.update().where(table.c.episode_id == first).values(turn=7))
        if postponed:
            later = clock.now() + timedelta(days=1)
            tx.execute(table.update().where(table.c.episode_id == first).values(not_before=later))
    (second,) = follow(catalog, clock, "second", 1)
    form(catalog, clock)
    assert turns(catalog)[second] == (1 if postponed else 7)


def test_what_was_opened_again_without_a_place_is_brought_back(catalog: Catalog, clock: FixedClock) -> None:
    ids = follow(catalog, clock, "show", 2)
    form(catalog, clock)
    with catalog.write() as tx:
        tx.execute(table.update().values(turn=None))
        assert line.stragglers(tx, now=clock.now()) == 2
        assert line.stragglers(tx, now=clock.now()) == 0
    held = turns(catalog)
    assert [held[key] for key in ids] == [1, 2]
