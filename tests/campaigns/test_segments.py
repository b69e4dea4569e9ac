"""Chapters, subjects, sponsor reads and sentences of captions: what is found, against what people marked."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from earmark.errors import EarmarkError
from earmark.settings import load_settings
from earmark.types import Chapter, Segment, Transcript
from ingest.chapters.alignment import shift_of
from ingest.chapters.audio_tags import read_tags
from ingest.chapters.notes import read_notes
from ingest.chapters.podcast_json import read_chapters
from ingest.chapters.values import sane
from ingest.feeds.parse import parse_feed
from ingest.text.sentences import joined_text, split_sentences
from retrieval.encoders.encoder import open_encoder
from tests.campaigns.conftest import Record
from tests.campaigns.segments.data import episodes, parted, spoken
from tests.campaigns.segments.sponsors import sponsors
from tests.campaigns.segments.topics import Memo, passages, topics

pytestmark = pytest.mark.campaign

CAPTION_SHOWS = ("python-bytes", "security-now", "go-time", "btc-chaincode", "btc-bitcoin-explained", "ship-it")
"""None of them gave the words of `ingest.text.boundaries`."""
CAPTION_EPISODES = 4
CUE_WORDS = 7
SHIFTS_S = (-180, -90, -45, -30, 0, 30, 45, 90, 180)
"""By how much the chapters come too early; less than nothing is too late."""
LEAST = {"sponsor_f1": 0.65, "captions_f1": 0.55, "shift_right": 0.8}
MOST_CONTENT_LOST = 0.01
EXPECTED_TAGS = {
    "auphonic.m4a": 4,
    "auphonic.mp3": 4,
    "auphonic.ogg": 4,
    "ffmpeg-txxx-comment.mp3": 0,
    "hindenburg-journalist-pro.m4a": 2,
    "hindenburg-journalist-pro.mp3": 2,
    "mp3chaps-py.mp3": 4,
    "nero-chapters.m4a": 4,
}
"""Chapters of each file when this was written, as PyAV lists them; none was counted by another program."""


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Memo:
    return Memo(open_encoder(load_settings(home=tmp_path_factory.mktemp("home"), environ={})))


def test_chapters_of_audio_files_are_all_read(record: Record, realdata: Path) -> None:
    measured = _chapters(realdata)
    record("trust/segments", {"chapters": measured})
    assert measured["audio_tags"] == EXPECTED_TAGS


def test_chapters_that_fit_are_left_alone(record: Record, realdata: Path) -> None:
    measured = _shifts(realdata)
    record("trust/segments", {"shifted_chapters": measured})
    as_published = measured["0"]
    told = sum(count for outcome, count in as_published.items() if outcome != "not told")
    assert as_published["right"] >= LEAST["shift_right"] * told


def test_sponsor_reads_are_marked_and_content_is_not(record: Record, realdata: Path) -> None:
    measured = sponsors(realdata)
    record("trust/segments", {"sponsors": measured})
    assert measured["labels_drifted"] == []
    test = measured["rules"]["test"]
    assert test["words"]["f1"] >= LEAST["sponsor_f1"]
    assert test["content_words_marked_sponsor"] <= MOST_CONTENT_LOST


def test_sentences_of_captions_are_found(record: Record, realdata: Path) -> None:
    measured = _captions(realdata)
    record("trust/segments", {"captions": measured})
    assert measured["mean"]["f1"] >= LEAST["captions_f1"]


@pytest.mark.parametrize("way", ["none", "equal", "random", "texttiling"])
def test_boundaries_between_subjects_beat_the_baselines(way: str, subjects: dict[str, Any]) -> None:
    ours, theirs = subjects["held_out"]["topics"], subjects["held_out"][way]
    assert ours["windowdiff"] < theirs["windowdiff"]
    assert ours["f1"] > theirs["f1"]


def test_passages_cut_at_subjects_are_found_no_worse(record: Record, realdata: Path, encoder: Memo) -> None:
    measured = passages(realdata, encoder)
    record("trust/segments", {"passages": measured})
    assert measured["topics"]["both"] >= measured["whole"]["both"]


@pytest.fixture(scope="module")
def subjects(record: Record, realdata: Path, encoder: Memo) -> dict[str, Any]:
    measured = topics(realdata, encoder)
    record("trust/segments", {"topics": measured})
    return measured


def _chapters(data: Path) -> dict[str, Any]:
    """Chapters found by source: tags of audio files, chapter files, lists in the show notes of real feeds."""
    tags = {
        path.name: len(sane(read_tags(path), duration_s=None)) for path in sorted((data / "audio/chaptered").iterdir())
    }
    files = {
        path.name: len(sane(read_chapters(path.read_bytes()), duration_s=None))
        for path in sorted((data / "feeds/chapters").glob("*.json"))
    }
    counts: Counter[str] = Counter()
    for path in sorted((data / "feeds/real").iterdir()):
        try:
            feed = parse_feed(path.read_bytes(), url="https://feed.example/")
        except EarmarkError:
            continue
        for episode in feed.episodes:
            counts["episodes"] += 1
            counts["with_a_chapters_file"] += bool(episode.chapters_url)
            counts["with_chapters_in_the_feed"] += bool(sane(episode.chapters, duration_s=episode.duration_s))
            listed = read_notes(episode.description, duration_s=episode.duration_s)
            counts["with_chapters_in_the_notes"] += bool(sane(listed, duration_s=episode.duration_s))
    return {"audio_tags": tags, "chapter_files": files, "real_feeds": dict(counts)}


def _shifts(data: Path) -> dict[str, dict[str, int]]:
    """Human chapters moved against their transcript: put back to within 20 s, left alone, put elsewhere, not told."""
    outcomes: dict[str, Counter[str]] = {str(moved): Counter() for moved in SHIFTS_S}
    for episode in parted(data):
        chapters = [
            Chapter(start_s=start, title=title)
            for start, title in zip(episode.times, episode.titles, strict=True)
            if start is not None
        ]
        segments = _with_ends(episode.original)
        if len(chapters) < 4 or len(segments) < 20:
            continue
        for moved in SHIFTS_S:
            early = [replace(c, start_s=c.start_s - moved) for c in chapters if c.start_s >= moved]
            shift = shift_of(early, segments)
            if shift is None:
                outcome = "not told"
            elif abs(shift - moved) <= 20:
                outcome = "right"
            else:
                outcome = "left alone" if shift == 0 else "wrong"
            outcomes[str(moved)][outcome] += 1
    return {moved: dict(counts) for moved, counts in outcomes.items()}


def _with_ends(transcript: Transcript) -> tuple[Segment, ...]:
    """The segments that have a time, each until the next one."""
    timed = [segment for segment in transcript.segments if segment.start_s is not None]
    ends = [*(segment.start_s for segment in timed[1:]), None][: len(timed)]
    return tuple(replace(s, end_s=s.end_s if s.end_s is not None else end) for s, end in zip(timed, ends, strict=True))


def _captions(data: Path) -> dict[str, Any]:
    """Boundary F1 where marks, capitals, speakers and pauses were taken away, against the edited transcript."""
    scores: dict[str, dict[str, float]] = {}
    for show in CAPTION_SHOWS:
        hits, made, real, base = 0, 0, 0, {12: [0, 0], 25: [0, 0]}
        for episode in episodes(data, show)[:CAPTION_EPISODES]:
            words, ends = _stripped(spoken(episode))
            if len(words) < 1_000 or len(words) > 30 * len(ends):
                continue  # as good as unpunctuated itself
            cues = [words[at : at + CUE_WORDS] for at in range(0, len(words), CUE_WORDS)]
            segments = [Segment(text=" ".join(cue), start_s=i * 3.0, end_s=i * 3.0 + 3.0) for i, cue in enumerate(cues)]
            reached, count = set(), 0
            for sentence in split_sentences(Transcript(segments=tuple(segments), source="vtt")):
                count += len(sentence.text.split())
                reached.add(count)
            truth, reached = ends - {len(words)}, reached - {len(words)}
            hits, made, real = hits + len(truth & reached), made + len(reached), real + len(truth)
            for every, sums in base.items():
                cut = set(range(every, len(words), every))
                sums[0] += len(cut & truth)
                sums[1] += len(cut)
        scores[show] = {
            "precision": round(hits / max(1, made), 4),
            "recall": round(hits / max(1, real), 4),
            "f1": round(2 * hits / max(1, made + real), 4),
        } | {f"f1_every_{every}_words": round(2 * s[0] / max(1, s[1] + real), 4) for every, s in base.items()}
    names = next(iter(scores.values())).keys()
    mean = {name: round(sum(score[name] for score in scores.values()) / len(scores), 4) for name in names}
    return {"mean": mean, "shows": scores}


def _stripped(transcript: Transcript) -> tuple[list[str], set[int]]:
    """The words without marks and capitals, and after how many of them a sentence ends."""
    text = joined_text(transcript)
    words: list[str] = []
    ends: set[int] = set()
    for sentence in split_sentences(transcript):
        said = re.sub(r"\[[^\]]*\]", " ", text[sentence.start : sentence.end])
        words += [word for w in said.split() if (word := re.sub(r"[^a-z0-9']", "", w.lower().replace("’", "'")))]
        ends.add(len(words))
    return words, ends - {0}
