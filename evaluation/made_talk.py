"""What is said in a library that was never spoken: sentences about a few hundred subjects, and vectors that follow from their words.

Sentences are those of the sample with some words replaced by those of a subject and of the field it belongs
to. The vector of a text is the sum of those of its words, in which its subject's weigh most: so what is about one thing lies
together, subjects of one field are near each other, and all share a direction, as with texts that a model has embedded.
Subjects are spoken about unevenly, by Zipf's law. The same seed gives the same talk.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from earmark.language.sentences import sentence_spans
from evaluation.bench_data import DIMENSION, passages

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["SUBJECTS", "MadeTalk"]

SUBJECTS = 900
_FIELDS = 60
_OWN, _SHARED = 40, 24
"""Words of a subject, and of a field."""
_PUT_IN = 0.7
"""Share of the long words of a sentence that are replaced."""
_FROM_FIELD = 0.3
_LONG = 6
"""Letters of a word that may be replaced."""
_PLAIN = 0.12
"""Weight of a word of the sample in a vector, beside 1 for one of a subject or a field."""
_LEANING = 0.3
"""How far the words of a subject point one way, beside 1 for how far each points its own."""
_WORD = re.compile(r"[a-z']+")


class MadeTalk:
    """Makes sentences about subjects, given by their numbers, and the vectors of texts."""

    def __init__(self, *, seed: int = 7) -> None:
        self._rng = np.random.default_rng(seed)
        spoken = [sentence for text in passages() for sentence in _sentences(text)]
        self._templates = [re.split(rf"\b([a-z]{{{_LONG},}})\b", sentence) for sentence in spoken]
        names = _invented(SUBJECTS * _OWN + _FIELDS * _SHARED, self._rng)
        self._own = [names[_OWN * n : _OWN * (n + 1)] for n in range(SUBJECTS)]
        shared = names[SUBJECTS * _OWN :]
        self._shared = [shared[_SHARED * n : _SHARED * (n + 1)] for n in range(_FIELDS)]
        plain = sorted({word for sentence in spoken for word in _WORD.findall(sentence.lower())} - set(names))
        self._numbers = {word: n for n, word in enumerate([*names, *plain])}
        self._weights = np.array([1.0] * len(names) + [_PLAIN] * len(plain), dtype=np.float32)
        share = 1 / np.arange(1, SUBJECTS + 1) ** 0.7
        self._rising = np.cumsum(share / share.sum())

    def subjects(self, count: int) -> list[int]:
        """The subjects of so many texts."""
        drawn = np.searchsorted(self._rising, self._rng.random(count))
        return [min(int(number), SUBJECTS - 1) for number in drawn]

    def sentences(self, subject: int, count: int) -> list[str]:
        """Sentences about a subject."""
        own, shared = self._own[subject], self._shared[subject % _FIELDS]
        chosen = self._rng.integers(0, len(self._templates), count).tolist()
        return [self._about(self._templates[number], own, shared) for number in chosen]

    def vectors(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors of shape ``(len(texts), DIMENSION)``; what says nothing that is known has a direction of its own."""
        from scipy import sparse

        numbers = [
            [self._numbers[word] for word in _WORD.findall(text.lower()) if word in self._numbers] for text in texts
        ]
        ends = np.cumsum([0, *map(len, numbers)])
        columns = np.fromiter((number for part in numbers for number in part), np.int32, int(ends[-1]))
        counted = sparse.csr_matrix((self._weights[columns], columns, ends), shape=(len(texts), len(self._weights)))
        rows: NDArray[np.float32] = np.asarray(counted @ self._of_words, dtype=np.float32)
        rows[:, 0] += 1e-6
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)

    @cached_property
    def _of_words(self) -> NDArray[np.float32]:
        """The vectors of single words, of shape ``(words, DIMENSION)``: those of a subject and of a field lean their way."""
        rng = np.random.default_rng(11)

        def directions(count: int) -> NDArray[np.float32]:
            return rng.standard_normal((count, DIMENSION)).astype(np.float32) / np.float32(DIMENSION**0.5)

        words, subjects, fields = directions(len(self._weights)), directions(SUBJECTS), directions(_FIELDS)
        leaning = words[: SUBJECTS * _OWN].reshape(SUBJECTS, _OWN, DIMENSION)
        leaning += _LEANING * (subjects + fields[np.arange(SUBJECTS) % _FIELDS])[:, None]
        words[SUBJECTS * _OWN :][: _FIELDS * _SHARED] += _LEANING * np.repeat(fields, _SHARED, axis=0)
        return words

    def _about(self, template: Sequence[str], own: Sequence[str], shared: Sequence[str]) -> str:
        parts = list(template)
        drawn = self._rng.random(len(parts)).tolist()
        for place in range(1, len(parts), 2):
            if drawn[place] < _PUT_IN:
                # The same draw says from which list and which word: both are as even as the draw.
                among = shared if drawn[place] < _PUT_IN * _FROM_FIELD else own
                parts[place] = among[int(drawn[place] * 7919) % len(among)]
        return "".join(parts)


def _sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text) if 8 <= len(text[start:end].split()) <= 32]


def _invented(count: int, rng: np.random.Generator) -> list[str]:
    """So many words that no language has, each once."""
    syllables = np.array([a + b for a in "bdfgklmnprstvz" for b in ("a", "e", "i", "o", "u", "an", "er", "il")])
    words: dict[str, None] = {}
    while len(words) < count:
        words |= dict.fromkeys("".join(parts) for parts in rng.choice(syllables, size=(count, 4)))
    return list(words)[:count]
