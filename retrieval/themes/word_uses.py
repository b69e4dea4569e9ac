"""How words are used in the texts at hand: which of them stand where a thing's name stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from earmark.language.words import stem
from retrieval.themes.plain_words import BEFORE_PREDICATES, BEFORE_THINGS, BEFORE_VERBS

__all__ = ["WordUses"]

_IN_FRONT = 4
"""How many times more often than alone a thing's name is in front of another before it counts as a quality."""


class WordUses:
    """Counts, by stem, of the places of words: after an article, after a *to* or a pronoun, after a form of *be*.

    No tagger is needed: over a whole theme *fees* is behind *the* and *of*, *argue* behind *they* and *to*, *ancient*
    before other words or behind *is*. A word of a language whose small words are not listed has no counts.
    """

    def __init__(self) -> None:
        self._things: Counter[str] = Counter()
        self._before: Counter[str] = Counter()
        self._verbs: Counter[str] = Counter()
        self._predicates: Counter[str] = Counter()

    def read(self, pieces: Sequence[str], is_content: Callable[[str], bool]) -> None:
        """Counts the words of a sentence.

        Args:
            pieces: its words and marks, in order.
            is_content: whether a word can be part of a phrase.
        """
        for number in range(1, len(pieces)):
            before, word = pieces[number - 1].lower(), pieces[number]
            if not is_content(word):
                continue
            goes_on = number + 1 < len(pieces) and is_content(pieces[number + 1])
            if before in BEFORE_VERBS:
                self._verbs[stem(word)] += 1
            elif before in BEFORE_THINGS:
                (self._before if goes_on else self._things)[stem(word)] += 1
            elif before in BEFORE_PREDICATES and not goes_on:
                self._predicates[stem(word)] += 1

    def is_thing(self, word: str) -> bool:
        """Whether a stem alone stands for a thing at least as often as for a deed or a quality; true where nothing is known.

        A quality is mostly in front of other words, where a thing is now and then (*hardware wallets*).
        """
        often_in_front = self._before[word] >= _IN_FRONT and self._before[word] > _IN_FRONT * self._things[word]
        return self._things[word] >= self._verbs[word] + self._predicates[word] and not often_in_front

    def is_deed(self, word: str) -> bool:
        """Whether a stem is a verb more often than not."""
        return self._verbs[word] > self._things[word] + self._before[word] + self._predicates[word]
