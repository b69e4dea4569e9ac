"""The long run on real feeds: 54 episodes are taken in, every promise is checked, and it is done again under 30 SIGKILLs.

The folder ``e2e`` of the real data holds a folder for each show, with feed.xml and transcripts/.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from earmark.catalog import open_catalog
from earmark.catalog.schema import episodes
from earmark.types import Stage
from evaluation.commands import document, earmark
from tests.campaigns.conftest import Record
from tests.contents import check_contents, contents
from tests.feed_server import FeedServer, serving

pytestmark = pytest.mark.campaign

KILLS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class _RealLibrary:
    """A library of the real episodes, made in peace, with what was measured meanwhile."""

    home: Path
    folder: Path
    server: FeedServer
    measured: dict[str, Any]


@pytest.fixture(scope="module")
def whole(realdata: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[_RealLibrary]:
    home = tmp_path_factory.mktemp("whole") / "home"
    folder = realdata / "e2e"
    with serving(folder) as server:
        yield _RealLibrary(home=home, folder=folder, server=server, measured=take_in(home, folder, server))


def test_every_episode_is_taken_in(whole: _RealLibrary, record: Record) -> None:
    record("campaign", {"ingest": whole.measured})
    assert whole.measured["exit"] == [0, 0]
    assert whole.measured["failures"] == []


def test_every_quote_is_verbatim_and_every_speaker_real(whole: _RealLibrary, record: Record) -> None:
    held = check_contents(whole.home)
    record("campaign", {"contents": held})
    assert held["quotes_not_verbatim"] == 0
    assert held["speakers_not_in_transcript"] == 0
    assert held["bad_times"] == 0


def test_a_second_run_writes_nothing(whole: _RealLibrary, record: Record) -> None:
    again = second_run(whole.home, whole.server)
    record("campaign", {"again": again})
    assert again["wrote_nothing"]
    assert again["conditional"] == again["requests"]


def test_the_brief_has_five_ideas_of_different_shows(whole: _RealLibrary, record: Record) -> None:
    brief = document(earmark(whole.home, "brief", "--json"))
    shows = {item["insight"]["show"] for item in brief["items"]}
    related = [len(item["related"]) for item in brief["items"]]
    record("campaign", {"brief": {"ideas": len(brief["items"]), "shows": len(shows), "related": related}})
    assert len(brief["items"]) == 5
    assert len(shows) > 1


def test_a_library_made_under_kills_is_the_same(
    whole: _RealLibrary, record: Record, small: bool, tmp_path: Path
) -> None:
    longest_s = whole.measured["seconds"] / 6
    times = 3 if small else KILLS
    measured = killed(tmp_path / "home", whole.folder, whole.server, times=times, seed=7, longest_s=longest_s)
    same = contents(whole.home) == contents(tmp_path / "home")
    record("campaign", {"sigkill": measured | {"same_as_undisturbed": same}})
    assert same


def take_in(home: Path, folder: Path, server: FeedServer) -> dict[str, Any]:
    """Follows and ingests every show of a folder; returns what was measured."""
    feeds = [f"{server.address}/{path.parent.name}/feed.xml" for path in sorted(folder.glob("*/feed.xml"))]
    added = earmark(home, "add", *feeds)
    run = earmark(home, "ingest", "--json")
    report = document(run)
    return {
        "feeds": len(feeds),
        "exit": [added.code, run.code],
        "episodes": report["episodes_done"],
        "failures": report["failures"],
        "seconds": round(run.seconds, 1),
        "peak_mib": round(run.peak_mib),
    }


def second_run(home: Path, server: FeedServer) -> dict[str, Any]:
    """Ingests again: which requests were made, and whether a passage, an insight or a byte of the index changed."""
    before, asked = (contents(home), _bytes_of(home / "index")), len(server.asked)
    run = earmark(home, "ingest", "--all-feeds", "--json")
    new = server.asked[asked:]
    return {
        "exit": run.code,
        "requests": len(new),
        "conditional": sum(request.conditional for request in new),
        "statuses": dict(Counter(str(request.status) for request in new)),
        "wrote_nothing": (contents(home), _bytes_of(home / "index")) == before,
        "seconds": round(run.seconds, 1),
    }


def killed(home: Path, folder: Path, server: FeedServer, *, times: int, seed: int, longest_s: float) -> dict[str, Any]:
    """The same ingest ended ``times`` times with SIGKILL at random moments, then left to finish."""
    feeds = [f"{server.address}/{path.parent.name}/feed.xml" for path in sorted(folder.glob("*/feed.xml"))]
    earmark(home, "add", *feeds)
    rng = random.Random(seed)
    done: list[int] = []
    kills = 0
    for _ in range(times):
        kills += earmark(home, "ingest", kill_after_s=rng.uniform(0.3, longest_s)).code == -9
        done.append(_episodes_done(home))
    run = earmark(home, "ingest", "--json")
    return {
        "kills": kills,
        "episodes_done_after_each": done,
        "exit": run.code,
        "seconds_of_last": round(run.seconds, 1),
    }


def _episodes_done(home: Path) -> int:
    catalog = open_catalog(f"sqlite:///{home / 'catalog.sqlite'}")
    with catalog.read() as tx:
        query = sa.select(sa.func.count()).where(episodes.c.stage == Stage.INSIGHTS.value)
        count = int(tx.execute(query).scalar_one())
    catalog.close()
    return count


def _bytes_of(folder: Path) -> dict[str, tuple[int, int]]:
    """Size and time of each file of a folder."""
    kept = [path for path in folder.rglob("*") if path.is_file()]
    return {str(path.relative_to(folder)): (path.stat().st_size, path.stat().st_mtime_ns) for path in kept}
