"""Work under kills: 1,000 SIGKILLs, 100 zombies, busy interpreter locks, claims at 50,000, the time left, Ctrl-C.

About ten minutes on two cores; with ``--small`` few of each, in seconds.

The feeds are invented and served over loopback; stages, leases, commits and index are the product's own. Workers are
forked from this warm process, with a small encoder and ears that need no model; a part of the kills goes to whole
`earmark work` commands with the real model.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from evaluation.commands import earmark
from tests.campaigns.conftest import Record
from tests.campaigns.work.estimates import claim_speed, time_left
from tests.campaigns.work.homes import homes
from tests.campaigns.work.kills import contents
from tests.campaigns.work.library import NewHome, served, settings_for, write_world
from tests.campaigns.work.rounds import killed_library
from tests.campaigns.work.stopping import long_audio, stopping
from tests.campaigns.work.zombies import LEASE_S, busy_lock, zombies

pytestmark = pytest.mark.campaign

_ENV = {"EARMARK_ASR__ENABLED": "false"}


@pytest.fixture
def rng() -> random.Random:
    return random.Random(7)


@pytest.fixture
def name(database: str) -> str:
    """The file of results: what is measured on PostgreSQL has one of its own."""
    return "trust/work" if database == "sqlite" else f"trust/work-{database}"


@pytest.fixture
def new_home(database: str, request: pytest.FixtureRequest) -> Iterator[NewHome]:
    """Makes homes of libraries in a database of that kind."""
    server = None if database == "sqlite" else request.getfixturevalue(database)
    with homes(server) as make:
        yield make


def test_a_library_made_under_kills_is_the_one_made_in_peace(
    record: Record, small: bool, rng: random.Random, tmp_path: Path, name: str, new_home: NewHome
) -> None:
    measured, differences = killed_library(tmp_path, new_home, 20 if small else 1000, 1 if small else 12, rng)
    record(name, {"kills": measured})
    assert differences == []
    assert measured["failed"] == 0
    assert measured["total"] >= (20 if small else 1000)  # those already on their way when the last was counted die too


def test_whole_commands_under_kills_make_the_same_library(
    record: Record, small: bool, rng: random.Random, tmp_path: Path, name: str, new_home: NewHome
) -> None:
    measured, last_words = _commands(tmp_path, new_home, 2 if small else 20, rng)
    record(name, {"commands": measured})
    assert measured["same_as_undisturbed"]
    assert measured["exit"] == 0, last_words


def test_a_stopped_worker_loses_its_lease_and_commits_nothing(
    record: Record, small: bool, rng: random.Random, tmp_path: Path, name: str, new_home: NewHome
) -> None:
    count = 5 if small else 100
    feeds = write_world(tmp_path / "world", shows=min(10, count), episodes=1, rng=rng)
    with served(tmp_path / "world") as address:
        urls = [f"{address}/{feed}" for feed in feeds]
        side_by_side = min(10, count)
        dead = zombies(tmp_path / "zombies", urls, new_home=new_home, count=count, side_by_side=side_by_side, rng=rng)
    record(
        name,
        {"zombies": asdict(replace(dead, at_point={})) | {"at_point": dict(sorted(dead.at_point.items()))}},
    )
    assert dead.late_commits == 0
    assert dead.taken_over == dead.stopped
    assert dead.unfinished == 0


def test_a_lease_outlasts_a_busy_interpreter_lock_and_whoever_outlasts_the_lease_writes_nothing(
    record: Record, small: bool, rng: random.Random, tmp_path: Path
) -> None:
    """In real runs the lock is held for a second, and a lease is ten minutes; here it is half a lease, then three."""
    times = 1 if small else 5
    feeds = write_world(tmp_path / "world", shows=times, episodes=1, rng=rng)
    with served(tmp_path / "world") as address:
        urls = [f"{address}/{feed}" for feed in feeds]
        busy = busy_lock(tmp_path / "kept", urls, times=times, held_s=4.0, lease_s=8.0)
        over = busy_lock(tmp_path / "lost", urls, times=times, held_s=3 * LEASE_S)
    record("trust/work", {"busy_lock": busy, "lock_beyond_the_lease": over})
    assert busy["leases_lost"] == 0
    assert over["leases_lost"] == times
    for measured in (busy, over):
        assert measured["late_commits"] == 0
        assert measured["unfinished"] == 0


def test_new_episodes_come_first_and_no_show_starves(
    record: Record, small: bool, rng: random.Random, catalog_url: str, name: str
) -> None:
    many = 1_000 if small else 50_000
    claims = claim_speed(catalog_url, waiting=many, done=many, shows=500, rng=rng)
    record(name, {"claims": claims})
    assert claims["new_before_backfill"]
    assert claims["most_of_one_show_in_500"] <= 5


def test_the_time_left_is_nearer_than_by_counting_episodes(record: Record, small: bool, rng: random.Random) -> None:
    measured = time_left(runs=30 if small else 300, rng=rng)
    record("trust/work", {"time_left": measured})
    for mark, error in measured["median_error_of_total"].items():
        assert error < measured["by_number_of_episodes"][mark]


def test_ctrl_c_in_a_long_transcription_leaves_nothing_behind(
    record: Record, small: bool, realdata: Path, tmp_path: Path
) -> None:
    if small:
        pytest.skip("loads the real speech model and an hour of audio")
    if long_audio(realdata, tmp_path / "long", minutes=60) is None:
        pytest.skip("no synthetic speech in the real data")
    with served(tmp_path / "long") as address:
        stop = stopping(tmp_path / "stopping", address)
    record("trust/work", {"ctrl_c": stop})
    assert stop["exit"] == 130
    assert stop["attempts"] == 0
    assert stop["leases_left"] == 0


def _commands(folder: Path, new_home: NewHome, count: int, rng: random.Random) -> tuple[dict[str, Any], str]:
    """Whole commands with the real model, killed at random moments, and what the last of them said."""
    feeds = write_world(folder / "world", shows=2, episodes=6, rng=rng)
    # Transcripts only: the noise in the audio files says nothing to real ears.
    with served(folder / "world") as address:
        homes = {name: new_home(folder / name) for name in ("whole", "broken")}
        for home in homes.values():
            earmark(home, "add", *(f"{address}/{feed}" for feed in feeds))
        whole = earmark(homes["whole"], "work", env=_ENV)
        longest, killed = max(whole.seconds, 3.0), 0
        for _ in range(count):
            killed += earmark(homes["broken"], "work", kill_after_s=rng.uniform(0.5, longest), env=_ENV).code == -9
        # Some episodes have no transcript and fail in peace too: whichever run meets them says so, the next has nothing to do.
        earmark(homes["broken"], "work", env=_ENV)
        last = earmark(homes["broken"], "work", env=_ENV)
    same = _settled(homes["whole"]) == _settled(homes["broken"])
    measured = {
        "killed": killed,
        "exit": last.code,
        "same_as_undisturbed": same,
        "seconds_undisturbed": round(whole.seconds, 1),
    }
    return measured, last.out + last.err


def _settled(home: Path) -> dict[str, list[tuple[Any, ...]]]:
    """The contents of a library but for vectors: floating point sums differ with what shares a batch."""
    return {name: rows for name, rows in contents(settings_for(home)).items() if name != "vectors"}
