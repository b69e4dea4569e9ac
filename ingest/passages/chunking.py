"""Passages: stretches of a transcript that are embedded and found as one.

A passage ends where a sentence ends, and where a chapter ends. A new speaker's long turn starts a new one; questions,
answers and short replies stay together, each turn on its own line under its speaker's name, so that the text stays
verbatim, line by line.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from earmark.ids import content_hash, make_id
from earmark.types import Chunk
from ingest.text.sentences import Sentence, split_sentences
from ingest.voices.labels import public_name

if TYPE_CHECKING:
    from earmark.types import Chapter, Episode, Transcript

__all__ = ["chunk"]

FEWEST = 0.4
"""Share of the words aimed at from which on a passage may end early for a new speaker, and below which a last one joins."""


def chunk(episode: Episode, transcript: Transcript, *, words: int, seconds: float = 0.0) -> tuple[Chunk, ...]:
    """The passages of a transcript, in order; every word is in exactly one.

    Args:
        episode: gives the context line "Show — Episode — YYYY-MM-DD — Speaker — Chapter".
        transcript: with resolved speakers; no passage crosses a boundary of its chapters.
        words: words a passage aims at; a sentence is split only where it alone is longer than twice that.
        seconds: a passage that has lasted so long takes no further sentence, for speech with long silences; 0 is no
            limit.

    Raises:
        ValueError: ``words`` is not positive, or ``seconds`` is negative.
    """
    if words < 1:
        raise ValueError(f"words is {words}; it has to be at least 1")
    if seconds < 0:
        raise ValueError(f"seconds is {seconds}; it has to be at least 0")
    made: list[Chunk] = []
    for title, sentences in _chapters(split_sentences(transcript), transcript.chapters):
        pieces = [piece for sentence in sentences for piece in _pieces(sentence, 2 * words)]
        for group in _groups(pieces, words, seconds):
            made.append(_passage(episode, len(made), group, title))
    return tuple(made)


def _chapters(sentences: Sequence[Sentence], chapters: Sequence[Chapter]) -> Iterator[tuple[str, Sequence[Sentence]]]:
    """The sentences by chapter, each with its title; one whose time is not known belongs to the chapter before it."""
    starts = [chapter.start_s for chapter in chapters]
    held, first = -1, 0
    for index, sentence in enumerate(sentences):
        # Chapters begin at whole seconds and sentences at fractions: a sentence is where most of it is said.
        middle = _middle(sentence)
        place = held if middle is None else max(held, bisect_right(starts, middle) - 1)
        if place != held:
            if index > first:
                yield (chapters[held].title if held >= 0 else ""), sentences[first:index]
            held, first = place, index
    if len(sentences) > first:
        yield (chapters[held].title if held >= 0 else ""), sentences[first:]


def _middle(sentence: Sentence) -> float | None:
    if sentence.start_s is None or sentence.end_s is None:
        return sentence.start_s
    return (sentence.start_s + sentence.end_s) / 2


def _pieces(sentence: Sentence, longest: int) -> Iterator[Sentence]:
    """The sentence, or its parts where it is longer than a passage may be; times are shared out by words."""
    tokens = sentence.text.split()
    if len(tokens) <= longest:
        yield sentence
        return
    half = longest // 2
    count = -(-len(tokens) // half)
    for part in range(count):
        low, high = len(tokens) * part // count, len(tokens) * (part + 1) // count
        yield Sentence(
            text=" ".join(tokens[low:high]),
            start=sentence.start,
            end=sentence.end,
            first_segment=sentence.first_segment,
            last_segment=sentence.last_segment,
            start_s=_between(sentence, low / len(tokens)),
            end_s=_between(sentence, high / len(tokens)),
            speaker=sentence.speaker,
            whole=False,
        )


def _between(sentence: Sentence, share: float) -> float | None:
    if sentence.start_s is None or sentence.end_s is None:
        return sentence.start_s if share == 0 else None
    return round(sentence.start_s + share * (sentence.end_s - sentence.start_s), 3)


def _groups(sentences: Sequence[Sentence], words: int, seconds: float) -> list[list[Sentence]]:
    lengths = [len(s.text.split()) for s in sentences]
    groups: list[list[Sentence]] = []
    held = 0
    for index, sentence in enumerate(sentences):
        turns = index > 0 and sentence.speaker != sentences[index - 1].speaker
        full = held + lengths[index] / 2 > words or (held > 0 and _lasts(groups[-1][0], sentence, seconds))
        if (
            not groups
            or full
            or (turns and held >= FEWEST * words and _turn(sentences, lengths, index) >= FEWEST * words)
        ):
            groups.append([])
            held = 0
        groups[-1].append(sentence)
        held += lengths[index]
    if (
        len(groups) > 1
        and held < FEWEST * words
        and sum(len(s.text.split()) for s in groups[-2]) + held <= 2 * words
        and not _lasts(groups[-2][0], groups[-1][-1], seconds)
    ):
        last = groups.pop()
        groups[-1].extend(last)
    return groups


def _lasts(first: Sentence, last: Sentence, seconds: float) -> bool:
    """Whether it is longer than ``seconds`` from the start of one sentence to the end of another."""
    end = last.end_s if last.end_s is not None else last.start_s
    return seconds > 0 and first.start_s is not None and end is not None and end - first.start_s > seconds


def _turn(sentences: Sequence[Sentence], lengths: Sequence[int], index: int) -> int:
    """Words of the turn that starts at ``index``; counting stops once it is long."""
    total, speaker = 0, sentences[index].speaker
    while index < len(sentences) and sentences[index].speaker == speaker and total < 1000:
        total += lengths[index]
        index += 1
    return total


def _passage(episode: Episode, seq: int, group: Sequence[Sentence], chapter: str) -> Chunk:
    said: Counter[str | None] = Counter()
    for sentence in group:
        said[sentence.speaker] += len(sentence.text.split())
    speaker = public_name(said.most_common(1)[0][0])
    published = episode.data.published
    parts = (
        episode.show,
        episode.data.title,
        published.date().isoformat() if published else "",
        speaker or "",
        chapter,
    )
    context = " — ".join(part for part in parts if part)
    text = _text(group)
    return Chunk(
        id=make_id("chunk", episode.id, str(seq), text),
        episode_id=episode.id,
        seq=seq,
        text=text,
        context=context,
        speaker=speaker,
        start_s=next((s.start_s for s in group if s.start_s is not None), None),
        end_s=next((s.end_s for s in reversed(group) if s.end_s is not None), None),
        content_hash=content_hash(f"{context}\n{text}"),
        chapter=chapter,
    )


def _text(group: Sequence[Sentence]) -> str:
    """One speaker's words as they are; of several, one line a turn after its speaker's name."""
    turns = [(speaker, " ".join(s.text for s in said)) for speaker, said in groupby(group, key=lambda s: s.speaker)]
    if len(turns) == 1:
        return turns[0][1]
    return "\n".join(f"{name}: {text}" if (name := public_name(speaker)) else text for speaker, text in turns)
