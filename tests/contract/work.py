"""Promises about work that is cut off: by kills, by pauses past a lease, by a full disk, by a cap on spending."""

from __future__ import annotations

import json
import multiprocessing
import random
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from subprocess import run
from typing import Any

from earmark.catalog import open_catalog
from earmark.clock import FixedClock
from earmark.errors import NotYet
from earmark.settings import Settings
from ingest.limits.budget import Budget
from tests import postgres
from tests.campaigns.mail.kills import campaign
from tests.campaigns.work.homes import homes
from tests.campaigns.work.library import NewHome, served, write_world
from tests.campaigns.work.rounds import killed_library
from tests.campaigns.work.zombies import zombies
from tests.contract.namespaces import namespace
from tests.contract.promise import Ground, Measurement, NotMeasurable

__all__ = [
    "full_disk",
    "kills",
    "kills_on_postgresql",
    "late_commits",
    "late_commits_on_postgresql",
    "mail",
    "spending",
]

_KILLS, _ZOMBIES, _MAILS, _SENDERS, _FILLED = 60, 10, 120, 6, 8
_SPENDERS, _CAP, _LARGEST = 4, 1.0, 0.1


def kills(ground: Ground) -> Measurement:
    """SIGKILLs at every step, on SQLite."""
    with homes(None) as new_home:
        return _killed(ground, new_home)


def kills_on_postgresql(ground: Ground) -> Measurement:
    """The same on a PostgreSQL that is started for it."""
    with _postgresql() as new_home:
        return _killed(ground, new_home)


def late_commits(ground: Ground) -> Measurement:
    """Workers stopped past their lease, on SQLite."""
    with homes(None) as new_home:
        return _stopped(ground, new_home)


def late_commits_on_postgresql(ground: Ground) -> Measurement:
    """The same on a PostgreSQL that is started for it."""
    with _postgresql() as new_home:
        return _stopped(ground, new_home)


def full_disk(ground: Ground) -> Measurement:
    """A real disk, in memory, that is full again and again while a library is made on it."""
    command = [sys.executable, "-m", "tests.contract.full_disk", str(ground.folder), str(_FILLED), str(ground.seed)]
    done = run([*namespace("--mount"), *command], capture_output=True, text=True, check=False)
    if done.returncode:
        raise NotMeasurable(f"no disk of its own can be mounted here: {done.stderr.strip()[-120:]}")
    measured: dict[str, Any] = json.loads(done.stdout)
    return Measurement(
        figure=f"{len(measured['broken'])} differences from a library made with room",
        sample=f"{measured['full']} runs ended by a full disk, {measured['libraries']} libraries, then `earmark retry`",
        kept=measured["broken"] == [] and measured["full"] >= _FILLED,
    )


def mail(ground: Ground) -> Measurement:
    """Senders killed at any moment."""
    tally = campaign(ground.folder, mails=_MAILS, kills=_SENDERS, seed=ground.seed)
    return Measurement(
        figure=f"{tally.skipped} skipped, {tally.extra} extra copies at {tally.kills} crashes",
        sample=f"{tally.mails} of 2,000 mails, {tally.kills} of 60 SIGKILLs",
        kept=tally.skipped == 0 and tally.extra <= tally.kills and tally.most_copies <= 2 and tally.one_id_each,
    )


def spending(ground: Ground) -> Measurement:
    """Several processes that spend against one cap at once."""
    url = f"sqlite:///{ground.folder / 'shared.sqlite'}"
    open_catalog(url).close()
    context = multiprocessing.get_context("spawn")
    with context.Pool(_SPENDERS) as pool:
        spent = pool.starmap(_spend, [(url, ground.seed + number) for number in range(_SPENDERS)])
    over = max(0.0, sum(money for money, _ in spent) - _CAP)
    return Measurement(
        figure=f"{over / _LARGEST:.2f} of a call over the cap",
        sample=f"{sum(calls for _, calls in spent)} calls of {_SPENDERS} processes",
        kept=over <= _LARGEST and sum(money for money, _ in spent) > _CAP - _LARGEST,
    )


def _spend(url: str, seed: int) -> tuple[float, int]:
    """What one process spent until it was stopped, and by how many calls; a call costs at most what was reserved."""
    rng, catalog = random.Random(seed), open_catalog(url)
    settings = Settings(budget={"money_per_day": _CAP}, llm={"price_in": 1000.0, "price_out": 1000.0})
    mine = Budget(catalog, settings, FixedClock(datetime(2026, 11, 22, 8, tzinfo=UTC)))
    spent, calls = 0.0, 0
    while True:
        try:
            settle = mine.reserve(60, 40)
        except NotYet:
            break
        into, out = rng.randint(20, 60), rng.randint(5, 40)
        settle(into, out)
        spent, calls = spent + (into + out) / 1000, calls + 1
    catalog.close()
    return spent, calls


@contextmanager
def _postgresql() -> Iterator[NewHome]:
    try:
        with postgres.server() as server, homes(server) as new_home:
            yield new_home
    except postgres.NoServer as error:
        raise NotMeasurable(str(error)) from error


def _killed(ground: Ground, new_home: NewHome) -> Measurement:
    killed, differences = killed_library(ground.folder, new_home, _KILLS, 2, random.Random(ground.seed))
    return Measurement(
        figure=f"{len(differences)} rows lost or twice",
        sample=f"{killed['total']} of 1,000 SIGKILLs at {len(killed['at_point'])} kinds of moments",
        kept=differences == [] and killed["failed"] == 0 and killed["total"] >= _KILLS,
    )


def _stopped(ground: Ground, new_home: NewHome) -> Measurement:
    rng = random.Random(ground.seed)
    feeds = write_world(ground.folder / "world", shows=_ZOMBIES, episodes=1, rng=rng)
    with served(ground.folder / "world") as address:
        urls = [f"{address}/{feed}" for feed in feeds]
        tally = zombies(
            ground.folder / "homes", urls, new_home=new_home, count=_ZOMBIES, side_by_side=_ZOMBIES, rng=rng
        )
    return Measurement(
        figure=f"{tally.late_commits} late commits",
        sample=f"{tally.stopped} of 100 workers stopped past their lease",
        kept=tally.late_commits == 0 and tally.taken_over == tally.stopped == _ZOMBIES and tally.unfinished == 0,
    )
