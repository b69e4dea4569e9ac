"""The phrases that tell a theme from the others, as a person would write them."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from earmark.language.stopwords import STOPWORDS
from earmark.language.words import stem
from retrieval.themes.plain_words import EDGES, FORMS, SPEECH, WEAK
from retrieval.themes.said_by import NamedPeople, mostly_in_capitals, people_in
from retrieval.themes.word_uses import WordUses

__all__ = ["Phrase", "root", "telling_phrases"]

Stems = tuple[str, ...]

_TOKEN = re.compile(r"[^\W_]+(?:['’.+#/-][^\W_]+)*[+#]*|[^\w\s]")
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n")
_LONGEST = 3
_WHOLE = (1.0, 1.7, 1.8)
"""What a phrase of one, two and three words is worth: whole names before their parts."""
_CANDIDATES = 16
_PLURAL = 0.34
"""Share of a phrase's uses from which on its plural is written: headings name things in the plural (*hardware wallets*)."""
_VERBAL = ("ing", "ed", "ly", "n't", "n’t")


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase as it is written; ``score`` orders those of one theme, ``texts`` are the numbers of its texts that have it."""

    text: str
    stems: Stems
    score: float
    texts: frozenset[int] = frozenset()


Meaning = Callable[[Sequence[str], Sequence[int]], Sequence[float]]
"""How near phrases are in meaning to the middle of a theme, as cosines, given the phrases and the number of each's theme."""


def telling_phrases(
    themes: Sequence[Sequence[str]],
    *,
    people: Iterable[str] = (),
    titles: Iterable[str] = (),
    meaning: Meaning | None = None,
    limit: int = 8,
) -> list[list[Phrase]]:
    """The phrases of each theme, best first, given the texts of its insights.

    Phrases are runs of one to three content words between empty words and punctuation. Each is weighed as in c-TF-IDF
    (Grootendorst 2022: share of the theme's texts that have it × log(1 + themes' mean / count over all themes)), less
    one text, because what a single speaker says is no subject; and taken one after the other where it adds words
    (maximal marginal relevance by shared stems). A sentence that several insights quote counts once.

    Args:
        themes: texts by theme.
        people: who spoke, or was to speak: no phrase is a part of their names, nor of the names of those to whom the
            texts themselves attribute something.
        titles: of shows: none of them is a phrase (a word of one may be: *Bitcoin*).
        meaning: where it is given, the best sixteen of each theme are weighed by it too (as KeyBERT does): it knows
            that "the period" is no subject.
        limit: phrases a theme.
    """
    shows = {tuple(stem(token) for token in _TOKEN.findall(title)) for title in titles}
    uses = WordUses()
    counted = [_counted(texts, uses) for texts in themes]
    overall: Counter[Stems] = Counter()
    forms: dict[Stems, Counter[str]] = defaultdict(Counter)
    casing: dict[str, Counter[str]] = defaultdict(Counter)
    for places, found_forms, found_casing in counted:
        overall.update({stems: len(texts) for stems, texts in places.items()})
        for stems, written_so in found_forms.items():
            forms[stems].update(written_so)
        for low, written in found_casing.items():
            casing[low].update(written)
    named = NamedPeople({*people, *(name for texts in themes for name in people_in(texts))}, casing)
    mean = sum(map(len, themes)) / max(len(themes), 1)
    candidates = []
    for texts, (places, own, _) in zip(themes, counted, strict=True):
        subjects = {
            stems: held
            for stems, held in places.items()
            if len(held) > 1
            and stems not in shows
            and not named.include(stems)
            and _names_something(stems, casing, uses)
        }
        ranked = _ranked(subjects, overall, size=len(texts), mean=mean)[:_CANDIDATES]
        candidates.append(
            [
                Phrase(_written(own[stems], forms[stems], casing), stems, score, frozenset(places[stems]))
                for stems, score in ranked
            ]
        )
    if meaning is not None:
        candidates = _weighed(candidates, meaning)
    return [_diverse(phrases, limit) for phrases in candidates]


def _weighed(candidates: Sequence[Sequence[Phrase]], meaning: Meaning) -> list[list[Phrase]]:
    flat = [(phrase.text, number) for number, phrases in enumerate(candidates) for phrase in phrases]
    near = iter(meaning([text for text, _ in flat], [number for _, number in flat]) if flat else ())
    return [
        [replace(phrase, score=phrase.score * max(next(near), 0.01)) for phrase in phrases] for phrases in candidates
    ]


Counted = tuple[dict[Stems, set[int]], dict[Stems, Counter[str]], dict[str, Counter[str]]]


