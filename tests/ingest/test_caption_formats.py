"""Captions in formats beyond VTT and SRT: read with their times and names, or refused by name, never with their tags."""

from __future__ import annotations

import pytest

from earmark.errors import TranscriptError
from earmark.types import Segment
from ingest.transcripts import parse_transcript
from ingest.transcripts.finish import finished

Row = tuple[float | None, float | None, str | None, str]


def read(text: str, source: str, kind: str = "") -> list[Row]:
    transcript = parse_transcript(text.encode(), content_type=kind)
    assert transcript.source == source
    return [(s.start_s, s.end_s, s.speaker, s.text) for s in transcript.segments]


PLAIN: list[Row] = [(0.5, 2.0, None, "The tide & the boats."), (2.0, 4.25, None, "It's late.")]
NAMED = [(start, end, who, said) for (start, end, _, said), who in zip(PLAIN, ("Ada Okafor", "Ben Oye"), strict=True)]


def test_vtt_keeps_what_stands_behind_empty_lines_and_arrows() -> None:
    body = """WEBVTT - made by hand

STYLE
::cue { color: white }

intro
00:00.500 --> 00:02.000 line:80%

The tide
goes from in --> out.

NOTE
not said

out-1
00:02.000 --> 00:04.250
First half

and second.


00:05.000 --> 00:06.000
<v Q&amp;A: Ada &amp; Ben>Both &lt;laugh&gt;.
"""
    assert read(body, "vtt") == [
        (0.5, 2.0, None, "The tide goes from in --> out."),
        (2.0, 4.25, None, "First half and second."),
        (5.0, 6.0, "Q&A: Ada & Ben", "Both <laugh>."),
    ]


def test_srt_keeps_them_too() -> None:
    body = "1\n00:00:00,500 --> 00:00:02,000\n\nThe tide\n\nturns --> now.\n\n2\n00:00:02,000 --> 00:00:04,250\n\n1984.\n\n"
    assert read(body, "srt") == [(0.5, 2.0, None, "The tide turns --> now."), (2.0, 4.25, None, "1984.")]


def test_ttml() -> None:
    body = """<?xml version="1.0" encoding="UTF-8"?>
    <tt xmlns="http://www.w3.org/ns/ttml" xmlns:ttm="http://www.w3.org/ns/ttml#metadata">
    <head><metadata><ttm:agent xml:id="p1"><ttm:name type="full">Ada Okafor</ttm:name></ttm:agent>
    <ttm:agent xml:id="p2"><ttm:name>Ben Oye</ttm:name></ttm:agent></metadata></head>
    <body><div begin="0s"><p begin="00:00:00.500" end="00:00:02.000" ttm:agent="p1">The tide<br/>&amp; <span>the</span> boats.</p>
    <p begin="2s" dur="2250ms" ttm:agent="p2">It&apos;s late.</p></div></body></tt>"""
    assert read(body, "xml", "application/ttml+xml") == NAMED


@pytest.mark.parametrize(
    "body",
    [
        '<?xml version="1.0"?><transcript><text start="0.5" dur="1.5">The tide &amp;amp; the boats.</text>'
        '<text start="2" dur="2.25">It&amp;#39;s late.</text></transcript>',
        '<timedtext format="3"><body><p t="500" d="1500"><s>The tide</s><s t="200"> &amp; the boats.</s></p>'
        '<p t="2000" d="2250">It&#39;s late.</p></body></timedtext>',
    ],
    ids=["srv1", "srv3"],
)
def test_youtube(body: str) -> None:
    assert read(body, "xml") == PLAIN


def test_podlove_xml() -> None:
    body = """<?xml version="1.0"?><items>
    <item start="00:00:00.500" start_ms="500" end="00:00:02.000" end_ms="2000" voice="Ada Okafor">The tide &amp; the boats.</item>
    <item start="00:00:02.000" start_ms="2000" end="00:00:04.250" end_ms="4250" voice="Ben Oye"><![CDATA[It's late.]]></item>
    </items>"""
    assert read(body, "xml", "text/xml") == NAMED


def test_advanced_substation() -> None:
    body = """[Script Info]
Title: Tides
[V4+ Styles]
Format: Name, Fontname
Style: Default,Arial
[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
Comment: 0,0:00:00.00,0:00:01.00,Default,,0,0,0,,not said
Dialogue: 0,0:00:00.50,0:00:02.00,Default,Ada Okafor,0,0,0,,{\\i1}The tide{\\i0}\\N& the boats.
Dialogue: 0,0:00:02.00,0:00:04.25,Default,Ben Oye,0,0,0,,It's late.
"""
    assert read(body, "ass") == NAMED


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("start\tend\ttext\n500\t2000\tThe tide & the boats.\n2000\t4250\tIt's late.\n", PLAIN),
        ("Start,End,Speaker,Text\n0.5,2.0,Ada Okafor,The tide & the boats.\n2.0,4.25,Ben Oye,It's late.\n", NAMED),
        (
            "start;end;speaker;text\n0:00.5;0:02;Ada Okafor;The tide & the boats.\n0:02;0:04.25;Ben Oye;It's late.\n",
            NAMED,
        ),
    ],
)
def test_tables(body: str, expected: list[Row]) -> None:
    assert read(body, "table") == expected


