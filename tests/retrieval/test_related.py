from __future__ import annotations

import pytest

from earmark.catalog import Catalog
from earmark.catalog.content import insights
from earmark.language.sameness import nearly_same
from earmark.language.words import stem
from earmark.ports import Encoder, VectorIndex
from earmark.types import Insight
from retrieval.rarity import Rarity
from retrieval.related.finder import RelatedFinder
from retrieval.related.why import reason


@pytest.fixture
def finder(catalog: Catalog, index: VectorIndex, encoder: Encoder) -> RelatedFinder:
    return RelatedFinder(catalog, index, encoder)


@pytest.fixture
def claims(catalog: Catalog) -> dict[str, Insight]:
    with catalog.read() as tx:
        return {one.claim.split()[0] + "/" + one.show: one for one in insights.listed(tx)}


def test_another_show_on_the_same_thing(finder: RelatedFinder, claims: dict[str, Insight]) -> None:
    found = finder.related(claims["Caffeine/Night Shift"])
    assert found[0].insight.claim.startswith("Coffee in the afternoon")
    assert "caffeine" in found[0].why
    assert found[0].same_guest is False


def test_never_the_own_show_and_one_a_show(finder: RelatedFinder, claims: dict[str, Insight]) -> None:
    for insight in claims.values():
        shows = [one.insight.show_id for one in finder.related(insight)]
        assert insight.show_id not in shows
        assert len(shows) == len(set(shows))


def test_the_same_guest_who_says_it_again_is_marked(finder: RelatedFinder, claims: dict[str, Insight]) -> None:
    first = finder.related(claims["Only/Tideline"])[0]
    assert first.insight.show == "Ledger & Leaf"
    assert first.same_guest
    assert first.why.startswith("Says nearly the same")


def test_what_has_nothing_to_do_with_anything_stays_alone(finder: RelatedFinder, claims: dict[str, Insight]) -> None:
    assert finder.related(claims["Rye/Crumb"]) == []


def test_the_limit(finder: RelatedFinder, claims: dict[str, Insight]) -> None:
    assert finder.related(claims["Only/Tideline"], limit=0) == []
    assert len(finder.related(claims["Only/Tideline"], limit=1)) == 1


def test_near_duplicates_of_any_show(finder: RelatedFinder, claims: dict[str, Insight]) -> None:
    only = claims["Only/Tideline"]
    assert [one.id for one in finder.near_duplicates(only)] == [claims["Kelp/Ledger & Leaf"].id]
    assert finder.near_duplicates(claims["Rye/Crumb"]) == []


def test_novelty_is_against_what_came_before(finder: RelatedFinder, claims: dict[str, Insight]) -> None:
    found = finder.novelty(list(claims.values()))
    assert set(found) == {one.id for one in claims.values()}
    assert all(0.0 <= value <= 1.0 for value in found.values())
    assert found[claims["Only/Tideline"].id] == 1.0  # the first episode of all
    assert found[claims["Kelp/Ledger & Leaf"].id] < 0.3  # said a week before
    assert found[claims["Rye/Crumb"].id] > 0.6


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Kelp stores carbon only when it sinks", "Only sunken kelp that sinks stores carbon", True),
        ("The central bank raised interest rates", "The central bank cut interest rates", False),
        ("Naps before three improve sleep", "Naps before three do not improve sleep", False),
        ("Sick days on the ward fell by 30 percent", "Sick days on the ward fell by 80 percent", False),
        ("Light moves the body clock", "Insurers want ten years of data", False),
    ],
)
def test_opposites_are_not_the_same(one: str, other: str, same: bool) -> None:
    assert nearly_same(one, other, 0.95) is same
    assert nearly_same(one, other, 0.5) is False


def test_reasons_are_plain_and_true() -> None:
    rarity = Rarity(size=1_000)
    rarity.counts.update({"carbon": 900, "kelp": 3, "mooring": 2})
    assert reason("Kelp moorings", "the moorings in the kelp", rarity, show="X") == "Also about moorings and kelp"
    assert reason("carbon", "carbon", rarity, show="X") == "The closest in meaning on X"
    again = reason("kelp", "kelp", rarity, show="X", same_guest="Ada Lind")
    assert again == "Ada Lind on another show, about kelp"


@pytest.mark.parametrize(
    ("word", "expected"),
    [("Studies", "study"), ("metres", "metre"), ("glass", "glass"), ("Ada’s", "ada"), ("bus", "bus")],
)
def test_stems(word: str, expected: str) -> None:
    assert stem(word) == expected
