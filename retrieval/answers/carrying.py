"""Whether a sentence that a language model wrote is carried by what it cites, and by which words of it.

Names, numbers and the way it points are compared with the few sentences of the passage that say the same, which are what
a reader sees as its quote; anywhere else in the passage they belong to something else.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from earmark.language.folding import fold
from earmark.language.numbers import NUMBER_WORDS, SCALES, values
from earmark.language.polarity import opposed
from earmark.language.stopwords import QUERY_STOPWORDS, STOPWORDS
from earmark.language.words import content_terms, stem, words
from earmark.types import Hit
from retrieval.answers.checked import names_beyond
from retrieval.answers.evidence import PassageSentence, date_of, sentences_of
from retrieval.answers.nameless import is_nameless

__all__ = ["carried", "carrier", "naming", "shown_for"]

_LONGEST = 3
"""Sentences in a row that are quoted for one sentence, at most."""
_COST = 1.5
"""Content words that each further sentence has to add."""
_ADDS = 1
"""Content words from which on another sentence of the passage is shown as well."""
_SHOWN, _SHOWN_WORDS = 4, 90
"""Sentences of a passage that are shown for one sentence, at most; with so many words, none is added."""
_NUMBER = 3.0
"""Content words that a number is worth: it has to be in the quote."""
_COUNTED = 100
"""Below it a number counts something, and is no year."""
_PARTS = re.compile(
    r"\b(?:half|halves|(?<!\bthe )(?:third|second)|thirds|quarters?|dozens?|doubl\w+|twice|tripl\w+|two|both|pair)\b",
    re.IGNORECASE,
)
"""Shares and pairs; "the third" and "the second" only count in order."""
_KIN = {"halves": "half", "thirds": "third", "quarters": "quarter", "dozens": "dozen", "both": "two", "pair": "two"}
_NUMBER_WORD = rf"(?:\d[\d.,]{{0,15}}|{'|'.join([*NUMBER_WORDS, *SCALES])})"
_AMOUNT = re.compile(
    rf"[$€£¥]\s?\d[\d.,]{{0,15}}(?:[\s-]?(?:{'|'.join(SCALES)})\b){{0,2}}"
    rf"|\b{_NUMBER_WORD}(?:[\s-]{_NUMBER_WORD}){{0,5}}[\s-]?"
    r"(?:%|[$€£¥]|(?:percent(?:age)?|per cent|dollars?|euros?|pounds?|cents?|bucks|quid|francs?|yen)\b)",
    re.IGNORECASE,
)
"""A share in percent, or an amount of money."""
_COUNTING = re.compile(rf"\b{_NUMBER_WORD}\b|{_PARTS.pattern}", re.IGNORECASE)
"""A number, a share or a pair, in figures or in words."""
_SUPPOSED = re.compile(r"\b(?:if|unless|whether)\b", re.IGNORECASE)
"""What is only supposed may be told the other way round: "only below" for "not, if it does not sink below"."""
_EXCLAIMED = re.compile(
    r"(?:^|(?<=[.!?;:,–—-] ))(?:(?:oh|ah|well|yeah|um|uh|so|and|but)[,\s]+)*no(?=\s*[,.!…–—]|\s+-)", re.IGNORECASE
)
"""A "no" that answers or exclaims ("Oh no, I hate it.") and denies nothing of its own sentence."""
_WORD = re.compile(r"[^\W\d_]{5,}")
_ENDING = re.compile(r"(?:e|ed|ing)$")
_LONG = 6
_COMMON = 0.5
"""What a word of spoken English that names no subject ("a year", "good") is worth against one that does."""
_NAMING = 2
"""Sentences that are shown for names alone, at most."""
_TELLING = 7
"""Letters from which a word of a text says something by itself, as a name does."""
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


def shown_for(text: str, quote: PassageSentence) -> list[PassageSentence]:
    """What a reader sees of a passage for a text: its carrier, and what of the text the same speaker says around it.

    A text may put several sentences into one. Each further one has a word or a number of it that those before lack; where
    it stands beside none of them, a number alone may count something else, and it has a content word of the text too.
    `carried` takes numbers from all of them. Sentences in a row are one quote, in the order of the passage.
    """
    sentences = sentences_of(quote.hit)
    held = {at for at, s in enumerate(sentences) if quote.offset <= s.offset < quote.offset + len(quote.text)}
    if not held:
        return [quote]
    lacking = _roots(text) - _roots(f"{quote.speaker or ''} {quote.text}")
    numbers = values(text) - values(quote.text)
    weights, subjects = _weights(text), _subjects(text)
    while len(held) < _SHOWN and sum(len(sentences[at].text.split()) for at in held) < _SHOWN_WORDS:
        adds = {
            at: sum(weights[root] for root in lacking & _roots(s.text)) + bool(numbers & values(s.text))
            for at, s in enumerate(sentences)
            if at not in held and s.speaker == quote.speaker
        }
        enough = [
            at
            for at, n in adds.items()
            if n >= _ADDS and (held & {at - 1, at + 1} or subjects & _subjects(sentences[at].text))
        ]
        if not enough:
            break
        best = max(enough, key=lambda at: (adds[at], bool(held & {at - 1, at + 1})))
        held.add(best)
        lacking -= _roots(sentences[best].text)
        numbers -= values(sentences[best].text)
    return [_run(row)[0] for row in _rows(sentences, sorted(held))]


def naming(text: str, shown: Sequence[PassageSentence], hits: Sequence[Hit]) -> list[PassageSentence]:
    """Sentences of the same talks that have the names of a text which what is shown for it has not.

    A talk names its subject once; a reader sees where.

    Args:
        text: a sentence that was written.
        shown: what a reader sees for it.
        hits: all passages that were read.
    """
    named: list[PassageSentence] = []
    talks = {part.hit.episode_id for part in shown}
    missing = names_beyond(text, *map(_seen_with, shown))
    for sentence in (sentence for hit in hits if hit.episode_id in talks for sentence in sentences_of(hit)):
        if not missing or len(named) == _NAMING:
            break
        if missing - names_beyond(text, sentence.text):
            named.append(sentence)
            missing &= names_beyond(text, _seen_with(sentence))
    return named


def _seen_with(part: PassageSentence) -> str:
    """What a reader sees of a quote: its words, its speaker, its show and its episode."""
    return f"{part.speaker or ''} {part.text} {part.hit.show} {part.hit.episode}"


def _rows(sentences: Sequence[PassageSentence], held: Sequence[int]) -> list[list[PassageSentence]]:
    """Sentences by their numbers, those together that follow each other in one turn."""
    rows: list[list[PassageSentence]] = []
    for before, at in zip([-2, *held], held, strict=False):
        if at == before + 1 and _together([*rows[-1], sentences[at]]):
            rows[-1].append(sentences[at])
        else:
            rows.append([sentences[at]])
    return rows


def carried(text: str, quotes: Sequence[PassageSentence], hits: Sequence[Hit], *, asked: str = "") -> bool:
    """Whether quotes together carry a text: its numbers, its speakers, and which way it points.

    Args:
        text: a sentence that was written.
        quotes: what it rests on.
        hits: all passages that were read: whoever speaks in them and is named in the text has to speak in the quotes, or
            be named there.
        asked: the question, whose small numbers ("two years later", but no share and no money) a text may repeat beside
            a number that is carried.
    """
    shown = [*quotes, *(part for quote in quotes for part in shown_for(text, quote))]
    if not _numbers_carried(
        text, " ".join(f"{part.text} {date_of(part.hit)} {part.hit.episode}" for part in shown), asked
    ):
        return False
    holders = " ".join(
        fold(f"{quote.speaker or ''} {quote.text} {quote.hit.episode} {_titled(quote)}") for quote in quotes
    )
    if _speakers_named(text, hits) - set(holders.split()):
        return False
    claim = set(content_terms(text)) - set(content_terms(" ".join(quote.speaker or "" for quote in quotes)))
    nearest = max(quotes, key=lambda quote: len(claim & set(content_terms(quote.text))))
    if _SUPPOSED.search(nearest.text) or not _alike(claim, nearest.text):
        return True
    if not _points_away(text, nearest.text):
        return True
    # What points away by itself is no help: of two denials one would cancel the other.
    others = [quote.text for quote in quotes if quote is not nearest and not _points_away(text, quote.text)]
    together = " ".join([nearest.text, *others])
    return not all(_points_away(text, said) for said in (together, _with_neighbours(text, nearest)))


def _numbers_carried(text: str, said: str, asked: str) -> bool:
    """Whether a text has no number and no share that what was said has not."""
    numbers, parts = values(text) - values(said), _parts(text) - _parts(said)
    if not numbers and not parts:
        return True
    repeats = values(text) & values(said) and all(float(number) < _COUNTED for number in numbers)
    return bool(repeats) and numbers <= values(_AMOUNT.sub(" ", asked)) - _amounts(text) and parts <= _parts(asked)


def _amounts(text: str) -> set[str]:
    """The numbers of a text that are shares or amounts of money, also where they count something else in it too."""
    return {value for match in _AMOUNT.finditer(text) for value in values(match[0])}


def _titled(part: PassageSentence) -> str:
    """The show's title, where the voice has no name: it may be that of the person after whom the show is called."""
    return part.hit.show if is_nameless(part.speaker) else ""


