"""What a reader sees for a sentence that a language model wrote: the sentences of its passages that have its words.

A sentence may put several of them into one, of two passages too. Those that are shown have its words between them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from earmark.language.english import FUNCTION_WORDS, is_english
from earmark.language.numbers import NUMBER_WORDS, SCALES, values
from earmark.language.stopwords import STOPWORDS
from earmark.language.words import content_terms, stem, words
from earmark.types import Hit
from retrieval.answers.checked import names_beyond
from retrieval.answers.evidence import PassageSentence, date_of, sentences_of
from retrieval.answers.nameless import may_be_quoted

__all__ = ["NUMBER_WORD", "PARTS", "in_a_row", "lacking", "naming", "one_turn", "root", "shown_for"]

_ADDS = 1
"""Content words that it lacks, or more of a clause, from which on another sentence of a passage is shown as well."""
_SHOWN, _SHOWN_WORDS = 6, 90
"""Sentences of a passage that are shown for one sentence, at most; with so many words, none is added."""
_COMMON = 0.5
"""What a word of spoken English that names no subject ("a year", "good") is worth against one that does."""
_ELSEWHERE = 0.4
"""What a word is worth that a quote of another passage has already: it may stand with another matter there."""
_NAMING = 2
"""Sentences that are shown for names alone, at most."""
_TELLING = 7
"""Letters from which a word of a text says something by itself, as a name does."""
_GLUE = frozenset(
    "a an the this that it its he his she her they their i my we our you your and or but so to of in on at for from by with as "
    "is are was were be been has have had do does did".split()
)
"""Words that every sentence has."""
_TELLS = frozenset(
    "according addition admit admitted agree agreed answer answered apart argue argued calling claim claimed comparison contrast "
    "describe described expect expected explain explained insist insisted letting liken likened mention mentioned note noted quote "
    "quoted read recall recalled report reported respond responded spoke speaker state stated stay stress stressed suggest "
    "suggested unlike warn warned whereas".split()
)
"""Words with which a sentence says whose words it tells, or that it sets two things side by side."""
_SAME = 5
"""Letters that two words begin with from which they may be forms of the same; of words of four and five letters four."""
_CLAUSE_END = re.compile(r"[,;:]\s|\s(?=(?:and|but|while|because|though|who|which|whereas|since|so that)\s)")
"""Where a sentence goes on with another clause."""
_ENDING = re.compile(r"(?:e|ed|ing)$")
_DOUBLED = re.compile(r"([bdgmnprt])\1$")
_LONG = 6
_POSSESSIVE = re.compile(r"['’]s?$")
PARTS = re.compile(
    r"\b(?:half|halves|(?<!\bthe )(?:third|second)|thirds|quarters?|dozens?|doubl\w+|twice|tripl\w+|two|both|pair)\b",
    re.IGNORECASE,
)
"""Shares and pairs; "the third" and "the second" only count in order."""
NUMBER_WORD = rf"(?:\d[\d.,]{{0,15}}|{'|'.join([*NUMBER_WORDS, *SCALES])})"
_COUNTING = re.compile(rf"\b{NUMBER_WORD}\b|{PARTS.pattern}", re.IGNORECASE)
"""A number, a share or a pair, in figures or in words."""


@dataclass(slots=True)
class _Passage:
    """The sentences of a passage, and the numbers of those that are shown."""

    sentences: Sequence[PassageSentence]
    held: set[int]

    @classmethod
    def around(cls, quote: PassageSentence) -> _Passage:
        sentences, end = sentences_of(quote.hit), quote.offset + len(quote.text)
        return cls(sentences, {at for at, s in enumerate(sentences) if quote.offset <= s.offset < end})

    def beside(self, at: int) -> bool:
        return not self.held.isdisjoint((at - 1, at + 1))

    def full(self) -> bool:
        return len(self.held) >= _SHOWN or sum(len(self.sentences[at].text.split()) for at in self.held) >= _SHOWN_WORDS

    def rows(self) -> Iterator[PassageSentence]:
        """What is shown, those together that follow each other in one turn."""
        rows: list[list[PassageSentence]] = []
        for before, at in pairwise([-2, *sorted(self.held)]):
            if at == before + 1 and one_turn([*rows[-1], self.sentences[at]]):
                rows[-1].append(self.sentences[at])
            else:
                rows.append([self.sentences[at]])
        return map(in_a_row, rows)


class _Wanted:
    """The words and numbers of a text that what is shown lacks, in each passage."""

    def __init__(self, text: str) -> None:
        self._weights, self._numbers = _weights(text), values(text)
        self._seen: dict[str, set[str]] = {}

    def take(self, said: str, hit: Hit) -> None:
        """Something is shown of a passage."""
        self._seen.setdefault(hit.chunk_id, set()).update(_units(said))
        self._numbers = self._numbers - values(said)

    def worth(self, said: PassageSentence) -> float:
        """What a sentence of a passage has that is lacking there; what another passage has is worth less."""
        here = self._seen.get(said.hit.chunk_id, set())
        elsewhere = set().union(*self._seen.values())
        lacking = (self._weights.keys() & _units(said.text)) - here
        return sum(self._weights[unit] * (_ELSEWHERE if unit in elsewhere else 1.0) for unit in lacking) + bool(
            self._numbers & values(said.text)
        )


class _Clauses:
    """How much of each clause of a text is shown in one sentence."""

    def __init__(self, text: str) -> None:
        first, *others = _CLAUSE_END.split(text)
        self._clauses = [_weights(first), *(_weights(f"so {clause}") for clause in others)]
        self._shown = [0.0] * len(self._clauses)

    def take(self, said: str) -> None:
        """A sentence is shown."""
        self._shown = [max(pair) for pair in zip(self._shown, self._held(said), strict=True)]

    def worth(self, said: PassageSentence) -> float:
        """By how much a sentence has more of a clause than any that is shown."""
        return max(held - shown for held, shown in zip(self._held(said.text), self._shown, strict=True))

    def _held(self, said: str) -> list[float]:
        units = _units(said)
        return [sum(weights[unit] for unit in weights.keys() & units) for weights in self._clauses]


def shown_for(text: str, quotes: Sequence[PassageSentence]) -> list[PassageSentence]:
    """What a reader sees for a text: its carriers, and what of the text their speakers say around them.

    Each further sentence has words or a number of the text that those before lack, or more of one of its clauses. Where it
    stands beside none of them, a number alone may count something else, and it has a content word of the text too.
    `carried` takes numbers from all of them. Sentences in a row are one quote, in the order of the passage.

    Args:
        text: a sentence that was written.
        quotes: what carries it, of one passage each.
    """
    passages = [_Passage.around(quote) for quote in quotes]
    wanted, clauses = _Wanted(text), _Clauses(text)
    for quote, passage in zip(quotes, passages, strict=True):
        wanted.take(f"{quote.speaker or ''} {quote.text}", quote.hit)
        for at in passage.held:
            clauses.take(passage.sentences[at].text)
    speakers, subjects = {quote.speaker for quote in quotes}, _subjects(text)
    for worth in (wanted.worth, clauses.worth):
        while adds := [
            (worth(sentence), passage.beside(at), n, at)
            for n, passage in enumerate(passages)
            if passage.held and not passage.full()
            for at, sentence in enumerate(passage.sentences)
            if at not in passage.held and sentence.speaker in speakers
            if passage.beside(at) or subjects & _subjects(sentence.text)
        ]:
            best, _, n, at = max(adds, key=lambda add: add[:2])
            if best < _ADDS:
                break
            sentence = passages[n].sentences[at]
            passages[n].held.add(at)
            wanted.take(sentence.text, sentence.hit)
            clauses.take(sentence.text)
    return [
        part
        for quote, passage in zip(quotes, passages, strict=True)
        for part in (passage.rows() if passage.held else [quote])
    ]


def naming(
    text: str, shown: Sequence[PassageSentence], hits: Sequence[Hit], voices: Sequence[str] = ()
) -> list[PassageSentence]:
    """Sentences of the same talks that have the names of a text which what is shown for it has not.

    A talk names its subject once; a reader sees where.

    Args:
        text: a sentence that was written.
        shown: what a reader sees for it.
        hits: all passages that were read.
        voices: the only speakers who are quoted, by default all.
    """
    named: list[PassageSentence] = []
    talks = {part.hit.episode_id for part in shown}
    missing = names_beyond(text, *map(_seen_with, shown))
    for sentence in (sentence for hit in hits if hit.episode_id in talks for sentence in sentences_of(hit)):
        if not missing or len(named) == _NAMING:
            break
        if may_be_quoted(sentence, voices) and missing - names_beyond(text, sentence.text):
            named.append(sentence)
            missing &= names_beyond(text, _seen_with(sentence))
    return named


def lacking(text: str, shown: Sequence[PassageSentence], asked: str) -> list[str]:
    """The words of a text that name something and that nothing which is shown for it has in any form.

    Args:
        text: a sentence that was written, in English; of another language it is not told.
        shown: what a reader sees for it.
        asked: the question, whose words claim nothing.
    """
    if not is_english([text]):
        return []
    said = [*words(asked), *(word for part in shown for word in words(f"{_seen_with(part)} {date_of(part.hit)}"))]
    held = {root(form) for word in said for form in {word, *re.split(r"[-.'’]", word)} if form}
    return [
        word
        for word in dict.fromkeys(words(text))
        if word.casefold() not in FUNCTION_WORDS
        and stem(word) not in STOPWORDS | _TELLS
        and not values(word)
        and not any(_one_form(root(word), other) for other in held)
    ]


def _one_form(word: str, other: str) -> bool:
    """Whether two words are forms of the same: "drop" and "dropped", "build" and "built", "license" and "licensing"."""
    shorter = min(len(word), len(other))
    same = min(_SAME, max(_SAME - 1, shorter - 1))
    return word == other or (shorter >= same and word[:same] == other[:same])


def root(word: str) -> str:
    """A verb without its ending, where it is long enough to be told from others: "hop" of "hopping"."""
    low = stem(word)
    return _DOUBLED.sub(r"\1", _ENDING.sub("", low)) if len(low) >= _LONG and _ENDING.search(low) else low


def in_a_row(sentences: Sequence[PassageSentence]) -> PassageSentence:
    """Sentences that follow each other, as one."""
    first, last = sentences[0], sentences[-1]
    return replace(first, text=first.hit.text[first.offset : last.offset + len(last.text)])


def one_turn(sentences: Sequence[PassageSentence]) -> bool:
    """Whether sentences are one speaker's, in one turn."""
    first, last = sentences[0], sentences[-1]
    return "\n" not in first.hit.text[first.offset : last.offset + len(last.text)]


