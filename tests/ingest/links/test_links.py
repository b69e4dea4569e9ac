"""Links into a file in which a host has put something else: they are moved to where the quote is said, or say that they guess."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from earmark.catalog import Catalog
from earmark.catalog.content import audio_files, episodes, insights, transcripts
from earmark.catalog.content.audio_files import FileState
from earmark.catalog.feeds import shows
from earmark.clock import FixedClock
from earmark.errors import AudioError, StorageFull
from earmark.settings import Settings
from earmark.types import Episode, EpisodeData, Insight, Segment, Transcript
from ingest.fetching.fetch import Fetcher
from ingest.limits.budget import ASR, Budget
from ingest.links.check import LinkCheck, LinkChecker
from ingest.links.mp3 import Mp3Layout, frames, layout, tag_bytes
from tests.ingest.links.tones import ToneEar, said, sound, sound_m4a, talk
from tests.making import make_insight

LONG_S = 300.0
PLACES = (20.0, 110.0, 200.0, 270.0)
TALK = talk(LONG_S, seed=1)
ADVERT = talk(40.0, seed=2)
BREAK_S = 150.0
FRAME_MS = 36
"""Of 576 samples at 16 kHz."""


@cache
def talk_file() -> bytes:
    return sound(TALK)


@cache
def advert_file() -> bytes:
    return sound(ADVERT)


def part(file: bytes, begin_s: float, end_s: float | None = None) -> bytes:
    """The whole frames between two seconds of a file, as hosts put files together."""
    begins = tag_bytes(file)
    first, last = (None if second is None else round(second * 1000 / FRAME_MS) for second in (begin_s, end_s))
    listed = list(frames(file[begins:]))[first:last]
    return b"".join(file[begins + frame.at : begins + frame.at + frame.length] for frame in listed)


def with_break(at_s: float) -> bytes:
    """The file with 40 s more at a second."""
    file = talk_file()
    tag = file[: tag_bytes(file)]
    return tag + part(file, 0.0, at_s) + part(advert_file(), 0.0) + part(file, at_s)


@pytest.fixture(scope="module")
def heard_file() -> bytes:
    return talk_file()


@pytest.fixture(scope="module")
def changed_file() -> bytes:
    """With 40 s more in the middle."""
    return with_break(BREAK_S)


@dataclass
class Host:
    """A host of one file over loopback: what it answers can be made worse."""

    content: bytes
    etag: str = '"1"'
    ranges: bool = True
    head: bool = True
    status: int = 200
    stated: int | None = None
    padding: bytes = b""
    changing: bool = False
    asked: list[tuple[str, str, int]] = field(default_factory=list)
    _turn: Iterator[int] = field(default_factory=count)

    def answer(self, request: Request) -> Response:
        wanted = request.headers.get("Range", "")
        response = self._answer(request.method, wanted)
        self.asked.append((request.method, wanted, len(response.get_data()) if request.method == "GET" else 0))
        return response

    def _answer(self, method: str, wanted: str) -> Response:
        etag = f'"{next(self._turn)}"' if self.changing else self.etag
        if self.status != 200 or (method == "HEAD" and not self.head):
            return Response(status=405 if self.status == 200 else self.status)
        if method == "HEAD":
            length = len(self.content) if self.stated is None else self.stated
            return Response(headers={"Content-Length": str(length), "ETag": etag})
        if not wanted or not self.ranges:
            return Response(self.content, headers={"ETag": etag})
        first, last = (int(edge) for edge in wanted.removeprefix("bytes=").split("-"))
        if first >= len(self.content):
            return Response(status=416, headers={"Content-Range": f"bytes */{len(self.content)}"})
        body = self.content[first : last + 1]
        placed = f"bytes {first}-{first + len(body) - 1}/{len(self.content)}"
        return Response(body + self.padding, status=206, headers={"Content-Range": placed, "ETag": etag})

    @property
    def fetched(self) -> int:
        """The bytes that were given of the file."""
        return sum(size for _, _, size in self.asked)


def left_behind(world: World) -> list[Path]:
    """What lies on the disk after a check that was there for the check alone."""
    return [*world.home.glob("audio/*"), *world.home.glob("links/*")]


@dataclass
class World:
    """An episode whose ideas were found in what is said in ``TALK``."""

    catalog: Catalog
    clock: FixedClock
    home: Path
    host: Host
    episode: Episode
    settings: dict[str, Any] = field(default_factory=dict)
    ear: ToneEar = field(default_factory=ToneEar)

    def check(self, *, hears: bool = True, again: bool = False) -> LinkCheck:
        settings = Settings(home=self.home, fetch={"allow_private": ("127.0.0.1",), "attempts": 1}, **self.settings)
        checker = LinkChecker(
            catalog=self.catalog,
            fetcher=Fetcher(settings.fetch),
            settings=settings,
            clock=self.clock,
            budget=Budget(self.catalog, settings, self.clock),
            transcriber=self.ear if hears else None,
        )
        return checker.check(self.episode.id, again=again)

    def ideas(self) -> list[Insight]:
        with self.catalog.read() as tx:
            listed = insights.of_episode(tx, self.episode.id)
        return sorted(listed, key=lambda insight: insight.start_s or 0.0)

    def heard_at(self) -> list[tuple[float | None, bool]]:
        """Where a listener hears the ideas, to a second, and which of that is a guess."""
        return [(idea.audio_s and round(idea.audio_s), idea.about) for idea in self.ideas()]


@pytest.fixture
def world(catalog: Catalog, clock: FixedClock, httpserver: HTTPServer, tmp_path: Path, heard_file: bytes) -> World:
    host = Host(heard_file)
    httpserver.expect_request("/a.mp3").respond_with_handler(host.answer)
    with catalog.write() as tx:
        show, _ = shows.add(tx, "http://example.org/feed.xml", title="Tones", now=clock.now())
        data = EpisodeData(guid="one", title="All of them", audio_url=httpserver.url_for("/a.mp3"))
        episode = episodes.get(tx, episodes.add(tx, show.id, data, language="en", now=clock.now()))
        _put_transcript(tx, episode, {"recording": {"bytes": len(heard_file), "etag": '"1"'}})
        ideas = [
            replace(
                make_insight(episode, number, f"Claim {number}."),
                quote=said(TALK, second),
                start_s=second,
                end_s=second + 6,
            )
            for number, second in enumerate(PLACES)
        ]
        insights.replace(tx, episode.id, ideas, {})
    return World(catalog, clock, tmp_path / "home", host, episode)


def _put_transcript(tx: Any, episode: Episode, provenance: dict[str, Any]) -> None:
    segments = tuple(
        Segment(text=said(TALK, second, 10), start_s=second, end_s=second + 5) for second in range(0, int(LONG_S), 5)
    )
    transcripts.put(tx, episode.id, Transcript(segments=segments, source="ear", provenance=provenance))


def test_an_unchanged_file_costs_one_request_without_a_body(world: World) -> None:
    looked = world.check()
    assert (looked.state, looked.about) == (FileState.SAME, 0)
    assert world.heard_at() == [(20, False), (110, False), (200, False), (270, False)]
    assert world.host.asked == [("HEAD", "", 0)]


def test_links_behind_what_was_inserted_are_moved(world: World, changed_file: bytes) -> None:
    world.host.content, world.host.etag = changed_file, '"2"'
    looked = world.check()
    assert looked.state is FileState.MOVED, looked.note
    assert world.heard_at() == [(20, False), (110, False), (240, False), (310, False)]
    assert (round(looked.least_s), round(looked.most_s)) == (0, 40)
    with world.catalog.read() as tx:
        timeline = audio_files.get(tx, world.episode.id).timeline  # type: ignore[union-attr]
    assert [timeline.at(second).about for second in (5.0, 60.0, 250.0, 295.0)] == [False] * 4
    # The file is known now: the same links cost no audio again.
    before = len(world.host.asked)
    assert world.check().state is FileState.MOVED
    assert [method for method, _, _ in world.host.asked[before:]] == ["HEAD"]
    assert world.heard_at()[2] == (240, False)


def test_all_links_are_moved_by_what_comes_before_them(world: World) -> None:
    world.host.content = with_break(0.0)
    assert world.check().state is FileState.MOVED
    assert world.heard_at() == [(60, False), (150, False), (240, False), (310, False)]


def test_what_was_taken_out_moves_links_back(world: World, heard_file: bytes, changed_file: bytes) -> None:
    """The file that was transcribed had the advertisement, the one served now has none."""
    with world.catalog.write() as tx:
        _put_transcript(tx, world.episode, {"recording": {"bytes": len(changed_file), "etag": '"0"'}})
        later = [replace(idea, start_s=(idea.start_s or 0) + 40) for idea in world.ideas()[2:]]
        insights.replace(tx, world.episode.id, [*world.ideas()[:2], *later], {})
    assert world.check().state is FileState.MOVED
    assert world.heard_at() == [(20, False), (110, False), (200, False), (270, False)]


def test_a_quote_that_is_gone_says_about(world: World) -> None:
    file = talk_file()
    world.host.content = part(file, 0.0, 190.0) + part(advert_file(), 0.0) + part(file, 210.0)
    looked = world.check()
    assert (looked.state, looked.about) == (FileState.ABOUT, 1)
    assert [about for _, about in world.heard_at()] == [False, False, True, False]
    assert world.heard_at()[3] == (290, False)
    assert looked.note == "not every quote was found again"


def test_where_every_quote_is_gone_every_link_says_about(world: World) -> None:
    world.host.content = part(advert_file(), 0.0) * 8
    assert world.check().state is FileState.ABOUT
    assert world.heard_at() == [(20, True), (110, True), (200, True), (270, True)]


def test_without_a_model_a_changed_file_says_about_until_one_is_here(world: World, changed_file: bytes) -> None:
    world.host.content = changed_file
    looked = world.check(hears=False)
    assert looked.state is FileState.ABOUT
    assert looked.note == "there is no model for speech here that could find the quotes again"
    assert [about for _, about in world.heard_at()] == [True] * 4
    assert world.host.fetched == 0
    assert world.check().state is FileState.MOVED
    assert world.heard_at()[3] == (310, False)


def test_a_transcript_of_another_cut_is_compared_once(world: World, changed_file: bytes) -> None:
    """The publisher's own times are those of a file without advertisements, which nobody here has heard."""
    world.host.content = changed_file
    with world.catalog.write() as tx:
        _put_transcript(tx, world.episode, {})
    assert world.check(hears=False).state is FileState.UNCOMPARED
    assert world.heard_at() == [(20, False), (110, False), (200, False), (270, False)]
    assert world.check().state is FileState.MOVED
    assert world.heard_at() == [(20, False), (110, False), (240, False), (310, False)]