def _points_away(text: str, said: str) -> bool:
    """Whether a text says the opposite of what was said; a word that both have in two forms is one ("not incremented")."""
    forms = {_root(word): word for word in words(said)}
    same = _WORD.sub(lambda match: forms.get(_root(match[0]), match[0]), text)
    return opposed(_EXCLAIMED.sub("", same), _EXCLAIMED.sub("", said))


def _roots(text: str) -> set[str]:
    return {_root(word) for word in words(text) if stem(word) not in QUERY_STOPWORDS}


def _subjects(text: str) -> set[str]:
    """The content words of a text that are no numbers, as they are compared."""
    return {_root(term) for term in content_terms(_COUNTING.sub(" ", text))}


def _weights(text: str) -> dict[str, float]:
    """What each word of a text is worth in a sentence that is shown for it: a name twice a word, a common word half."""
    weights: dict[str, float] = {}
    for n, word in enumerate(words(text)):
        names = (n and word[0].isupper()) or len(word) >= _TELLING
        weights[_root(word)] = _COMMON if stem(word) in STOPWORDS else 2.0 if names else 1.0
    return weights


def _root(word: str) -> str:
    """A verb without its ending, where it is long enough to be told from others."""
    low = stem(word)
    return _ENDING.sub("", low) if len(low) >= _LONG else low


def _with_neighbours(text: str, quote: PassageSentence) -> str:
    """A quote with the sentences right before and after it that add a word of the text, which may put several into one."""
    sentences = sentences_of(quote.hit)
    quoted = [at for at, s in enumerate(sentences) if quote.offset <= s.offset < quote.offset + len(quote.text)]
    if not quoted:
        return quote.text
    wanted = set(content_terms(text)) - set(content_terms(quote.text))
    beside = {max(0, quoted[0] - 1), min(len(sentences) - 1, quoted[-1] + 1)} - set(quoted)
    added = {
        at
        for at in beside
        if wanted & set(content_terms(sentences[at].text)) and not _points_away(text, sentences[at].text)
    }
    return " ".join(sentences[at].text for at in sorted({*quoted, *added}))


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
