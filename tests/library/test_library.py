"""The one wiring, called as the faces call it: what must hold while things go wrong around it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from earmark.clock import FixedClock
from earmark.settings import load_settings
from evaluation.commands import document
from ingest.work.worker import Event
from library.library import Library
from tests.feed_server import FeedServer, serving
from tests.ui.here import here
from tests.world import feed, vtt, write

pytestmark = pytest.mark.heavy


@pytest.fixture
def server(tmp_path: Path) -> Iterator[FeedServer]:
    files: dict[str, str | bytes] = {}
    for name in ("one", "two"):
        files |= {f"{name}/feed.xml": feed(name.title(), transcript="a.vtt"), f"{name}/a.vtt": vtt()}
    with serving(write(tmp_path / "world", files)) as running:
        yield running


@pytest.fixture
def library(tmp_path: Path, clock: FixedClock) -> Iterator[Library]:
    settings = load_settings(
        {"fetch": {"allow_private": ["127.0.0.1"], "attempts": 1}}, home=tmp_path / "home", environ={}
    )
    with Library.open(settings=settings, clock=clock) as opened:
        yield opened


def test_a_listener_that_went_away_fails_no_episode(library: Library, server: FeedServer) -> None:
    library.shows.add(f"{server.address}/one/feed.xml")
    heard: list[Event] = []

    def listen(event: Event) -> None:
        heard.append(event)
        raise BrokenPipeError

    report = library.work.ingest(on_event=listen)
    assert report.failures == ()
    assert report.episodes_done == 1
    assert len(heard) == 1


def test_feeds_are_asked_when_they_are_due_or_somebody_wishes(library: Library, server: FeedServer) -> None:
    first = library.shows.add(f"{server.address}/one/feed.xml")
    library.shows.add(f"{server.address}/two/feed.xml")
    report = library.work.ingest()
    assert (report.feeds, report.feeds_waiting, report.episodes_done) == (0, 2, 2)
    assert report.next_check is not None
    assert library.work.ingest(shows=[first.id]).feeds_unchanged == 1
    assert library.work.ingest(all_feeds=True).feeds_unchanged == 2


def test_audio_that_nothing_waits_for_is_swept(library: Library, server: FeedServer) -> None:
    library.shows.add(f"{server.address}/one/feed.xml")
    left = library.settings.audio_dir / "0123456789abcdef.mp3.part"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"left behind")
    library.work.ingest()
    assert not left.exists()


def test_the_first_days_brief_waits_for_what_is_still_to_be_read(library: Library, server: FeedServer) -> None:
    first = library.shows.add(f"{server.address}/one/feed.xml")
    library.shows.add(f"{server.address}/two/feed.xml")
    library.work.ingest(shows=[first.id])
    early = library.briefs.get()
    assert early.items
    assert early.note.startswith("Still reading")
    assert library.briefs.dates() == []
    library.work.ingest()
    settled = library.briefs.get()
    assert settled.note == "" or not settled.note.startswith("Still reading")
    assert library.briefs.dates() == [settled.date]
    assert library.briefs.get() == settled


def test_a_wrong_embedding_model_does_not_keep_transcripts_from_being_fetched(
    tmp_path: Path, server: FeedServer
) -> None:
    values = {"fetch": {"allow_private": ["127.0.0.1"]}, "embedding": {"model": "./nowhere"}}
    with Library.open(settings=load_settings(values, home=tmp_path / "home", environ={})) as library:
        library.shows.add(f"{server.address}/one/feed.xml")
        report = library.work.ingest()
        assert [failure.stage for failure in report.failures] == ["transcript"]
        assert "nowhere" in report.failures[0].reason
        assert library.status().episodes_by_stage["transcript"] == 1


def test_a_dead_server_leaves_stdout_to_the_document(tmp_path: Path) -> None:
    home = tmp_path / "home"
    world = write(tmp_path / "world", {"a/feed.xml": feed("A", transcript="a.vtt"), "a/a.vtt": vtt()})
    with serving(world) as running:
        assert here(home, "add", f"{running.address}/a/feed.xml").code == 0
    run = here(home, "ingest", "--all-feeds", "--json", env={"EARMARK_FETCH__ATTEMPTS": "2"})
    assert run.code == 1
    assert {failure["stage"] for failure in document(run)["failures"]} == {"feed", "discovered"}


def test_credentials_of_a_feed_are_never_printed(tmp_path: Path, server: FeedServer) -> None:
    home = tmp_path / "home"
    address = server.address.replace("http://", "http://ada:hunter2@")
    for words in (
        ["add", f"{address}/one/feed.xml", "--json"],
        ["status", "--json"],
        ["add", f"{address}/none", "x y"],
    ):
        run = here(home, *words)
        assert "hunter2" not in run.out + run.err
