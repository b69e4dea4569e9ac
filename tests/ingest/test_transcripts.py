"""Publisher transcripts: every format, the ways they are broken, and real ones where they are at hand."""

from __future__ import annotations

import json
import os
import random
from pathlib import Path

import pytest

from earmark.errors import TranscriptError
from earmark.types import Segment
from ingest.transcripts import parse_transcript
from ingest.transcripts.finish import finished, seconds

DATA = Path(os.environ.get("EARMARK_TEST_DATA") or Path(__file__).resolve().parents[2] / ".." / "shared" / "data")

Row = tuple[float | None, float | None, str | None, str]


def rows(text: str | bytes, kind: str = "", persons: tuple[str, ...] = ()) -> list[Row]:
    body = text if isinstance(text, bytes) else text.encode()
    segments = parse_transcript(body, content_type=kind, persons=persons).segments
    return [(s.start_s, s.end_s, s.speaker, s.text) for s in segments]


VTT = """WEBVTT

NOTE made by hand

1
00:00:01.000 --> 00:00:03.500 align:start
<v Ada Lovelace>Engines <i>weave</i> patterns</v>

00:00:03.500 --> 00:00:05.000
<v Ada>just as looms do &amp; more.

01:00:00.000 --> 01:00:02.000
<v Charles Babbage>Yes.</v> <v Ada>No.</v>
"""


def test_vtt_keeps_voices_and_drops_markup() -> None:
    assert rows(VTT, "text/vtt") == [
        (1.0, 3.5, "Ada Lovelace", "Engines weave patterns"),
        (3.5, 5.0, "Ada Lovelace", "just as looms do & more."),
        (3600.0, 3602.0, "Charles Babbage", "Yes."),
        (3600.0, 3602.0, "Ada Lovelace", "No."),
    ]


@pytest.mark.parametrize("change", [("01.000", "01,000"), ("WEBVTT\n\n", ""), (" --> ", "-->"), ("\n", "\r\n")])
def test_vtt_that_is_slightly_broken_reads_the_same(change: tuple[str, str]) -> None:
    assert rows(VTT.replace(*change), "text/vtt")[0] == (1.0, 3.5, "Ada Lovelace", "Engines weave patterns")


SRT = """1
00:00:01,000 --> 00:00:02,500
Grace: Compilers began as
a joke, they said.

2
00:00:02,500 --> 00:00:04,000
It took three years.

3
00:00:04,000 --> 00:00:05,000
Howard: Really?

4
00:00:05,000 --> 00:00:06,000
Grace: Really. One thing: nobody believed it.

5
00:00:06,000 --> 00:00:08,000
Howard: And then?
Grace: Then they did.

6
00:00:08,000 --> 00:00:09,000
Howard: Good.
"""


def test_srt_names_speakers_who_go_on_until_the_next() -> None:
    assert rows(SRT, "application/x-subrip") == [
        (1.0, 2.5, "Grace", "Compilers began as a joke, they said."),
        (2.5, 4.0, "Grace", "It took three years."),
        (4.0, 5.0, "Howard", "Really?"),
        (5.0, 6.0, "Grace", "Really. One thing: nobody believed it."),
        (6.0, 8.0, "Howard", "And then?"),
        (6.0, 8.0, "Grace", "Then they did."),
        (8.0, 9.0, "Howard", "Good."),
    ]
    assert {row[2] for row in rows(SRT, persons=("Grace Hopper", "Howard Aiken"))} == {"Grace Hopper", "Howard Aiken"}


@pytest.mark.parametrize(
    "change", [(",000 --> ", ".000 --> "), (" --> ", "-->"), ("00:00:", "0:00:"), ("1\n00", "00"), ("00:00:0", "00:0")]
)
def test_srt_that_is_slightly_broken_reads_the_same(change: tuple[str, str]) -> None:
    assert [row[:2] for row in rows(SRT.replace(*change), "application/srt")] == [row[:2] for row in rows(SRT)]


def test_a_word_before_a_colon_is_no_speaker() -> None:
    cues = "\n\n".join(f"{i}\n00:00:0{i},000 --> 00:00:0{i + 1},000\nNote: number {i}." for i in range(1, 8))
    assert {row[2] for row in rows(cues)} == {None}


@pytest.mark.parametrize("body", [b"WEBVTT\n\n00:xx --> 00:yy\nHi", b"1\nno times here\nHi"])
def test_cue_files_without_cues_are_an_error(body: bytes) -> None:
    with pytest.raises(TranscriptError, match="no cues"):
        parse_transcript(body, content_type="application/x-subrip", url="https://a.example/t.srt")


def test_rolling_captions_say_everything_once() -> None:
    words = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
    lines = [" ".join(words[i : i + 3]) for i in range(0, 12, 3)]
    cues = [f"00:0{i}.000 --> 00:0{i + 1}.000\n{lines[i - 1] if i else ''}\n{lines[i]}\n" for i in range(4)]
    text = " ".join(
        row[3] for row in rows("WEBVTT\n\n" + "\n".join(cues).replace("\n\n0", "\n\n0").replace("000\n\n", "000\n"))
    )
    assert text.split() == words


