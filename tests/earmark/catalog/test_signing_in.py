"""Passwords, sessions, invitations and tokens: only while they are in force, only for readers who are switched on."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from earmark.catalog import Catalog
from earmark.catalog.readers import accounts, api_tokens, sign_ins
from earmark.catalog.schema import invitations, reader_passwords, reader_sessions, reader_tokens, readers
from earmark.clock import FixedClock
from earmark.types import Reader

LASTS = timedelta(days=30)


@pytest.fixture
def home(catalog: Catalog) -> Catalog:
    """A catalog with two readers beside the local one."""
    with catalog.write() as tx:
        for name in ("ada", "ben"):
            accounts.put(tx, Reader(id=name))
    return catalog


def switch_off(tx: sa.Connection, reader_id: str, clock: FixedClock) -> None:
    tx.execute(readers.update().where(readers.c.id == reader_id).values(disabled_at=clock.now()))


def test_a_password_replaces_the_one_before(home: Catalog, clock: FixedClock) -> None:
    with home.write() as tx:
        assert sign_ins.password_hash(tx, "ada") == ""
        sign_ins.set_password(tx, "ada", "one", now=clock.now())
        sign_ins.set_password(tx, "ada", "two", now=clock.now())
        assert sign_ins.password_hash(tx, "ada") == "two"
        assert sign_ins.password_hash(tx, "ben") == ""


def test_a_session_lasts_until_it_ends(home: Catalog, clock: FixedClock) -> None:
    with home.write() as tx:
        for key in ("phone", "desk"):
            sign_ins.open_session(tx, "ada", key, now=clock.now(), until=clock.now() + LASTS)
        sign_ins.open_session(tx, "ben", "bens", now=clock.now(), until=clock.now() + LASTS)
        assert sign_ins.session_reader(tx, "phone", now=clock.now()) == "ada"
        assert sign_ins.session_reader(tx, "nobody's", now=clock.now()) is None
        assert sign_ins.session_reader(tx, "phone", now=clock.now() + LASTS) is None
        sign_ins.end_session(tx, "phone")
        assert sign_ins.session_reader(tx, "phone", now=clock.now()) is None
        assert sign_ins.session_reader(tx, "desk", now=clock.now()) == "ada"
        assert sign_ins.end_sessions(tx, "ada") == 1
        assert sign_ins.session_reader(tx, "desk", now=clock.now()) is None
        assert sign_ins.session_reader(tx, "bens", now=clock.now()) == "ben"


def test_who_is_switched_off_has_no_way_in(home: Catalog, clock: FixedClock) -> None:
    with home.write() as tx:
        sign_ins.open_session(tx, "ada", "s", now=clock.now(), until=clock.now() + LASTS)
        sign_ins.invite(tx, "ada", "i", now=clock.now(), until=clock.now() + LASTS)
        api_tokens.add(tx, "ada", "t", "k", name="script", now=clock.now())
        switch_off(tx, "ada", clock)
        assert sign_ins.session_reader(tx, "s", now=clock.now()) is None
        assert sign_ins.invited(tx, "i", now=clock.now()) is None
        assert sign_ins.use_invitation(tx, "i", now=clock.now()) is None
        assert api_tokens.reader_of(tx, "k") is None


def test_an_invitation_is_used_once_and_a_later_one_voids_it(home: Catalog, clock: FixedClock) -> None:
    until = clock.now() + LASTS
    with home.write() as tx:
        sign_ins.invite(tx, "ada", "first", now=clock.now(), until=until)
        sign_ins.invite(tx, "ada", "second", now=clock.now(), until=until)
        sign_ins.invite(tx, "ben", "bens", now=clock.now(), until=until)
        assert sign_ins.invited(tx, "first", now=clock.now()) is None
        assert sign_ins.invited(tx, "second", now=clock.now()) == "ada"
        assert sign_ins.use_invitation(tx, "second", now=until) is None
        assert sign_ins.use_invitation(tx, "second", now=clock.now()) == "ada"
        assert sign_ins.use_invitation(tx, "second", now=clock.now()) is None
        assert sign_ins.invited(tx, "bens", now=clock.now()) == "ben"


def test_what_is_over_is_removed(home: Catalog, clock: FixedClock) -> None:
    with home.write() as tx:
        sign_ins.open_session(tx, "ada", "old", now=clock.now() - LASTS, until=clock.now())
        sign_ins.open_session(tx, "ada", "new", now=clock.now(), until=clock.now() + LASTS)
        sign_ins.invite(tx, "ben", "old", now=clock.now() - LASTS, until=clock.now() - timedelta(seconds=1))
        sign_ins.drop_expired(tx, now=clock.now())
        assert list(tx.execute(sa.select(reader_sessions.c.key)).scalars()) == ["new"]
        assert list(tx.execute(sa.select(invitations.c.key)).scalars()) == []


def test_a_token_is_its_readers_alone(home: Catalog, clock: FixedClock) -> None:
    with home.write() as tx:
        added = api_tokens.add(tx, "ada", "t1", "hash", name="script", now=clock.now())
        later = api_tokens.add(tx, "ada", "t2", "other", name="", now=clock.now() + timedelta(seconds=1))
        assert api_tokens.every(tx, "ada") == [added, later]
        assert api_tokens.every(tx, "ben") == []
        assert api_tokens.reader_of(tx, "hash") == ("ada", added)
        assert api_tokens.reader_of(tx, "t1") is None
        assert not api_tokens.revoke(tx, "ben", "t1")
        assert api_tokens.revoke(tx, "ada", "t1")
        assert not api_tokens.revoke(tx, "ada", "t1")
        assert api_tokens.reader_of(tx, "hash") is None


def test_the_last_use_of_a_token_is_noted_every_ten_minutes(home: Catalog, clock: FixedClock) -> None:
    with home.write() as tx:
        api_tokens.add(tx, "ada", "t", "hash", name="", now=clock.now())
        (unused,) = api_tokens.every(tx, "ada")
        assert not api_tokens.is_noted(unused.used_at, clock.now())
        api_tokens.note_use(tx, "t", now=clock.now())
        (used,) = api_tokens.every(tx, "ada")
        assert used.used_at == clock.now()
        assert api_tokens.is_noted(used.used_at, clock.now() + timedelta(minutes=9, seconds=59))
        assert not api_tokens.is_noted(used.used_at, clock.now() + timedelta(minutes=10))


def test_what_a_reader_signs_in_with_goes_with_the_reader(home: Catalog, clock: FixedClock) -> None:
    with home.write() as tx:
        for name in ("ada", "ben"):
            sign_ins.set_password(tx, name, "hash", now=clock.now())
            sign_ins.open_session(tx, name, name, now=clock.now(), until=clock.now() + LASTS)
            sign_ins.invite(tx, name, name, now=clock.now(), until=clock.now() + LASTS)
            api_tokens.add(tx, name, name, name, name="", now=clock.now())
        accounts.remove(tx, "ada")
        for table in (reader_passwords, reader_sessions, invitations, reader_tokens):
            assert list(tx.execute(sa.select(table.c.reader_id)).scalars()) == ["ben"]