def _counted(texts: Sequence[str], uses: WordUses) -> Counted:
    """In which texts each phrase is, how it is written there, and how each word is written where case tells."""
    places: dict[Stems, set[int]] = defaultdict(set)
    forms: dict[Stems, Counter[str]] = defaultdict(Counter)
    casing: dict[str, Counter[str]] = defaultdict(Counter)
    told: set[str] = set()
    for number, text in enumerate(texts):
        fresh = [sentence for sentence in _SENTENCE.split(text) if sentence.casefold() not in told]
        told.update(sentence.casefold() for sentence in fresh)
        for sentence in fresh:
            pieces = _TOKEN.findall(sentence)
            uses.read(pieces, _is_content)
            for run in _runs(pieces, casing):
                _take(run, number, places, forms)
    return places, forms, casing


def _take(run: Sequence[str], number: int, places: dict[Stems, set[int]], forms: dict[Stems, Counter[str]]) -> None:
    """Counts the phrases of a stretch of content words for the text of that number."""
    stems = [stem(word) for word in run]
    for length in range(1, _LONGEST + 1):
        for start in range(len(run) - length + 1):
            gram = tuple(stems[start : start + length])
            if len(set(gram)) == length:
                places[gram].add(number)
                forms[gram][" ".join(run[start : start + length])] += 1


def _is_content(word: str) -> bool:
    low = word.lower()
    return (
        len(word) > 1 and word[0].isalnum() and low not in FORMS and low not in SPEECH and stem(word) not in STOPWORDS
    )


def _runs(pieces: Sequence[str], casing: dict[str, Counter[str]]) -> Iterator[list[str]]:
    """Stretches of content words. A word that begins a sentence is no witness of how it is written."""
    run: list[str] = []
    opening = True
    for piece in pieces:
        word = piece.removesuffix("'s").removesuffix("’s")
        if not word[:1].isalnum():
            if run:
                yield run
            run = []
            opening = piece in '.!?:;"“”—'
            continue
        if not opening or word[1:] != word[1:].lower():
            casing[word.lower()][word] += 1
        opening = False
        if _is_content(word):
            run.append(word)
        else:
            if run:
                yield run
            run = []
        if word != piece and run:  # a possessive ends a name: "Bitcoin's | price"
            yield run
            run = []
    if run:
        yield run


def _ranked(
    places: Mapping[Stems, set[int]], overall: Counter[Stems], *, size: int, mean: float
) -> list[tuple[Stems, float]]:
    scores = {
        stems: (len(held) - 1) / size * math.log(1 + mean / overall[stems]) * _WHOLE[len(stems) - 1]
        for stems, held in places.items()
    }
    return sorted(scores.items(), key=lambda item: (-item[1], item[0]))


def _names_something(stems: Stems, spoken: Mapping[str, Counter[str]], uses: WordUses) -> bool:
    """Whether a phrase can be a heading: no bare number, no lone verb, quality or weak word, none at its edges."""
    first, last = stems[0], stems[-1]
    if any(len(term) < 2 or term.isdigit() for term in (first, last)) or not any(map(str.isalpha, "".join(stems))):
        return False
    if len(stems) == 1:
        ordinary = uses.is_thing(last) and not last.endswith(_VERBAL) and last not in EDGES
        return len(last) > 2 and last not in WEAK and (ordinary or mostly_in_capitals(last, spoken, unseen=False))
    if uses.is_deed(last) and not mostly_in_capitals(last, spoken, unseen=False):
        return False
    if uses.is_deed(first) and not mostly_in_capitals(first, spoken, unseen=False):
        return False
    return not (last.endswith(("ly", "ed")) or first.endswith("ly") or {first, last} & EDGES)


def _diverse(ranked: Sequence[Phrase], limit: int) -> list[Phrase]:
    """The best phrases, each with something of its own: a phrase that shares a stem with a chosen one counts for less."""
    pool = list(ranked)
    chosen: list[Phrase] = []

    def worth(phrase: Phrase) -> tuple[float, Stems]:
        return phrase.score * (
            1 - len(said.intersection(map(root, phrase.stems))) / len(phrase.stems)
        ) ** 2, phrase.stems

    while pool and len(chosen) < limit:
        said = {root(word) for phrase in chosen for word in phrase.stems}
        best = max(pool, key=worth)
        pool.remove(best)
        if not said.issuperset(map(root, best.stems)):
            chosen.append(best)
    return chosen


def root(word: str) -> str:
    """A stem without the ending that the stemmer leaves to some plurals (*bus*, *buses*)."""
    return word.removesuffix("e")


def _written(own: Counter[str], forms: Counter[str], casing: dict[str, Counter[str]]) -> str:
    """A phrase as its theme writes it, in the form most usual over all themes, or in the plural where that is usual too."""
    text = max(own, key=lambda form: (forms[form], form.islower(), form))
    plurals = [form for form in own if form.islower() and stem(form) != form]
    if text.islower() and plurals and sum(forms[form] for form in plurals) >= _PLURAL * forms.total():
        text = max(plurals, key=lambda form: (forms[form], form))
    return " ".join(_cased(word, casing.get(word.lower())) for word in text.split(" "))


def _cased(word: str, written: Counter[str] | None) -> str:
    if not written:
        return word.lower() if word[1:] == word[1:].lower() else word
    return max(written, key=lambda form: (written[form], form))
