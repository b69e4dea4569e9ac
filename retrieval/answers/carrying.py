"""Whether a sentence that a language model wrote is carried by what it cites, and by which words of it.

Names, numbers and the way it points are compared with the few sentences of the passage that say the same, which are what
a reader sees as its quote; anywhere else in the passage they belong to something else.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from earmark.language.folding import fold
from earmark.language.numbers import values
from earmark.language.polarity import opposed
from earmark.language.words import content_terms, words
from earmark.types import Hit
from retrieval.answers.evidence import PassageSentence, date_of, sentences_of

__all__ = ["carried", "carrier"]

_LONGEST = 3
"""Sentences in a row that are quoted for one sentence, at most."""
_COST = 1.5
"""Content words that each further sentence has to add."""
_NUMBER = 3.0
"""Content words that a number is worth: it has to be in the quote."""
_PARTS = re.compile(
    r"\b(?:half|halves|thirds?|quarters?|dozens?|doubl\w+|twice|tripl\w+|two|both|pair|second)\b", re.IGNORECASE
)
_KIN = {"halves": "half", "thirds": "third", "quarters": "quarter", "dozens": "dozen", "both": "two", "pair": "two"}
_SUPPOSED = re.compile(r"\b(?:if|unless|whether)\b", re.IGNORECASE)
"""What is only supposed may be told the other way round: "only below" for "not, if it does not sink below"."""
_ALIKE = 0.5
"""Share of the shorter's content words from which two sentences say so nearly the same that they may contradict."""


def carrier(text: str, hit: Hit) -> PassageSentence:
    """The sentence of a passage that carries a text, or the few in a row that do; verbatim."""
    sentences = sentences_of(hit)
    runs = [
        _run(sentences[first : first + size])
        for size in range(1, _LONGEST + 1)
        for first in range(len(sentences) - size + 1)
        if _together(sentences[first : first + size])
    ]
    if not runs:
        return PassageSentence(text=hit.text, hit=hit, offset=0, speaker=hit.speaker)
    own, numbers = set(content_terms(text)), values(text)

    def worth(run: tuple[PassageSentence, int]) -> float:
        held = set(content_terms(run[0].text))
        return len(own & held) + _NUMBER * len(numbers & values(run[0].text)) - _COST * run[1]

    return max(runs, key=worth)[0]


def carried(text: str, quotes: Sequence[PassageSentence], hits: Sequence[Hit]) -> bool:
    """Whether quotes together carry a text: its numbers, its speakers, and which way it points.

    Args:
        text: a sentence that was written.
        quotes: what it rests on.
        hits: all passages that were read: whoever speaks in them and is named in the text has to speak in the quotes, or
            be named there.
    """
    said = " ".join(f"{quote.text} {date_of(quote.hit)} {quote.hit.episode}" for quote in quotes)
    if not values(text) <= values(said) or not _parts(text) <= _parts(said):
        return False
    holders = " ".join(fold(f"{quote.speaker or ''} {quote.text} {quote.hit.episode}") for quote in quotes).split()
    if _speakers_named(text, hits) - set(holders):
        return False
    claim = set(content_terms(text)) - set(content_terms(" ".join(quote.speaker or "" for quote in quotes)))
    nearest = max(quotes, key=lambda quote: len(claim & set(content_terms(quote.text)))).text
    return bool(_SUPPOSED.search(nearest)) or not (_alike(claim, nearest) and opposed(text, nearest))


def _run(sentences: Sequence[PassageSentence]) -> tuple[PassageSentence, int]:
    first, last = sentences[0], sentences[-1]
    text = first.hit.text[first.offset : last.offset + len(last.text)]
    return replace(first, text=text), len(sentences) - 1


def _together(sentences: Sequence[PassageSentence]) -> bool:
    """Whether sentences are one speaker's, in one turn."""
    first, last = sentences[0], sentences[-1]
    return "\n" not in first.hit.text[first.offset : last.offset + len(last.text)]


def _parts(text: str) -> set[str]:
    """Shares and pairs in words, which are numbers too."""
    held = {match.casefold() for match in _PARTS.findall(text)}
    return {"double" if word.startswith("doubl") or word == "twice" else _KIN.get(word, word) for word in held}


def _speakers_named(text: str, hits: Sequence[Hit]) -> set[str]:
    """The parts of speakers' names that a text has, of all who speak in some passages."""
    names = {sentence.speaker for hit in hits for sentence in sentences_of(hit)} | {hit.speaker for hit in hits}
    parts = {part for name in names if name for part in fold(name).split() if len(part) > 2}
    return {fold(re.sub(r"['’]s?$", "", word)) for word in words(text) if word[0].isupper()} & parts


def _alike(claim: set[str], quote: str) -> bool:
    held = set(content_terms(quote))
    return bool(claim and held) and len(claim & held) >= _ALIKE * min(len(claim), len(held))
