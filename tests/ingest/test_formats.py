"""One table of transcript formats: a row is all that a new one needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from earmark.types import Segment, Transcript, TranscriptLink
from ingest.feeds.parse import parse_feed
from ingest.local.files import scan
from ingest.transcripts import formats, parse_transcript
from ingest.transcripts.choose import choose, ordered
from ingest.transcripts.content import Content
from tests.ingest.test_choose import episode

TOY = "TOY\n0|Ada|Engines weave patterns.\n4|Charles|Do they?\n"


def read_toy(text: str, persons: Sequence[str]) -> Content:
    """Lines of a second, a speaker and what they say."""
    rows = [line.split("|") for line in text.splitlines()[1:]]
    return Content(segments=[Segment(text=said, start_s=float(start), speaker=who) for start, who, said in rows])


@pytest.fixture
def toy(monkeypatch: pytest.MonkeyPatch) -> formats.Format:
    row = formats.Format(
        name="toy",
        types=("text/x-toy",),
        suffixes=(".toy",),
        looks=lambda start: start.startswith("TOY\n"),
        read=read_toy,
    )
    monkeypatch.setattr(formats, "FORMATS", (row, *formats.FORMATS))
    return row


@pytest.mark.usefixtures("toy")
def test_a_new_format_is_one_row(tmp_path: Path) -> None:
    body = """<rss version="2.0" xmlns:podcast="https://podcastindex.org/namespace/1.0"><channel><title>S</title><item>
    <guid>1</guid><title>E</title><podcast:transcript url="https://a.example/1.srt" type="application/x-subrip"/>
    <podcast:transcript url="https://a.example/1" type="text/x-toy"/></item></channel></rss>"""
    (data,) = parse_feed(body.encode(), url="https://a.example/feed").episodes
    assert [link.type for link in data.transcripts] == ["text/x-toy", "application/x-subrip"]
    (first, _) = ordered(data.transcripts, "en")

    asked: list[TranscriptLink] = []

    def fetched(link: TranscriptLink) -> Transcript:
        asked.append(link)
        return parse_transcript(TOY.encode(), content_type=link.type, url=link.url)

    choice = choose(replace(episode(), data=data), fetched)
    assert asked == [first]
    assert choice.best is not None
    assert choice.best.transcript.source == "toy"
    assert [(s.start_s, s.speaker) for s in choice.best.transcript.segments] == [(0.0, "Ada"), (4.0, "Charles")]

    assert parse_transcript(TOY.encode(), content_type="application/json").source == "toy"

    (tmp_path / "talk.toy").write_text(TOY)
    (local,) = scan(tmp_path.as_uri()).feed.episodes
    assert [(link.type, Path(link.url).name) for link in local.transcripts] == [("text/x-toy", "talk.toy")]


def test_formats_have_names_types_and_suffixes_of_their_own() -> None:
    for values in (
        [row.name for row in formats.FORMATS],
        [kind for row in formats.FORMATS for kind in row.types],
        [suffix for row in formats.FORMATS for suffix in row.suffixes],
    ):
        assert len(values) == len(set(values))


@pytest.mark.parametrize("row", formats.FORMATS, ids=lambda row: row.name)
def test_a_link_is_told_by_its_type_and_by_its_extension(row: formats.Format) -> None:
    for kind in row.types:
        assert formats.format_of(TranscriptLink(url="https://a.example/x", type=kind)) == row.name
    for suffix in row.suffixes:
        assert formats.format_of(TranscriptLink(url=f"https://a.example/x{suffix}?token=1")) == row.name
        assert formats.type_of(suffix) == row.types[0]


def test_what_no_row_knows_is_tried_last() -> None:
    links = [TranscriptLink(url=f"https://a.example/{name}") for name in ("a.pdf", "b.txt", "c.vtt")]
    assert [link.url[-5:] for link in ordered(links, "en")] == ["c.vtt", "b.txt", "a.pdf"]
