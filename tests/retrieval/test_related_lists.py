"""Lists over libraries made for a test: recordings in two feeds, echoes, and the sample that hubs are judged by."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from earmark.catalog import Catalog
from earmark.catalog.content import insights
from earmark.ports import Encoder
from earmark.relations import utterance
from earmark.types import Insight
from retrieval.index.edge import EdgeIndex
from retrieval.index.follow import follow
from retrieval.related.affinity import Profiles, normalised, weights_of
from retrieval.related.chance import chances
from retrieval.related.finder import RelatedFinder
from retrieval.related.hubness import Landscape, Landscapes, scored
from retrieval.related.pairing import FEATURE_NAMES
from retrieval.related.remarks import claimed
from retrieval.related.shortlist import RelatedCandidate, folded, picked
from retrieval.related.twins import Recordings
from tests.retrieval.library import TALKS, Talk, fill, put

BEE_TITLE = "What bees need in June"
BEES = Talk(
    "Hive Mind",
    BEE_TITLE,
    3,
    (
        (
            "Nora Quist",
            "A hive can starve in June, when the fields have stopped flowering and the lime trees have not begun.",
        ),
    ),
    (
        (
            "Nora Quist",
            "Hives starve in June because the fields have stopped flowering",
            "Hedgerows would fill the gap.",
        ),
        (
            "Nora Quist",
            "Sugar water keeps a hive alive through the June gap but does not make it strong",
            "It has no pollen.",
        ),
    ),
)
FARM = Talk(
    "Field Notes",
    "Hedges and hives",
    9,
    (("Ola Brandt", "In June the fields stop flowering, and then hives starve unless there is a hedge."),),
    (
        (
            "Ola Brandt",
            "In June hives starve, because the fields have stopped flowering",
            "A hedge is enough to save them.",
        ),
    ),
)
GARDEN = Talk(
    "Back Garden",
    "A year of flowers",
    12,
    (("Ida Moe", "If the fields have stopped flowering then hives starve; that is June for you."),),
    (("Ida Moe", "Hives starve in June, because fields have stopped flowering by then", "Thyme helps in a garden."),),
)


@pytest.fixture
def index(empty: Catalog, encoder: Encoder, tmp_path: Path) -> Iterator[EdgeIndex]:
    with_room = EdgeIndex(tmp_path / "index", model_id=encoder.model_id, dimension=encoder.dimension)
    yield with_room
    with_room.close()


def _finder(catalog: Catalog, index: EdgeIndex, encoder: Encoder) -> RelatedFinder:
    follow(catalog, index, encoder)
    return RelatedFinder(catalog, index, encoder)


def _all(catalog: Catalog) -> dict[tuple[str, int], Insight]:
    with catalog.read() as tx:
        return {(claim.show, claim.seq): claim for claim in insights.listed(tx)}


def test_those_who_say_it_too_stand_under_the_first(empty: Catalog, index: EdgeIndex, encoder: Encoder) -> None:
    fill(empty)
    for talk in (BEES, FARM, GARDEN):
        put(empty, talk)
    near = _finder(empty, index, encoder).related(_all(empty)["Hive Mind", 0])
    assert len(near) == 1
    assert {utterance(near[0]).show, *(echo.show for echo in near[0].also_said_by)} == {"Field Notes", "Back Garden"}
    assert near[0].relation == "same"


def test_an_episode_in_two_feeds_is_one_voice(empty: Catalog, index: EdgeIndex, encoder: Encoder) -> None:
    for talk in (*TALKS, BEES, replace(BEES, show="Hive Mind Plus", day=4), FARM):
        put(empty, talk)
    finder, known = _finder(empty, index, encoder), _all(empty)
    for place in (("Hive Mind", 0), ("Hive Mind", 1), ("Hive Mind Plus", 0)):
        listed = finder.related(known[place])
        shows = {utterance(related).show for related in listed} | {
            echo.show for related in listed for echo in related.also_said_by
        }
        assert not shows & {"Hive Mind", "Hive Mind Plus"}
    farm = finder.related(known["Field Notes", 0])
    assert len({"Hive Mind", "Hive Mind Plus"} & {utterance(related).show for related in farm}) == 1
    assert not any(related.also_said_by for related in farm)


def test_a_feed_that_renamed_the_episode_is_known_by_its_quotes(catalog: Catalog) -> None:
    known = _all(catalog)
    claim, crumb = claimed(known["Tideline", 0]), claimed(known["Crumb", 0])
    other = replace(crumb, quote=claim.quote)
    assert Recordings({}).same(claim, other)
    assert not Recordings({}).same(claim, crumb)
    both: set[tuple[str, ...]] = {("a",) * 9, ("b",) * 9}
    quotes = {claim.episode_id: both, crumb.episode_id: both | {("c",) * 9}}
    assert Recordings(quotes).same(claim, crumb)


def test_the_same_address_of_the_audio_is_the_same_recording(catalog: Catalog) -> None:
    known = _all(catalog)
    audio = "https://cdn.example/one.mp3"
    claim, other = (
        replace(claimed(known[place]), audio_url=audio + tail)
        for place, tail in ((("Tideline", 0), "?a=1"), (("Crumb", 0), ""))
    )
    assert Recordings({}).same(claim, other)


def test_ranked_has_no_own_show_and_holds_what_is_shown(catalog: Catalog, encoder: Encoder, tmp_path: Path) -> None:
    own = EdgeIndex(tmp_path / "index", model_id=encoder.model_id, dimension=encoder.dimension)
    try:
        finder = _finder(catalog, own, encoder)
        for insight in _all(catalog).values():
            ranked = finder.ranked(insight, limit=50)
            assert len({said.id for said in ranked}) == len(ranked)
            assert insight.show_id not in {said.show_id for said in ranked}
            assert {utterance(related).insight_id for related in finder.related(insight)} <= {
                said.id for said in ranked
            }
            assert [said.id for said in finder.ranked(insight, limit=2)] == [said.id for said in ranked[:2]]
        assert finder.ranked(insight, limit=0) == []
    finally:
        own.close()


def test_the_sample_stays_until_the_library_has_grown(empty: Catalog, index: EdgeIndex, encoder: Encoder) -> None:
    fill(empty)
    follow(empty, index, encoder)
    landscapes = Landscapes(empty, Profiles(), model_id=encoder.model_id)
    first = landscapes.current()
    assert landscapes.current() is first
    assert first.vectors.shape == (len(_all(empty)), encoder.dimension)
    put(empty, BEES)
    follow(empty, index, encoder)
    second = landscapes.current()
    assert second is not first
    assert second.count == len(_all(empty))


def test_an_empty_library_has_nothing_related(empty: Catalog, index: EdgeIndex, encoder: Encoder) -> None:
    put(empty, BEES)
    finder = _finder(empty, index, encoder)
    assert finder.related(_all(empty)["Hive Mind", 0]) == []
    assert finder.ranked(_all(empty)["Hive Mind", 0]) == []


def test_what_is_near_everything_is_moved_back(catalog: Catalog, encoder: Encoder) -> None:
    """Two candidates as near as each other: the one that is near all of the library stands behind the other."""
    texts = [f"topic{n} alpha{n} beta{n}" for n in range(30)]
    hub, good, query = "hub", "good", "query"
    rng = np.random.default_rng(0)
    basis = np.linalg.qr(rng.normal(size=(40, 40)))[0].astype(np.float32)
    centre = basis[:30].sum(axis=0) / np.sqrt(30)
    vectors = np.stack([*basis[:30], centre, basis[30], 0.7 * centre + 0.7 * basis[30]])
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    rows = Profiles().rows([(text, text) for text in (*texts, hub, good, query)])
    rarity = weights_of(rows)
    words = normalised(rows, rarity)
    shows = np.asarray([str(n) for n in range(33)])
    land = Landscape(vectors[:31], words[:31], shows[:31], rarity, 31)
    some = next(iter(_all(catalog).values()))
    candidates = [replace(some, show_id="30"), replace(some, show_id="31")]
    order = [32, 30, 31]
    scores = scored(some, candidates, vectors[order], words[order], land)
    assert scores.meaning[0] == pytest.approx(scores.meaning[1], abs=0.02)
    assert scores.crowding[0] > scores.crowding[1] + 0.05
    assert scores.final[1] > scores.final[0]


def test_rare_words_count_and_long_texts_do_not_win() -> None:
    texts = [
        "kelp carbon",
        "kelp carbon",
        "the carbon of everything " * 3 + "kelp tax law road school",
        "carbon tax",
        "carbon",
    ]
    rows = Profiles().rows([(str(n), text) for n, text in enumerate(texts)])
    words = normalised(rows, weights_of(rows))
    near = (words @ words.T).toarray()
    assert near[0, 1] == pytest.approx(1.0, abs=1e-5)
    assert near[0, 1] > near[0, 2]
    assert near[0, 2] == pytest.approx(near[2, 0])


def test_the_chance_is_a_probability_for_any_features() -> None:
    told = chances(np.array([[-5.0] * len(FEATURE_NAMES), [5.0] * len(FEATURE_NAMES)], dtype=np.float32))
    assert ((told >= 0) & (told <= 1)).all()


def test_folding_and_shows_taking_turns(catalog: Catalog, encoder: Encoder) -> None:
    known = [claimed(insight) for insight in _all(catalog).values()]
    vectors = encoder.encode([said.around for said in known])
    candidates = [RelatedCandidate(said, vectors[n], 0.9 - n / 20, 0.5) for n, said in enumerate(known)]
    groups = folded(candidates, lambda a, b: a.show_id == b.show_id, lambda a, b: False)
    assert sum(len(group) for group in groups) == len(candidates)
    assert len(groups) == len({said.show_id for said in known})
    assert len(folded(candidates, lambda a, b: True, lambda a, b: True)[0]) == 1
    chosen = picked([[candidate] for candidate in candidates], 3, twins=lambda a, b: False, diversity=0.0)
    assert chosen[0][0] is candidates[0]
    assert len({group[0].remark.show_id for group in chosen}) == len(chosen) == 3
    every = picked([[candidate] for candidate in candidates], len(candidates), twins=lambda a, b: False)
    assert len(every) == len(candidates)
    assert picked([], 3, twins=lambda a, b: False) == []
    assert len(picked([[candidate] for candidate in candidates], 3, twins=lambda a, b: True)) == 1