def test_a_transcript_of_another_cut_with_the_same_times_is_left_alone(world: World) -> None:
    with world.catalog.write() as tx:
        _put_transcript(tx, world.episode, {})
    assert world.check().state is FileState.SAME
    assert world.heard_at() == [(20, False), (110, False), (200, False), (270, False)]


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


def test_a_new_transcript_has_times_of_its_own(world: World, changed_file: bytes) -> None:
    world.host.content = changed_file
    world.check()
    with world.catalog.write() as tx:
        _put_transcript(tx, world.episode, {})
        assert audio_files.get(tx, world.episode.id) is None
    assert world.heard_at()[3] == (270, False)


def test_the_frames_of_an_mp3_file_are_read(heard_file: bytes) -> None:
    begins = tag_bytes(heard_file)
    assert begins > 0
    all_frames = list(frames(heard_file[begins:]))
    assert {frame.rate for frame in all_frames} == {64_000}
    assert sum(frame.length for frame in all_frames) == pytest.approx(len(heard_file) - begins, abs=600)
    # From the middle of a frame the next one is found.
    middle = begins + 10_000 + 7
    first = next(frames(heard_file[middle : middle + 5_000]))
    assert (middle - begins + first.at) in {frame.at for frame in all_frames}
    assert list(frames(b"\xff" * 5_000)) == []
    assert tag_bytes(b"ID3\x04\x00\x00\x00\x00\x02\x01rest") == 10 + 257
    assert tag_bytes(b"") == tag_bytes(b"RIFF1234WAVE") == 0


def test_what_only_describes_a_file_is_no_sound(heard_file: bytes) -> None:
    begins = tag_bytes(heard_file)
    head = heard_file[begins : begins + 8_192]
    first = next(frames(head))
    assert b"Info" in head[: first.length]
    placed = layout(begins, head)
    assert placed == Mp3Layout(begins=begins + first.length, bytes_per_s=8_000.0)
    assert placed.second(placed.byte(12.0)) == pytest.approx(12.0, abs=0.001)
    with pytest.raises(AudioError, match="varies"):
        layout(begins, head.replace(b"Info", b"Xing"))
    with pytest.raises(AudioError, match="only of MP3"):
        layout(0, b"\x00\x00\x00 ftypM4A " * 300)
