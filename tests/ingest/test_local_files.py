"""Folders and files of this machine as shows: what is an episode, what changes, and what may be read at all."""

from __future__ import annotations

import os
import threading
import wave
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from earmark.clock import FixedClock
from earmark.errors import EarmarkError, FetchError, FetchRefused, UsageError
from earmark.settings import load_settings
from earmark.types import Segment, Show, Stage, Transcript
from ingest.local.files import is_local, local_address, local_path, scan
from ingest.local.tags import read_tags
from ingest.stages import Stages
from library.library import Library
from tests.feed_server import serving
from tests.world import TALK, feed, vtt, write


def speech(path: Path, seconds: float = 1.0) -> Path:
    """A file that is audio, if not speech."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8_000)
        file.writeframes(bytes([0, 1]) * int(8_000 * seconds))
    return path


def tagged(path: Path, **tags: str) -> Path:
    """The same with tags, encoded as its name says."""
    import av

    path.parent.mkdir(parents=True, exist_ok=True)
    source = speech(path.with_suffix(".source.wav"))
    with av.open(str(source)) as given, av.open(str(path), "w") as made:
        made.metadata.update(tags)
        stream = made.add_stream({".m4a": "aac", ".flac": "flac"}[path.suffix], rate=8_000)
        for frame in given.decode(audio=0):
            frame.pts = None
            made.mux(stream.encode(frame))
        made.mux(stream.encode(None))
    source.unlink()
    return path


@pytest.fixture
def library(tmp_path: Path, clock: FixedClock) -> Iterator[Library]:
    values = {"asr": {"enabled": False}, "fetch": {"allow_private": ["127.0.0.1"], "attempts": 1}}
    with Library.open(settings=load_settings(values, home=tmp_path / "home", environ={}), clock=clock) as opened:
        yield opened


def test_every_recording_is_an_episode_with_the_transcripts_beside_it(tmp_path: Path) -> None:
    root = tmp_path / "Kitchen Talks"
    speech(root / "2026-03-05_the-quiet-hour.wav")
    write(root, {"2026-03-05_the-quiet-hour.en.vtt": vtt(), "2026-03-05_the-quiet-hour.wav.srt": "1\n"})
    write(
        root,
        {"deep/Letters.txt": "Anna: We write.", "README.txt": "no episode", ".hidden.vtt": vtt(), "cover.jpg": "x"},
    )
    scanned = scan(root.as_uri()).feed
    assert scanned.title == "Kitchen Talks"
    assert [episode.guid for episode in scanned.episodes if episode.audio_url] == ["2026-03-05_the-quiet-hour"]
    quiet = next(episode for episode in scanned.episodes if episode.audio_url)
    assert quiet.title == "the quiet hour"
    assert quiet.published == datetime(2026, 3, 5, tzinfo=UTC)
    assert quiet.duration_s == pytest.approx(1.0)
    assert [link.type for link in quiet.transcripts] == ["text/vtt", "application/x-subrip"]
    letters = next(episode for episode in scanned.episodes if not episode.audio_url)
    assert (letters.guid, letters.title) == ("deep/Letters", "Letters")
    assert len(scanned.episodes) == 2


@pytest.mark.parametrize("name", ["one.m4a", "one.flac"])
def test_tags_give_title_album_and_date(tmp_path: Path, name: str) -> None:
    path = tagged(tmp_path / "show" / name, title="Steam \x1b[2Jand bread", album="The Kettle Hour", date="2025-07-09")
    tags = read_tags(path)
    assert tags.title == "Steam and bread"
    assert tags.published == datetime(2025, 7, 9, tzinfo=UTC)
    scanned = scan((tmp_path / "show").as_uri()).feed
    assert (scanned.title, scanned.episodes[0].title) == ("The Kettle Hour", "Steam and bread")


def test_one_file_is_a_show_of_one_episode(tmp_path: Path) -> None:
    write(tmp_path / "talks", {"a.vtt": vtt(), "b.vtt": vtt()})
    scanned = scan((tmp_path / "talks" / "a.vtt").as_uri()).feed
    assert (scanned.title, [episode.guid for episode in scanned.episodes]) == ("a", ["a"])


def test_the_folder_around_one_file_is_not_searched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.local.files._MOST", 3)
    write(tmp_path, {"a [1].en.vtt": vtt(), "b.vtt": vtt(), "c.vtt": vtt(), "more/a [1].vtt": vtt()})
    speech(tmp_path / "a [1].wav")
    (only,) = scan((tmp_path / "a [1].wav").as_uri()).feed.episodes
    assert [Path(link.url).name for link in only.transcripts] == ["a%20%5B1%5D.en.vtt"]


def test_what_is_not_there_or_holds_nothing_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such folder"):
        local_address(str(tmp_path / "nowhere"))
    (tmp_path / "picture.jpg").write_bytes(b"x")
    with pytest.raises(UsageError, match="neither a folder nor"):
        local_address(str(tmp_path / "picture.jpg"))
    with pytest.raises(UsageError, match="holds no recordings"):
        scan(tmp_path.as_uri())
    with pytest.raises(FetchError, match="is its disk connected"):
        scan((tmp_path / "unplugged").as_uri())
    assert not is_local("example.org")
    assert not is_local("https://example.org/a.mp3")
    assert is_local(str(tmp_path))


def test_only_a_local_show_reads_files_and_only_below_its_folder(tmp_path: Path) -> None:
    root = tmp_path / "show"
    write(root, {"a.vtt": vtt()})
    outside = tmp_path / "secret.vtt"
    outside.write_text(vtt())
    (root / "link.vtt").symlink_to(outside)
    now = datetime(2026, 1, 1, tzinfo=UTC)
    show = Show(id="s", feed_url=root.as_uri(), title="Show", added_at=now)
    assert local_path(show, (root / "a.vtt").as_uri()) == (root / "a.vtt").resolve()
    for url in (outside.as_uri(), (root / "link.vtt").as_uri(), f"{root.as_uri()}/../secret.vtt", root.as_uri()):
        with pytest.raises(FetchRefused, match="outside the folder"):
            local_path(show, url)
    with pytest.raises(FetchError, match="is not there"):
        local_path(show, (root / "gone.vtt").as_uri())
    remote = Show(id="r", feed_url="https://example.org/feed", title="Remote", added_at=now)
    with pytest.raises(FetchRefused, match="may not name files"):
        local_path(remote, (root / "a.vtt").as_uri())
    os.mkfifo(root / "pipe.mp3")  # opening it would wait for ever
    assert {episode.guid for episode in scan(root.as_uri()).feed.episodes} == {"a"}


@pytest.mark.heavy
def test_a_feed_from_the_network_reads_no_file(tmp_path: Path, library: Library) -> None:
    secret = tmp_path / "diary.vtt"
    secret.write_text(vtt())
    with serving(
        write(tmp_path / "web", {"feed.xml": feed("Evil", transcript=secret.as_uri(), audio=secret.as_uri())})
    ) as web:
        library.shows.add(f"{web.address}/feed.xml")
        report = library.work.ingest()
    assert report.episodes_done == 0
    assert library.insights.newest() == []


@pytest.mark.heavy
def test_a_folder_is_followed_read_and_looked_at_again(tmp_path: Path, library: Library) -> None:
    root = write(tmp_path / "Kettle Talks", {"one.vtt": vtt(), "two.vtt": vtt(TALK[2:])})
    show = library.shows.add(str(root))
    assert (show.title, show.feed_url, show.backfill) == ("Kettle Talks", root.as_uri(), "all")
    assert library.shows.add(f"{root}/").id == show.id
    assert library.work.ingest().episodes_done == 2
    before = {episode.data.guid: episode for episode in library.episodes.of_show(show.id)}
    assert library.insights.newest(show="Kettle Talks")

    os.utime(root / "one.vtt", (1, 1))
    again = library.work.ingest()
    assert (again.new_episodes, again.episodes_done, again.feeds_unchanged) == (0, 0, 1)

    other = tuple((who, text.replace("kettle", "samovar")) for who, text in TALK)
    (root / "one.vtt").write_text(vtt(other))
    (root / "two.vtt").rename(root / "second.vtt")
    write(root, {"three.vtt": vtt(TALK[:4])})
    heard: list[str] = []
    report = library.work.ingest(on_event=lambda event: heard.append(event.message))
    assert "1 new, 1 changed, 1 renamed" in heard
    assert report.episodes_done == 2
    after = {episode.data.guid: episode for episode in library.episodes.of_show(show.id)}
    assert after.keys() == {"one", "second", "three"}
    assert after["second"].id == before["two"].id
    assert "samovar" in library.episodes.transcript(after["one"].id).segments[2].text
    assert all("kettle" not in idea.claim for idea in library.insights.newest() if idea.episode_id == after["one"].id)

    (root / "second.vtt").unlink()
    report = library.work.ingest(on_event=lambda event: heard.append(event.message))
    assert "unchanged; no longer in the folder, kept here: second" in heard
    assert len(library.episodes.of_show(show.id)) == 3
    assert library.episodes.transcript(after["second"].id).segments

    root.rename(tmp_path / "away")
    report = library.work.ingest()
    assert "is its disk connected" in report.failures[0].reason
    assert len(library.episodes.of_show(show.id)) == 3


class Listener:
    """A transcriber that says which file it was given."""

    name = "listener 1"

    def __init__(self) -> None:
        self.heard: list[Path] = []

    def transcribe(
        self,
        audio: Path,
        *,
        language: str = "",
        hotwords: Sequence[str] = (),
        expected_s: float | None = None,
        **_: object,
    ) -> Transcript:
        self.heard.append(audio)
        segments = tuple(
            Segment(text=text, speaker=who, start_s=9.0 * n, end_s=9.0 * n + 8) for n, (who, text) in enumerate(TALK)
        )
        return Transcript(segments=segments, source=self.name)


def test_a_recording_is_read_where_it_lies_and_never_deleted(tmp_path: Path, library: Library) -> None:
    path = speech(tmp_path / "talks" / "one.wav")
    show = library.shows.add(str(path))
    listener = Listener()
    real = library.wiring.stages()
    stages = Stages(**{name: getattr(real, name) for name in Stages.__slots__} | {"transcriber": listener})
    episode = library.episodes.of_show(show.id)[0]
    stage, write_it = stages.next(episode, lambda _: None)
    with library.catalog.write() as tx:
        write_it(tx)
    stages.finished(episode, stage)
    stages.sweep()
    assert stage is Stage.TRANSCRIPT
    assert listener.heard == [path]
    assert path.is_file()
    assert not list(library.settings.audio_dir.glob("*"))


def test_a_folder_of_which_the_newest_are_taken_gives_no_more_at_each_look(tmp_path: Path, library: Library) -> None:
    root = write(tmp_path / "talks", {f"2026-03-{day:02} talk.vtt": vtt() for day in range(1, 8)})
    show = library.shows.add(str(root), backfill="newest:2")
    for _ in range(2):
        library.shows.refresh([show.id])
        assert len(library.episodes.of_show(show.id)) == 2
    write(root, {"2026-03-09 talk.vtt": vtt(), "2026-02-01 talk.vtt": vtt()})
    assert library.shows.refresh([show.id]).checked[0].new_episodes == 1
    library.shows.set_backfill(show.id, "all")
    library.shows.refresh([show.id])
    assert len(library.episodes.of_show(show.id)) == 9


def test_removing_a_local_show_leaves_its_files(tmp_path: Path, library: Library) -> None:
    root = write(tmp_path / "talks", {"one.vtt": vtt()})
    show = library.shows.add(str(root))
    library.shows.remove(show.id)
    assert (root / "one.vtt").read_text() == vtt()
    assert library.shows.summaries() == []


def test_followed_twice_at_once_is_one_show(tmp_path: Path, library: Library) -> None:
    root = write(tmp_path / "talks", {"one.vtt": vtt()})
    errors: list[EarmarkError] = []

    def add() -> None:
        try:
            library.shows.add(str(root))
        except EarmarkError as error:
            errors.append(error)

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    assert len(library.shows.summaries()) == 1
    assert len(library.episodes.of_show(library.shows.summaries()[0].show.id)) == 1


@pytest.mark.parametrize(
    "name",
    ["metadata.json", "talk.info.json", "desc.txt", "talk.description.txt", "talk.live_chat.json", "shownotes.html", "talk.meta.json"],
)  # fmt: skip
def test_side_files_are_no_episodes(tmp_path: Path, name: str) -> None:
    speech(tmp_path / "show" / "talk.wav")
    write(tmp_path / "show", {name: "{}", "second.vtt": vtt()})
    scanned = scan((tmp_path / "show").as_uri()).feed
    assert sorted(episode.guid for episode in scanned.episodes) == ["second", "talk"]
    assert all(not episode.transcripts for episode in scanned.episodes if episode.guid == "talk")
