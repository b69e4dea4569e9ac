"""Promises about a library that is there: its index, its readers, its pages, its network, its backups."""

from __future__ import annotations

import asyncio
import json
import random
import shutil
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from subprocess import run
from typing import Any

from earmark.settings import Settings, load_settings
from evaluation.bench_pages import readers_at, running_app
from library.backups.restoring import restore_backup
from library.library import Library
from tests.campaigns.readers.pairs import campaign
from tests.contract.namespaces import namespace
from tests.contract.promise import Ground, Measurement, NotMeasurable

__all__ = ["backup", "index", "leaks", "offline", "sessions"]

_QUERIES, _READERS, _PAIRS = 60, 20, 300
_SINGLE = 1e-6
"""A few units in the last place of a number in single precision."""
_SESSIONS, _THINK_S, _SECONDS = 50, 10.0, 45.0


def index(ground: Ground) -> Measurement:
    """Searches before and after the folder of the index is deleted and rebuilt, scores included."""
    settings = _copied(ground)
    with Library.open(settings=settings) as library:
        claims = [insight.claim for insight in library.insights.newest(limit=None)]
        queries = [" ".join(claim.split()[:6]) for claim in random.Random(ground.seed).choices(claims, k=_QUERIES)]
        before = _searched(library, queries)
    shutil.rmtree(settings.index_dir)
    with Library.open(settings=settings) as library:
        points = library.index.rebuild()
        after = _searched(library, queries)
    pairs = list(zip(before, after, strict=True))
    different = sum([key for key, _ in ours] != [key for key, _ in theirs] for ours, theirs in pairs)
    # The engine adds in single precision, and in the order in which points came: the last digit is that of the order.
    apart = max(abs(a / b - 1) for ours, theirs in pairs for (_, a), (_, b) in zip(ours, theirs, strict=False))
    return Measurement(
        figure=f"{different} searches find something else or in another order; scores are the same to {apart:.0e}",
        sample=f"{_QUERIES} searches over {points} points",
        kept=different == 0 and apart < _SINGLE and any(before),
    )


def leaks(ground: Ground) -> Measurement:
    """Readers and routes, each answer searched for the words of others."""
    outcome = campaign(ground.folder, readers=_READERS, pairs=_PAIRS, seed=ground.seed)
    return Measurement(
        figure=f"{len(outcome.leaks)} leaks",
        sample=f"{_PAIRS} of 1,000 pairs of {_READERS} readers and their routes",
        kept=outcome.leaks == () and outcome.with_own_words > _PAIRS // 4,
    )


def sessions(ground: Ground) -> Measurement:
    """Readers at the pages of a running app, all at once."""
    _copied(ground)
    with running_app(ground.folder / "home") as address:
        visits = asyncio.run(readers_at(address, _SESSIONS, _THINK_S, _SECONDS))
    return Measurement(
        figure=f"{visits['errors']} errors, median {visits['all']['p50'] / 1000:.1f} s a page",
        sample=f"{_SESSIONS} sessions for {_SECONDS:.0f} s, {visits['pages']} pages",
        kept=visits["errors"] == 0 and visits["pages"] >= _SESSIONS,
    )


def offline(ground: Ground) -> Measurement:
    """Commands in a network namespace, where the kernel counts what wants to leave."""
    _copied(ground)
    command = [sys.executable, "-m", "tests.contract.watched", str(ground.folder / "home")]
    done = run([*namespace("--net"), *command], capture_output=True, text=True, check=False)
    if done.returncode:
        raise NotMeasurable(f"no network of its own can be had here: {done.stderr.strip()[-120:]}")
    traced: dict[str, Any] = json.loads(done.stdout)
    if not traced["control"]:
        raise NotMeasurable("the kernel does not count what was sent on purpose")
    return Measurement(
        figure=f"{traced['attempts']} connections or look-ups, counted by the kernel of a network of its own",
        sample=", ".join(traced["commands"]),
        kept=traced["attempts"] == 0 and traced["failed"] == [],
    )


def backup(ground: Ground) -> Measurement:
    """A backup, restored elsewhere, and every row of both."""
    settings, file = _copied(ground), ground.folder / "backup.zip"
    with Library.open(settings=settings) as library:
        library.backup(file, with_secrets=True)
    restored = load_settings(home=ground.folder / "restored", environ={})
    restore_backup(restored, file)
    ours, theirs = (_rows(home / "catalog.sqlite") for home in (settings.home, restored.home))
    different = [name for name in ours | theirs if ours.get(name) != theirs.get(name)]
    return Measurement(
        figure=f"{len(different)} of {len(ours)} tables differ",
        sample=f"{sum(map(len, ours.values())):,} rows of the sample library",
        kept=different == [] and any(ours.values()),
    )


def _copied(ground: Ground) -> Settings:
    """The settings of a copy of the sample library, offline."""
    home = ground.folder / "home"
    shutil.copytree(ground.library, home)
    return load_settings({"offline": True}, home=home, environ={})


def _searched(library: Library, queries: list[str]) -> list[list[tuple[str, float]]]:
    return [[(hit.chunk_id, hit.score) for hit in library.search.hits(query)] for query in queries]


def _rows(path: Path) -> dict[str, list[str]]:
    """Every row of every table, in an order of its own."""
    with closing(sqlite3.connect(path)) as database:
        names = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: sorted(map(repr, database.execute(f'SELECT * FROM "{name}"'))) for name in names}
