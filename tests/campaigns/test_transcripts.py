"""Which published transcripts are taken for whole, and what budgets let through: on real episodes, and under kills."""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import signal
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from earmark.catalog import open_catalog
from earmark.catalog.work import usage
from earmark.clock import FixedClock
from earmark.errors import NotYet
from earmark.settings import BudgetSettings, Settings
from earmark.types import Episode, EpisodeData, Segment, Stage, TranscriptLink
from ingest.feeds.parse import parse_feed
from ingest.limits.budget import ASR, Budget
from ingest.transcripts import parse_transcript
from ingest.transcripts.choose import GARBAGE, WHOLE, completeness, judge
from ingest.transcripts.finish import finished
from tests.campaigns.conftest import Record

COVER = 0.6
"""The setting ``ingest.transcript_cover`` as it comes."""
PARTS = (0.1, 0.3, 0.5, 0.7, 0.9, 1.0)
DAY = datetime(2026, 11, 22, 8, tzinfo=UTC)
LIMIT, CALL, WORKERS, KILLS = 40_000.0, 100.0, 4, 30


pytestmark = pytest.mark.campaign


def test_every_publisher_file_is_taken_for_whole(record: Record, realdata: Path) -> None:
    measured = published(realdata)
    record("trust/transcripts", {"published": measured})
    assert measured["refused"] == []


def test_what_is_cut_is_noticed_and_what_is_whole_is_not(record: Record, realdata: Path) -> None:
    measured = cuts(realdata)
    record("trust/transcripts", {"completeness": measured})
    assert measured["timed"]["1.0"]["partial"] == measured["untimed"]["1.0"]["partial"] == 0
    assert measured["timed"]["0.5"]["partial"] == 1
    assert measured["loops_most"] < GARBAGE / 2


def test_killed_workers_spend_a_budget_whole_and_not_over(record: Record, small: bool) -> None:
    limit, kills = (4_000.0, 4) if small else (LIMIT, KILLS)
    measured = killed_workers(limit, kills)
    record("trust/transcripts", {"budget": measured})
    assert limit <= measured["used"] < limit + CALL
    assert measured["held_at_the_end"] == 0


def published(data: Path) -> dict[str, Any]:
    """What is thought of every publisher file there is."""
    kinds: Counter[str] = Counter()
    refused: list[str] = []
    for link, body, names in _files(data):
        transcript = parse_transcript(body, content_type=link.type, url=link.url, persons=names)
        judged = judge(transcript, _episode(None), link)
        kinds[f"{transcript.source}{', times' * judged.timed}{', speakers' * (judged.speakers >= 0.5)}"] += 1
        if not judged.whole or judged.foreign:
            refused.append(link.url)
    return {"files": kinds.total(), "kinds": dict(kinds.most_common()), "refused": refused}


def _files(data: Path) -> Iterator[tuple[TranscriptLink, bytes, list[str]]]:
    for folder in sorted((data / "e2e").iterdir()):
        feed = parse_feed((folder / "feed.xml").read_bytes(), url=f"http://127.0.0.1:8000/{folder.name}/feed.xml")
        for episode in feed.episodes:
            for link in episode.transcripts:
                path = folder / "transcripts" / link.url.rpartition("/")[2]
                yield link, path.read_bytes(), [person.name for person in episode.persons]
    for path in sorted((data / "feeds" / "transcripts").iterdir()):
        yield TranscriptLink(url=f"http://example.org/{path.name}"), path.read_bytes(), []


