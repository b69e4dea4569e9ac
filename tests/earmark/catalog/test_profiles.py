"""Profiles: each change follows the one that was looked at, and the text before stays at hand."""

from __future__ import annotations

from datetime import timedelta

import pytest

from earmark.catalog import Catalog
from earmark.catalog.readers import accounts, profiles
from earmark.clock import FixedClock
from earmark.errors import LeaseLost
from earmark.types import Profile, Reader


@pytest.fixture(autouse=True)
def _readers(catalog: Catalog) -> None:
    with catalog.write() as tx:
        for name in ("ada", "ben"):
            accounts.put(tx, Reader(id=name))


def put(catalog: Catalog, clock: FixedClock, text: str, *, after: int, reader: str = "ada") -> Profile:
    with catalog.write() as tx:
        return profiles.put(tx, reader, text, after=after, now=clock.now())


def get(catalog: Catalog, reader: str = "ada") -> Profile:
    with catalog.read() as tx:
        return profiles.get(tx, reader)


def test_a_reader_begins_with_an_empty_one(catalog: Catalog) -> None:
    assert get(catalog) == Profile(text="", before="", version=0, updated_at=None)


def test_each_change_keeps_the_text_before_it(catalog: Catalog, clock: FixedClock) -> None:
    first = put(catalog, clock, "## Interests\n- kelp", after=0)
    assert first == Profile(text="## Interests\n- kelp", before="", version=1, updated_at=clock.now())
    clock.at += timedelta(hours=1)
    second = put(catalog, clock, "", after=1)
    assert second == Profile(text="", before=first.text, version=2, updated_at=clock.now())
    third = put(catalog, clock, "## Interests\n- lids", after=2)
    assert (third.before, third.version) == ("", 3)
    assert get(catalog) == third
    assert get(catalog, "ben") == Profile()


@pytest.mark.parametrize("after", [0, 2, 7, -1])
def test_a_change_of_a_version_that_is_not_there_is_refused(catalog: Catalog, clock: FixedClock, after: int) -> None:
    held = put(catalog, clock, "kelp", after=0)
    with pytest.raises(LeaseLost, match="changed meanwhile"):
        put(catalog, clock, "lids", after=after)
    assert get(catalog) == held


def test_the_first_change_cannot_follow_one_that_was_never_made(catalog: Catalog, clock: FixedClock) -> None:
    with pytest.raises(LeaseLost):
        put(catalog, clock, "lids", after=1)
    assert get(catalog) == Profile()


def test_a_profile_goes_with_its_reader(catalog: Catalog, clock: FixedClock) -> None:
    put(catalog, clock, "kelp", after=0)
    put(catalog, clock, "lids", after=0, reader="ben")
    with catalog.write() as tx:
        accounts.remove(tx, "ada")
    assert get(catalog) == Profile()
    assert get(catalog, "ben").text == "lids"
