"""Text as words are looked up in it: bare letters, units of scripts without spaces, compounds with and without a hyphen."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

from earmark.language.folding import UNSPACED
from earmark.language.letters import bare_letter

__all__ = ["as_token", "compounds", "for_documents", "for_queries", "units"]

_RUN = re.compile(f"[{UNSPACED}]+")
_UNIT = re.compile(
    "[\u0e40-\u0e44\u0ec0-\u0ec4]?"  # Thai and Lao write some vowels before their consonant, others behind it
    ".(?:[\u0e30-\u0e3a\u0e45\u0e47-\u0e4e\u0eb0-\u0ebc\u0ec8-\u0ece"
    "\u0f18\u0f19\u0f35\u0f37\u0f39\u0f71-\u0f84\u0f86\u0f87\u0f8d-\u0fbc"
    "\u102b-\u1038\u103a-\u103e\u1056-\u1059\u105e-\u1060\u1062-\u1064\u1071-\u1074\u1082-\u108d\u17b6-\u17d1\u17d3\u17dd"
    "\u3099\u309a]|[\u1039\u17d2].)*",  # Burmese and Khmer write a consonant below another after a sign
    re.DOTALL,
)
_BETWEEN_SYLLABLES = "\u0f0b\u0f0c"
"""Tibetan's dots, which end syllables and no words."""
_COMPOUND = re.compile(r"(?<![\w-])([^\W_]+)[-\u2010\u2011]([^\W_]+)(?![\w-])")


def units(run: str) -> list[str]:
    """The letters of a run of an unspaced script, each with the signs that belong to it: น้ำ is one, ស្រី is one."""
    return _UNIT.findall(run)


def as_token(text: str) -> str:
    """Units as an index takes them for one word: with a tone mark or a sign in them by number, for it cuts words there."""
    return text if text.isalpha() else "".join(f"z{ord(character)}" for character in text)


def for_documents(text: str) -> str:
    """A text as an index reads it: a run of an unspaced script is each of its units, and each two that are neighbours.

    Nobody puts spaces between the words of Chinese, Japanese, Thai, Lao, Khmer or Burmese, so the words cannot be looked
    up; pairs can, and need no dictionary (Nie, Gao, Zhang, Zhou: On the use of words and n-grams for Chinese information
    retrieval, 2000). Single units are for words of one: 茶, น้ำ. A compound of two parts is there once more as one word.
    """
    return _RUN.sub(_units_and_pairs, _COMPOUND.sub(_both_ways, _bare(text)))


def for_queries(text: str) -> str:
    """The same of a query: only pairs, where there are two units, and compounds as they are typed."""
    return _RUN.sub(_pairs, _bare(text))


def compounds(text: str) -> list[str]:
    """The compounds of two parts in a query, as one word: "plugin" for "plug-in"; figures such as 2020-21 are none."""
    return [joined for compound in _COMPOUND.finditer(_bare(text)) if (joined := _one_word(compound))]


def _bare(text: str) -> str:
    if text.isascii():
        return text
    whole = unicodedata.normalize("NFKC", text).translate(dict.fromkeys(map(ord, _BETWEEN_SYLLABLES)))
    return "".join(map(bare_letter, whole))


def _both_ways(compound: re.Match[str]) -> str:
    return f"{compound[0]} {_one_word(compound)}".rstrip()


def _one_word(compound: re.Match[str]) -> str:
    joined = compound[1] + compound[2]
    return "" if joined.isdigit() else joined


def _units_and_pairs(run: re.Match[str]) -> str:
    own = units(run[0])
    return f" {' '.join(map(as_token, [*own, *(a + b for a, b in pairwise(own))]))} "


def _pairs(run: re.Match[str]) -> str:
    own = units(run[0])
    return f" {' '.join(map(as_token, [a + b for a, b in pairwise(own)] or own))} "
