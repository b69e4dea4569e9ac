"""The long run on real feeds: take them in, check every promise, and do it again under 30 SIGKILLs.

    python -m evaluation.campaign [FOLDER]     default: ../shared/data/e2e or $EARMARK_TEST_DATA/e2e

FOLDER holds one folder a show with feed.xml and transcripts/. What was measured goes to results/campaign.json.
"""

from __future__ import annotations

import json
import os
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from earmark.catalog import open_catalog
from earmark.catalog.content import transcripts
from earmark.catalog.schema import chunks, episodes, insights, shows
from earmark.types import Stage
from evaluation.runs import document, earmark, kill_at_random, machine
from evaluation.serving import FeedServer, serving

__all__ = ["check_contents", "contents", "main", "take_in"]

RESULTS = Path(__file__).parent / "results" / "campaign.json"
KILLS = 30


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
        "conditional": sum(one.conditional for one in new),
        "statuses": dict(Counter(str(one.status) for one in new)),
        "wrote_nothing": (contents(home), _bytes_of(home / "index")) == before,
        "seconds": round(run.seconds, 1),
    }


def check_contents(home: Path) -> dict[str, Any]:
    """Reads the catalog: are quotes verbatim, speakers kept, times sound?"""
    catalog = open_catalog(f"sqlite:///{home / 'catalog.sqlite'}")
    with catalog.read() as tx:
        stages = Counter(tx.execute(sa.select(episodes.c.stage)).scalars())
        texts: dict[str, str] = {}
        spoken: dict[str, set[str]] = {}
        for episode_id in tx.execute(sa.select(episodes.c.id).where(episodes.c.same_as == "")).scalars().all():
            transcript = transcripts.get(tx, episode_id)
            texts[episode_id] = _folded(" ".join(segment.text for segment in transcript.segments))
            spoken[episode_id] = {segment.speaker for segment in transcript.segments if segment.speaker}
        found = tx.execute(
            sa.select(insights, shows.c.title).join(episodes, insights.c.episode_id == episodes.c.id).join(shows)
        ).all()
        passages = tx.execute(sa.select(chunks)).all()
    catalog.close()
    return {
        "stages": dict(stages),
        "chunks": len(passages),
        "insights": len(found),
        "insights_by_show": dict(Counter(row.title for row in found)),
        "quotes_not_verbatim": sum(_folded(row.quote) not in texts[row.episode_id] for row in found),
        "insights_without_speaker": sum(row.speaker is None for row in found),
        "speakers_not_in_transcript": sum(
            bool(row.speaker) and row.speaker not in spoken[row.episode_id] for row in found
        ),
        "episodes_with_speakers": sum(bool(names) for names in spoken.values()),
        "bad_times": sum(
            row.start_s is not None and row.end_s is not None and row.end_s < row.start_s for row in passages
        ),
    }


def contents(home: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every chunk and insight, in an order of its own, to compare two libraries."""
    catalog = open_catalog(f"sqlite:///{home / 'catalog.sqlite'}")
    with catalog.read() as tx:
        found = {
            table.name: sorted((tuple(row) for row in tx.execute(sa.select(table))), key=repr)
            for table in (chunks, insights)
        }
    catalog.close()
    return found


def killed(home: Path, folder: Path, server: FeedServer, *, times: int, seed: int, longest_s: float) -> dict[str, Any]:
    """The same ingest ended ``times`` times with SIGKILL at random moments, then left to finish."""
    feeds = [f"{server.address}/{path.parent.name}/feed.xml" for path in sorted(folder.glob("*/feed.xml"))]
    earmark(home, "add", *feeds)
    rng = random.Random(seed)
    done: list[int] = []
    kills = 0
    for _ in range(times):
        kills += kill_at_random(home, "ingest", times=1, longest_s=longest_s, rng=rng).count(-9)
        done.append(_episodes_done(home))
    run = earmark(home, "ingest", "--json")
    return {
        "kills": kills,
        "episodes_done_after_each": done,
        "exit": run.code,
        "seconds_of_last": round(run.seconds, 1),
    }


def main() -> None:
    """Runs the campaign and writes what it measured; exits 1 when a promise is broken."""
    data = Path(os.environ.get("EARMARK_TEST_DATA") or Path(__file__).parents[2] / "shared" / "data")
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else data / "e2e"
    if not folder.is_dir():
        sys.exit(f"there is no folder {folder}; give one with shows, or set EARMARK_TEST_DATA")
    with tempfile.TemporaryDirectory() as scratch, serving(folder) as server:
        whole, broken = Path(scratch) / "whole", Path(scratch) / "broken"
        result: dict[str, Any] = {"measured": time.strftime("%Y-%m-%d"), "machine": machine()}
        result["ingest"] = take_in(whole, folder, server)
        result["contents"] = check_contents(whole)
        result["again"] = second_run(whole, server)
        brief = document(earmark(whole, "brief", "--json"))
        result["brief"] = {
            "ideas": len(brief["items"]),
            "shows": len({item["insight"]["show"] for item in brief["items"]}),
            "related": [len(item["related"]) for item in brief["items"]],
        }
        print(json.dumps(result, indent=2))
        longest_s = result["ingest"]["seconds"] / 6
        result["sigkill"] = killed(broken, folder, server, times=KILLS, seed=7, longest_s=longest_s)
        result["sigkill"]["same_as_undisturbed"] = contents(whole) == contents(broken)
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(result["sigkill"], indent=2))
    if result["contents"]["quotes_not_verbatim"] or not result["sigkill"]["same_as_undisturbed"]:
        sys.exit("a promise was broken; see above")


def _episodes_done(home: Path) -> int:
    catalog = open_catalog(f"sqlite:///{home / 'catalog.sqlite'}")
    with catalog.read() as tx:
        query = sa.select(sa.func.count()).where(episodes.c.stage == Stage.INSIGHTS.value)
        count = int(tx.execute(query).scalar_one())
    catalog.close()
    return count


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


def _bytes_of(folder: Path) -> dict[str, tuple[int, int]]:
    """Size and time of each file of a folder."""
    kept = [path for path in folder.rglob("*") if path.is_file()]
    return {str(path.relative_to(folder)): (path.stat().st_size, path.stat().st_mtime_ns) for path in kept}


if __name__ == "__main__":
    main()
