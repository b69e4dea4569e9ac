"""`earmark ingest --dry-run`: what it prints, and that it prints nothing that a terminal would obey."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from earmark.catalog.work import usage
from earmark.clock import FixedClock
from earmark.errors import UsageError
from earmark.settings import Settings
from library.library import Library
from tests.ingest.test_forecast import feed
from ui.cli.forecasting import print_forecast


@pytest.fixture
def library(tmp_path: Path, httpserver: HTTPServer, clock: FixedClock) -> Iterator[Library]:
    """A library that follows one show with two hours of audio to transcribe."""
    base = httpserver.url_for("").rstrip("/")
    body = feed(base, "a", "b", "c", "d").replace("<title>Kettles", "<title>Kettles\u202e &amp; [red]Tea")
    httpserver.expect_request("/feed.xml").respond_with_data(body)
    settings = Settings(
        home=tmp_path,
        fetch={"allow_private": ("127.0.0.1",), "attempts": 1},
        budget={"asr_seconds_per_day": 3600, "llm_tokens_per_day": 10**9},
        llm={"model": "m", "price_in": 1.0},
    )
    with Library.open(settings=settings, clock=clock) as opened:
        opened.shows.add(f"{base}/feed.xml")
        yield opened


def printed(library: Library, capsys: pytest.CaptureFixture[str], **given: Any) -> str:
    print_forecast(library, [], **{"all_feeds": True, "as_json": False} | given)
    return capsys.readouterr().out


def test_it_says_what_it_would_fetch_transcribe_and_spend(library: Library, capsys: pytest.CaptureFixture[str]) -> None:
    out = " ".join(printed(library, capsys).split())
    assert "Kettles & [red]Tea" in out and "\u202e" not in out
    assert "Would fetch 0 transcripts and 4 audio files, about 4 MB." in out
    assert "Would transcribe about 2 h 00 min, which takes about 5 min (25 × real time, a guess" in out
    assert "Would ask the language model about 28 times" in out and "Would cost about 0.06" in out
    assert "speech recognition (day): stops it; 1 h 00 min of 1 h 00 min left, about 2 h 00 min wanted" in out
    assert "language model tokens (day): enough" in out
    assert "Nothing was stored." in out


def test_speed_is_measured_where_it_can_be(
    library: Library, capsys: pytest.CaptureFixture[str], clock: FixedClock
) -> None:
    with library.catalog.write() as tx:
        usage.add(tx, clock.now().date(), "asr_seconds", 1800)
        usage.add(tx, clock.now().date(), "asr_busy_s", 60)
    out = " ".join(printed(library, capsys).split())
    assert "takes about 4 min (30 × real time, as measured here)" in out
    assert "30 min of 1 h 00 min left" in out


def test_as_json(library: Library, capsys: pytest.CaptureFixture[str]) -> None:
    outlook = json.loads(printed(library, capsys, as_json=True))
    assert outlook["dry_run"] is True and outlook["checked"] is True
    assert outlook["audio"] == 4 and outlook["audio_s"] == 7200
    assert outlook["shows"][0]["transcripts"] == {}
    assert [budget["enough"] for budget in outlook["budgets"]] == [False, True]


def test_without_shows_it_says_what_to_do(tmp_path: Path) -> None:
    with Library.open(settings=Settings(home=tmp_path)) as empty, pytest.raises(UsageError, match="earmark add"):
        print_forecast(empty, [], all_feeds=False, as_json=False)
