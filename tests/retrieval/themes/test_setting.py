"""Where an insight was said counts for its theme: a claim too short to tell its subject is placed by the talk around it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from earmark.catalog import Catalog
from earmark.catalog.content import chunks, clustering, episodes, vectors
from earmark.clock import FixedClock
from earmark.embedding import chunk_text, insight_text
from earmark.types import Insight
from retrieval.themes.keeper import ThemeKeeper
from retrieval.themes.setting import Setting
from tests.making import make_chunk
from tests.retrieval.themes.making import NOW, groups, speak

ENCODER: Any = SimpleNamespace(
    model_id="hand", dimension=64, encode=lambda texts: np.ones((len(texts), 64), np.float32)
)
"""All vectors of what is said are in the catalog; the words of headings are all alike to it."""


def put(catalog: Catalog, insights: list[Insight], said: NDArray[np.float32], around: NDArray[np.float32]) -> None:
    """Keeps the vectors of insights, and one of the passage in which each was said."""
    with catalog.write() as tx:
        episode = episodes.get(tx, insights[0].episode_id)
        held = [make_chunk(episode, 10 * n, f"{insight.quote} It was said.") for n, insight in enumerate(insights)]
        chunks.add(tx, held)
        vectors.put(tx, "hand", {insight.content_hash: said[n] for n, insight in enumerate(insights)})
        vectors.put(tx, "hand", {chunk.content_hash: around[n] for n, chunk in enumerate(held)})


def test_what_is_said_and_the_talk_around_it_make_the_place(empty: Catalog) -> None:
    insights = speak(empty, "Tea", ["It turns bitter", "They wither"])
    said, around = np.eye(64, dtype=np.float32)[:2], np.eye(64, dtype=np.float32)[2:4]
    put(empty, insights, said, np.stack([around[0], around[0]]))
    placed = Setting(empty, ENCODER).vectors(insights[::-1], said[::-1])
    assert (placed * placed).sum(axis=1) == pytest.approx(1.0)
    for row, own in zip(placed, said[::-1], strict=True):
        assert row @ own > row @ around[0] > 0.5


def test_an_insight_without_passages_keeps_its_own_place(empty: Catalog) -> None:
    insights = speak(empty, "Tea", ["It turns bitter"])
    said = np.eye(64, dtype=np.float32)[:1]
    assert Setting(empty, ENCODER).vectors(insights, said) == pytest.approx(said)
    assert Setting(empty, ENCODER).vectors([], said[:0]).shape == (0, 64)


def test_vague_claims_are_grouped_by_the_talk_around_them_and_so_is_a_newcomer(empty: Catalog) -> None:
    around, wanted = groups([8, 8, 8])
    vague = groups([26], noise=0.6, seed=5)[0]
    insights: list[Insight] = []
    for n in range(24):
        insights += speak(empty, f"Show {n}", [f"Claim number {n}"], day=n)
        put(empty, insights[-1:], vague[n : n + 1], around[n : n + 1])
    keeper = ThemeKeeper(empty, ENCODER, FixedClock(NOW))
    assert keeper.update().themes == 3
    themes = members(empty)
    assert len({(wanted[n], themes[insight.id]) for n, insight in enumerate(insights)}) == 3
    (new,) = speak(empty, "New show", ["Claim number 24"])
    put(empty, [new], vague[24:25], around[:1])
    (odd,) = speak(empty, "Odd show", ["Claim number 25"])
    put(empty, [odd], vague[25:], np.eye(64, dtype=np.float32)[9:10])
    assert keeper.update().joined == 2
    assert members(empty)[new.id] == themes[insights[0].id]
    assert members(empty)[odd.id] is None


def test_themes_that_were_found_by_claims_alone_are_found_again_under_their_ids(empty: Catalog) -> None:
    said, _ = groups([8, 8, 8])
    insights = speak(empty, "Show", [f"Claim number {n}" for n in range(24)])
    put(empty, insights, said, said)
    ThemeKeeper(empty, ENCODER, FixedClock(NOW)).update()
    with empty.write() as tx:
        run, held = clustering.last_run(tx), clustering.members(tx)
        assert run is not None
        parameters = {name: value for name, value in run.parameters.items() if name != "said_mean"}
        before = clustering.ClusteringRun(model=run.model, clustered_at=NOW, insights=24, parameters=parameters)
        clustering.replace(tx, before, clustering.stored(tx), held, {})
    themes = members(empty)
    later = ThemeKeeper(empty, ENCODER, FixedClock(NOW))
    assert later.update(at_most=3).due
    assert later.update().clustered
    assert members(empty) == themes
    assert not later.update().clustered


def test_themes_are_found_by_the_talk_around_right_after_a_change_of_the_model(empty: Catalog) -> None:
    around, wanted = groups([8, 8, 8])
    vague = groups([24], noise=0.6, seed=5)[0]
    insights: list[Insight] = []
    by_text: dict[str, NDArray[np.float32]] = {}
    for n in range(24):
        insights += speak(empty, f"Show {n}", [f"Claim number {n}"], day=n)
        put(empty, insights[-1:], vague[n : n + 1], around[n : n + 1])
        with empty.read() as tx:
            (passage,) = chunks.of_episode(tx, insights[-1].episode_id)
        by_text |= {chunk_text(passage): around[n], insight_text(insights[-1]): vague[n]}
    ThemeKeeper(empty, ENCODER, FixedClock(NOW)).update()
    before = members(empty)
    ones = np.ones(64, np.float32)
    other: Any = SimpleNamespace(
        model_id="other", dimension=64, encode=lambda texts: np.stack([by_text.get(text, ones) for text in texts])
    )
    assert ThemeKeeper(empty, other, FixedClock(NOW)).update().themes == 3
    assert members(empty) == before
    assert len({(wanted[n], before[insight.id]) for n, insight in enumerate(insights)}) == 3


def members(catalog: Catalog) -> dict[str, str | None]:
    with catalog.read() as tx:
        return {member.insight_id: member.theme_id for member in clustering.members(tx)}
