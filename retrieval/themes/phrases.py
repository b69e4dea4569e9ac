"""The phrases that tell a theme from the others, as a person would write them."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from earmark.language.stopwords import STOPWORDS
from earmark.language.words import stem
from retrieval.themes.plain_words import EDGES, FORMS, WEAK

__all__ = ["Phrase", "label_of", "telling_phrases"]

Stems = tuple[str, ...]

_TOKEN = re.compile(r"[^\W_]+(?:['’.+#/-][^\W_]+)*[+#]*|[^\w\s]")
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n")
_LONGEST = 3
_WHOLE = (1.0, 1.7, 1.8)
"""What a phrase of one, two and three words is worth: whole names before their parts."""
_LABEL_CHARACTERS = 52
_LABEL_PHRASES = 3
_CANDIDATES = 16
_VERBAL = ("ing", "ed", "ly", "n't", "n’t")


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase as it is written; ``score`` orders those of one theme."""

    text: str
    stems: Stems
    score: float


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
        people: who spoke: no phrase consists of parts of their names.
        titles: of shows: none of them is a phrase (a word of one may be: *Bitcoin*).
        meaning: where it is given, the best sixteen of each theme are weighed by it too (as KeyBERT does): it knows
            that "the period" is no subject.
        limit: phrases a theme.
    """
    names = {stem(token) for name in people for token in _TOKEN.findall(name)}
    shows = {tuple(stem(token) for token in _TOKEN.findall(title)) for title in titles}
    counted = [_counted(texts) for texts in themes]
    overall: Counter[Stems] = Counter()
    forms: dict[Stems, Counter[str]] = defaultdict(Counter)
    casing: dict[str, Counter[str]] = defaultdict(Counter)
    for counts, found_forms, found_casing in counted:
        overall.update(counts)
        for stems, written_so in found_forms.items():
            forms[stems].update(written_so)
        for low, written in found_casing.items():
            casing[low].update(written)
    mean = sum(map(len, themes)) / max(len(themes), 1)
    candidates = []
    for texts, (counts, _, _) in zip(themes, counted, strict=True):
        ranked = _ranked(counts, overall, size=len(texts), mean=mean, spoken=casing)
        ranked = [item for item in ranked if not names.issuperset(item[0]) and item[0] not in shows][:_CANDIDATES]
        candidates.append([Phrase(_written(forms[stems], casing), stems, score) for stems, score in ranked])
    if meaning is not None:
        candidates = _weighed(candidates, meaning)
    return [_diverse(phrases, limit) for phrases in candidates]


def _weighed(candidates: Sequence[Sequence[Phrase]], meaning: Meaning) -> list[list[Phrase]]:
    flat = [(phrase.text, number) for number, phrases in enumerate(candidates) for phrase in phrases]
    near = iter(meaning([text for text, _ in flat], [number for _, number in flat]) if flat else ())
    return [
        [replace(phrase, score=phrase.score * max(next(near), 0.01)) for phrase in phrases] for phrases in candidates
    ]


def label_of(phrases: Sequence[Phrase], taken: Container[str] = ()) -> str:
    """A heading of up to three phrases, as *Lightning channels, routing and fees*; empty without phrases.

    Where that is ``taken`` by another theme, the next phrase says what sets this one apart.
    """
    label = _heading(phrases)
    for start in range(1, len(phrases)):
        if label not in taken:
            break
        label = _heading([phrases[0], phrases[start]])
    return label


def _heading(phrases: Sequence[Phrase]) -> str:
    chosen: list[str] = []
    for phrase in phrases[:_LABEL_PHRASES]:
        if chosen and (
            phrase.score < 0.3 * phrases[0].score or len(_listed([*chosen, phrase.text])) > _LABEL_CHARACTERS
        ):
            break
        chosen.append(phrase.text)
    whole = [phrase for phrase in chosen if not any(phrase != other and _inside(phrase, other) for other in chosen)]
    label = _listed(whole)
    first = label.split(" ", 1)[0]
    return label[:1].upper() + label[1:] if first.islower() else label


def _inside(phrase: str, other: str) -> bool:
    """Whether a longer phrase says it too (*model* in *language models*)."""
    stems = {stem(word) for word in other.split()}
    return len(stems) > 1 and stems.issuperset(stem(word) for word in phrase.split())


def _listed(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}" if parts else ""


Counted = tuple[Counter[Stems], dict[Stems, Counter[str]], dict[str, Counter[str]]]


def _counted(texts: Sequence[str]) -> Counted:
    """In how many texts each phrase is, how it is written there, and how each word is written where case tells."""
    counts: Counter[Stems] = Counter()
    forms: dict[Stems, Counter[str]] = defaultdict(Counter)
    casing: dict[str, Counter[str]] = defaultdict(Counter)
    told: set[str] = set()
    for text in texts:
        fresh = [sentence for sentence in _SENTENCE.split(text) if sentence.casefold() not in told]
        told.update(sentence.casefold() for sentence in fresh)
        seen: set[Stems] = set()
        for run in (run for sentence in fresh for run in _runs(sentence, casing)):
            stems = [stem(word) for word in run]
            for length in range(1, _LONGEST + 1):
                for start in range(len(run) - length + 1):
                    gram = tuple(stems[start : start + length])
                    if len(set(gram)) == length:
                        seen.add(gram)
                        forms[gram][" ".join(run[start : start + length])] += 1
        counts.update(seen)
    return counts, forms, casing


def _runs(text: str, casing: dict[str, Counter[str]]) -> Iterator[list[str]]:
    """Stretches of content words. A word that begins a sentence is no witness of how it is written."""
    run: list[str] = []
    opening = True
    for piece in _TOKEN.findall(text):
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
        if stem(word) in STOPWORDS or word.lower() in FORMS or len(word) < 2:
            if run:
                yield run
            run = []
        else:
            run.append(word)
        if word != piece and run:  # a possessive ends a name: "Bitcoin's | price"
            yield run
            run = []
    if run:
        yield run


def _ranked(
    counts: Counter[Stems],
    overall: Counter[Stems],
    *,
    size: int,
    mean: float,
    spoken: dict[str, Counter[str]],
) -> list[tuple[Stems, float]]:
    scores: dict[Stems, float] = {}
    for stems, count in counts.items():
        if count < 2 or not _names_something(stems, spoken):
            continue
        weight = (count - 1) / size * math.log(1 + mean / overall[stems])
        scores[stems] = weight * _WHOLE[len(stems) - 1]
    return sorted(scores.items(), key=lambda item: (-item[1], item[0]))


def _names_something(stems: Stems, spoken: dict[str, Counter[str]]) -> bool:
    """Whether a phrase can be a heading: no bare number, no lone verb form or weak word, none at its edges."""
    if any(len(term) < 2 or term.isdigit() for term in (stems[0], stems[-1])) or not any(
        map(str.isalpha, "".join(stems))
    ):
        return False
    if stems[-1] in WEAK and len(stems) == 1:
        return False
    if len(stems) == 1:
        term = stems[0]
        name = sum(n for form, n in spoken.get(term, {}).items() if form[:1].isupper()) * 2 > sum(
            spoken.get(term, Counter()).values()
        )
        return len(term) > 2 and (name or not (term.endswith(_VERBAL) or term in EDGES))
    return not (stems[-1].endswith(("ly", "ed")) or stems[0].endswith("ly") or {stems[0], stems[-1]} & EDGES)


def _diverse(ranked: Sequence[Phrase], limit: int) -> list[Phrase]:
    """The best phrases, each with something of its own: a phrase that shares a stem with a chosen one counts for less."""
    pool = list(ranked)
    chosen: list[Phrase] = []

    def worth(phrase: Phrase) -> tuple[float, Stems]:
        return phrase.score * (
            1 - len(said.intersection(map(_root, phrase.stems))) / len(phrase.stems)
        ) ** 2, phrase.stems

    while pool and len(chosen) < limit:
        said = {_root(word) for phrase in chosen for word in phrase.stems}
        best = max(pool, key=worth)
        pool.remove(best)
        if not said.issuperset(map(_root, best.stems)):
            chosen.append(best)
    return chosen


def _root(word: str) -> str:
    """A stem without the ending that the stemmer leaves to some plurals (*bus*, *buses*)."""
    return word.removesuffix("e")


def _written(forms: Counter[str], casing: dict[str, Counter[str]]) -> str:
    """A phrase in its most usual form, each word as it is written inside sentences."""
    text = max(forms, key=lambda form: (forms[form], form.islower(), form))
    return " ".join(_cased(word, casing.get(word.lower())) for word in text.split(" "))


def _cased(word: str, written: Counter[str] | None) -> str:
    if not written:
        return word.lower() if word[1:] == word[1:].lower() else word
    return max(written, key=lambda form: (written[form], form))
