"""What a check of links may cost, whatever the host does: requests, bytes, minutes, and nothing left on the disk."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from earmark.catalog.content.audio_files import FileState
from earmark.errors import StorageFull
from earmark.types import Transcript
from ingest.limits.budget import ASR
from tests.ingest.links.hosts import World, left_behind
from tests.ingest.links.tones import ToneEar

pytestmark = pytest.mark.heavy


def test_a_file_that_is_gone(world: World) -> None:
    world.host.status = 404
    looked = world.check()
    assert (looked.state, looked.note) == (FileState.GONE, "the host has no such file any more")
    assert world.heard_at()[2] == (200, False)
    world.host.status = 200
    assert world.check().state is FileState.SAME


def test_a_host_that_cannot_be_asked_changes_nothing(world: World, changed_file: bytes) -> None:
    world.host.content = changed_file
    world.check()
    world.host.status = 503
    assert world.check().state is None
    assert world.heard_at()[2] == (240, False)


def test_a_host_that_refuses_head_is_asked_for_one_byte(world: World) -> None:
    world.host.head = False
    assert world.check().state is FileState.SAME
    assert world.host.asked == [("HEAD", "", 0), ("GET", "bytes=0-0", 1)]


@pytest.mark.parametrize("stated", [0, 1_000, 10**12])
def test_a_wrong_length_costs_no_more_and_moves_no_link_wrongly(world: World, changed_file: bytes, stated: int) -> None:
    world.host.content, world.host.stated = changed_file, stated
    assert world.check().state is FileState.MOVED
    assert world.heard_at() == [(20, False), (110, False), (240, False), (310, False)]


def test_a_host_that_gives_more_than_was_asked_for_is_cut_off(world: World, changed_file: bytes) -> None:
    world.host.content, world.host.padding = changed_file, b"\xff\xfb" * 500_000
    world.check()
    assert max(world.ear.heard, default=0.0) < 200


def test_a_host_that_gives_another_file_each_time(world: World, changed_file: bytes) -> None:
    world.host.content, world.host.changing = changed_file, True
    looked = world.check()
    assert (looked.state, looked.note) == (FileState.ABOUT, "the host gives another file with every request")
    assert world.ear.heard == []


def test_bytes_and_minutes_are_bounded(world: World, changed_file: bytes) -> None:
    world.host.content = changed_file
    world.settings = {"links": {"audio_mb": 1.2}}
    looked = world.check()
    assert (looked.state, looked.note) == (
        FileState.ABOUT,
        "more would have to be fetched than links.audio_mb allows",
    )
    assert world.host.fetched <= 1_200_000
    assert world.heard_at()[0] == (20, False), "what was found before stays"
    world.settings = {"links": {"minutes": 1}}
    world.ear.heard.clear()
    assert world.check(again=True).note == "more would have to be heard than links.minutes allows"
    assert sum(world.ear.heard) <= 60


def test_what_is_heard_counts_in_the_budget(world: World, changed_file: bytes) -> None:
    world.host.content = changed_file
    world.settings = {"budget": {"asr_seconds_per_day": 30}}
    looked = world.check()
    assert looked.state is FileState.ABOUT
    assert "today's budget for speech recognition is spent" in looked.note
    assert len(world.ear.heard) == 1
    from earmark.catalog.work import usage

    with world.catalog.read() as tx:
        spent = usage.between(tx, world.clock.now().date(), world.clock.now().date())
    assert spent[ASR] == pytest.approx(world.ear.heard[0], abs=1)
    world.settings = {}
    assert world.check().state is FileState.MOVED, "it is looked for again when there is a budget"


def test_nothing_is_left_on_the_disk(world: World, changed_file: bytes) -> None:
    world.host.content = changed_file
    world.check()
    assert left_behind(world) == []


def test_what_a_check_fetches_lies_where_nobody_else_tidies_up(
    world: World, changed_file: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[Path] = []

    def transcribe(ear: ToneEar, audio: Path, **more: Any) -> Transcript:
        heard.append(audio)
        return recognised(ear, audio, **more)

    recognised = ToneEar.transcribe
    monkeypatch.setattr(ToneEar, "transcribe", transcribe)
    world.host.content = changed_file
    old = world.home / "links" / "of a killed check"
    old.mkdir(parents=True)
    (old / "whole").write_bytes(b"x")
    os.utime(old, (0, 0))
    world.check()
    assert heard and {path.parent.parent for path in heard} == {world.home / "links"}
    assert left_behind(world) == []


def test_a_full_disk_settles_nothing(world: World, changed_file: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any, **__: Any) -> Transcript:
        raise StorageFull("no space is left; make room and try again", subject="a.mp3")

    world.host.content = changed_file
    with monkeypatch.context() as patched:
        patched.setattr(ToneEar, "transcribe", full)
        assert world.check().state is FileState.ABOUT
    assert world.check().state is FileState.MOVED, "it is compared when there is room"
