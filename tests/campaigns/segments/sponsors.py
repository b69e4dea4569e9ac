"""How well sponsor reads, greetings and housekeeping are found in hand-labelled episodes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from earmark.language.segments import Label
from ingest.passages.segments import mark
from ingest.text.sentences import Sentence
from tests.campaigns.segments.data import LabelledEpisode, labelled

__all__ = ["sponsors"]

EDGE = 22
"""Sentences at either end of an episode whose frame was labelled."""
HALF = 0.5
"""Share of its words from which on a read counts as found, and a marked stretch as right."""


def sponsors(data: Path) -> dict[str, Any]:
    """Counts and rates by split."""
    by_split: dict[str, Counter[str]] = {}
    drifted: list[str] = []
    shows: dict[str, set[str]] = {}
    for episode in labelled(data):
        if not episode.intact:
            drifted.append(f"{episode.show} {episode.number}")
            continue
        shows.setdefault(episode.split, set()).add(episode.show)
        _count(by_split.setdefault(episode.split, Counter()), episode, mark(episode.sentences))
    return {
        "labels_drifted": drifted,
        "shows": {split: sorted(names) for split, names in shows.items()},
        "rules": {split: _rates(counts) for split, counts in by_split.items()},
    }


def _within(sentence: Sentence, spans: Sequence[tuple[int, int]]) -> bool:
    return any(start <= (sentence.start + sentence.end) / 2 < end for start, end in spans)


def _count(counts: Counter[str], episode: LabelledEpisode, labels: Sequence[Label]) -> None:
    sentences = episode.sentences
    counts["episodes"] += 1
    for index, (sentence, label) in enumerate(zip(sentences, labels, strict=True)):
        if _within(sentence, episode.unsure):
            continue
        words = len(sentence.text.split())
        read, frame = _within(sentence, episode.sponsor), _within(sentence, episode.frame)
        marked = label is Label.SPONSOR
        kind = "read" if read else "frame" if frame else "content"
        counts[kind] += words
        counts[f"{kind}_as_sponsor"] += words * marked
        counts[f"{kind}_as_content"] += words * (label is Label.CONTENT)
        if not read and (index < EDGE or index >= len(sentences) - EDGE):
            counts["edge_frame"] += words * frame
            counts["edge_kept"] += words * (label is not Label.CONTENT)
            counts["edge_both"] += words * (frame and label is not Label.CONTENT)
    _count_reads(counts, episode, labels)


def _count_reads(counts: Counter[str], episode: LabelledEpisode, labels: Sequence[Label]) -> None:
    sentences = episode.sentences
    for span in episode.sponsor:
        inside = [
            (len(s.text.split()), label) for s, label in zip(sentences, labels, strict=True) if _within(s, [span])
        ]
        marked = sum(words for words, label in inside if label is Label.SPONSOR)
        counts["reads"] += 1
        counts["reads_found"] += marked >= HALF * sum(words for words, _ in inside)
    allowed = [*episode.sponsor, *episode.unsure]
    for first, last in _runs([i for i, label in enumerate(labels) if label is Label.SPONSOR]):
        stretch = sentences[first : last + 1]
        right = sum(len(s.text.split()) for s in stretch if _within(s, allowed))
        counts["stretches"] += 1
        counts["stretches_right"] += right >= HALF * sum(len(s.text.split()) for s in stretch)


def _runs(ordered: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The stretches ``(first, last)`` that ascending indexes form."""
    starts = [i for i, index in enumerate(ordered) if i == 0 or index != ordered[i - 1] + 1]
    for start, end in pairwise([*starts, len(ordered)]):
        yield ordered[start], ordered[end - 1]


def _rates(counts: Counter[str]) -> dict[str, Any]:
    marked = counts["read_as_sponsor"] + counts["frame_as_sponsor"] + counts["content_as_sponsor"]
    precision, recall = _share(counts["read_as_sponsor"], marked), _share(counts["read_as_sponsor"], counts["read"])
    return {
        "episodes": counts["episodes"],
        "read_words": counts["read"],
        "words": {"precision": precision, "recall": recall, "f1": _f1(precision, recall)},
        "precision_where_the_frame_counts_as_right": _share(
            counts["read_as_sponsor"], counts["read_as_sponsor"] + counts["content_as_sponsor"]
        ),
        "reads": {"labelled": counts["reads"], "found": counts["reads_found"]},
        "stretches": {"marked": counts["stretches"], "right": counts["stretches_right"]},
        "read_words_left_as_content": _share(counts["read_as_content"], counts["read"]),
        "content_words_lost": _share(counts["content"] - counts["content_as_content"], counts["content"]),
        "content_words_marked_sponsor": _share(counts["content_as_sponsor"], counts["content"]),
        "frame_at_the_edges": {
            "precision": _share(counts["edge_both"], counts["edge_kept"]),
            "recall": _share(counts["edge_both"], counts["edge_frame"]),
        },
    }


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0


def _f1(precision: float, recall: float) -> float:
    return round(2 * precision * recall / (precision + recall), 4) if precision + recall else 0.0
