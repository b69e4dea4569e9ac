"""Work under kills: 1,000 SIGKILLs, 100 zombies, busy interpreter locks, claims at 50,000, the time left, Ctrl-C.

    python -m evaluation.trust.work [DATA]      results/trust/work.json; about ten minutes on two cores
    python -m evaluation.trust.work --small     the same with few of each, in seconds; writes nothing

The feeds are invented and served over loopback; stages, leases, commits and index are the product's own. Workers are
forked from this warm process, with a small encoder and ears that need no model; a part of the kills goes to whole
`earmark work` commands with the real model.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
import time
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from evaluation.runs import earmark
from evaluation.trust.campaign import data_folder, report
from evaluation.trust.work_estimates import claim_speed, time_left
from evaluation.trust.work_kills import POINTS, Kills, broken_promises, contents, kill_round, undisturbed
from evaluation.trust.work_library import served, settings_for, write_world
from evaluation.trust.work_stopping import long_audio, stopping
from evaluation.trust.work_zombies import Zombies, busy_lock, zombies

__all__ = ["main", "measure"]

_WORKERS = 3


def measure(
    *,
    kills: int = 1000,
    stopped: int = 100,
    locks: int = 5,
    commands: int = 20,
    episodes: int = 12,
    waiting: int = 50_000,
    runs: int = 300,
    data: Path | None = None,
    seed: int = 7,
) -> dict[str, Any]:
    """All of it; ``broken`` names in words what did not hold.

    Args:
        kills: SIGKILLs of forked workers.
        stopped: zombies.
        locks: stages that hold the interpreter lock.
        commands: SIGKILLs of whole commands with the real model.
        episodes: of each of the six shows that are worked on.
        waiting: episodes in the catalog that claims are timed in.
        runs: simulated runs for the time left.
        data: real audio for the measured Ctrl-C; ``None`` leaves it out.
        seed: of everything that is drawn by lot.
    """
    rng = random.Random(seed)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        found: dict[str, Any] = {"kills": _kills(folder / "kills", kills, episodes, rng)}
        if commands:
            found["commands"] = _commands(folder / "commands", commands, rng)
        found["zombies"], found["busy_lock"] = _leases(folder / "leases", stopped, locks, rng)
        (folder / "claims").mkdir()
        found["claims"] = claim_speed(folder / "claims", waiting=waiting, done=waiting, shows=500, rng=rng)
        found["time_left"] = time_left(runs=runs, rng=rng)
        _progress(f"claims {found['claims']['median_ms']} ms, time left {found['time_left']['median_error_of_total']}")
        if data is not None and long_audio(data, folder / "long", minutes=60) is not None:
            with served(folder / "long") as address:
                found["ctrl_c"] = stopping(folder / "stopping", address)
            _progress(f"Ctrl-C: {found['ctrl_c']['seconds_to_exit']} s")
    return found | {"broken": _broken(found)}


def main() -> None:
    """Runs the campaign; with ``--small`` a short one that writes no file."""
    if "--small" in sys.argv:
        small = measure(kills=20, stopped=5, locks=0, commands=0, episodes=1, waiting=1_000, runs=30)
        sys.stdout.write(json.dumps(small) + "\n")
        sys.exit(1 if small["broken"] else 0)
    data = data_folder()
    report("work", lambda: measure(data=data))


def _kills(folder: Path, count: int, episodes: int, rng: random.Random) -> dict[str, Any]:
    feeds = write_world(folder / "world", shows=6, episodes=episodes, rng=rng)
    kills, broken, began = Kills(), [], time.monotonic()
    with served(folder / "world") as address:
        urls = [f"{address}/{feed}" for feed in feeds]
        expected = undisturbed(folder / "whole", urls)
        rounds = 0
        while kills.total < count and rounds < count:
            rounds += 1
            home = folder / f"round{rounds}"
            settings = kill_round(home, urls, kills, most=count - kills.total, workers=_WORKERS, rng=rng)
            broken += [f"round {rounds}: {one}" for one in broken_promises(settings, expected, home)]
            _progress(
                f"{kills.total} of {count} kills in {time.monotonic() - began:.0f} s, broken: {broken or 'nothing'}"
            )
    return {
        **asdict(replace(kills, at_point={})),
        "at_point": dict(sorted(kills.at_point.items())),
        "rounds": rounds,
        "workers": _WORKERS,
        "episodes_a_round": 6 * episodes,
        "rows_compared": {name: len(rows) for name, rows in expected.items()},
        "points_never_reached": sorted(set(POINTS) - set(kills.at_point)),
        "seconds": round(time.monotonic() - began, 1),
        "broken": broken,
    }


def _commands(folder: Path, count: int, rng: random.Random) -> dict[str, Any]:
    """Whole commands with the real model, two at once in the end, killed at random moments."""
    feeds = write_world(folder / "world", shows=2, episodes=6, rng=rng)
    # Transcripts only: the noise in the audio files says nothing to real ears.
    with served(folder / "world") as address:
        homes = {name: folder / name for name in ("whole", "broken")}
        for home in homes.values():
            earmark(home, "add", *(f"{address}/{feed}" for feed in feeds))
        whole = earmark(homes["whole"], "work", env=_ENV)
        longest, killed = max(whole.seconds, 3.0), 0
        for _ in range(count):
            killed += earmark(homes["broken"], "work", kill_after_s=rng.uniform(0.5, longest), env=_ENV).code == -9
        last = earmark(homes["broken"], "work", env=_ENV)
    same = _settled(homes["whole"]) == _settled(homes["broken"])
    _progress(f"{killed} commands killed, same as undisturbed: {same}")
    return {
        "killed": killed,
        "exit": last.code,
        "same_as_undisturbed": same,
        "seconds_undisturbed": round(whole.seconds, 1),
    }


_ENV = {"EARMARK_ASR__ENABLED": "false"}


def _settled(home: Path) -> dict[str, list[tuple[Any, ...]]]:
    """The contents of a library but for vectors: floating point sums differ with what shares a batch."""
    return {name: rows for name, rows in contents(settings_for(home)).items() if name != "vectors"}


def _leases(folder: Path, stopped: int, locks: int, rng: random.Random) -> tuple[dict[str, Any], dict[str, Any]]:
    side_by_side = min(10, stopped)
    feeds = write_world(folder / "world", shows=max(side_by_side, locks), episodes=1, rng=rng)
    with served(folder / "world") as address:
        urls = [f"{address}/{feed}" for feed in feeds]
        dead: Zombies = zombies(folder / "zombies", urls, count=stopped, side_by_side=side_by_side, rng=rng)
        _progress(f"{dead.stopped} zombies, {dead.late_commits} late commits")
        busy = busy_lock(folder / "locks", urls, times=locks)
        _progress(f"{busy['times']} busy locks, {busy['leases_lost']} leases lost")
    return asdict(replace(dead, at_point={})) | {"at_point": dict(sorted(dead.at_point.items()))}, busy


def _broken(found: dict[str, Any]) -> list[str]:
    kills, dead, busy, claims = found["kills"], found["zombies"], found["busy_lock"], found["claims"]
    broken = list(kills["broken"])
    checks = {
        f"{dead['late_commits']} late commits of zombies": dead["late_commits"] == 0,
        "zombies were not taken over": dead["taken_over"] == dead["stopped"],
        "episodes of zombies were not finished": dead["unfinished"] == 0,
        f"{busy['leases_lost']} leases lost to a busy lock": busy["leases_lost"] == 0 and busy["unfinished"] == 0,
        "backfill came before new episodes": claims["new_before_backfill"],
        "one show starved the others": claims["most_of_one_show_in_500"] <= 5,
        "workers failed without being killed": kills["failed"] == 0,
        "commands under kills made another library": found.get("commands", {}).get("same_as_undisturbed", True),
    }
    broken += [what for what, held in checks.items() if not held]
    stop = found.get("ctrl_c")
    if stop and (stop["exit"] != 130 or stop["attempts"] or stop["leases_left"]):
        broken.append("Ctrl-C left something behind")
    return broken


def _progress(line: str) -> None:
    sys.stderr.write(f"  {line}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    main()