def cuts(data: Path) -> dict[str, Any]:
    """How complete real transcripts are said to be when they are cut to a part, with their times and without."""
    shares: dict[bool, dict[float, list[float]]] = {timed: {part: [] for part in PARTS} for timed in (True, False)}
    loops, languages, rates = 0.0, Counter[str](), []
    for path in sorted((data / "podcasts").glob("*.jsonl")):
        sys.stderr.write(f"{path.stem}\n")
        for line in path.read_text(encoding="utf-8").strip().split("\n"):
            said = _segments(json.loads(line)["segments"])
            judged = judge(_whole(said), _episode(None), TranscriptLink(url="x"))
            loops, languages[judged.language] = max(loops, judged.loops), languages[judged.language] + 1
            if not judged.timed:
                continue
            duration = max(s.end_s or s.start_s or 0.0 for s in said)
            rates.append(sum(len(s.text.split()) for s in said) / duration * 60)
            for part in PARTS:
                kept = [s for s in said if s.start_s is not None and s.start_s <= part * duration]
                shares[True][part].append(completeness(kept, duration) or 0.0)
                bare = [replace(s, start_s=None, end_s=None) for s in kept]
                shares[False][part].append(completeness(bare, duration) or 0.0)
    return {
        "episodes": languages.total(),
        "languages": dict(languages),
        "loops_most": round(loops, 4),
        "words_a_minute": {
            "least": round(min(rates)),
            "median": round(statistics.median(rates)),
            "most": round(max(rates)),
        },
        **{
            "timed" if timed else "untimed": {str(part): _summary(measured) for part, measured in parts.items()}
            for timed, parts in shares.items()
        },
    }


def _summary(shares: list[float]) -> dict[str, float]:
    return {
        "episodes": len(shares),
        "least": round(min(shares), 3),
        "median": round(statistics.median(shares), 3),
        "partial": round(sum(share < COVER for share in shares) / len(shares), 3),
        "not_whole": round(sum(share < WHOLE for share in shares) / len(shares), 3),
    }


def _segments(given: list[dict[str, Any]]) -> tuple[Segment, ...]:
    return finished(
        [Segment(text=s["text"], start_s=s.get("start"), end_s=s.get("end"), speaker=s.get("speaker")) for s in given]
    )


def _whole(segments: tuple[Segment, ...]) -> Any:
    from earmark.types import Transcript

    return Transcript(segments=segments, source="json")


def _episode(duration_s: float | None) -> Episode:
    data = EpisodeData(guid="g", title="", duration_s=duration_s)
    return Episode(id="e", show_id="s", show="", data=data, stage=Stage.DISCOVERED, language="en", discovered_at=DAY)


def killed_workers(limit: float, kills: int) -> dict[str, Any]:
    """Workers that spend one budget until it is gone, while one after another is killed in the middle of a call."""
    rng = random.Random(11)
    context = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/catalog.sqlite"
        open_catalog(url).close()
        lanes: dict[int, Any] = {}
        for lane in range(WORKERS):
            lanes[lane] = context.Process(target=_spend, args=(url, lane, limit))
            lanes[lane].start()
        time.sleep(2)
        killed = 0
        for kill in range(kills):
            lane = kill % WORKERS
            time.sleep(rng.uniform(0.2, 0.8))
            if lanes[lane].is_alive():
                killed += 1
                os.kill(lanes[lane].pid, signal.SIGKILL)
                lanes[lane].join()
            lanes[lane] = context.Process(target=_spend, args=(url, lane, limit))
            lanes[lane].start()
        for process in lanes.values():
            process.join()
        catalog = open_catalog(url)
        with catalog.read() as tx:
            counted = usage.between(tx, DAY.date(), DAY.date())
            everything = usage.spent(tx, DAY.date(), ASR)
        catalog.close()
    used = counted.get(ASR, 0.0)
    return {
        "limit": limit,
        "largest_call": CALL,
        "workers": WORKERS,
        "kills": killed,
        "used": round(used, 1),
        "held_at_the_end": round(everything - used, 1),
    }


def _spend(url: str, lane: int, limit: float) -> None:
    """Spends until nothing is left. The lane names the work, as an episode does: who is killed begins the same again."""
    catalog = open_catalog(url)
    budget = Budget(catalog, Settings(budget=BudgetSettings(asr_seconds_per_day=limit)), FixedClock(DAY))
    rng = random.Random(lane)
    while True:
        try:
            held = budget.asr(CALL, key=f"lane-{lane}")
        except NotYet:
            return
        time.sleep(0.05)
        held.settle({ASR: CALL * rng.uniform(0.2, 1.0)})
