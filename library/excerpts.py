"""A moment as a reader sees it: the sentence that matters, with as much context as fits."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from earmark.clean import cut, plain
from earmark.language.folding import UNSPACED, find, fold, fold_with_offsets, has_unspaced, terms
from earmark.types import Hit

__all__ = ["Excerpt", "ExcerptLine", "excerpt", "marked_terms"]

_BEFORE = 170
_AFTER = 260
"""Characters shown around the sentence: what is said in ten and twenty seconds."""
_KEY = 500
"""Characters of the sentence itself: recognised speech can go on for minutes without a full stop."""

_SCRAP = 25
"""Characters below which the beginning of a turn that was cut is left out."""

_TURN = re.compile(r"([^:\n]{1,80}): ")
_TOKEN = re.compile(f"[{UNSPACED}]+|[^\\W_{UNSPACED}]+(?:['’][^\\W_{UNSPACED}]+)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class ExcerptLine:
    """A speaker's words without a break; ``speaker`` is empty if unknown or if the moment has a single voice."""

    speaker: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Excerpt:
    """Cleaned text: lines before the sentence that matters, the sentence, lines after it, and its second.

    Ends that were cut carry ``…``. Without a marked sentence the beginning of the moment is all ``after``.
    """

    before: tuple[ExcerptLine, ...]
    key: str
    after: tuple[ExcerptLine, ...]
    second: float | None

    @property
    def opening(self) -> str:
        """Words by which the moment is found in its transcript: the sentence, or what it begins with."""
        return self.key or next((line.text for line in self.after), "")


def excerpt(hit: Hit) -> Excerpt:
    """The moment of a hit, cut around the sentence that matters."""
    first, last = hit.highlight or (0, 0)
    several = "\n" in hit.text
    before = plain(hit.text[:first], newlines=True).strip()
    after = plain(hit.text[last:], newlines=True).strip()
    return Excerpt(
        before=tuple(_lines(_end(before, _BEFORE), several=several)),
        key=cut(plain(hit.text[first:last]), _KEY),
        after=tuple(_lines(cut(after, _AFTER if hit.highlight else _BEFORE + _AFTER), several=several)),
        second=hit.second,
    )


def marked_terms(text: str, wanted: str, phrases: Sequence[str] = ()) -> list[tuple[str, bool]]:
    """The text in pieces, each with whether it matches the search, in any word form and script.

    Args:
        text: a sentence.
        wanted: the words searched for.
        phrases: what has to occur word for word; phrases that do are the only thing marked.
    """
    folded, offsets = fold_with_offsets(text)
    matches = [(at, folded_phrase) for phrase in phrases if (at := find(folded, folded_phrase := fold(phrase))) >= 0]
    spans = sorted((offsets[at], offsets[at + len(phrase) - 1] + 1) for at, phrase in matches)
    if not spans:
        words = set(terms(wanted))
        spans = _matching(text, words)
    pieces: list[tuple[str, bool]] = []
    done = 0
    for start, end in spans:
        if start >= done:
            pieces += [(text[done:start], False), (text[start:end], True)]
            done = end
    return [piece for piece in [*pieces, (text[done:], False)] if piece[0]]


def _matching(text: str, wanted: set[str]) -> list[tuple[int, int]]:
    """Where a text has wanted terms: its words, and in scripts without spaces pairs of characters, joined where they meet."""
    places: list[tuple[int, int]] = []
    for token in _TOKEN.finditer(text):
        start, end = token.span()
        if has_unspaced(token[0]):
            places += [(at, min(at + 2, end)) for at in range(start, max(start + 1, end - 1))]
        else:
            places.append((start, end))
    spans: list[tuple[int, int]] = []
    for start, end in places:
        if not wanted.intersection(terms(text[start:end])):
            continue
        if spans and start < spans[-1][1]:
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    return spans


def _lines(text: str, *, several: bool) -> Iterator[ExcerptLine]:
    lines = [line for line in text.split("\n") if line]
    for number, line in enumerate(lines):
        # A trailing name belongs to the next sentence, which shows it in its byline.
        turn = _TURN.match(f"{line} ") if several else None
        said = line[turn.end() :].strip() if turn else line
        if number and number + 1 == len(lines) and line.endswith("…") and len(said) < _SCRAP:
            return
        if said:
            yield ExcerptLine(speaker=turn[1] if turn else "", text=said)


def _end(text: str, limit: int) -> str:
    """The text, or its end from a word's beginning on."""
    if len(text) <= limit:
        return text
    tail = text[-limit:]
    space = next((at for at, character in enumerate(tail[: limit // 3]) if character.isspace()), -1)
    return "… " + tail[space + 1 :].lstrip()
