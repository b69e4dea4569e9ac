"""Where no minutes of a file can be had: the whole of it is fetched once, within its limits."""

from __future__ import annotations

import pytest

from earmark.catalog.content.audio_files import FileState
from tests.ingest.links.hosts import ADVERT, BREAK_S, LONG_S, TALK, World, left_behind
from tests.ingest.links.tones import sound_m4a

pytestmark = pytest.mark.heavy


def test_a_server_that_gives_no_parts(world: World, changed_file: bytes) -> None:
    world.host.content, world.host.ranges = changed_file, False
    world.settings = {"links": {"whole_mb": 0}}
    looked = world.check()
    assert (looked.state, looked.note) == (FileState.ABOUT, "the server gives no part of a file")
    assert world.ear.heard == []


@pytest.fixture(scope="module")
def others(changed_file: bytes) -> dict[str, bytes]:
    """The file with 40 s more in the middle, as hosts serve those of which no minutes can be heard."""
    at = round(BREAK_S / 0.5)
    return {
        "m4a": sound_m4a(TALK[:at] + ADVERT + TALK[at:]),
        "a bit rate that varies": changed_file.replace(b"Info", b"Xing", 1),
        "no parts": changed_file,
    }


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["m4a", "a bit rate that varies", "no parts"])
def test_where_no_minutes_can_be_had_the_whole_file_is_fetched_once(
    world: World, others: dict[str, bytes], kind: str
) -> None:
    world.host.content, world.host.ranges, world.host.etag = others[kind], kind != "no parts", '"2"'
    assert world.check().state is FileState.MOVED
    assert world.heard_at() == [(20, False), (110, False), (240, False), (310, False)]
    assert [size for _, _, size in world.host.asked].count(len(others[kind])) == (2 if kind == "no parts" else 1)
    assert sum(world.ear.heard) < LONG_S + 41, "no second is recognised twice"
    assert left_behind(world) == []


@pytest.mark.parametrize("stated", [None, 10**12, 1_000])
def test_a_file_that_is_too_large_is_not_fetched_whole(
    world: World, others: dict[str, bytes], stated: int | None
) -> None:
    world.host.content, world.host.stated = others["m4a"], stated
    world.settings = {"links": {"whole_mb": len(others["m4a"]) / 1e6 - 0.1}}
    looked = world.check()
    assert (looked.state, looked.note) == (FileState.ABOUT, "its file is larger than links.whole_mb allows")
    assert (world.ear.heard, left_behind(world)) == ([], [])


def test_a_whole_file_that_is_another_each_time_moves_no_link(world: World, others: dict[str, bytes]) -> None:
    world.host.content, world.host.changing = others["m4a"], True
    looked = world.check()
    assert (looked.state, looked.note) == (FileState.ABOUT, "the host gives another file with every request")
    assert (world.ear.heard, left_behind(world)) == ([], [])


def test_a_whole_file_that_is_no_audio_says_so(world: World) -> None:
    world.host.content = b"<html>come back later</html>" * 1_000
    looked = world.check()
    assert (looked.state, "is a web page, not audio" in looked.note) == (FileState.ABOUT, True)
    assert left_behind(world) == []


def test_nothing_is_fetched_whole_that_cannot_be_heard(
    world: World, changed_file: bytes, others: dict[str, bytes]
) -> None:
    world.settings = {"budget": {"asr_seconds_per_day": 30}}
    world.host.content = changed_file
    world.check()
    world.host.content, world.host.etag, world.host.asked = others["m4a"], '"2"', []
    looked = world.check()
    assert "today's budget for speech recognition is spent" in looked.note
    assert world.host.fetched < len(others["m4a"]) / 2
