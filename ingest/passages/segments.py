"""Which sentences of an episode are its subject, and which are sponsor reads, greetings and housekeeping.

`earmark.language.segments` tells by the words; chapters of the episode say more.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from earmark.language.segments import LONGEST_CHARS, Label, framing, sells, sponsor_reads
from ingest.chapters.values import is_farewell, is_greeting, is_sponsor

if TYPE_CHECKING:
    from earmark.types import Chapter
    from ingest.text.sentences import Sentence

__all__ = ["chapter_stretches", "mark"]

LONGEST_AD_S, LONGEST_FRAME_S = 300.0, 120.0
"""Chapters longer than this are more than an advertisement, more than a greeting, whatever their titles say."""
_ROUNDED_S = 1.0
"""Chapters begin at whole seconds, sentences at fractions."""


def mark(sentences: Sequence[Sentence], chapters: Sequence[Chapter] = ()) -> tuple[Label, ...]:
    """One label a sentence, in order; of a sentence beyond all measure only the beginning is looked at.

    Args:
        sentences: of the whole transcript.
        chapters: of the episode, as `ingest.chapters` gives them. A sponsor's chapter is believed where the words said
            in it bear it out: advertisements stitched in later shift chapters against the transcript.
    """
    if any(len(sentence.text) > LONGEST_CHARS for sentence in sentences):
        sentences = [replace(sentence, text=sentence.text[:LONGEST_CHARS]) for sentence in sentences]
    labels = framing(sentences)
    for first, last, chapter in chapter_stretches(sentences, chapters):
        _mark_chapter(sentences, labels, first, last, chapter)
    for first, last in sponsor_reads(sentences):
        labels[first : last + 1] = [Label.SPONSOR] * (last - first + 1)
    return tuple(labels)


def chapter_stretches(sentences: Sequence[Sentence], chapters: Sequence[Chapter]) -> Iterator[tuple[int, int, Chapter]]:
    """Each chapter with the first and last sentence that begin in it; none for sentences without times."""
    starts = [(index, s.start_s) for index, s in enumerate(sentences) if s.start_s is not None]
    for chapter in chapters:
        end = chapter.end_s if chapter.end_s is not None else float("inf")
        within = [index for index, start in starts if chapter.start_s - _ROUNDED_S <= start < end - _ROUNDED_S]
        if within:
            yield within[0], within[-1], chapter


def _mark_chapter(sentences: Sequence[Sentence], labels: list[Label], first: int, last: int, chapter: Chapter) -> None:
    length = (sentences[last].end_s or sentences[last].start_s or 0.0) - chapter.start_s
    if chapter.sponsor:
        names = {word for word in re.findall(r"[^\W_]{3,}", chapter.title.lower()) if not is_sponsor(word)}
        said = " ".join(sentence.text for sentence in sentences[first : last + 1]).lower()
        borne_out = any(re.search(rf"\b{re.escape(name)}\b", said) for name in names)
        if length <= LONGEST_AD_S and (borne_out or sells(sentences[first : last + 1])):
            labels[first : last + 1] = [Label.SPONSOR] * (last - first + 1)
    elif length <= LONGEST_FRAME_S and (is_greeting(chapter.title) or is_farewell(chapter.title)):
        label = Label.GREETING if is_greeting(chapter.title) else Label.HOUSEKEEPING
        labels[first : last + 1] = [label] * (last - first + 1)