def test_json_with_numbers_or_strings_and_as_a_plain_list() -> None:
    segments = [
        {"speaker": "Ida Rhodes", "startTime": 0.5, "endTime": "2.5", "body": "Look it up."},
        {"speaker": "Ida", "startTime": "00:00:03.000", "body": "Then learn it."},
        {"startTime": 9, "endTime": 4, "body": "End."},
        {"startTime": 10, "body": "  "},
        {"startTime": float("nan"), "body": 7},
        "garbage",
    ]
    expected = [
        (0.5, 2.5, "Ida Rhodes", "Look it up."),
        (3.0, 9.0, "Ida Rhodes", "Then learn it."),
        (9.0, None, None, "End."),
    ]
    assert rows(json.dumps({"version": "1.0.0", "segments": segments}), "application/json") == expected
    assert rows(json.dumps(segments)) == expected


@pytest.mark.parametrize("body", [b"{}", b"[]", b'{"segments": 5}', b"[" * 100_000, b'{"segments": [', b'{"a": 1e999}'])
def test_json_without_segments_is_an_error(body: bytes) -> None:
    with pytest.raises(TranscriptError):
        parse_transcript(body, content_type="application/json")


def test_html_in_the_form_of_the_namespace() -> None:
    page = """<html><head><title>No speech</title></head><body><nav><p>Menu</p></nav><p>Intro of the page</p>
    <cite>Mary Kenneth:</cite> <time>0:00</time><p>Teaching &amp; learning<br>never stop.</p>
    <cite>Tom:</cite><time>0:10</time><p>First.</p><p>Second, a bit longer.</p>
    <cite>Mary:</cite><time>0:30</time><p>&#8203;</p><p>Bye.</p></body></html>"""
    assert rows(page, "text/html") == [
        (0.0, 10.0, "Mary Kenneth", "Teaching & learning never stop."),
        (10.0, 14.4, "Tom", "First."),
        (14.4, 30.0, "Tom", "Second, a bit longer."),
        (30.0, None, "Mary Kenneth", "Bye."),
    ]


def test_html_of_paragraphs_is_read_as_text() -> None:
    page = "<p><b>Ann Lee:</b> We ship on <a href='x'>Fridays</a>.</p><p><b>Bo Ek:</b> Never.</p>" * 6
    assert rows(page)[:2] == [(None, None, "Ann Lee", "We ship on Fridays."), (None, None, "Bo Ek", "Never.")]


def test_an_error_page_is_no_transcript() -> None:
    with pytest.raises(TranscriptError):
        parse_transcript(b"<html><body><h1>404</h1><p>Not found</p></body></html>", content_type="text/html")


TEXT = """Welcome to the show.

Steve Gibson: The first rule: never trust input.

And that goes on.

Leo Laporte: Right.

Steve: There is one word: more.

Leo: Question: how?

Warning: this is no speaker.

Steve: Like this.
"""


def test_text_maps_short_names_and_keeps_colons_that_are_no_labels() -> None:
    assert rows(TEXT, "text/plain", ("Steve Gibson", "Leo Laporte")) == [
        (None, None, None, "Welcome to the show."),
        (None, None, "Steve Gibson", "The first rule: never trust input."),
        (None, None, "Steve Gibson", "And that goes on."),
        (None, None, "Leo Laporte", "Right."),
        (None, None, "Steve Gibson", "There is one word: more."),
        (None, None, "Leo Laporte", "Question: how?"),
        (None, None, "Leo Laporte", "Warning: this is no speaker."),
        (None, None, "Steve Gibson", "Like this."),
    ]


def test_a_short_name_of_two_people_stays_short() -> None:
    text = "\n\n".join(["Ann Lee: One.", "Ann Fox: Two.", "Ann: Three."] * 3)
    assert [row[2] for row in rows(text)[:3]] == ["Ann Lee", "Ann Fox", "Ann"]


@pytest.mark.parametrize(
    "form",
    ["{n} ({t}): {x}", "{n} [{t}]: {x}", "[{t}] {n}: {x}", "{n} – {t}: {x}", "{n}  {t}\n{x}", "{n}: ({t}) {x}",
     "**{n}** {t}:\n{x}", "{t}\n{n}: {x}", "{n} | {t}\n{x}"],
)  # fmt: skip
def test_text_with_times_in_many_forms(form: str) -> None:
    said = [
        ("Jo Ann Bell", "00:01", "So it begins."),
        ("Kim Rae", "01:02", "It does."),
        ("Jo Ann Bell", "1:00:05", "Done."),
    ]
    text = "\n\n".join(form.format(n=n, t=t, x=x) for n, t, x in said)
    assert rows(text) == [
        (1.0, 62.0, "Jo Ann Bell", "So it begins."),
        (62.0, 3605.0, "Kim Rae", "It does."),
        (3605.0, None, "Jo Ann Bell", "Done."),
    ]


