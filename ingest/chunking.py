"""Passages: stretches of a transcript that are embedded and found as one.

A passage ends where a sentence ends. A new speaker's long turn starts a new one; questions, answers and short replies
stay together, each turn on its own line under its speaker's name, so that the text stays verbatim, line by line.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from earmark.ids import content_hash, make_id
from earmark.types import Chunk
from ingest.sentences import Sentence, split_sentences
from ingest.speakers import public_name

if TYPE_CHECKING:
    from earmark.types import Episode, Transcript

__all__ = ["chunk"]

FEWEST = 0.4
"""Share of the words aimed at from which on a passage may end early for a new speaker, and below which a last one joins."""


def chunk(episode: Episode, transcript: Transcript, *, words: int) -> tuple[Chunk, ...]:
    """The passages of a transcript, in order; every word is in exactly one.

    Args:
        episode: gives the context line "Show — Episode — YYYY-MM-DD — Speaker".
        transcript: with resolved speakers.
        words: words a passage aims at; a sentence is split only where it alone is longer than twice that.

    Raises:
        ValueError: ``words`` is not positive.
    """
    if words < 1:
        raise ValueError(f"words is {words}; it has to be at least 1")
    pieces = [piece for sentence in split_sentences(transcript) for piece in _pieces(sentence, 2 * words)]
    return tuple(_passage(episode, seq, group) for seq, group in enumerate(_groups(pieces, words)))


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


def _groups(sentences: Sequence[Sentence], words: int) -> list[list[Sentence]]:
    lengths = [len(s.text.split()) for s in sentences]
    groups: list[list[Sentence]] = []
    held = 0
    for index, sentence in enumerate(sentences):
        turns = index > 0 and sentence.speaker != sentences[index - 1].speaker
        full = held + lengths[index] / 2 > words
        if (
            not groups
            or full
            or (turns and held >= FEWEST * words and _turn(sentences, lengths, index) >= FEWEST * words)
        ):
            groups.append([])
            held = 0
        groups[-1].append(sentence)
        held += lengths[index]
    if len(groups) > 1 and held < FEWEST * words and sum(len(s.text.split()) for s in groups[-2]) + held <= 2 * words:
        last = groups.pop()
        groups[-1].extend(last)
    return groups


def _turn(sentences: Sequence[Sentence], lengths: Sequence[int], index: int) -> int:
    """Words of the turn that starts at ``index``; counting stops once it is long."""
    total, speaker = 0, sentences[index].speaker
    while index < len(sentences) and sentences[index].speaker == speaker and total < 1000:
        total += lengths[index]
        index += 1
    return total


def _passage(episode: Episode, seq: int, group: Sequence[Sentence]) -> Chunk:
    said: Counter[str | None] = Counter()
    for sentence in group:
        said[sentence.speaker] += len(sentence.text.split())
    speaker = public_name(said.most_common(1)[0][0])
    published = episode.data.published
    parts = (episode.show, episode.data.title, published.date().isoformat() if published else "", speaker or "")
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
    )


def _text(group: Sequence[Sentence]) -> str:
    """One speaker's words as they are; of several, one line a turn after its speaker's name."""
    turns = [(speaker, " ".join(s.text for s in said)) for speaker, said in groupby(group, key=lambda s: s.speaker)]
    if len(turns) == 1:
        return turns[0][1]
    return "\n".join(f"{name}: {text}" if (name := public_name(speaker)) else text for speaker, text in turns)
