"""Repetition loops of speech models, told from speech in any script.

Speech models that lose the thread say one word, phrase or sentence over and over. How well a text compresses does not
tell: Whisper's own limit (2.4 times, of UTF-8) is exceeded by plain Hindi, Thai or Georgian, whose letters take
three bytes each, two of them always the same. Counted here are letters inside repetitions.
"""

from __future__ import annotations

import re
import unicodedata

__all__ = ["is_loop", "loop_share"]

_RUN = re.compile(r"(.{1,5}?)\1{7,}|(.{6,16}?)\1{3,}")
"""What follows itself at once: up to five letters (a word) eight times, up to sixteen (a phrase) four times."""
_GRAM, _DENSE_GRAM = 32, 14
"""Letters of a stretch that counts when it comes back a third time, with whatever between: longer than the phrases that people
repeat. Scripts of syllables and words say as much in half the letters."""
_DENSE = re.compile(r"[\u1200-\u139f\u2e80-\U0003ffff]")
"""Scripts with a sign for a syllable or a word: Ethiopic, and those of East Asia."""
_NEAR = 160
"""Letters, a long sentence, after which it must come back: a greeting of each part is no loop, nor is a refrain."""
_TIMES = 3
_HALF = 0.5


def is_loop(text: str) -> bool:
    """Whether half of a text or more is one phrase over and over."""
    return loop_share(text) >= _HALF


def loop_share(text: str) -> float:
    """The share of a text's letters inside repetition loops, in 0..1, whatever its script; 0 without letters."""
    # Case, spaces and punctuation vary within a loop. Marks are letters here: most vowels of Indic scripts are marks.
    letters = "".join(c for c in text.casefold() if unicodedata.category(c)[0] in "LMN")
    looping = bytearray(len(letters))
    for run in _RUN.finditer(letters):
        looping[run.start() : run.end()] = b"\1" * (run.end() - run.start())
    _mark_returns(letters, looping)
    return sum(looping) / len(letters) if letters else 0.0


def _mark_returns(letters: str, looping: bytearray) -> None:
    """Marks every stretch that comes back near where it was, the third time and after; then the first two as well."""
    places: dict[str, list[int]] = {}
    size = _DENSE_GRAM if len(_DENSE.findall(letters)) * 2 > len(letters) else _GRAM
    for place in range(len(letters) - size + 1):
        gram = letters[place : place + size]
        before = places.get(gram)
        if before is None or place - before[-1] > _NEAR:
            places[gram] = [place]
            continue
        before.append(place)
        for marked in before if len(before) == _TIMES else before[_TIMES - 1 :][-1:]:
            looping[marked : marked + size] = b"\1" * size
