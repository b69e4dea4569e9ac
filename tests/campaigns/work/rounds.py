"""Rounds of kills: libraries made by workers that are killed all the time, each compared with one made in peace."""

from __future__ import annotations

import random
import time
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from tests.campaigns.work.kills import POINTS, Kills, broken_promises, kill_round, undisturbed
from tests.campaigns.work.library import NewHome, served, write_world

__all__ = ["killed_library"]

_WORKERS = 3


def killed_library(
    folder: Path, new_home: NewHome, count: int, episodes: int, rng: random.Random
) -> tuple[dict[str, Any], list[str]]:
    """What was killed where, and in what the libraries that went through it differ from the undisturbed one."""
    feeds = write_world(folder / "world", shows=6, episodes=episodes, rng=rng)
    kills, differences, began = Kills(), list[str](), time.monotonic()
    with served(folder / "world") as address:
        urls = [f"{address}/{feed}" for feed in feeds]
        expected = undisturbed(folder / "whole", urls, new_home)
        rounds = 0
        while kills.total < count and rounds < count:
            rounds += 1
            home = folder / f"round{rounds}"
            most = count - kills.total
            settings = kill_round(home, urls, kills, new_home=new_home, most=most, workers=_WORKERS, rng=rng)
            differences += [f"round {rounds}: {what}" for what in broken_promises(settings, expected, home)]
    measured = {
        **asdict(replace(kills, at_point={})),
        "at_point": dict(sorted(kills.at_point.items())),
        "rounds": rounds,
        "workers": _WORKERS,
        "episodes_a_round": 6 * episodes,
        "rows_compared": {name: len(rows) for name, rows in expected.items()},
        "points_never_reached": sorted(set(POINTS) - set(kills.at_point)),
        "seconds": round(time.monotonic() - began, 1),
    }
    return measured, differences
