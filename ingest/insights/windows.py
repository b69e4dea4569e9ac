"""An episode in windows that a model can read at once: they follow chapters and found topics, and none is a scrap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.insights.evidence import highlights
from ingest.insights.material import people
from ingest.insights.numbered import NumberedTranscript
from ingest.insights.words import content_words
from ingest.passages.segments import chapter_stretches

if TYPE_CHECKING:
    from earmark.types import Chapter, Episode, Soundbite, Transcript
    from ingest.text.sentences import Sentence

__all__ = ["LEAST_WORDS", "WINDOW_WORDS", "Window", "heading", "window_words", "windows"]

WINDOW_WORDS = 2400
"""Words a window aims at (about 3,900 tokens with its numbers): small models lose the thread in longer ones."""
LARGEST_WORDS = 6000
"""Words a window aims at in a large context: in longer ones, models point at its beginning and its end."""
TOKENS_A_WORD = 1.6
"""Of a window: 1.35 for English words, the rest for numbers in brackets and speakers' names; other languages have more."""
TOKENS_BESIDE = 1_100 + 1_500
"""Tokens of the instructions with the heading, and of the longest reply."""
LEAST_WORDS = 300
"""Words below which a window joins its neighbour: alone it has no context and costs a whole prompt."""
OVERLAP = 2
"""Sentences of the window before that are shown again, so that an idea across a border can be pointed at."""
DESCRIPTION_CHARS = 500
"""Characters of an episode's description that its first window is given, with the people; further ones are given its title."""
CHAPTERS = 4
"""Titles of chapters that a window is given: its own and those just before it."""
HIGHLIGHTS = 6
"""Lines of the publisher's that a window is given, of those that it speaks of."""
SPEAKS_OF = 0.75
"""Share of a line's content words that a window holds which speaks of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Indices of the sentences of one window, the repeated ones of the window before included; ``chapters`` so far."""

    sentences: tuple[int, ...]
    chapters: tuple[str, ...] = ()
    first: bool = True
    """Whether the episode begins with it."""


def window_words(setting: int | str, context: int | None) -> int:
    """How many words a window aims at.

    Args:
        setting: a number, which a small context may lower, or ``auto``: as many as the context holds.
        context: how many tokens the model reads and writes at once; ``None`` if that is not known.
    """
    room = None if context is None else max(LEAST_WORDS, int((context - TOKENS_BESIDE) / TOKENS_A_WORD))
    if isinstance(setting, str):
        return WINDOW_WORDS if room is None else min(LARGEST_WORDS, room)
    return setting if room is None else min(setting, room)


def windows(numbered: NumberedTranscript, chapters: Sequence[Chapter], *, words: int) -> list[Window]:
    """The windows of an episode, in order; together they hold every quotable sentence.

    Args:
        numbered: the transcript.
        chapters: those of the publisher, or the topics that were found.
        words: how many words a window aims at; a stretch between two chapters that is longer is divided evenly.
    """
    content = numbered.content
    if not content:
        return []
    lengths = {index: len(numbered.sentences[index].text.split()) for index in content}
    starts, titles = _starts(numbered, chapters)
    pieces: list[list[int]] = []
    for stretch in _stretches(content, starts):
        pieces += _divided(stretch, lengths, words)
    packed: list[list[int]] = []
    for piece in pieces:
        size = sum(lengths[i] for i in piece)
        held = sum(lengths[i] for i in packed[-1]) if packed else 0
        if packed and (held + size <= words or held < LEAST_WORDS or size < LEAST_WORDS):
            packed[-1] += piece
        else:
            packed.append(list(piece))
    made: list[Window] = []
    for number, indices in enumerate(packed):
        repeated = packed[number - 1][-OVERLAP:] if number else []
        so_far = tuple(title for start, title in titles if start <= indices[-1] and title)[-CHAPTERS:]
        made.append(Window(sentences=(*repeated, *indices), chapters=so_far, first=not made))
    return made


def heading(episode: Episode, transcript: Transcript, numbered: NumberedTranscript, window: Window) -> str:
    """What a reader of a window knows beforehand: show, date, title, people, description, chapters, the publisher's highlights."""
    data = episode.data
    description = data.description[:DESCRIPTION_CHARS] if window.first else ""
    pointed_out = _highlights(episode, transcript, numbered, window)
    named = people(episode, transcript) if window.first else ""
    lines = [
        f"Show: {episode.show}",
        f"Episode: {data.title}",
        f"Date: {data.published:%Y-%m-%d}" if data.published else "",
        f"People: {named}" if named else "",
        f"Description: {description}" if description else "",
        f"Chapters: {' · '.join(window.chapters)}" if window.chapters else "",
        f"The publisher points out: {' · '.join(pointed_out)}" if pointed_out else "",
    ]
    return "\n".join(" ".join(line.split()) for line in lines if line)


def _highlights(episode: Episode, transcript: Transcript, numbered: NumberedTranscript, window: Window) -> list[str]:
    """What the publisher points out of a window: lines that it speaks of, and soundbites by the numbers of their sentences."""
    said = {word for index in window.sentences for word in content_words(numbered.sentences[index].text)}
    lines = []
    for line in highlights(episode.data, transcript.chapters):
        words = set(content_words(line))
        if line not in window.chapters and words and len(words & said) >= SPEAKS_OF * len(words):
            lines.append(line)
    bites = []
    for bite in episode.data.soundbites:
        inside = [index + 1 for index in window.sentences if _lies_in(numbered.sentences[index], bite)]
        if inside:
            bites.append(f"[{inside[0]}]-[{inside[-1]}]")
    return [*bites, *lines][:HIGHLIGHTS]


def _lies_in(sentence: Sentence, bite: Soundbite) -> bool:
    end_s = bite.start_s + bite.duration_s
    return sentence.start_s is not None and bite.start_s <= sentence.start_s < end_s


def _starts(numbered: NumberedTranscript, chapters: Sequence[Chapter]) -> tuple[set[int], list[tuple[int, str]]]:
    """The sentences that begin a chapter, and the titles by sentence."""
    titled = [(first, chapter.title) for first, _, chapter in chapter_stretches(numbered.sentences, chapters)]
    return {first for first, _ in titled}, titled


def _stretches(content: Sequence[int], starts: set[int]) -> list[list[int]]:
    """The quotable sentences from one chapter's beginning to the next."""
    stretches: list[list[int]] = [[]]
    borders = sorted(starts)
    passed = 0
    for index in content:
        crossed = False
        while passed < len(borders) and borders[passed] <= index:
            crossed, passed = True, passed + 1
        if crossed and stretches[-1]:
            stretches.append([])
        stretches[-1].append(index)
    return stretches


def _divided(stretch: Sequence[int], lengths: dict[int, int], words: int) -> list[list[int]]:
    """A stretch in parts of about the same length, as few as keep each near ``words``."""
    total = sum(lengths[i] for i in stretch)
    count = max(1, round(total / words))
    aim = total / count
    parts: list[list[int]] = [[]]
    held = 0.0
    for index in stretch:
        if parts[-1] and held + lengths[index] / 2 > aim and len(parts) < count:
            parts.append([])
            held = 0.0
        parts[-1].append(index)
        held += lengths[index]
    return parts
