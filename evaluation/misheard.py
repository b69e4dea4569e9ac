"""Texts as a poor speech recogniser would have heard them: a seeded model of its confusions, for texts without audio.

A recogniser writes words of its vocabulary that sound like what was said, and rather frequent words than rare ones. So a
word becomes another word of the same texts that sounds alike, or two of them; two words become one; a word is lost, or one
comes in. Rare words, names above all, suffer most. How often each happens is assumed, not counted on audio.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from rapidfuzz.distance import Levenshtein
from rapidfuzz.process import cdist

from evaluation.judgements import JudgedCollection

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Recogniser", "misheard", "sounds"]

_KINDS = {"other": 0.62, "lost": 0.18, "two": 0.08, "joined": 0.06, "added": 0.06}
"""Shares of the errors' kinds; assumed: replaced words are most of what recognisers get wrong, then lost ones."""
_SUFFERS = ((3, 1.8), (30, 1.2), (300, 0.9))
"""Chances to be misheard of words that occur at most so often, against .7 of those more frequent; assumed."""
_FREQUENT = 2_000
"""Words that halves of a word become, and that come in: the most frequent ones."""
_LOOKED_AT = 40
"""Words alike by their coarse sounds, whose fine ones are compared."""
_CHOICES = 8
"""Words that a word may become."""
_SHARPNESS = 8.0
"""How fast a choice's chance falls with its distance in sounds (0 the same, 1 nothing in common)."""
_TRIED, _TRIES = 200, 3
"""Texts on which the chance of an error is fitted to the rate wanted, and steps of it."""
_SEED = 7

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_GRAPHEMES = {
    "tion": "Sn", "sion": "Zn", "ough": "o", "eigh": "A", "igh": "I", "tch": "C", "dge": "J", "sch": "S", "ch": "C", "sh": "S",
    "th": "T", "ph": "f", "wh": "w", "gh": "", "ck": "k", "qu": "kw", "ng": "N", "ee": "i", "ea": "i", "ie": "i", "ei": "i",
    "ey": "i", "oo": "u", "ou": "u", "ew": "u", "ue": "u", "ai": "A", "ay": "A", "oa": "O", "ow": "O", "au": "o", "aw": "o",
    "ce": "se", "ci": "si", "cy": "si", "ge": "Je", "gi": "Ji", "gy": "Ji", "c": "k", "q": "k", "x": "ks",
}  # fmt: skip
"""Letters to sounds, roughly, for English: what is not here sounds as it is written."""
_GRAPHEME = re.compile("|".join(sorted(_GRAPHEMES, key=len, reverse=True)))
_SILENT = re.compile(r"(?<=[^aeiou]..)e$|^(?:k(?=n)|w(?=r)|p(?=s))|(.)(?=\1)")
_COARSE = str.maketrans("vbdgzZJmNTeiouAIOyw", "fptksSCnnfaaaaaaaaa")
"""Sounds that are mistaken for each other made one: voiced and unvoiced, nasals, vowels."""


def sounds(word: str) -> str:
    """The sounds of an English word, a letter each, roughly: enough to tell which words are taken for each other."""
    return _GRAPHEME.sub(lambda letters: _GRAPHEMES[letters[0]], _SILENT.sub("", word.casefold()))


def misheard(judged: JudgedCollection, *, rate: float) -> JudgedCollection:
    """The collection with its documents' texts misheard; ``rate`` is how many word errors are expected for each word."""
    recogniser = Recogniser([document.text for document in judged.documents.values()], rate=rate)
    documents = {
        key: replace(document, text=recogniser.heard(document.text, name=key))
        for key, document in judged.documents.items()
    }
    return replace(judged, documents=documents)


@dataclass(frozen=True, slots=True)
class _Words:
    """Words with how often they occur and their sounds."""

    words: Sequence[str]
    counts: NDArray[np.int64]
    fine: Sequence[str]
    coarse: Sequence[str]

    @classmethod
    def of(cls, counts: Mapping[str, int]) -> _Words:
        """The words with their sounds, from how often each occurs."""
        fine = [sounds(word) for word in counts]
        return cls(list(counts), np.array(list(counts.values())), fine, [sound.translate(_COARSE) for sound in fine])


