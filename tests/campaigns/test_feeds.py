"""Feeds: 10,000 mutated ones, bombs, nothing lost against feedparser, and seconds for 1,000 items."""

from __future__ import annotations

import io
import multiprocessing
import random
import re
import statistics
import sys
import time
import traceback
import warnings
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import feedparser
import pytest

from earmark.errors import FeedError
from ingest.feeds.parse import parse_feed
from tests.campaigns.conftest import Record
from tests.campaigns.feeds.bombs import BOMBS, MOST_MB, bomb
from tests.campaigns.feeds.mutations import mutated

pytestmark = pytest.mark.campaign

MUTATIONS, SEED = 10_000, 20_260_101
_URL = "https://pod.example/feeds/show.xml"
_CLASSES = ((0.90, 0, 64_000), (0.085, 64_000, 600_000), (0.015, 600_000, 1 << 40))
"""Share of the mutated feeds that are made of files of that many bytes: most feeds are small, every tenth is not."""
_FOLDERS = ("real", "fixtures", "malformed", "encoding")
_REPEATS = 5


def feed_files(data: Path) -> list[Path]:
    """All feeds, in a fixed order."""
    found = [file for folder in _FOLDERS for file in sorted((data / "feeds" / folder).rglob("*")) if file.is_file()]
    return [file for file in found if file.suffix not in {".json", ".txt", ".md"} and file.stat().st_size]


def mutations(data: Path, count: int = MUTATIONS) -> dict[str, Any]:
    """Parses mutated feeds in two processes; how long that took and what was raised."""
    files = feed_files(data)
    classes = [[file for file in files if low <= file.stat().st_size < high] for _, low, high in _CLASSES]
    random_ = random.Random(SEED)
    weights = [share for share, _, _ in _CLASSES]
    chosen = random_.choices(range(len(classes)), weights, k=count)
    tasks = [(random_.choice(classes[size]), SEED + number) for number, size in enumerate(chosen)]
    outcomes: dict[str, int] = {"read": 0, "refused": 0}
    seconds: list[float] = []
    crashes: list[str] = []
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        for number, (took, outcome) in enumerate(pool.imap(_parse_one, tasks, chunksize=25), start=1):
            seconds.append(took)
            if outcome in outcomes:
                outcomes[outcome] += 1
            else:
                crashes.append(outcome)
            if number % 1_000 == 0:
                sys.stderr.write(f"    {number} of {count}, {len(crashes)} crashes, slowest {max(seconds):.2f} s\n")
    by_size = {
        f"from {low:,} bytes": _spread([s for s, c in zip(seconds, chosen, strict=True) if c == place])
        for place, (_, low, _) in enumerate(_CLASSES)
    }
    slowest = sorted(range(count), key=lambda n: -seconds[n])[:5]
    return {
        "feeds": count,
        "seed": SEED,
        "files": len(files),
        **outcomes,
        "crashes": crashes[:20],
        "seconds": _spread(seconds),
        "seconds_by_size": by_size,
        "slowest": [f"{tasks[n][0].name}, seed {tasks[n][1]}: {seconds[n]:.2f} s" for n in slowest],
    }


def _parse_one(task: tuple[Path, int]) -> tuple[float, str]:
    file, seed = task
    body, kinds = mutated(file.read_bytes(), random.Random(seed))
    began = time.process_time()
    try:
        parse_feed(body, url=_URL)
        outcome = "read"
    except FeedError:
        outcome = "refused"
    except BaseException:
        last = traceback.format_exc().strip().splitlines()[-1]
        outcome = f"{file.name}, seed {seed} ({kinds}): {last[:200]}"
    return time.process_time() - began, outcome


def parity(data: Path) -> tuple[dict[str, Any], list[str]]:
    """Entries and transcripts of all feeds, ours against feedparser's and against the raw bytes; and what we lost."""
    lost: list[str] = []
    total = {"files": 0, "feedparser_entries": 0, "episodes": 0, "repeats_left_out": 0, "transcripts": 0, "written": 0}
    for file in feed_files(data):
        body = file.read_bytes()
        theirs = _feedparser_entries(body)
        try:
            feed = parse_feed(body, url=_URL)
        except FeedError as error:
            if theirs:
                lost.append(f"{file.name}: refused ({error}), feedparser sees {theirs}")
            continue
        repeats = sum(int(problem.split()[0]) for problem in feed.problems if "were left out" in problem)
        kept = sum(len(episode.transcripts) for episode in feed.episodes)
        written = _written_transcripts(body)
        if len(feed.episodes) + repeats < theirs:
            lost.append(f"{file.name}: {len(feed.episodes)} episodes, feedparser sees {theirs}")
        if kept < written:
            lost.append(f"{file.name}: {kept} of {written} transcripts")
        for name, number in zip(total, (1, theirs, len(feed.episodes), repeats, kept, written), strict=True):
            total[name] += number
    return total, lost


