"""The stretch of many words that is most like some others: a quote that was copied, or heard, with a few words changed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

__all__ = ["LikeStretch", "nearest_stretch", "spoken_places"]

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_FILLERS = frozenset(["um", "uh", "uhm", "er", "erm", "ah", "hm", "hmm"])
_PLACES = 5
"""Of places that share the same words in a row, so many are tried."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LikeStretch:
    """Words ``first`` to ``last`` (inclusive), the share of the wanted words among them, and how many wanted came before."""

    first: int
    last: int
    share: float
    missing: int


def spoken_places(text: str) -> list[tuple[str, int, int]]:
    """The words of a text without fillers, stutters and punctuation, each with where it stands, as ``(word, start, end)``."""
    words: list[tuple[str, int, int]] = []
    for match in _WORD.finditer(text):
        word = match[0].casefold().replace("’", "'")
        if word not in _FILLERS and (not words or words[-1][0] != word):
            words.append((word, match.start(), match.end()))
    return words


def nearest_stretch(
    wanted: Sequence[str], words: Sequence[str], *, alike: float, in_a_row: int = 4
) -> LikeStretch | None:
    """The stretch that has most of the wanted words in order, the first of equals; ``None`` where none has enough.

    Args:
        wanted: the words looked for.
        words: the words looked through.
        alike: share of the wanted words from which on a stretch has enough.
        in_a_row: only places that share so many words in a row are tried.
    """
    grams: dict[tuple[str, ...], list[int]] = {}
    for at in range(len(words) - in_a_row + 1):
        grams.setdefault(tuple(words[at : at + in_a_row]), []).append(at)
    best: LikeStretch | None = None
    tried: set[int] = set()
    for offset in range(len(wanted) - in_a_row + 1):
        for at in grams.get(tuple(wanted[offset : offset + in_a_row]), ())[:_PLACES]:
            start = max(0, at - offset - 2)
            if start in tried:
                continue
            tried.add(start)
            window = words[start : start + len(wanted) + 6]
            blocks = [b for b in SequenceMatcher(None, wanted, window, autojunk=False).get_matching_blocks() if b.size]
            share = sum(b.size for b in blocks) / len(wanted)
            if share >= alike and (best is None or share > best.share):
                last = start + blocks[-1].b + blocks[-1].size - 1
                best = LikeStretch(first=start + blocks[0].b, last=last, share=share, missing=blocks[0].a)
    return best
