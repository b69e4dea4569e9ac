"""Feeds: 10,000 mutated ones, bombs, nothing lost against feedparser, and seconds for 1,000 items."""

from __future__ import annotations

import io
import re
import time
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
from tests.campaigns.feeds.hostile import SEED, URL, feed_files, mutations

pytestmark = pytest.mark.campaign

MUTATIONS = 10_000
_REPEATS = 5


def parity(data: Path) -> tuple[dict[str, Any], list[str]]:
    """Entries and transcripts of all feeds, ours against feedparser's and against the raw bytes; and what we lost."""
    lost: list[str] = []
    total = {"files": 0, "feedparser_entries": 0, "episodes": 0, "repeats_left_out": 0, "transcripts": 0, "written": 0}
    for file in feed_files(data):
        body = file.read_bytes()
        theirs = _feedparser_entries(body)
        try:
            feed = parse_feed(body, url=URL)
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
    match = re.search(rb"\b" + name + rb"\s*=\s*([\"'])(.*?)\1", tag, re.DOTALL)
    return match[2].strip().lower() if match else b""


def speed(data: Path) -> dict[str, Any]:
    """Seconds of CPU for 1,000 items, best of five: ours and feedparser alone, the same bytes."""
    speeds: dict[str, Any] = {}
    for name in ("2026-02-13-deprogram.xml", "2020-12-19-LinuxUnplugged.xml", "giantbomb-podcast.rss"):
        body = _thousand_items((data / "feeds" / "real" / name).read_bytes())
        ours = _best(partial(parse_feed, body, url=URL))
        theirs = _best(partial(_feedparser, body))
        # Without its sanitising, which we do not use either.
        bare = _best(partial(_feedparser, body, sanitised=False))
        speeds[name] = {
            "bytes": len(body),
            "episodes": len(parse_feed(body, url=URL).episodes),
            "ours_s": round(ours, 3),
            "feedparser_s": round(theirs, 3),
            "feedparser_without_sanitising_s": round(bare, 3),
            "ratio": round(ours / theirs, 3),
        }
    return speeds


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
    measured = mutations(feed_files(realdata), 200 if small else MUTATIONS, seed=SEED)
    record("trust/feeds", {"mutations": measured})
    assert measured["crashes"] == []
    assert measured["read"] + measured["refused"] == measured["feeds"]