def _seen_with(part: PassageSentence) -> str:
    """What a reader sees of a quote: its words, its speaker, its show and its episode."""
    return f"{part.speaker or ''} {part.text} {part.hit.show} {part.hit.episode}"


def _subjects(text: str) -> set[str]:
    """The content words of a text that are no numbers, as they are compared."""
    return {root(term) for term in content_terms(_COUNTING.sub(" ", text))}


def _units(text: str) -> set[str]:
    """The words of a text and their parts as they are compared, those in capitals as they are written too."""
    said = words(text)
    parts = (part for word in said if "-" in word for part in word.split("-"))
    return {*map(root, said), *map(root, parts), *(_POSSESSIVE.sub("", word) for word in said if word[0].isupper())}


def _weights(text: str) -> dict[str, float]:
    """What each word of a text is worth in a sentence that is shown for it: a name twice a word, a common word half.

    Of a name that is a common word too ("Go"), the word as it is written counts.
    """
    weights: dict[str, float] = {}
    for n, word in enumerate(words(text)):
        common, named = stem(word) in STOPWORDS, bool(n) and word[0].isupper()
        if common and named:
            weights[_POSSESSIVE.sub("", word)] = 2.0
        elif word.casefold() not in _GLUE:
            weights[root(word)] = _COMMON if common else 2.0 if named or len(word) >= _TELLING else 1.0
    return weights
