"""Chapters from every source: tolerant of what publishers write, in order, within the episode, in the transcript's time."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Never

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from earmark.errors import AudioError, FetchError
from earmark.types import Chapter, Segment, Transcript
from ingest.chapters import find_chapters, with_chapters
from ingest.chapters.alignment import shift_of
from ingest.chapters.audio_tags import read_tags, sample_text
from ingest.chapters.notes import read_notes
from ingest.chapters.podcast_json import read_chapters
from ingest.chapters.values import is_farewell, is_greeting, is_sponsor, sane
from tests.ingest.talk import episode

TOPICS = ("Sourdough starters", "Steel plates", "Hydration numbers", "Rye flour", "Cooling racks", "Apprentice bakers")


def spoken(*, every_s: float = 120.0, ahead_s: float = 0.0) -> Transcript:
    """A transcript in which each topic is talked about for two minutes, ``ahead_s`` seconds after the start."""
    segments = [Segment(text="Here is something that was put before the show.", start_s=0.0, end_s=ahead_s)] * (
        ahead_s > 0
    )
    for number, topic in enumerate(TOPICS):
        for part in range(12):
            start = ahead_s + number * every_s + part * 10.0
            text = f"So about {topic.lower()} there is more." if part < 6 else "And that goes on like this for a while."
            segments.append(Segment(text=text, start_s=start, end_s=start + 10.0))
    return Transcript(segments=tuple(segments), source="vtt")


def listed(moved_s: float = 0.0) -> list[Chapter]:
    return [Chapter(start_s=max(0.0, i * 120.0 + moved_s), title=t, source="file") for i, t in enumerate(TOPICS)]


def served(document: object) -> Callable[[str], Any]:
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    return lambda _url: SimpleNamespace(body=body, content_type="application/json+chapters")


def test_a_chapters_file() -> None:
    chapters = read_chapters(
        json.dumps(
            {
                "version": "1.2.0",
                "chapters": [
                    {"startTime": 0, "title": "Intro"},
                    {"startTime": "61.5", "title": "  Steel\u202e plates\n", "endTime": 90},
                    {"startTime": 70, "img": "https://grain.example/oven.jpg", "toc": False},
                    {"startTime": "00:02:10", "title": "<b>Rye</b>"},
                    {"startTime": -3, "title": "before the beginning"},
                    {"startTime": "soon", "title": "some day"},
                    {"title": "never"},
                    "not a chapter",
                    None,
                ],
            }
        ).encode()
    )
    assert [(c.start_s, c.end_s, c.title) for c in chapters] == [
        (0.0, None, "Intro"),
        (61.5, 90.0, "Steel plates"),
        (130.0, None, "<b>Rye</b>"),
    ]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"{",
        b"<html>gone</html>",
        b'{"chapters": 7}',
        b'{"chapters": {"a": 1}}',
        b"[" * 200_000,
        b"\xff\xfe\x00",
    ],
)
def test_what_is_no_chapters_file_holds_none(body: bytes) -> None:
    assert read_chapters(body) == ()


@pytest.mark.heavy
@settings(max_examples=150, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(st.sampled_from(["chapters", "startTime", "endTime", "title", "toc"]), inner, max_size=4)
        ),
        max_leaves=20,
    )
)
def test_no_document_breaks_it(document: object) -> None:
    chapters = sane(read_chapters(json.dumps(document).encode()), duration_s=600.0)
    assert all(0 <= c.start_s < 600 and (c.end_s is None or c.start_s < c.end_s <= 600) for c in chapters)


def test_sane_orders_bounds_and_drops() -> None:
    given_chapters = [
        Chapter(start_s=300, title="Late"),
        Chapter(start_s=0, title=""),
        Chapter(start_s=1, title="Sponsor: Millwright"),
        Chapter(start_s=100, end_s=5_000, title="Middle"),
        Chapter(start_s=900, title="after the end"),
        Chapter(start_s=float("nan"), title="nowhere"),
    ]
    chapters = sane(given_chapters, duration_s=600)
    assert [(c.start_s, c.end_s, c.title, c.sponsor) for c in chapters] == [
        (0, 100, "Sponsor: Millwright", True),
        (100, 300, "Middle", False),
        (300, 600, "Late", False),
    ]


def test_one_chapter_is_none_and_a_thousand_are_slides() -> None:
    assert sane([Chapter(start_s=0, title="All of it")], duration_s=600) == ()
    assert sane([Chapter(start_s=5.0 * i) for i in range(1_000)], duration_s=None) == ()


@pytest.mark.parametrize(
    "title", ["Sponsor: Millwright", "AD", "Ad break", "(Advertisement)", "Werbung", "Sponsors", "Ad 2", "Promo"]
)
def test_titles_of_advertisements(title: str) -> None:
    assert is_sponsor(title)


@pytest.mark.parametrize(
    "title", ["GitHub Sponsors", "How to add a plugin", "Finding a sponsor", "Ad blockers", "Broken ovens", "Shadows"]
)
def test_titles_about_them_are_not(title: str) -> None:
    assert not is_sponsor(title)


def test_titles_of_greetings_and_farewells() -> None:
    assert all(map(is_greeting, ["Intro", "Welcome", "01 Introduction", "Intro & theme song", "Cold open"]))
    assert all(map(is_farewell, ["Outro", "Closing thoughts", "Goodbye", "Wrap-up"]))
    assert not any(map(is_greeting, ["Introducing rye", "Opening a bakery", "The intro of the book"]))
    assert not any(map(is_farewell, ["Closing the oven", "Next generation ovens"]))


NOTES = {
    "leading": "Tomas on acid.\n\n00:00 Hello\n02:10 - Steel plates\n[12:40] Hydration\n1:02:05 Rye\n\nBuy the book!",
    "brackets": "(00:00:00) – Hello\n(00:02:10) – Steel plates\n(00:12:40) – Hydration\n(01:02:05) – Rye",
    "html": "<p>Notes</p><ul><li>0:00 Hello</li><li>2:10 Steel plates</li><li>12:40 Hydration</li><li>1:02:05 Rye</li></ul>",
    "trailing": "Hello ... 00:00\nSteel plates (02:10)\nHydration – 12:40\nRye 1:02:05",
    "one line": "Notes of the show, which are long enough to be a paragraph: " + "word " * 60
    + "(00:00) Hello (02:10) Steel plates (12:40) Hydration (1:02:05) Rye",
    "ranges": "0:00-2:10 Hello\n2:10-12:40 Steel plates\n12:40-1:02:05 Hydration\n1:02:05-1:05:00 Rye",
}  # fmt: skip


@pytest.mark.parametrize("notes", NOTES.values(), ids=NOTES)
def test_lists_of_times_in_notes(notes: str) -> None:
    chapters = read_notes(notes, duration_s=4_000.0)
    assert [(c.start_s, c.title) for c in chapters] == [
        (0.0, "Hello"),
        (130.0, "Steel plates"),
        (760.0, "Hydration"),
        (3725.0, "Rye"),
    ]


@pytest.mark.parametrize(
    "notes",
    [
        "",
        "We open at 07:30 and close at 18:00.\nCome by at 12:15.",
        "07:30 am baking\n09:00 am selling\n12:15 pm lunch",
        "10:00 UTC stream\n11:00 UTC talk\n12:00 UTC party",
        "58:12 he says it\n59:30 she laughs\n1:01:00 the end",
        "12:40 Hydration\n02:10 Steel plates\n01:05 Hello",
        "0:00 Hello\n2:10 Steel",
        "3:1 odds\n4:2 goals\n5:0 sets",
    ],
)
def test_notes_without_a_list(notes: str) -> None:
    assert read_notes(notes, duration_s=4_000.0) == ()


def test_the_length_of_a_line_costs_nothing() -> None:
    assert read_notes("9" * 200_000 + "\n" + "00:00 " * 30_000, duration_s=None) is not None


@pytest.mark.parametrize("moved_s", [-90.0, -45.0, 60.0, 120.0])
def test_a_shift_is_told_by_the_words_of_the_titles(moved_s: float) -> None:
    chapters = [replace(chapter, start_s=chapter.start_s + 300.0 - moved_s) for chapter in listed()]
    assert shift_of(chapters, spoken(ahead_s=300.0).segments) == pytest.approx(moved_s, abs=20)


def test_what_fits_is_left_and_what_says_nothing_is_not_told() -> None:
    assert shift_of(listed(), spoken().segments) == 0.0
    assert shift_of([replace(c, title="Part") for c in listed()], spoken().segments) is None
    assert shift_of(listed(), (Segment(text="steel plates"),)) is None


def test_the_file_goes_before_the_feed_and_the_notes() -> None:
    told = episode(
        chapters_url="https://grain.example/chapters.json",
        chapters=(Chapter(start_s=0, title="Feed one"), Chapter(start_s=99, title="Feed two")),
        description=NOTES["leading"],
    )
    document = {"chapters": [{"startTime": c.start_s, "title": c.title} for c in listed()]}
    assert {c.source for c in find_chapters(told, spoken(), fetch=served(document)).chapters} == {"file"}
    assert {c.source for c in find_chapters(told, spoken(), fetch=None).chapters} == {"feed"}
    bare = replace(told, data=replace(told.data, chapters=(), chapters_url="", duration_s=4_000.0))
    chapters = find_chapters(bare, Transcript(segments=(Segment(text="Rye."),), source="text"), fetch=None)
    assert [c.source for c in chapters.chapters] == ["notes"] * 4


def test_a_file_that_cannot_be_had_is_noted_and_the_next_source_is_taken() -> None:
    told = episode(chapters_url="https://grain.example/c.json", chapters=tuple(replace(c, source="") for c in listed()))

    def fails(url: str) -> Never:
        raise FetchError("timed out", subject=url)

    chapters = find_chapters(told, spoken(), fetch=fails)
    assert [c.source for c in chapters.chapters] == ["feed"] * len(TOPICS)
    assert "timed out" in chapters.notes[0]
    kept = with_chapters(spoken(), chapters)
    assert kept.chapters == chapters.chapters
    assert kept.provenance["chapters"]["source"] == "feed"
    assert find_chapters(told, spoken(), fetch=served(b"<html>")).notes == (
        "no chapters could be read in the chapters file",
    )


def test_chapters_of_another_cut_are_moved_and_it_is_said() -> None:
    document = {"chapters": [{"startTime": c.start_s, "title": c.title} for c in listed()]}
    told = episode(chapters_url="https://grain.example/chapters.json")
    chapters = find_chapters(told, spoken(ahead_s=60.0), fetch=served(document))
    assert [c.start_s for c in chapters.chapters][1:] == pytest.approx([180 + 120 * i for i in range(5)], abs=20)
    assert chapters.chapters[0].start_s == 0.0
    assert "too early" in chapters.notes[0]


def test_no_source_no_chapters() -> None:
    assert find_chapters(episode(), spoken(), fetch=None).chapters == ()
    assert with_chapters(spoken(), find_chapters(episode(), spoken(), fetch=None)) == spoken()


def test_audio_that_is_none(tmp_path: Path) -> None:
    path = tmp_path / "a.mp3"
    path.write_text("this is no audio")
    with pytest.raises(AudioError, match="its chapters cannot be read"):
        read_tags(path)
    chapters = find_chapters(episode(), spoken(), fetch=None, audio=path)
    assert chapters.chapters == ()
    assert "its chapters cannot be read" in chapters.notes[0]


@pytest.mark.parametrize(
    ("sample", "text"),
    [
        (b"\x00\x05Tides", "Tides"),
        (b"\x00\x06K\xc3\xbcste\x00\x00\x00\x0cencd\x00\x00\x01\x00", "Küste"),
        (b"\x00\x08" + "Ebb".encode("utf-16"), "Ebb"),
        (b"\x00\x0a\xfe\xff" + "Ebbe".encode("utf-16-be"), "Ebbe"),
        (b"\x00\x04Link\x00\x00\x00\x16href\x00\x00\x00\x04\x05a.org\x00", None),
        (b"\x00\x09cut", None),
        (b"\x00\x00", ""),
    ],
)
def test_words_of_a_text_track_are_no_label_of_a_link(sample: bytes, text: str | None) -> None:
    assert sample_text(sample) == text


@pytest.mark.realdata
@pytest.mark.parametrize(
    ("name", "titles"),
    [
        ("auphonic.mp3", ["Chapter 1 - ❤️😊", "Chapter 2 - ßöÄ", "Chapter 3 - 爱", "Chapter 4"]),
        ("auphonic.m4a", ["Chapter 1 - ❤️😊", "Chapter 2 - ßöÄ", "Chapter 3 - 爱", "Chapter 4"]),
        ("auphonic.ogg", ["Chapter 1 - ❤️😊", "Chapter 2 - ßöÄ", "Chapter 3 - 爱", "Chapter 4"]),
        ("nero-chapters.m4a", ["Chapter 1 - ❤️😊", "Chapter 2 - ßöÄ", "Chapter 3 - 爱", "Chapter 4"]),
        ("hindenburg-journalist-pro.m4a", ["Chapter Marker 1", "Chapter Marker 2"]),
        ("hindenburg-journalist-pro.mp3", ["Chapter Marker 1", "Chapter Marker 2"]),
        ("mp3chaps-py.mp3", ["Start", "Chapter 1", "Chapter 2", "Chapter 3"]),
        ("ffmpeg-txxx-comment.mp3", []),
    ],
)
def test_tags_of_real_files(realdata: Path, name: str, titles: list[str]) -> None:
    assert [c.title for c in sane(read_tags(realdata / "audio/chaptered" / name), duration_s=None)] == titles
