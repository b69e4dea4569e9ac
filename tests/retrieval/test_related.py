from __future__ import annotations

from dataclasses import replace

import pytest

from earmark.catalog import Catalog
from earmark.catalog.content import insights
from earmark.embedding import query_vectors
from earmark.language.sameness import nearly_same
from earmark.language.words import stem
from earmark.ports import Encoder, VectorIndex
from earmark.relations import utterance
from earmark.scope import ShowScope
from earmark.types import Insight
from retrieval.rarity import Rarity
from retrieval.related.finder import RelatedFinder
from retrieval.related.remarks import claimed
from retrieval.related.why import reason


@pytest.fixture
def finder(catalog: Catalog, index: VectorIndex, encoder: Encoder) -> RelatedFinder:
    return RelatedFinder(catalog, index, encoder)


@pytest.fixture
def claims(catalog: Catalog) -> dict[str, Insight]:
    with catalog.read() as tx:
        return {claim.claim.split()[0] + "/" + claim.show: claim for claim in insights.listed(tx)}


def test_another_show_on_the_same_thing(finder: RelatedFinder, claims: dict[str, Insight]) -> None:
    related = finder.related(claims["Caffeine/Night Shift"])
    assert utterance(related[0]).text.startswith("Coffee in the afternoon")
    assert "caffeine" in related[0].why
    assert related[0].same_guest is False


def test_never_the_own_show(finder: RelatedFinder, claims: dict[str, Insight]) -> None:
    for insight in claims.values():
        shows = [utterance(related).show_id for related in finder.related(insight)]
        assert insight.show_id not in shows


def test_the_same_guest_who_says_it_again_is_marked(finder: RelatedFinder, claims: dict[str, Insight]) -> None:
    first = finder.related(claims["Only/Tideline"])[0]
    assert utterance(first).show == "Ledger & Leaf"
    assert first.same_guest
    assert first.why.startswith("Both say nearly the same")


def test_what_has_nothing_to_do_with_anything_stays_alone(finder: RelatedFinder, claims: dict[str, Insight]) -> None:
    assert finder.related(claims["Rye/Crumb"]) == []


def test_the_limit(finder: RelatedFinder, claims: dict[str, Insight]) -> None:
    assert finder.related(claims["Only/Tideline"], limit=0) == []
    assert len(finder.related(claims["Only/Tideline"], limit=1)) == 1


def test_what_is_nearest_to_a_wish_is_named_by_its_id_and_within_what_a_reader_sees(
    finder: RelatedFinder, claims: dict[str, Insight], encoder: Encoder
) -> None:
    wish = query_vectors(encoder, ["kelp carbon"])[0]
    near = finder.nearest(wish, limit=3)
    assert len(near) == 3
    assert claims["Only/Tideline"].id in near
    assert finder.nearest(wish, words="kelp", limit=1)[0] in {
        claim.id for claim in claims.values() if "elp" in claim.claim
    }
    crumb = claims["Rye/Crumb"].show_id
    seen = finder.within(ShowScope(frozenset({crumb}))).nearest(wish, limit=9)
    assert seen and set(seen) <= {claim.id for claim in claims.values() if claim.show_id == crumb}
    assert finder.within(ShowScope(frozenset())).nearest(wish, limit=9) == []


def test_near_duplicates_of_any_show(finder: RelatedFinder, claims: dict[str, Insight]) -> None:
    only = claims["Only/Tideline"]
    assert [twin.id for twin in finder.near_duplicates(only)] == [claims["Kelp/Ledger & Leaf"].id]
    assert finder.near_duplicates(claims["Rye/Crumb"]) == []


def test_novelty_is_against_what_came_before(finder: RelatedFinder, claims: dict[str, Insight]) -> None:
    novelty = finder.novelty(list(claims.values()))
    assert set(novelty) == {claim.id for claim in claims.values()}
    assert all(0.0 <= value <= 1.0 for value in novelty.values())
    assert novelty[claims["Only/Tideline"].id] == 1.0  # the first episode of all
    assert novelty[claims["Kelp/Ledger & Leaf"].id] < 0.3  # said a week before
    assert novelty[claims["Rye/Crumb"].id] > 0.6


@pytest.mark.parametrize(
    ("claim", "other", "same"),
    [
        ("Kelp stores carbon only when it sinks", "Only sunken kelp that sinks stores carbon", True),
        ("The central bank raised interest rates", "The central bank cut interest rates", False),
        ("Naps before three improve sleep", "Naps before three do not improve sleep", False),
        ("Sick days on the ward fell by 30 percent", "Sick days on the ward fell by 80 percent", False),
        ("Light moves the body clock", "Insurers want ten years of data", False),
    ],
)
def test_opposites_are_not_the_same(claim: str, other: str, same: bool) -> None:
    assert nearly_same(claim, other, 0.95) is same
    assert nearly_same(claim, other, 0.5) is False


def test_reasons_name_the_shared_subject(claims: dict[str, Insight]) -> None:
    rarity = Rarity(size=1_000)
    rarity.counts.update({"carbon": 900, "kelp": 3, "mooring": 2})
    own = claimed(claims["Only/Tideline"])

    def line(text: str, other: str, guest: str = "") -> str:
        mine, yours = replace(own, text=text, around=text), replace(own, text=other, around=other)
        return reason(mine, yours, rarity, same_guest=guest)

    assert line("Kelp moorings", "The moorings in the kelp") == "Both are about moorings and kelp"
    assert line("carbon", "carbon") == "Both are about the same subject in other words"
    assert line("kelp", "kelp", guest="Ada Lind") == "Ada Lind says more about kelp there"


def test_what_one_says_and_the_other_denies_is_the_reason(claims: dict[str, Insight]) -> None:
    own = claimed(claims["Only/Tideline"])

    def line(text: str, other: str) -> str:
        mine, yours = replace(own, text=text, around=text), replace(own, text=other, around=other)
        assert reason(mine, yours, Rarity(size=1_000)) == reason(yours, mine, Rarity(size=1_000))
        return reason(mine, yours, Rarity(size=1_000))

    told = "One says that an experiment is a computation; the other says that it is not so"
    assert (
        line("An experiment is a computation: you read it.", "An experiment is not a computation, because flasks leak.")
        == told
    )
    assert line("Kelp can be food for cows", "Kelp can not be food for cows.").startswith(
        "One says that Kelp can be food for cows;"
    )
    for text, other in (
        ("An experiment is a computation", "An experiment is not only a computation"),
        ("An experiment is a computation", "If an experiment is not a computation, flasks leak"),
        ("An experiment is a computation", "An experiment is a computation"),
    ):
        assert not line(text, other).startswith("One says")


@pytest.mark.parametrize(
    ("word", "expected"),
    [("Studies", "study"), ("metres", "metre"), ("glass", "glass"), ("Ada’s", "ada"), ("bus", "bus")],
)
def test_stems(word: str, expected: str) -> None:
    assert stem(word) == expected