def _feedparser_entries(body: bytes) -> int:
    """Entries with anything in them that a person could read or play."""
    try:
        parsed = _feedparser(body)
    except Exception:
        return 0
    fields = ("title", "summary", "content", "link", "links", "id")
    return sum(any(dict.get(entry, name) for name in fields) for entry in parsed.entries)


def _written_transcripts(body: bytes) -> int:
    """Distinct transcripts of each item as they stand in the bytes, by cutting the text at its item tags."""
    count = 0
    for item in re.findall(rb"<item\b.*?</item>", body, re.DOTALL):
        tags = re.findall(rb"<[\w.-]+:transcript\s[^>]*>", item)
        count += len({(_attribute(tag, b"url"), _attribute(tag, b"type")) for tag in tags if _attribute(tag, b"url")})
    return count


def _attribute(tag: bytes, name: bytes) -> bytes:
    found = re.search(rb"\b" + name + rb"\s*=\s*([\"'])(.*?)\1", tag, re.DOTALL)
    return found[2].strip().lower() if found else b""


def speed(data: Path) -> dict[str, Any]:
    """Seconds of CPU for 1,000 items, best of five: ours and feedparser alone, the same bytes."""
    found: dict[str, Any] = {}
    for name in ("2026-02-13-deprogram.xml", "2020-12-19-LinuxUnplugged.xml", "giantbomb-podcast.rss"):
        body = _thousand_items((data / "feeds" / "real" / name).read_bytes())
        ours = _best(partial(parse_feed, body, url=_URL))
        theirs = _best(partial(_feedparser, body))
        # Without its sanitising, which we do not use either.
        bare = _best(partial(_feedparser, body, sanitised=False))
        found[name] = {
            "bytes": len(body),
            "episodes": len(parse_feed(body, url=_URL).episodes),
            "ours_s": round(ours, 3),
            "feedparser_s": round(theirs, 3),
            "feedparser_without_sanitising_s": round(bare, 3),
            "ratio": round(ours / theirs, 3),
        }
    return found


def _feedparser(body: bytes, *, sanitised: bool = True) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        parse: Callable[..., Any] = feedparser.parse
        return parse(io.BytesIO(body), sanitize_html=sanitised, resolve_relative_uris=sanitised)


def _thousand_items(body: bytes) -> bytes:
    items = re.findall(rb"<item\b.*?</item>", body, re.DOTALL)
    many = [re.sub(rb"</guid>", b"-%d</guid>" % n, items[n % len(items)]) for n in range(1_000)]
    return body[: body.index(b"<item")] + b"".join(many) + b"</channel></rss>"


def _best(work: Callable[[], object]) -> float:
    taken = []
    for _ in range(_REPEATS):
        began = time.process_time()
        work()
        taken.append(time.process_time() - began)
    return min(taken)


def _spread(seconds: list[float]) -> dict[str, float]:
    if not seconds:
        return {}
    return {
        "count": len(seconds),
        "p50": round(statistics.median(seconds), 4),
        "p99": round(_quantile(seconds, 0.99), 3),
        "max": round(max(seconds), 3),
    }


def _quantile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def test_every_entry_and_transcript_that_feedparser_sees_is_kept(record: Record, realdata: Path) -> None:
    measured, lost = parity(realdata)
    record("trust/feeds", {"parity": measured})
    assert lost == []


@pytest.mark.parametrize("name", BOMBS)
def test_no_bomb_takes_much_memory(name: str, record: Record) -> None:
    measured = bomb(name)
    record("trust/feeds", {f"bomb: {name}": measured})
    assert measured["growth_mb"] < MOST_MB


def test_a_thousand_items_are_all_read(record: Record, realdata: Path) -> None:
    """The seconds are recorded beside feedparser's own; only the reading is judged here."""
    measured = speed(realdata)
    record("trust/feeds", {"speed": measured})
    assert [feed["episodes"] for feed in measured.values()] == [1_000] * len(measured)


def test_mutated_feeds_are_read_or_refused(record: Record, realdata: Path, small: bool) -> None:
    measured = mutations(realdata, 200 if small else MUTATIONS)
    record("trust/feeds", {"mutations": measured})
    assert measured["crashes"] == []
    assert measured["read"] + measured["refused"] == measured["feeds"]