def test_subviewer() -> None:
    assert (
        read("0:00:00.500,0:00:02.000\nThe tide & the boats.\n\n0:00:02.000,0:00:04.250\nIt's late.\n", "sbv") == PLAIN
    )


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"%PDF-1.7\n%\xe2\xe3", "a PDF"),
        (b"PK\x03\x04\x14\x00word/document.xml", "Word"),
        (b"{\\rtf1\\ansi Hello}", "RTF"),
        (b"<SAMI><BODY><SYNC Start=500><P>Hello</SAMI>", "SAMI"),
        (
            b'<?xml version="1.0"?><rss><channel><title>Tides</title></channel></rss>',
            "no cues could be read in it as xml",
        ),
        (b'<?xml version="1.0"?><notes><note>hello there</note></notes>', "no cues could be read in it as xml"),
    ],
)
def test_others_are_refused_by_name(body: bytes, why: str) -> None:
    with pytest.raises(TranscriptError, match=why):
        parse_transcript(body, content_type="text/plain", url="https://a.example/t.txt")


@pytest.mark.parametrize("start", ['<?xml version="1.0"?>\n<!DOCTYPE html>\n<html>', "<html>", "<p>x</p>"])
def test_pages_in_xml_are_pages(start: str) -> None:
    said = "Ada: The boats went out before the tide and came back with it when evening fell over the harbour. "
    assert parse_transcript(f"{start}<body><p>{said}</p><p>{said}</p></body>".encode()).source == "html"


PAGE = """<h1>Tides</h1><h2>The harbour</h2><p>Ada Okafor (0:00): Boats leave with the tide.</p>
<p>Ben Oye (1:00): All of them?</p><h2>The <em>market</em></h2><p>Ada Okafor (2:00): Fish is sold at dawn.</p>
<p>It is cold by then, and whoever buys late buys what is left.</p>
<h2>Goodbye [3:00]</h2><p>Ben Oye (3:00): Good night.</p>"""
CITED = """<h2>The harbour</h2><cite>Ada Okafor:</cite><time>0:00</time><p>Boats leave.</p>
<h2>The <em>market</em></h2><cite>Ben Oye:</cite><time>2:00</time><p>Fish is sold.</p>
<h2>Goodbye</h2><cite>Ada Okafor:</cite><time>3:00</time><p>Good night.</p>"""
MARKDOWN = """# Tides

## The harbour

**Ada Okafor** 0:00
Boats leave with the tide.

## The market

**Ben Oye** 2:00
Fish is sold.

## Goodbye (3:00)

**Ada Okafor** 3:00
Good night.
"""


@pytest.mark.parametrize("body", [PAGE, CITED, MARKDOWN], ids=["page", "cited", "markdown"])
def test_headings_become_chapters(body: str) -> None:
    transcript = parse_transcript(body.encode())
    assert [(c.start_s, c.title, c.source) for c in transcript.chapters] == [
        (0.0, "The harbour", "transcript"),
        (120.0, "The market", "transcript"),
        (180.0, "Goodbye", "transcript"),
    ]
    assert not any(c.title in s.text for c in transcript.chapters for s in transcript.segments)
    assert {s.speaker for s in transcript.segments} == {"Ada Okafor", "Ben Oye"}


def test_headings_that_are_names_are_speakers() -> None:
    body = "### Ada Okafor 0:00\nBoats leave.\n\n### Ben Oye 0:30\nAll?\n\n### Ada Okafor 0:40\nAll."
    transcript = parse_transcript(body.encode())
    assert [s.speaker for s in transcript.segments] == ["Ada Okafor", "Ben Oye", "Ada Okafor"]
    assert transcript.chapters == ()


def test_names_in_angle_brackets_are_text() -> None:
    assert parse_transcript(b"<Ada> Boats leave with the tide.\n<Ben> All of them?\n").source == "text"


def test_xml_with_entities_of_its_own_is_not_expanded() -> None:
    laughs = '<?xml version="1.0"?><!DOCTYPE tt [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
    body = f'{laughs}<tt><body><div><p begin="1s" end="2s">So &b; it goes.</p></div></body></tt>'
    assert read(body, "xml") == [(1.0, 2.0, None, "So &b; it goes.")]


@pytest.mark.parametrize(
    "body", [b"<notes><note>hello</note><note>there</note></notes>", b"<?xml version='1.0'?><a>hello</a>"]
)
def test_xml_of_another_kind_is_refused(body: bytes) -> None:
    with pytest.raises(TranscriptError, match="as xml"):
        parse_transcript(body, content_type="text/plain")


def test_captions_in_capitals_are_put_in_small_letters() -> None:
    shouted = "THIS IS WHAT I SAID ABOUT BREAD. IT GOES STALE WHEN IT'S COLD, AND I'VE SEEN IT IN THE FRIDGE"
    segments = finished([Segment(text=f"{shouted} {n}.", start_s=float(n), speaker="NORA") for n in range(4)])
    assert segments[0].text == (
        "This is what I said about bread. It goes stale when it's cold, and I've seen it in the fridge 0."
    )
    assert segments[0].speaker == "NORA"
    few = [Segment(text="NASA AND CERN AGREE.", start_s=0.0), Segment(text=shouted.lower() * 3, start_s=1.0)]
    assert finished(few)[0].text == "NASA AND CERN AGREE."
