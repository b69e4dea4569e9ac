"""Whether a sentence that a language model wrote is carried by what it cites, and by which words of it.

Names, numbers and the way it points are compared with the few sentences of the passage that say the same, which are what
a reader sees as its quote; anywhere else in the passage they belong to something else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from earmark.language.folding import fold
from earmark.language.numbers import SCALES, values
from earmark.language.polarity import opposed
from earmark.language.words import content_terms, words
from earmark.types import Hit
from retrieval.answers.evidence import PassageSentence, date_of, sentences_of
from retrieval.answers.nameless import is_nameless, may_be_quoted
from retrieval.answers.quoting import NUMBER_WORD, PARTS, in_a_row, one_turn, root, shown_for

__all__ = ["carried", "carrier"]

_LONGEST = 3
"""Sentences in a row that are quoted for one sentence, at most."""
_COST = 1.5
"""Content words that each further sentence has to add."""
_NUMBER = 3.0
"""Content words that a number is worth: it has to be in the quote."""
_COUNTED = 100
"""Below it a number counts something, and is no year."""
_KIN = {"halves": "half", "thirds": "third", "quarters": "quarter", "dozens": "dozen", "both": "two", "pair": "two"}
_AMOUNT = re.compile(
    rf"[$€£¥]\s?\d[\d.,]{{0,15}}(?:[\s-]?(?:{'|'.join(SCALES)})\b){{0,2}}"
    rf"|\b{NUMBER_WORD}(?:[\s-]{NUMBER_WORD}){{0,5}}[\s-]?"
    r"(?:%|[$€£¥]|(?:percent(?:age)?|per cent|dollars?|euros?|pounds?|cents?|bucks|quid|francs?|yen)\b)",
    re.IGNORECASE,
)
"""A share in percent, or an amount of money."""
_SUPPOSED = re.compile(r"\b(?:if|unless|whether)\b", re.IGNORECASE)
"""What is only supposed may be told the other way round: "only below" for "not, if it does not sink below"."""
_EXCLAIMED = re.compile(
    r"(?:^|(?<=[.!?;:,–—-] ))(?:(?:oh|ah|well|yeah|um|uh|so|and|but)[,\s]+)*no(?=\s*[,.!…–—]|\s+-)", re.IGNORECASE
)
"""A "no" that answers or exclaims ("Oh no, I hate it.") and denies nothing of its own sentence."""
_WORD = re.compile(r"[^\W\d_]{5,}")
_JOINED = re.compile(r"[,;]\s+(?:(?:while|whereas|but|and|yet|though|unlike)\s+)?|\s+(?=(?:while|whereas|unlike)\s)")
"""Where a sentence that sets two persons side by side goes on with the other."""
_ANOTHERS = 2
"""Content words of a clause by which somebody else's words have more of it than those of the person it names."""
_ALIKE = 0.5
"""Share of the shorter's content words from which two sentences say so nearly the same that they may contradict."""


def carrier(text: str, hit: Hit, voices: Sequence[str] = ()) -> PassageSentence:
    """The sentence of a passage that carries a text, or the few in a row that do; verbatim.

    ``voices`` are the only speakers who are quoted, by default all; at least one of them speaks in the passage.
    """
    sentences = [sentence for sentence in sentences_of(hit) if may_be_quoted(sentence, voices)]
    runs = [
        (in_a_row(sentences[first : first + size]), size - 1)
        for size in range(1, _LONGEST + 1)
        for first in range(len(sentences) - size + 1)
        if one_turn(sentences[first : first + size])
    ]
    if not runs:
        return PassageSentence(text=hit.text, hit=hit, offset=0, speaker=hit.speaker)
    own, numbers = set(content_terms(text)), values(text)

    def worth(run: tuple[PassageSentence, int]) -> float:
        held = set(content_terms(run[0].text))
        return len(own & held) + _NUMBER * len(numbers & values(run[0].text)) - _COST * run[1]

    return max(runs, key=worth)[0]


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
    shown = [*quotes, *shown_for(text, quotes)]
    if not _numbers_carried(
        text, " ".join(f"{part.text} {date_of(part.hit)} {part.hit.episode}" for part in shown), asked
    ):
        return False
    holders = " ".join(
        fold(f"{quote.speaker or ''} {quote.text} {quote.hit.episode} {_titled(quote)}") for quote in quotes
    )
    if _speakers_named(text, hits) - set(holders.split()) or not _each_says_its_own(text, quotes):
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
    forms = {root(word): word for word in words(said)}
    same = _WORD.sub(lambda match: forms.get(root(match[0]), match[0]), text)
    return opposed(_EXCLAIMED.sub("", same), _EXCLAIMED.sub("", said))


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


def _parts(text: str) -> set[str]:
    """Shares and pairs in words, which are numbers too."""
    held = {match.casefold() for match in PARTS.findall(text)}
    return {"double" if word.startswith("doubl") or word == "twice" else _KIN.get(word, word) for word in held}


def _speakers_named(text: str, hits: Sequence[Hit]) -> set[str]:
    """The parts of speakers' names that a text has, of all who speak in some passages."""
    names = {sentence.speaker for hit in hits for sentence in sentences_of(hit)} | {hit.speaker for hit in hits}
    parts = {part for name in names if name for part in fold(name).split() if len(part) > 2}
    return {fold(re.sub(r"['’]s?$", "", word)) for word in words(text) if word[0].isupper()} & parts


def _each_says_its_own(text: str, quotes: Sequence[PassageSentence]) -> bool:
    """Whether no clause that names one speaker of the quotes tells what another of them says.

    What somebody says is all of it in the passages that are quoted.
    """
    said: dict[str, set[str]] = {quote.speaker: set() for quote in quotes if quote.speaker}
    for sentence in (sentence for quote in quotes for sentence in sentences_of(quote.hit)):
        if sentence.speaker in said:
            said[sentence.speaker].update(map(root, content_terms(sentence.text)))
    names = _own_names(said)
    for clause in _JOINED.split(text):
        held = {fold(re.sub(r"['’]s?$", "", word)) for word in words(clause) if word[0].isupper()}
        named = [speaker for speaker, parts in names.items() if parts & held]
        claim = {root(term) for term in content_terms(clause)} - {
            root(part) for parts in names.values() for part in parts
        }
        if len(named) == 1:
            own = len(claim & said[named[0]])
            others = max((len(claim & terms) for speaker, terms in said.items() if speaker != named[0]), default=0)
            if others >= own + _ANOTHERS and own < _ALIKE * len(claim):
                return False
    return True


def _own_names(speakers: Iterable[str]) -> dict[str, set[str]]:
    """Of each speaker's name the parts that no other has."""
    parts = {speaker: {part for part in fold(speaker).split() if len(part) > 2} for speaker in speakers}
    return {
        speaker: own - set().union(*(held for other, held in parts.items() if other != speaker))
        for speaker, own in parts.items()
    }


def _alike(claim: set[str], quote: str) -> bool:
    held = set(content_terms(quote))
    return bool(claim and held) and len(claim & held) >= _ALIKE * min(len(claim), len(held))
