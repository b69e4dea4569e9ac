"""What is broken is one clear line, and the rest of the run goes on."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from evaluation.commands import document, earmark
from tests.feed_server import FeedServer, serving
from tests.ui.here import CommandOutcome, here
from tests.world import feed, vtt, write
from ui.cli.sample import SAMPLE

pytestmark = pytest.mark.heavy

MP3 = SAMPLE / "closed-loop" / "audio" / "field-notes-the-cold-room.mp3"
TINY = {"EARMARK_ASR__MODEL": "tiny.en", "EARMARK_FETCH__ATTEMPTS": "1"}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[FeedServer]:
    world = write(
        tmp_path / "world",
        {
            "good/feed.xml": feed("Good", transcript="a.vtt"),
            "good/a.vtt": vtt(),
            "page/feed.xml": "<!doctype html><html><head><title>A page</title></head><body>hello</body></html>",
            "empty/feed.xml": "",
            "bare/feed.xml": '<rss version="2.0"><channel><title>Bare</title></channel></rss>',
            "mute/feed.xml": feed("Mute", transcript="a.vtt"),
            "mute/a.vtt": "WEBVTT\n\nthere is text here but no cue at all\n",
            "gone/feed.xml": feed("Gone", transcript="nowhere.vtt"),
            "cut/feed.xml": feed("Cut", audio="a.mp3", duration="0:04:01"),
            "cut/a.mp3": MP3.read_bytes()[:60_000],
            "noise/feed.xml": feed("Noise", audio="a.mp3"),
            "noise/a.mp3": b"this is no audio at all" * 100,
            "nothing/feed.xml": feed("Nothing"),
        },
    )
    with serving(world) as running:
        yield running


def _one_line(run: CommandOutcome, *words: str) -> None:
    lines = [line for line in run.err.splitlines() if line.startswith("earmark: ")]
    assert any(all(word in line for word in words) for line in lines), run.err
    assert "Traceback" not in run.err


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("page/feed.xml", ["page"]),
        ("empty/feed.xml", ["empty"]),
        ("none/feed.xml", ["404"]),
    ],
)
def test_what_is_no_feed_is_refused_in_one_line(
    server: FeedServer, tmp_path: Path, path: str, words: list[str]
) -> None:
    run = here(tmp_path / "home", "add", f"{server.address}/{path}", env=TINY)
    assert run.code == 1
    assert len(run.err.strip().splitlines()) == 1
    _one_line(run, path, *words)


def test_a_dead_host_is_refused_in_one_line(tmp_path: Path) -> None:
    run = here(tmp_path / "home", "add", "http://127.0.0.1:9/feed.xml", env=TINY)
    assert run.code == 1
    assert len(run.err.strip().splitlines()) == 1
    _one_line(run, "127.0.0.1:9")


def test_a_private_address_is_refused_unless_allowed(server: FeedServer, tmp_path: Path) -> None:
    run = here(tmp_path / "home", "add", "http://10.0.0.1/feed.xml", env=TINY)
    assert run.code == 1
    _one_line(run, "10.0.0.1", "allow_private")


def test_an_empty_feed_is_followed(server: FeedServer, tmp_path: Path) -> None:
    run = here(tmp_path / "home", "add", f"{server.address}/bare/feed.xml", env=TINY)
    assert run.code == 0
    assert "Bare (0 episodes" in run.out


@pytest.mark.slow
def test_broken_episodes_do_not_stop_the_good_one(server: FeedServer, tmp_path: Path) -> None:
    home = tmp_path / "home"
    names = ["good", "mute", "gone", "cut", "noise", "nothing", "page"]
    added = here(home, "add", *(f"{server.address}/{name}/feed.xml" for name in names), env=TINY)
    assert added.code == 3
    run = here(home, "ingest", "--json", env=TINY)
    assert run.code == 3, run.err
    report = document(run)
    assert report["episodes_done"] == 1
    reasons = {failure["show"]: failure["reason"] for failure in report["failures"]}
    assert sorted(reasons) == ["Cut", "Gone", "Mute", "Noise", "Nothing"]
    assert "cue" in reasons["Mute"]
    assert "404" in reasons["Gone"]
    assert "transcript nor audio" in reasons["Nothing"]
    for reason in reasons.values():
        assert "\n" not in reason
        assert "unexpected" not in reason
    status = document(here(home, "status", "--json"))
    assert {failure["show"] for failure in status["failures"]} == set(reasons)
    assert status["episodes_by_stage"]["insights"] == 1
    assert "Traceback" not in run.err


def test_a_wrong_model_name_says_where_it_looked(server: FeedServer, tmp_path: Path) -> None:
    home = tmp_path / "home"
    here(home, "add", f"{server.address}/good/feed.xml")
    run = here(home, "--offline", "search", "kettle", env={"EARMARK_EMBEDDING__MODEL": "nobody/has-this-model"})
    assert run.code == 1
    _one_line(run, "nobody/has-this-model", "looked in")


def test_a_wrong_setting_is_named(tmp_path: Path) -> None:
    run = here(tmp_path / "home", "status", env={"EARMARK_BRIEF__SIZE": "lots"})
    assert run.code == 2
    _one_line(run, "brief.size")


@pytest.mark.slow
def test_a_full_disk_is_one_line_and_loses_nothing(server: FeedServer, tmp_path: Path) -> None:
    # Programs of their own: a lease that a failing one leaves is free once it has ended.
    home = tmp_path / "small"
    home.mkdir()
    if os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("a small disk can only be mounted by root")
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", home], capture_output=True, text=True)
    if mounted.returncode != 0:
        pytest.skip(f"no small disk can be mounted here: {mounted.stderr.strip()}")
    try:
        assert earmark(home, "add", f"{server.address}/good/feed.xml").code == 0
        (home / "ballast").write_bytes(b"\0" * (shutil.disk_usage(home).free - 70_000))
        run = earmark(home, "ingest")
        assert run.code in {1, 3}, run.err
        assert "Traceback" not in run.err
        assert "disk" in run.err
        (home / "ballast").unlink()
        subprocess.run(["mount", "-o", "remount,size=64m", home], check=True)
        assert earmark(home, "retry").code == 0
        assert earmark(home, "ingest").code == 0
        status = document(earmark(home, "status", "--json"))
        assert status["episodes_by_stage"]["insights"] == 1
    finally:
        subprocess.run(["umount", "--lazy", home], check=False)
