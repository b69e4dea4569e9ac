"""Bulk work on a real Ray cluster of four nodes, which ask for a token; an actor and a node are killed in the middle."""

from __future__ import annotations

import os
import random
import secrets
import signal
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]
import pytest
import sqlalchemy as sa

from earmark.catalog import Catalog, open_catalog
from earmark.catalog.schema import vectors
from earmark.catalog.work import jobs
from earmark.clock import SystemClock
from earmark.settings import Settings
from earmark.statement_store import STATEMENTS
from ingest.cluster import run_on_cluster
from ingest.events import Event
from ingest.work.worker import Worker
from tests import postgres
from tests.campaigns.work.kills import contents
from tests.campaigns.work.library import follow_all, make_stages, served, settings_for, write_world
from tests.ingest.cluster.hosts import open_stages

pytestmark = [
    pytest.mark.slow,
    pytest.mark.heavy,
    # Ray Data warns of settings of its own when it makes them.
    pytest.mark.filterwarnings("ignore::DeprecationWarning:ray.data.context"),
    pytest.mark.skipif(find_spec("ray") is None, reason="Ray is not installed: pip install 'earmark[ray]'"),
]

_QUICK = {
    "health_check_initial_delay_ms": 0,
    "health_check_period_ms": 1000,
    "health_check_failure_threshold": 3,
    "prestart_worker_first_driver": False,
}
"""How soon a dead node is taken for dead: here in seconds, as shipped in half a minute; and no processes in advance."""
_STORE = 80 * 2**20


@pytest.fixture
def token(monkeypatch: pytest.MonkeyPatch) -> None:
    """What every machine of a cluster must know, and the process that drives it."""
    monkeypatch.setenv("RAY_AUTH_MODE", "token")
    monkeypatch.setenv("RAY_AUTH_TOKEN", secrets.token_hex(32))
    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "0")


@pytest.fixture
def cluster(token: None) -> Iterator[Any]:
    """A head that works on nothing, and three nodes for two actors each; two of them have room for the four actors."""
    from ray.cluster_utils import Cluster

    every = {"object_store_memory": _STORE, "include_dashboard": False}
    made = Cluster(initialize_head=True, head_node_args={"num_cpus": 0, "_system_config": _QUICK, **every})
    for _ in range(3):
        made.add_node(num_cpus=2, **every)
    yield made
    made.shutdown()


class Killer:
    """Kills whoever holds a lease: after three episodes its process, after six its whole node."""

    def __init__(self, cluster: Any, catalog: Catalog) -> None:
        self._cluster = cluster
        self._catalog = catalog
        self._done = 0
        self.actors: list[int] = []
        self.nodes: list[int] = []

    def __call__(self, event: Event) -> None:
        """Counts what came through, and kills."""
        self._done += 1
        if self._done >= 3 and not self.actors and (pid := self._busy()):
            os.kill(pid, signal.SIGKILL)
            self.actors.append(pid)
        elif self._done >= 6 and not self.nodes and (pid := self._busy()):
            raylet = psutil.Process(pid).ppid()
            (node,) = [node for node in self._cluster.worker_nodes if _raylet(node) == raylet]
            self._cluster.remove_node(node, allow_graceful=False)
            self.nodes.append(raylet)

    def _busy(self) -> int | None:
        with self._catalog.read() as tx:
            pids = [int(owner.split("|")[2]) for owner in jobs.owners(tx)]
        return next((pid for pid in pids if psutil.pid_exists(pid) and pid not in self.actors), None)


def test_a_killed_actor_and_a_killed_node_lose_nothing_and_leave_nothing_twice(
    cluster: Any, postgresql: postgres.Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    feeds = write_world(tmp_path / "world", shows=4, episodes=6, rng=random.Random(3))
    with (
        served(tmp_path / "world") as address,
        postgresql.database(migrated=True) as whole_url,
        postgresql.database(migrated=True) as broken_url,
    ):
        urls = [f"{address}/{feed}" for feed in feeds]
        whole = _library(tmp_path / "whole", whole_url, urls)
        catalog = open_catalog(whole.catalog_url)
        assert Worker(catalog, make_stages(catalog, whole), SystemClock()).run().done == 24
        catalog.close()
        broken = _library(Path(os.environ["EARMARK_HOME"]), broken_url, urls, ray=cluster.address)
        catalog = open_catalog(broken.catalog_url)
        killer = Killer(cluster, catalog)
        report = run_on_cluster(
            catalog, make_stages(catalog, broken), SystemClock(), open_stages=open_stages, on_event=killer
        )
        assert report.stopped_by is None
        assert (report.done, report.failures, report.postponed) == (24, [], [])
        assert len(killer.actors) == len(killer.nodes) == 1
        with catalog.read() as tx:
            assert jobs.owners(tx) == []
        assert contents(broken) == contents(whole)
        with catalog.write() as tx:
            # Statements, and vectors of claims, are made with an insight, and again when a list needs them: a run brings
            # back those of passages and insights.
            kept = vectors.c.model.like("%#claim") | (vectors.c.model == STATEMENTS)
            tx.execute(sa.delete(vectors).where(~kept))
        run_on_cluster(catalog, make_stages(catalog, broken), SystemClock(), open_stages=open_stages)
        catalog.close()
        assert contents(broken) == contents(whole)


def _library(home: Path, url: str, feeds: list[str], *, ray: str = "") -> Settings:
    home.mkdir(parents=True)
    pools = f'[ray]\naddress = "{ray}"\nspeech_actors = 2\nembedding_cpus = 1\ninsight_cpus = 1\n'
    (home / "earmark.toml").write_text(f'database_url = "{url}"\n{pools}')
    settings = settings_for(home)
    follow_all(settings, feeds)
    return settings


def _raylet(node: Any) -> int:
    return int(node.all_processes["raylet"][0].process.pid)
