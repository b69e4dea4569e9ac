"""A theme's telling phrases joined to a heading that a person would write."""

from __future__ import annotations

from collections.abc import Container, Sequence
from itertools import takewhile
from operator import eq

from retrieval.themes.phrases import Phrase, root

__all__ = ["label_of"]

_LABEL_CHARACTERS = 52
_LABEL_PHRASES = 3
_CONSIDERED = 6
"""The best phrases, of which a heading is made."""
_WORTH_ADDING = 0.3
"""Share of the best phrase's score below which a phrase is not told beside it."""
_SEVERAL = 3
"""Texts that a phrase of several words needs to come before a single word."""


def label_of(phrases: Sequence[Phrase], taken: Container[str] = ()) -> str:
    """A heading of up to three phrases, as *Lightning channels, routing and fees*; empty without phrases.

    Where that is ``taken`` by another theme, the next phrase says what sets this one apart.
    """
    if not phrases:
        return ""
    chosen = _chosen(phrases)
    label = _listed(chosen)
    for phrase in phrases:
        if label not in taken:
            break
        if not _alike(phrase, chosen[0]):
            label = _listed([chosen[0], phrase])
    return label


def _chosen(phrases: Sequence[Phrase]) -> list[Phrase]:
    """A noun phrase of several texts before single words; beside it only what is said together with it."""
    chosen = [_lead(phrases[:_LABEL_PHRASES])]
    for phrase in phrases[:_CONSIDERED]:
        if (
            len(chosen) < _LABEL_PHRASES
            and len(_listed([*chosen, phrase])) <= _LABEL_CHARACTERS
            and phrase.score >= _WORTH_ADDING * phrases[0].score
            and not any(_alike(phrase, part) for part in chosen)
            and all(_go_together(phrase, part) for part in chosen)
        ):
            chosen.append(phrase)
    return chosen


def _lead(phrases: Sequence[Phrase]) -> Phrase:
    """The first phrase of several words that at least half as many texts have as the first of all; else that one."""
    best = phrases[0]
    for phrase in phrases:
        respelled = phrase != best and "".join(phrase.stems) == "".join(best.stems)
        if len(phrase.stems) > 1 and not respelled and len(phrase.texts) >= max(_SEVERAL, len(best.texts) / 2):
            return phrase
    return best


def _alike(phrase: Phrase, other: Phrase) -> bool:
    """Whether two phrases say the same in part (*model*, *language models*; *multi sig*, *multisig*; *China*, *Chinese*)."""
    mine, others = "".join(phrase.stems), "".join(other.stems)
    if mine in others or others in mine:
        return True
    if not {root(word) for word in phrase.stems}.isdisjoint(map(root, other.stems)):
        return True
    shared = sum(1 for _ in takewhile(bool, map(eq, mine, others)))
    return shared >= max(4, 0.7 * min(len(mine), len(others)))


def _go_together(phrase: Phrase, other: Phrase) -> bool:
    """Whether texts name both; of two names each may have texts of its own."""
    if min(len(phrase.texts), len(other.texts)) >= _SEVERAL and _is_titled(phrase.text) and _is_titled(other.text):
        return True
    return len(phrase.texts & other.texts) > 1


def _is_titled(text: str) -> bool:
    return any(word[:1].isupper() for word in text.split())


def _listed(phrases: Sequence[Phrase]) -> str:
    *others, last = (phrase.text for phrase in phrases)
    label = f"{', '.join(others)} and {last}" if others else last
    return label[:1].upper() + label[1:] if label.split(" ", 1)[0].islower() else label
