"""Which shows a reader sees: all, those given, or none, and never more than was given."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from earmark.catalog import Catalog, removal
from earmark.catalog.feeds import shows
from earmark.catalog.readers import accounts, reader_shows
from earmark.catalog.schema import reader_shows as table
from earmark.clock import FixedClock
from earmark.scope import EVERYTHING, ShowScope
from earmark.types import Reader, Role


@pytest.fixture
def ids(catalog: Catalog, clock: FixedClock) -> list[str]:
    """Three shows, and a reader ``ada`` who sees only what she is given."""
    with catalog.write() as tx:
        accounts.put(tx, Reader(id="ada", all_shows=False))
        return [
            shows.add(tx, f"https://{name}.example/feed", title=name, now=clock.now())[0].id for name in ("a", "b", "c")
        ]


def scope(catalog: Catalog, reader: str = "ada") -> ShowScope:
    with catalog.read() as tx:
        return reader_shows.scope(tx, reader)


def put(catalog: Catalog, clock: FixedClock, *show_ids: str) -> None:
    with catalog.write() as tx:
        reader_shows.put(tx, "ada", show_ids, now=clock.now())


def test_who_is_given_nothing_or_is_not_there_sees_nothing(catalog: Catalog, ids: list[str]) -> None:
    assert scope(catalog) == ShowScope(frozenset())
    assert scope(catalog, "nobody").empty
    assert not scope(catalog).holds(ids[0])


def test_a_reader_sees_what_was_given_last(catalog: Catalog, clock: FixedClock, ids: list[str]) -> None:
    a, b, c = ids
    put(catalog, clock, a, b, a)
    assert scope(catalog) == ShowScope(frozenset({a, b}))
    put(catalog, clock, c, b)
    assert scope(catalog) == ShowScope(frozenset({b, c}))
    put(catalog, clock)
    assert scope(catalog).empty


def test_a_show_that_stays_keeps_its_date(catalog: Catalog, clock: FixedClock, ids: list[str]) -> None:
    a, b, _ = ids
    given = clock.now()
    put(catalog, clock, a)
    clock.at += timedelta(days=1)
    put(catalog, clock, a, b)
    with catalog.read() as tx:
        dates = {row.show_id: row.added_at for row in tx.execute(sa.select(table))}
    assert dates == {a: given, b: clock.now()}


def test_who_may_see_all_does_so_whatever_was_given(catalog: Catalog, clock: FixedClock, ids: list[str]) -> None:
    put(catalog, clock, ids[0])
    with catalog.write() as tx:
        accounts.put(tx, Reader(id="ada", all_shows=True))
    assert scope(catalog) == EVERYTHING
    with catalog.write() as tx:
        accounts.put(tx, Reader(id="ada", all_shows=False, role=Role.OWNER))
    assert scope(catalog) == ShowScope(frozenset({ids[0]}))  # a role gives nothing to see
    assert scope(catalog, accounts.LOCAL) == EVERYTHING


def test_a_show_that_is_removed_is_seen_no_more(catalog: Catalog, clock: FixedClock, ids: list[str]) -> None:
    put(catalog, clock, *ids)
    with catalog.write() as tx:
        removal.remove(tx, ids[1])
    assert scope(catalog) == ShowScope(frozenset({ids[0], ids[2]}))
    with pytest.raises(sa.exc.IntegrityError):
        put(catalog, clock, ids[1])
    assert scope(catalog) == ShowScope(frozenset({ids[0], ids[2]}))
