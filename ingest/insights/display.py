"""A spoken span as it is shown: cleaned sentence by sentence, without openings that lean on what was said before.

Only the display is mended; a quote stays as it was said.
"""

from __future__ import annotations

import re

from ingest.insights.clean import clean
from ingest.insights.words import FUNCTION_WORDS

__all__ = ["displayed"]

_LEANING = re.compile(
    r"^(?:as well|on top of (?:that|this)|besides(?: that)?|apart from that|aside from that|beyond that|similarly|likewise|in addition(?: to that)?"
    r"|on the other hand|on the one hand|by contrast|conversely|for (?:example|instance)|for one(?: thing)?|in any case|at any rate|in that (?:sense|regard|case)"
    r"|and yet|and again|even so|then again|after all|as a result|because of that|with that said|with that|that said|then|next|finally|lastly|secondly|thirdly|firstly|first off|again|therefore|hence|thus|yet|otherwise|meanwhile|nevertheless|nonetheless|still|like|i mean|you know|right|okay|yeah|yes|no)"
    r",\s+",
    re.IGNORECASE,
)
_LABEL = re.compile(r"^(?:\w+ : )?\d\d:\d\d:\d\d |^[A-Z] [-–—] |^(?:[A-Za-z]|\d{1,2})\) ")
_TRAILS = re.compile(r"\s*(?:\.{2,}|…)+[\"'”’]?$")
_PAUSE = re.compile(r"\s*(?:\.{3}|…)\s+(?=[a-z])")
_NEXT = re.compile(r"\s*(?:\.{3}|…)\s+(?=[A-Z])")
_TWICE = re.compile(r"\b([A-Za-z][\w']*)((?:,? \1\b(?!'))+)", re.IGNORECASE)
_MAY_DOUBLE = frozenset(
    [
        "that",
        "had",
        "very",
        "really",
        "so",
        "no",
        "bye",
        "ha",
        "many",
        "far",
        "much",
        "more",
        "long",
        "way",
        "again",
        "over",
        "up",
    ]
)
_SHOUTED = re.compile(r"\b[A-Z]{2,}(?:'[A-Z]+)?\b")
_SMALL_I = re.compile(r"\bi(?=\b|')")
"""Recognised speech in lower case; "i.e." and "i" in a formula are rare in speech."""
_BY_THE_WAY = re.compile(r",? (?:you know|i mean|if you will|so to speak|as it were),(?= )", re.IGNORECASE)
_TAIL = re.compile(
    r",? (?:and so forth|and so on|et cetera|or whatever|or something|or something like that|and things like that|and stuff|and all that stuff)(?=[.!]$)",
    re.IGNORECASE,
)


def displayed(sentence: str, *, written: frozenset[str] = frozenset(), follows: bool = False) -> str:
    """A sentence as it is shown; empty where nothing is left of it.

    Args:
        sentence: as it was said.
        written: words that the transcript also has in lower case, by which a shouted word is told from an acronym.
        follows: whether it is shown after the sentence before it, whose "But" and "So" it may keep.
    """
    text = _NEXT.sub(". ", _PAUSE.sub(", ", _TRAILS.sub(".", _LABEL.sub("", sentence))))
    text = clean(text, follows=follows)
    if not follows:
        for _ in range(3):
            shorter = _LEANING.sub("", text, count=1)
            if shorter == text:
                break
            text = clean(shorter)
    text = _TAIL.sub("", _BY_THE_WAY.sub("", text))
    text = _TWICE.sub(_once, text)
    text = _SMALL_I.sub("I", text)
    text = _SHOUTED.sub(lambda match: _quietly(match[0], written), text)
    return text[:1].upper() + text[1:]


def _once(match: re.Match[str]) -> str:
    return match[0] if match[1].lower() in _MAY_DOUBLE else match[1]


def _quietly(word: str, written: frozenset[str]) -> str:
    """A shouted word in lower case; acronyms, which the transcript never has so, stay."""
    plain = word.lower()
    if word in ("I", "US", "IT", "OK", "AM", "PM", "OR"):
        return word
    return plain if plain in FUNCTION_WORDS or (len(word) > 3 and plain in written) else word
