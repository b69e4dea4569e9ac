"""Inputs made after what people reported of other programs: each is read as its user expects.

Each folder has its inputs and an ``expected.json``. A folder is one line of the table, with the check for its kind.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from earmark.clean import plain
from earmark.types import TranscriptLink
from ingest.feeds.opml import read_opml
from ingest.feeds.parse import parse_feed
from ingest.text.loops import loop_share
from ingest.transcripts import parse_transcript
from ingest.transcripts.choose import GARBAGE, judge
from tests.ingest.test_choose import episode

pytestmark = pytest.mark.heavy

Check = Callable[[Path, dict[str, Any]], None]


def reads_the_feed(folder: Path, expected: dict[str, Any]) -> None:
    feed = parse_feed((folder / "feed.xml").read_bytes(), url="https://example.org/feed.xml")
    wanted = expected["expected"]
    assert "title" not in wanted or feed.title == wanted["title"]
    assert len(feed.episodes) == len(wanted["episodes"])
    for parsed, fields in zip(feed.episodes, wanted["episodes"], strict=True):
        assert {name: _written(getattr(parsed, name)) for name in fields} == fields


def reads_the_transcripts(folder: Path, expected: dict[str, Any]) -> None:
    for name, wanted in expected["expected"].items():
        url = f"https://example.org/{name}"
        segments = parse_transcript((folder / name).read_bytes(), content_type=expected["type"], url=url).segments
        if isinstance(wanted, list):
            assert [[s.start_s, s.speaker, s.text] for s in segments] == wanted, name
            continue
        for words, names in wanted["speaker_of"].items():
            speakers = [s.speaker for s in segments if words in s.text]
            assert speakers and all(speaker in names for speaker in speakers), (name, words)


def believes_the_transcript(folder: Path, expected: dict[str, Any]) -> None:
    link = TranscriptLink(url="https://example.org/a.vtt", type="text/vtt")
    transcript = parse_transcript((folder / expected["input"]).read_bytes(), content_type=link.type, url=link.url)
    for seconds, covers in expected["expected_covers"].items():
        given = episode(link, duration=float(seconds))
        given = replace(given, data=replace(given.data, audio_bytes=expected["audio_bytes"]))
        assert judge(transcript, given, link).covers(0.6) is covers, seconds


def stays_as_it_is(_folder: Path, expected: dict[str, Any]) -> None:
    for text in expected["expected_unchanged"]:
        assert plain(text) == text


def tells_speech_from_loops(folder: Path, expected: dict[str, Any]) -> None:
    shares = {}
    for name in [*expected["expected_speech"], *expected["expected_loop"]]:
        kind = "text/vtt" if name.endswith(".vtt") else "text/plain"
        transcript = parse_transcript(
            (folder / name).read_bytes(), content_type=kind, url=f"https://example.org/{name}"
        )
        shares[name] = loop_share(" ".join(segment.text for segment in transcript.segments))
    assert all(shares[name] < GARBAGE / 2 for name in expected["expected_speech"]), shares
    assert all(shares[name] >= GARBAGE for name in expected["expected_loop"]), shares


def reads_the_list(folder: Path, expected: dict[str, Any]) -> None:
    feeds = read_opml((folder / "list.opml").read_bytes())
    assert [[feed.url, feed.title, feed.folder] for feed in feeds] == expected["expected"]


def _written(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


CHECKS: dict[str, Check] = {
    "date-am-pm": reads_the_feed,
    "date-invented-from-slashes": reads_the_feed,
    "date-local-months-and-drupal": reads_the_feed,
    "duration-in-minutes-refuses-transcript": believes_the_transcript,
    "joiners-taken-out": stays_as_it_is,
    "json-milliseconds": reads_the_transcripts,
    "json-speaker-is-a-number": reads_the_transcripts,
    "markdown-bold-label-and-time": reads_the_transcripts,
    "opml-title-beside-description": reads_the_list,
    "rare-speaker-under-another-name": reads_the_transcripts,
    "vtt-arrow-in-text": reads_the_transcripts,
    "vtt-blank-line-loses-words": reads_the_transcripts,
    "enclosure-type-says-nothing": reads_the_feed,
    "title-only-in-itunes": reads_the_feed,
    "speech-refused-as-loop": tells_speech_from_loops,
}


@pytest.mark.realdata
@pytest.mark.parametrize("name", CHECKS)
def test_as_its_user_expects(realdata: Path, name: str) -> None:
    folder = realdata / "public_reports" / name
    if not folder.is_dir():
        pytest.skip(f"no {folder}")
    CHECKS[name](folder, json.loads((folder / "expected.json").read_text(encoding="utf-8")))