class Recogniser:
    """Knows the words of some texts and mishears them.

    Args:
        texts: whose words are its vocabulary.
        rate: word errors wanted for each word, as an alignment counts them: a lost word beside one that came in is one.
        seed: of all chances; the same seed mishears a text the same way.
    """

    def __init__(self, texts: Sequence[str], *, rate: float, seed: int = _SEED) -> None:
        self._counts = Counter(word for text in texts for word in _WORD.findall(text.casefold()))
        frequent = dict(self._counts.most_common(_FREQUENT))
        # A word that occurs once is mostly a mishearing already, or a name: no recogniser puts it in another's place.
        self._known = _Words.of({word: count for word, count in self._counts.items() if count > 1} or self._counts)
        self._frequent = _Words.of(frequent)
        self._seed = seed
        self._alike = lru_cache(maxsize=None)(self._near)
        self._chance = rate
        sample = texts[:: max(1, len(texts) // _TRIED)]
        for _ in range(_TRIES):
            self._chance *= rate / max(self._rate(sample), rate / 10)

    def heard(self, text: str, *, name: str) -> str:
        """The text as it is heard; ``name`` tells its chances from those of other texts."""
        chance = random.Random(f"{self._seed} {name}")
        return " ".join(self._heard(text.split(), chance))

    def _rate(self, texts: Sequence[str]) -> float:
        """Word errors for each word in texts as they would be heard."""
        pairs = [(text.split(), self.heard(text, name=str(number)).split()) for number, text in enumerate(texts)]
        return sum(Levenshtein.distance(said, heard) for said, heard in pairs) / sum(len(said) for said, _ in pairs)

    def _heard(self, said: Sequence[str], chance: random.Random) -> Iterator[str]:
        at = 0
        while at < len(said):
            word = said[at]
            at += 1
            plain = _WORD.search(word.casefold())
            if not plain or chance.random() >= self._chance * _suffers(self._counts[plain[0]]):
                yield word
                continue
            kind = chance.choices(list(_KINDS), list(_KINDS.values()))[0]
            if kind == "added":
                yield word
                yield self._any(chance)
            elif kind == "joined" and at < len(said):
                yield self._one_of(sounds(plain[0]) + sounds(said[at].casefold()), self._known, chance)
                at += 1
            elif kind == "two":
                whole = sounds(plain[0])
                cut = chance.randint(1, max(1, len(whole) - 1))
                yield self._one_of(whole[:cut], self._frequent, chance)
                yield self._one_of(whole[cut:], self._frequent, chance)
            elif kind != "lost":
                yield self._one_of(sounds(plain[0]), self._known, chance, other_than=plain[0])

    def _any(self, chance: random.Random) -> str:
        """A word that comes in: mostly a frequent one."""
        return chance.choices(self._frequent.words, self._frequent.counts.tolist())[0]

    def _one_of(self, sound: str, among: _Words, chance: random.Random, *, other_than: str = "") -> str:
        """A word that sounds like it, by chance."""
        choices = [choice for choice in self._alike(sound, among is self._known) if choice[0] != other_than]
        return chance.choices([word for word, _ in choices], [weight for _, weight in choices])[0]

    def _near(self, sound: str, among_all: bool) -> list[tuple[str, float]]:
        """Words that sound alike with their weights."""
        among = self._known if among_all else self._frequent
        rough = cdist([sound.translate(_COARSE)], among.coarse, scorer=Levenshtein.distance, dtype=np.int32)[0]
        nearest = np.argsort(rough, kind="stable")[:_LOOKED_AT]
        fine = np.array([Levenshtein.distance(sound, among.fine[n]) for n in nearest])
        lengths = np.array([max(len(sound), len(among.fine[n]), 1) for n in nearest])
        distance = (rough[nearest] + fine) / (2 * lengths)
        weights = np.exp(-_SHARPNESS * distance) * np.sqrt(among.counts[nearest])
        best = np.argsort(-weights, kind="stable")[: _CHOICES + 1]
        return [(among.words[nearest[n]], float(weights[n])) for n in best]


def _suffers(count: int) -> float:
    return next((times for most, times in _SUFFERS if count <= most), 0.7)
