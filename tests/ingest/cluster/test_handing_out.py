"""What a run on a cluster hands out, and what an actor does with it, without Ray."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from earmark.catalog import Catalog, open_catalog
from earmark.catalog.content import episodes
from earmark.catalog.content.unembedded import unembedded
from earmark.catalog.feeds import shows
from earmark.catalog.work import handed, jobs
from earmark.clock import FixedClock, SystemClock
from earmark.errors import LeaseLost, SettingsError
from earmark.settings import RaySettings, Settings, load_settings
from earmark.types import EpisodeData, Stage
from ingest.cluster import run_on_cluster
from ingest.cluster.actors import EPISODE, EmbeddingAgain, StageActor
from ingest.cluster.pools import connected
from ingest.stages import Stages
from tests.campaigns.work.library import HashingEncoder, follow_all, make_stages, served, settings_for, write_world

Open = Callable[[], Stages]


class RenamedEncoder(HashingEncoder):
    """The model of the campaigns under another name."""

    model_id = "another model"


def follow(catalog: Catalog, clock: FixedClock, count: int) -> list[str]:
    data = [EpisodeData(guid=str(n), title=f"One {n}") for n in range(count)]
    with catalog.write() as tx:
        show, _ = shows.add(tx, "https://kettle.example/feed", title="Kettles", now=clock.now())
        return episodes.add_new(tx, show.id, data, language="en", now=clock.now())


def taken(catalog: Catalog, episode_id: str, clock: FixedClock, *, owner: str, run: str) -> jobs.Lease | None:
    with catalog.write() as tx:
        return handed.take(tx, episode_id, after=Stage.DISCOVERED, owner=owner, run=run, now=clock.now(), lease_s=60)


def test_what_is_held_is_not_handed_out_until_its_lease_runs_out(catalog: Catalog, clock: FixedClock) -> None:
    ids = follow(catalog, clock, 3)
    with catalog.write() as tx:
        held = jobs.claim(tx, owner="a worker", now=clock.now(), lease_s=60)
        assert held is not None
        rest = handed.handed_out(tx, now=clock.now(), most=10)
        assert sorted([held.episode_id, *rest]) == sorted(ids)
        assert len(handed.handed_out(tx, now=clock.now(), most=1)) == 1
        clock.at += timedelta(seconds=61)
        assert len(handed.handed_out(tx, now=clock.now(), most=10)) == 3


def test_a_run_takes_over_its_own_dead_and_nobody_else(catalog: Catalog, clock: FixedClock) -> None:
    (episode_id,) = follow(catalog, clock, 1)
    dead = taken(catalog, episode_id, clock, owner="here|run1", run="run1")
    assert dead is not None
    assert taken(catalog, episode_id, clock, owner="there|run2", run="run2") is None
    after = taken(catalog, episode_id, clock, owner="there|run1", run="run1")
    assert after is not None and after.fence == dead.fence + 1
    with pytest.raises(LeaseLost), catalog.write() as tx:
        jobs.advance(tx, dead, Stage.TRANSCRIPT)
    with catalog.write() as tx:
        jobs.advance(tx, after, Stage.TRANSCRIPT)
    assert taken(catalog, episode_id, clock, owner="there|run1", run="run1") is None  # its stage is done


def test_what_a_run_leaves_behind_is_free_at_once_and_closed_to_whoever_had_it(
    catalog: Catalog, clock: FixedClock
) -> None:
    first, second = follow(catalog, clock, 2)
    lost = taken(catalog, first, clock, owner="here|run1", run="run1")
    kept = taken(catalog, second, clock, owner="here|run2", run="run2")
    assert lost is not None and kept is not None
    with catalog.write() as tx:
        assert handed.free_run(tx, "run1") == 1
        assert handed.handed_out(tx, now=clock.now(), most=10) == [first]
        jobs.extend(tx, kept, now=clock.now(), lease_s=60)
    with pytest.raises(LeaseLost), catalog.write() as tx:
        jobs.advance(tx, lost, Stage.TRANSCRIPT)


@pytest.fixture
def opened(tmp_path: Path) -> Open:
    """Opens the library of two shows with three episodes each, as every actor does."""
    return lambda: make_stages(open_catalog(settings_for(tmp_path).catalog_url), settings_for(tmp_path))


@pytest.mark.heavy
def test_actors_pass_on_ids_and_commit_their_own_stage_alone(tmp_path: Path, opened: Open) -> None:
    feeds = write_world(tmp_path / "world", shows=2, episodes=3, rng=random.Random(5))
    with served(tmp_path / "world") as address:
        follow_all(settings_for(tmp_path), [f"{address}/{feed}" for feed in feeds])
        catalog = opened().catalog
        with catalog.write() as tx:
            ids = handed.handed_out(tx, now=SystemClock().now(), most=10)
        order = list(Stage)
        pools = [StageActor(opened, after, to, "run1") for after, to in pairwise(order)]
        rows = {EPISODE: ids}
        assert pools[1](rows) == rows  # nothing is cut yet: it passes them on
        for pool, stage in zip(pools, order[1:], strict=True):
            assert pool(rows) == rows
            with catalog.read() as tx:
                assert {episodes.get(tx, key).stage for key in ids} == {stage}
                assert jobs.owners(tx) == []
        with catalog.read() as tx:
            assert unembedded(tx, HashingEncoder.model_id) == []
            assert unembedded(tx, RenamedEncoder.model_id) == sorted(ids)


@pytest.mark.heavy
def test_embedding_again_fills_in_what_is_missing(tmp_path: Path, opened: Open) -> None:
    feeds = write_world(tmp_path / "world", shows=1, episodes=2, rng=random.Random(5))
    with served(tmp_path / "world") as address:
        follow_all(settings_for(tmp_path), [f"{address}/{feed}" for feed in feeds])
        stages = opened()
        with stages.catalog.write() as tx:
            ids = handed.handed_out(tx, now=SystemClock().now(), most=10)
        order = list(Stage)
        for after, to in pairwise(order):
            StageActor(opened, after, to, "run1")({EPISODE: ids})
    again = EmbeddingAgain(lambda: replace(opened(), encoder=RenamedEncoder))
    assert again({EPISODE: ids[:1]}) == {EPISODE: ids[:1]}
    with stages.catalog.read() as tx:
        assert unembedded(tx, RenamedEncoder.model_id) == ids[1:]


def test_no_cluster_is_asked_where_nothing_waits(tmp_path: Path, opened: Open) -> None:
    stages = opened()
    report = run_on_cluster(stages.catalog, stages, SystemClock(), open_stages=opened)
    assert (report.done, report.stopped_by) == (0, None)


def test_a_cluster_elsewhere_wants_a_catalog_that_it_can_reach(tmp_path: Path, opened: Open) -> None:
    stages = opened()
    follow(stages.catalog, FixedClock(SystemClock().now()), 1)
    elsewhere = _with(stages.settings, address="ray.example:6379")
    with pytest.raises(SettingsError, match="database_url"):
        run_on_cluster(stages.catalog, replace(stages, settings=elsewhere), SystemClock(), open_stages=opened)


def test_a_cluster_elsewhere_without_a_token_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAY_AUTH_MODE", "disabled")
    with (
        pytest.raises(SettingsError, match="RAY_AUTH_MODE=token"),
        connected(RaySettings(address="ray.example:6379"), ()),
    ):
        pytest.fail("it was let in")


@pytest.mark.parametrize(
    ("address", "here"), [("", True), ("127.0.0.1:6379", True), ("[::1]:6379", True), ("ray:6379", False)]
)
def test_only_loopback_is_this_machine(address: str, here: bool) -> None:
    assert RaySettings(address=address).on_this_machine is here


def _with(settings: Settings, **ray: object) -> Settings:
    return load_settings({"ray": ray}, home=settings.home, environ={})
