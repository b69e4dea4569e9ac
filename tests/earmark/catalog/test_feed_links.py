"""Feeds of what a reader reads: opened by the hash of their secret, void with their reader, and unchanged while they are."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from earmark.catalog import Catalog
from earmark.catalog.readers import accounts, feed_links
from earmark.clock import FixedClock
from earmark.types import Reader, ReaderFeed, Selection, SelectionKind


def feed(clock: FixedClock, name: str, reader: str = "ada", **selection: str) -> ReaderFeed:
    chosen = Selection(kind=SelectionKind(selection.get("kind", "brief")), value=selection.get("value", ""))
    return ReaderFeed(id=name, reader_id=reader, selection=chosen, title=f"Feed {name}", created_at=clock.now())


@pytest.fixture(autouse=True)
def _readers(catalog: Catalog) -> None:
    with catalog.write() as tx:
        for name in ("ada", "ben"):
            accounts.put(tx, Reader(id=name))


@pytest.fixture
def added(catalog: Catalog, clock: FixedClock) -> list[ReaderFeed]:
    """Two feeds of Ada's and one of Ben's, by the keys ``key-one`` and so on."""
    made = [
        feed(clock, "one", kind="theme", value="t1"),
        feed(clock, "three", "ben"),
    ]
    clock.at -= timedelta(days=1)
    made.append(feed(clock, "two", kind="search", value="kelp “farms” 海"))
    clock.at += timedelta(days=1)
    with catalog.write() as tx:
        for link in made:
            feed_links.add(tx, link, f"key-{link.id}")
    return made


def test_a_reader_has_feeds_oldest_first_and_no_other_readers(catalog: Catalog, added: list[ReaderFeed]) -> None:
    first, other, second = added
    with catalog.read() as tx:
        assert feed_links.every(tx, "ada") == [second, first]
        assert feed_links.every(tx, "ben") == [other]
        assert feed_links.every(tx, "nobody") == []


def test_only_its_own_hash_opens_a_feed(catalog: Catalog, added: list[ReaderFeed]) -> None:
    with catalog.read() as tx:
        assert feed_links.of_key(tx, "key-one") == added[0]
        for other in ("", "one", "key", "key-%", "KEY-ONE", "key-one "):
            assert feed_links.of_key(tx, other) is None


def test_two_feeds_never_share_a_hash(catalog: Catalog, clock: FixedClock, added: list[ReaderFeed]) -> None:
    with pytest.raises(sa.exc.IntegrityError), catalog.write() as tx:
        feed_links.add(tx, feed(clock, "four", "ben"), "key-one")
    with catalog.read() as tx:
        assert feed_links.every(tx, "ben") == [added[1]]


def test_a_reader_who_is_switched_off_has_no_feed_to_open(
    catalog: Catalog, clock: FixedClock, added: list[ReaderFeed]
) -> None:
    with catalog.write() as tx:
        accounts.put(tx, Reader(id="ada", disabled_at=clock.now()))
        assert feed_links.of_key(tx, "key-one") is None
        assert feed_links.of_key(tx, "key-three") == added[1]
        accounts.put(tx, Reader(id="ada"))
        assert feed_links.of_key(tx, "key-one") == added[0]
        accounts.remove(tx, "ada")
        assert feed_links.of_key(tx, "key-one") is None
        assert feed_links.every(tx, "ada") == []


def test_what_a_feed_says_is_the_same_until_it_says_something_else(
    catalog: Catalog, clock: FixedClock, added: list[ReaderFeed]
) -> None:
    link, other, _ = added
    with catalog.write() as tx:
        assert feed_links.same_since(tx, link, "d1") is None
        feed_links.note_change(tx, link, "d1", now=clock.now())
        first = clock.now()
        clock.at += timedelta(hours=1)
        assert feed_links.same_since(tx, link, "d1") == first
        assert feed_links.same_since(tx, link, "d2") is None
        assert feed_links.same_since(tx, other, "d1") is None
        feed_links.note_change(tx, link, "d2", now=clock.now())
        assert feed_links.same_since(tx, link, "d2") == clock.now()
        assert feed_links.same_since(tx, link, "d1") is None


def test_when_it_was_asked_for_is_noted_of_that_feed_alone(
    catalog: Catalog, clock: FixedClock, added: list[ReaderFeed]
) -> None:
    with catalog.write() as tx:
        feed_links.note_use(tx, added[0], now=clock.now())
        assert {link.id: link.used_at for link in feed_links.every(tx, "ada")} == {"one": clock.now(), "two": None}


def test_nobody_else_makes_a_feed_void(catalog: Catalog, added: list[ReaderFeed]) -> None:
    with catalog.write() as tx:
        assert not feed_links.remove(tx, "ben", "one")
        assert feed_links.of_key(tx, "key-one") == added[0]
        assert feed_links.remove(tx, "ada", "one")
        assert not feed_links.remove(tx, "ada", "one")
        assert feed_links.of_key(tx, "key-one") is None
        assert [link.id for link in feed_links.every(tx, "ada")] == ["two"]
