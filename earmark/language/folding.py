"""Text as it is compared: without case, accents, punctuation and the width of spaces, in any script.

Scripts that are written without spaces between words (Chinese, Japanese, Thai, Lao, Khmer, Burmese, Tibetan) are
compared character by character, Korean too, whose particles stick to the word before.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import pairwise

from earmark.language.letters import bare_letter
from earmark.language.stopwords import QUERY_STOPWORDS
from earmark.language.words import stem

__all__ = ["UNSPACED", "find", "fold", "fold_with_offsets", "has_unspaced", "holds", "terms"]

UNSPACED = (
    "\u0e00-\u0eff\u0f00-\u0fff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u2e80-\u2fdf\u3005-\u3007\u3040-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7af\uf900-\ufaff\U00020000-\U000323af"
)
"""Blocks of the scripts above, for a character class of a regular expression (Unicode 16, Blocks.txt)."""

_ONE = re.compile(f"[{UNSPACED}]")
_RUNS = re.compile(f"[{UNSPACED}]+|[^ {UNSPACED}]+")
_APART = re.compile(r"[\W_]+")


def fold(text: str) -> str:
    """The text in lower case, accents dropped, everything between words one space, none at the ends."""
    if text.isascii():
        return _APART.sub(" ", text.lower()).strip()
    return fold_with_offsets(text)[0]


def fold_with_offsets(text: str) -> tuple[str, list[int]]:
    """The folded text, and for each of its characters the position in ``text`` that it came from."""
    characters: list[str] = []
    offsets: list[int] = []
    apart = False
    for at, character in enumerate(text):
        folded = _folded(character)
        if folded == " ":
            apart = True
            continue
        if not folded:
            continue
        # A space beside a character of an unspaced script says nothing.
        if apart and characters and not (_ONE.match(folded) or _ONE.match(characters[-1])):
            characters.append(" ")
            offsets.append(at)
        apart = False
        characters.extend(folded)
        offsets.extend([at] * len(folded))
    return "".join(characters), offsets


def holds(folded: str, phrase: str) -> bool:
    """Whether a folded text holds a folded phrase as whole words."""
    return find(folded, phrase) >= 0


def find(folded: str, phrase: str) -> int:
    """Where in a folded text a folded phrase begins, as whole words; -1 where it does not occur."""
    if not phrase:
        return -1
    at = folded.find(phrase)
    while at >= 0:
        if _starts(folded, at) and _starts(folded, at + len(phrase)):
            return at
        at = folded.find(phrase, at + 1)
    return -1


def has_unspaced(text: str) -> bool:
    """Whether a text holds anything in a script without spaces between words."""
    return not text.isascii() and _ONE.search(text) is not None


def terms(text: str) -> list[str]:
    """What a text is about, in order: stems of its content words, and pairs of characters of unspaced scripts."""
    pieces: list[str] = []
    for run in _RUNS.findall(fold(text)):
        if not _ONE.match(run):
            term = stem(run)
            if term not in QUERY_STOPWORDS and (len(term) > 1 or term.isdigit()):
                pieces.append(term)
        else:
            pieces.extend(_pairs(run))
    return pieces


def _pairs(run: str) -> list[str]:
    """The overlapping pairs of a run of characters; a single one is left as it is."""
    return [a + b for a, b in pairwise(run)] or [run]


def _starts(folded: str, at: int) -> bool:
    """Whether a word begins or ends at this place of a folded text."""
    if at in (0, len(folded)) or " " in (folded[at - 1], folded[at]):
        return True
    return bool(_ONE.match(folded[at - 1]) or _ONE.match(folded[at]))


@lru_cache(maxsize=4096)
def _folded(character: str) -> str:
    """A character as it is compared: a space for whatever separates words, nothing for an accent or a joiner."""
    bare = bare_letter(character)
    if all(part.isalnum() or unicodedata.category(part)[0] == "M" for part in bare):
        return bare
    return "".join(part for part in bare if part.isalnum()) or " "
