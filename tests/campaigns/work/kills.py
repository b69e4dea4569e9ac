"""SIGKILLs: three workers on one library, killed at random moments and at every point of the work, until all is done."""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from earmark.catalog import Catalog, open_catalog
from earmark.catalog import schema as tables
from earmark.catalog.copies import damage_of
from earmark.ports import IndexQuery
from earmark.settings import Settings
from earmark.types import Stage
from retrieval.index.edge import EdgeIndex
from retrieval.index.follow import follow
from tests.campaigns.work.library import HashingEncoder, NewHome, apart, at_point, follow_all, forked, settings_for

__all__ = ["POINTS", "Kills", "broken_promises", "contents", "kill_round", "undisturbed"]

POINTS = (
    "claimed",
    *(f"{word} {stage}" for stage in list(Stage)[1:] for word in ("computing", "computed", "writing", "committed")),
    "released",
    "beat",
)
"""Where a worker is killed; every fourth worker is killed at any moment instead."""

_LOOK_S = 0.05
"""How often it is looked whether all is done, in seconds."""
_CONTENTS = (tables.transcripts, tables.chunks, tables.insights, tables.gate_drops, tables.vectors)


@dataclass(slots=True)
class Kills:
    """How many SIGKILLs, at which points; ``at_random`` at any moment."""

    total: int = 0
    at_random: int = 0
    at_point: dict[str, int] = field(default_factory=dict)
    finished: int = 0
    failed: int = 0


def undisturbed(home: Path, feeds: list[str], new_home: NewHome) -> dict[str, list[tuple[Any, ...]]]:
    """The contents of a library that one worker made in peace."""
    settings = settings_for(new_home(home))
    follow_all(settings, feeds)
    if _wait(forked(settings)) != 0:
        sys.exit("the undisturbed run failed")
    return contents(settings)


def contents(settings: Settings) -> dict[str, list[tuple[Any, ...]]]:
    """Every row that the stages write, in an order of its own, and what the log of changes says how often."""
    catalog = open_catalog(settings.catalog_url)
    with catalog.read() as tx:
        rows = {
            table.name: sorted((tuple(row) for row in tx.execute(sa.select(table))), key=repr) for table in _CONTENTS
        }
        log = tx.execute(sa.select(tables.changes.c.kind, tables.changes.c.key)).all()
        rows["changes"] = sorted(tuple(row) for row in log)
        stages = tx.execute(sa.select(tables.episodes.c.id, tables.episodes.c.stage)).all()
        rows["episodes"] = sorted(tuple(row) for row in stages)
    catalog.close()
    return rows


def kill_round(
    home: Path, feeds: list[str], kills: Kills, *, new_home: NewHome, most: int, workers: int, rng: random.Random
) -> Settings:
    """Works a library off under kills, ``most`` at most, the index following meanwhile; then in peace to its end."""
    settings = settings_for(new_home(home), lease_s=4.0)
    follow_all(settings, feeds)
    alive: dict[int, tuple[str, float]] = {}
    killed, index_at, look_at = 0, 0, 0.0
    while True:
        while len(alive) < workers:
            pid, plan = _born(settings, rng, peaceful=killed >= most)
            alive[pid] = plan
        time.sleep(0.002)
        for pid, (point, until) in list(alive.items()):
            if not point and time.monotonic() >= until:
                os.kill(pid, signal.SIGKILL)
            done, status = os.waitpid(pid, os.WNOHANG)
            if not done:
                continue
            del alive[pid]
            code = os.waitstatus_to_exitcode(status)
            if code == -signal.SIGKILL:
                killed, kills.total = killed + 1, kills.total + 1
                kills.at_random += not point
                where = point or "any moment"
                kills.at_point[where] = kills.at_point.get(where, 0) + 1
            else:
                kills.finished += 1
                kills.failed += code != 0
        if killed - index_at >= 40:
            index_at = killed
            _follow(settings, home / "index-followed")
        if time.monotonic() >= look_at:
            look_at = time.monotonic() + _LOOK_S
            if _all_done(settings) or (kills.failed > 20):
                break
    for pid in alive:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    _wait(forked(settings))
    return settings


def broken_promises(settings: Settings, expected: dict[str, list[tuple[Any, ...]]], home: Path) -> list[str]:
    """What of a library that went through kills is not as it should be, in words."""
    held = contents(settings)
    broken = [
        f"{name} differ: {_difference(rows, held[name])}" for name, rows in expected.items() if rows != held[name]
    ]
    if (home / "catalog.sqlite").exists() and (damage := damage_of(home / "catalog.sqlite")):
        broken.append(damage)
    if left := _count(settings, "jobs WHERE owner <> '' OR failed OR last_error <> ''"):
        broken.append(f"{left} leases or failures are left")
    if any(settings.audio_dir.glob("*")):
        broken.append("audio is left behind")
    followed = _follow(settings, home / "index-followed")
    fresh = _follow(settings, home / "index-fresh")
    if followed != fresh:
        broken.append("the index that followed differs from one that is built anew")
    if fresh != ({row[0] for row in held["chunks"]}, {row[0] for row in held["insights"]}):
        broken.append("the index does not hold what the catalog holds")
    return broken


def _born(settings: Settings, rng: random.Random, *, peaceful: bool) -> tuple[int, tuple[str, float]]:
    """A worker with the way it is to die: at a point, or at a moment."""
    if peaceful:
        return forked(settings), ("peace", 0.0)
    if rng.random() < 0.25:
        return forked(settings), ("", time.monotonic() + rng.uniform(0.0, 0.4))
    point, times = rng.choice(POINTS), rng.choice((1, 1, 1, 2, 3))

    def die(_catalog: Catalog) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    times = 1 if point == "beat" else times
    # Nothing is waited for at the heart's beat but the beat itself, so the ears are slow there.
    return forked(settings, at=at_point(point, times, die), window_s=0.15 if point == "beat" else 0.004), (point, 0.0)


def _all_done(settings: Settings) -> bool:
    return _count(settings, "episodes WHERE stage <> 'insights'") == 0


def _count(settings: Settings, rows: str) -> int:
    catalog = open_catalog(settings.catalog_url)
    with catalog.read() as tx:
        count = tx.execute(sa.text(f"SELECT count(*) FROM {rows}")).scalar_one()
    catalog.close()
    return int(count)


def _follow(settings: Settings, folder: Path) -> tuple[set[str], set[str]]:
    """Brings an index up to the catalog, and says which chunks and insights it holds."""

    def followed() -> tuple[set[str], set[str]]:
        encoder = HashingEncoder()
        catalog = open_catalog(settings.catalog_url)
        index = EdgeIndex(folder, model_id=encoder.model_id, dimension=encoder.dimension)
        follow(catalog, index, encoder, tokens=False)
        ask = encoder.encode(["a workshop"])[0].tolist()
        chunks, insights = (
            {hit.key for hit in index.query(IndexQuery(kind=kind, vector=ask, limit=100_000))}
            for kind in ("chunk", "insight")
        )
        index.close()
        catalog.close()
        return chunks, insights

    return apart(followed)


def _difference(expected: list[tuple[Any, ...]], actual: list[tuple[Any, ...]]) -> str:
    missing, extra = Counter(map(repr, expected)), Counter(map(repr, actual))
    return f"{(missing - extra).total()} are missing, {(extra - missing).total()} are too many"


def _wait(pid: int) -> int:
    _, status = os.waitpid(pid, 0)
    return os.waitstatus_to_exitcode(status)
