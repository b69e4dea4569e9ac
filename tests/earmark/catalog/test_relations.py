"""What a language model said of pairs of episodes: kept once, and gone with either of the two."""

from __future__ import annotations

import pytest

from earmark.catalog import Catalog, removal
from earmark.catalog.content import episodes, relations
from earmark.catalog.content.relations import StoredRelation
from earmark.catalog.feeds import shows
from earmark.clock import FixedClock
from earmark.types import EpisodeData


@pytest.fixture
def ids(catalog: Catalog, clock: FixedClock) -> list[str]:
    """Episodes of three shows."""
    made = []
    with catalog.write() as tx:
        for name in ("one", "two", "three"):
            show, _ = shows.add(tx, f"https://{name}.example/feed", title=name, now=clock.now())
            data = EpisodeData(guid=name, title=name)
            made.append(episodes.add(tx, show.id, data, language="en", now=clock.now()))
    return made


def pair(key: str, first: str, second: str, relation: str = "agrees") -> StoredRelation:
    return StoredRelation(key=key, episode_id=first, other_episode_id=second, relation=relation, why="it says so")


def test_what_is_known_of_a_pair_stays(catalog: Catalog, ids: list[str]) -> None:
    first, later = pair("a", ids[0], ids[1]), pair("a", ids[0], ids[1], "contradicts")
    with catalog.write() as tx:
        relations.put(tx, [first])
        relations.put(tx, [later, pair("b", ids[1], ids[2])])
        known = relations.get_many(tx, ["a", "b", "b", "c"])
    assert known == {"a": first, "b": pair("b", ids[1], ids[2])}


def test_of_an_episode_that_is_gone_by_now_nothing_is_kept(catalog: Catalog, ids: list[str]) -> None:
    with catalog.write() as tx:
        relations.put(tx, [pair("a", ids[0], "gone"), pair("b", "gone", ids[0]), pair("c", ids[0], ids[1])])
        assert set(relations.get_many(tx, ["a", "b", "c"])) == {"c"}


@pytest.mark.parametrize("removed", [0, 1])
def test_a_pair_goes_with_either_episode(catalog: Catalog, ids: list[str], removed: int) -> None:
    with catalog.write() as tx:
        relations.put(tx, [pair("a", ids[0], ids[1]), pair("b", ids[2], ids[2])])
        removal.remove(tx, episodes.get(tx, ids[removed]).show_id)
        assert set(relations.get_many(tx, ["a", "b"])) == {"b"}


def test_nothing_is_asked_of_nothing(catalog: Catalog) -> None:
    with catalog.write() as tx:
        relations.put(tx, [])
        assert relations.get_many(tx, []) == {}
