"""Whether something makes the same claim as an insight or the opposite one, gives a reason or a consequence, or is a case of it.

By rules, and only where they are sure.

What is compared is sentences, not whole insights: two that are about the same thing (most of the words of the one that
has fewer are in the other), and then which way they point (`earmark.language.polarity`) and what the second brings. Measured
on original pairs in the style of podcasts (tests/data/relations); where a rule was right less than .85 of the time it
is not here. Most related insights get no type, and that is meant: cosine, words and cues cannot see the rest.

Right / used / there, on the part that no rule was made on: same 16/18/16, opposite 10/10/12, reason or consequence
11/11/15, example 9/9/11; no type on pairs that only share words. On arguments and key points (KPA 2021, dev) 33 of 36 same claims
are of one stance, 5 of 12 opposite ones of two; pairs on two different questions never get a type.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from earmark.language.numbers import figures
from earmark.language.polarity import (
    main_clause,
    may_point_apart,
    opposed,
    subject,
    takes_no_side,
    turns,
    without_reasons,
)
from earmark.language.sentences import sentence_spans
from earmark.language.words import content_terms, words
from earmark.relations import Relation

__all__ = ["SHARED", "relation_of"]


_SAME_MATTER = 0.6
"""Share of the subject words of the sentence with fewer that the other must have before the two can be held together."""
SHARED = 2
"""Subject words that two sentences must share to be on one matter."""
_ALIKE = 0.5
"""Share of all subject words of both (Jaccard) from which, pointing the same way, they say the same."""
_CASE_SHARED = 0.4
_NEW = 2
"""Subject words that the second must bring to carry the first on."""
_CASE = re.compile(
    r"\b(?:for example|for instance|case in point|(?:one|an|a good|another) example (?:is|of this is)|to give (?:you )?an example|take (?=[A-Z]))"
)
_CONDITION = re.compile(r"\b(?:without|except|only|until|unless|when|whenever|once)\b", re.IGNORECASE)
"""What a claim may depend on: "it works" and "it does not work without water" are no opposites."""
_REASON = re.compile(r"\b(?:because|the reason is)\b")
_CONSEQUENCE = re.compile(
    r"\b(?:which (?:in turn )?means|which in turn|as a result|therefore|and that (?:happens|is why|pushes|widens|means)|so that|that is why)\b"
)


@dataclass(frozen=True, slots=True)
class _SentencePair:
    first: str
    second: str
    shared: int
    of_fewer: float
    of_all: float
    new: int


def relation_of(texts: Sequence[str], other: Sequence[str], *, nearly_same: bool = False) -> str:
    """A value of `earmark.relations.Relation`, or empty if unsure.

    Args:
        texts: those of the insight at hand, claim first, then what explains it.
        other: those of the related one.
        nearly_same: whether both claims are known to be nearly the same.
    """
    pairs = sorted(_pairs(texts, other), key=lambda pair: (-pair.of_fewer * min(pair.shared, 4), -pair.of_all))
    on_one_matter = next((pair for pair in pairs[:3] if _on_one_matter(pair)), None)
    if (on_one_matter and _opposed(on_one_matter)) or _plainly_opposed(texts, other):
        return Relation.OPPOSITE.value
    if nearly_same:
        return Relation.SAME.value
    for pair in pairs[:3]:
        if pair.shared >= SHARED and pair.of_fewer >= _CASE_SHARED and _is_case(pair):
            return Relation.EXAMPLE.value
    best = pairs[0] if pairs else None
    if best is None or not _on_one_matter(best) or _turned(best):
        return ""
    for relation, words_for_it in ((Relation.REASON, _REASON), (Relation.CONSEQUENCE, _CONSEQUENCE)):
        if words_for_it.search(best.second) and not _leads_on(best.first) and best.new >= _NEW:
            return relation.value
    return Relation.SAME.value if _says_the_same(best) else ""


def _leads_on(text: str) -> bool:
    return bool(_REASON.search(text) or _CONSEQUENCE.search(text))


def _pairs(texts: Sequence[str], other: Sequence[str]) -> list[_SentencePair]:
    return _sentence_pairs(_sentences(texts), _sentences(other))


def _sentence_pairs(sentences: Sequence[str], others: Sequence[str]) -> list[_SentencePair]:
    pairs = []
    for mine in sentences:
        for yours in others:
            a, b = subject(mine), subject(yours)
            shared = len(a & b)
            if shared:
                pairs.append(
                    _SentencePair(mine, yours, shared, shared / min(len(a), len(b)), shared / len(a | b), len(b - a))
                )
    return pairs


def _sentences(texts: Sequence[str]) -> list[str]:
    return [text[start:end] for text in texts for start, end in sentence_spans(text) if len(words(text[start:end])) > 2]


def _on_one_matter(pair: _SentencePair) -> bool:
    """Whether the pair shares more than a topic of two words ("school uniforms"), on which opinions are many."""
    enough = pair.shared > SHARED or (pair.shared == SHARED and pair.of_all >= _SAME_MATTER)
    return enough and pair.of_fewer >= _SAME_MATTER


def _opposed(pair: _SentencePair) -> bool:
    """Whether both are about what the other begins with, and point different ways; reasons that follow are left out.

    Claims with different figures are of different years, models or amounts.
    """
    text, other = without_reasons(pair.first), without_reasons(pair.second)
    a, b = subject(text), subject(other)
    if _head(text) not in b or _head(other) not in a or len(a & b) < SHARED:
        return False
    if any(takes_no_side(said) or _CONDITION.search(said) for said in (text, other)):
        return False
    return figures(text) == figures(other) and opposed(text, other)


def _plainly_opposed(texts: Sequence[str], other: Sequence[str]) -> bool:
    """Whether two sentences claim the opposite of one another before they go on: "it is so: …" and "it is not so, …"."""
    claims, others = ([main_clause(text) for text in _sentences(side)] for side in (texts, other))
    return any(
        _on_one_matter(pair) and pair.of_all >= _SAME_MATTER and _opposed(pair)
        for pair in _sentence_pairs(claims, others)
    )


def _turned(pair: _SentencePair) -> bool:
    text, other = without_reasons(pair.first), without_reasons(pair.second)
    return bool(turns(text, other))


def _head(text: str) -> str:
    """The first subject word, which in a claim is mostly what it is about."""
    held = subject(text)
    return next((term for term in content_terms(text) if term in held), "")


def _is_case(pair: _SentencePair) -> bool:
    """Whether the second names a case and the first does not."""
    return bool(_CASE.search(pair.second[:1].lower() + pair.second[1:])) and not _CASE.search(pair.first.lower())


def _says_the_same(pair: _SentencePair) -> bool:
    if figures(pair.first) != figures(pair.second):
        return False
    return pair.of_all >= _ALIKE and not may_point_apart(pair.first, pair.second)