def test_times_inside_a_paragraph_split_it() -> None:
    text = "Al Green – 00:01: Hello there. Bea Fox – 00:05: Hello to you. Al Green – 00:09: Good."
    assert [(row[0], row[2], row[3]) for row in rows(text)] == [
        (1.0, "Al Green", "Hello there."),
        (5.0, "Bea Fox", "Hello to you."),
        (9.0, "Al Green", "Good."),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1", "cp1252"])
def test_charsets(encoding: str) -> None:
    body = SRT.replace("Really?", "Über café naïve?").encode(encoding)
    assert "Über café naïve?" in [row[3] for row in rows(body)]


def test_a_declared_charset_is_used() -> None:
    body = "Ольга Иванова: Привет, мир.\n\nПётр Ильин: Привет.".encode("koi8-r")
    assert rows(body, "text/plain; charset=koi8-r")[0][3].endswith("Привет, мир.")


def test_invisible_and_control_characters_go() -> None:
    assert (
        rows("WEBVTT\n\n00:01.000 --> 00:02.000\nZero\u200bwidth \x1b[31mred\x07\u202e  text\n")[0][3]
        == "Zerowidth red text"
    )


def test_the_look_of_the_file_wins_over_its_type() -> None:
    assert parse_transcript(SRT.encode(), content_type="text/plain").source == "srt"
    assert parse_transcript(VTT.encode(), content_type="application/x-subrip").source == "vtt"
    assert parse_transcript(b'[{"body": "Hi all"}]', content_type="text/html").source == "json"


@pytest.mark.parametrize("body", [b"", b"  \n ", b"\xef\xbb\xbf", b"\x00\x00"])
def test_empty_files_are_an_error(body: bytes) -> None:
    with pytest.raises(TranscriptError, match="empty"):
        parse_transcript(body)


def test_order_and_ends_are_repaired() -> None:
    mixed = [
        Segment(text="c", start_s=9.0, end_s=8.0),
        Segment(text="a", start_s=1.0),
        Segment(text="...", start_s=2.0),
        Segment(text="b", start_s=4.0, end_s=1.0),
    ]
    assert [(s.start_s, s.end_s, s.text) for s in finished(mixed)] == [
        (1.0, 4.0, "a"),
        (4.0, 9.0, "b"),
        (9.0, None, "c"),
    ]


def test_a_stray_clock_time_gives_no_times() -> None:
    segments = [Segment(text=f"t{i}", start_s=45_000.0 if i == 3 else None) for i in range(40)]
    assert {s.start_s for s in finished(segments)} == {None}


@pytest.mark.parametrize(
    ("value", "expected"),
    [("1:02", 62.0), ("01:00:02,5", 3602.5), ("3.25", 3.25), (7, 7.0), ("", None), (-1, None), (float("inf"), None), (True, None),
     (10**400, None), ("99999:00", None)],
)  # fmt: skip
def test_seconds(value: object, expected: float | None) -> None:
    assert seconds(value) == expected


@pytest.mark.heavy
def test_mutated_files_raise_nothing_else() -> None:
    random_ = random.Random(7)
    for source in (
        VTT,
        SRT,
        TEXT,
        '{"segments": [{"startTime": 1, "body": "x"}]}',
        "<cite>A:</cite><time>0:01</time><p>b</p>",
    ):
        for _ in range(60):
            body = bytearray(source.encode())
            for _ in range(6):
                at = random_.randrange(len(body))
                body[at : at + random_.randrange(3)] = random_.choice(
                    [b"<", b"-->", b":", b"\x00", b"\xff", b"<![x", b"{", b"9" * 30]
                )
            try:
                read = parse_transcript(bytes(body))
            except TranscriptError:
                continue
            assert read.segments
            for segment in read.segments:
                assert segment.text.strip()
                assert "\x00" not in segment.text
                assert segment.start_s is None or segment.end_s is None or segment.start_s <= segment.end_s


@pytest.mark.realdata
def test_real_transcripts_read_sensibly() -> None:
    files = sorted([*DATA.glob("feeds/transcripts/*"), *DATA.glob("e2e/*/transcripts/*")])
    if not files:
        pytest.skip(f"no transcripts in {DATA}; set EARMARK_TEST_DATA")
    for file in files:
        transcript = parse_transcript(file.read_bytes(), url=f"https://a.example/x{file.suffix}")
        speakers = {s.speaker for s in transcript.segments if s.speaker}
        assert len(transcript.segments) >= (2 if file.stem == "example" else 5), file
        assert len(speakers) <= 12, file
        assert not any(ch in s.text for s in transcript.segments for ch in ("-->", "\u200b", "\n", "&amp;")), file
        if transcript.segments[0].start_s is not None:
            starts = [s.start_s for s in transcript.segments if s.start_s is not None]
            assert starts == sorted(starts), file
