"""Letters as their readers expect to meet them when they search: Łódź by *lodz*, ışık by *isik*, مُحَمَّد by محمد.

Accents and vowel points that people leave out when they type fold away; letters that only look like an accented other
(й is no и) stay. What is displayed is never folded.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

__all__ = ["bare_letter"]

_ACCENTS = (("\u0300", "\u036f"),)
"""Combining Diacritical Marks; vowel signs and voicing marks of other scripts are letters of their own."""
_POINTS = (
    *(("\u0591", "\u05bd"), ("\u05bf", "\u05bf"), ("\u05c1", "\u05c2"), ("\u05c4", "\u05c5"), ("\u05c7", "\u05c7")),
    *(("\u0610", "\u061a"), ("\u064b", "\u065f"), ("\u0670", "\u0670"), ("\u06d6", "\u06dc"), ("\u06df", "\u06e4")),
    *(("\u06e7", "\u06e8"), ("\u06ea", "\u06ed"), ("\u0711", "\u0711"), ("\u0730", "\u074a"), ("\u093c", "\u093c")),
)
"""Vowels and accents of Hebrew, Arabic and Syriac, hamza on a letter, and the dot below of Hindi's loan letters."""
_LEFT_OUT = frozenset("\u0640\u200c\u200d")
"""Arabic's stroke that stretches a word, and joiners: spelling in Persian, Sinhala and others that nobody types."""
_OWN = frozenset("йїў")
"""Letters of Cyrillic that are written like another with an accent, and are other letters to their readers."""
_LIKE = {
    **dict(zip("łđøıħŧðæœþ", ("l", "d", "o", "i", "h", "t", "d", "ae", "oe", "th"), strict=True)),
    **dict(zip("\u0671\u0649\u06cc\u06d2\u0629\u06c1\u06c3\u06a9", "ايييهههك", strict=True)),
    "\u0901": "\u0902",
}
"""What has no accent to take off: strokes of Latin letters, the forms of alef, yeh, heh and kaf that Arabic, Persian and
Urdu have each its own of, and Hindi's two nasal signs (as Lucene's ASCII, Arabic, Persian and Hindi filters have them)."""


@lru_cache(maxsize=4096)
def bare_letter(character: str) -> str:
    """A character as it is compared: in lower case and bare; empty for a mark that is left out.

    A digit of any script is that digit. What is no letter, mark or digit is given back as it is.
    """
    if character in _LEFT_OUT or _in(character, _ACCENTS) or _in(character, _POINTS):
        return ""
    wide = unicodedata.normalize("NFKC", character).casefold()
    return "".join(_bare(part) for part in unicodedata.normalize("NFC", wide))


def _bare(letter: str) -> str:
    if letter in _OWN:
        return letter
    if letter.isdecimal():
        return str(unicodedata.decimal(letter))
    parts = unicodedata.normalize("NFD", letter)
    kept = "".join(part for part in parts if not (_in(part, _ACCENTS) or _in(part, _POINTS)))
    return "".join(_LIKE.get(part, part) for part in unicodedata.normalize("NFC", kept))


def _in(character: str, ranges: tuple[tuple[str, str], ...]) -> bool:
    return any(first <= character <= last for first, last in ranges)
