"""Why something is related, in one line that is plain and true: the subject that both speak of, or what one says and the other denies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from earmark.language.polarity import main_clause
from earmark.language.stopwords import STOPWORDS
from earmark.language.words import stem, words
from earmark.relations import Relation
from retrieval.rarity import Rarity
from retrieval.related.stance import relation_of

if TYPE_CHECKING:
    from retrieval.related.remarks import Remark

__all__ = ["reason", "shared_phrases", "shared_subjects"]

_MOST_COMMON = 0.08
"""Share of passages past which a shared word alone names no subject."""
_FEW = 5
"""In a small library a word may be in this many passages whatever their share."""
_LONGEST_PHRASE = 3
_NAMED = 3
"""Subjects that a line names at most."""
_SMALL = frozenset("A An The This That These Those It There We You They He She No Every Most Many Some All".split())
"""Words that are written large only where they begin a sentence."""
_DULL_ENDINGS = ("ly", "ing", "ed")
_DULL = frozenset("example question answer point case reason problem idea topic episode podcast week today".split())
"""Words that name no subject, however rare they are."""


@dataclass(frozen=True, slots=True)
class _SharedPhrase:
    stems: tuple[str, ...]
    surface: str
    weight: float


def reason(own: Remark, other: Remark, rarity: Rarity, *, same_guest: str = "", nearly_same: bool = False) -> str:
    """One line without markup.

    Args:
        own: the insight at hand.
        other: what was said elsewhere.
        rarity: of words in this library.
        same_guest: the name of the speaker of both, if both have the same.
        nearly_same: whether both make nearly the same claim.
    """
    if claim := _denied(own.text, other.text):
        return f"One says that {claim}; the other says that it is not so"
    subject = _listed(shared_subjects(own, other, rarity))
    if nearly_same:
        return f"Both say nearly the same about {subject}" if subject else "Both say nearly the same"
    if same_guest:
        return f"{same_guest} says more about {subject} there" if subject else f"{same_guest} speaks there too"
    return f"Both are about {subject}" if subject else "Both are about the same subject in other words"


def _denied(text: str, other: str) -> str:
    """What one of two claims says and the other denies in the same words, as the one says it; empty where that is not plain."""
    one, two = main_clause(text), main_clause(other)
    if relation_of((one,), (two,)) != Relation.OPPOSITE.value:
        return ""
    for said, denial in ((one, two), (two, one)):
        kept, left = ([word.casefold() for word in words(claim)] for claim in (said, denial))
        if left.count("not") == 1 and kept == [word for word in left if word != "not"]:
            claim = " ".join(said.split()).rstrip(" .,;:!")
            first = claim.split()[0]
            return f"{first.lower()}{claim[len(first) :]}" if first in _SMALL else claim
    return ""


def shared_subjects(own: Remark, other: Remark, rarity: Rarity) -> list[str]:
    """What both speak of, in a word or a few each: first what the claim or statement names, then what is said around it."""
    phrases = shared_phrases(own.around, other.text, rarity)
    if len(phrases) < _NAMED:
        held = {stem(word) for phrase in phrases for word in words(phrase)}
        further = shared_phrases(own.around, other.around, rarity)
        phrases += [phrase for phrase in further if not held & {stem(word) for word in words(phrase)}]
    return phrases[:_NAMED]


def shared_phrases(own: str, other: str, rarity: Rarity, *, limit: int = _NAMED) -> list[str]:
    """The phrases of one to three words that both texts have and few passages do, weightiest first, as ``other`` has them."""
    held = _grams([stem(word) for word in words(own)])
    candidates = []
    tokens = words(other)
    stems = [stem(word) for word in tokens]
    small = {word for word in (*words(own), *tokens) if word[:1].islower()}
    for length in range(_LONGEST_PHRASE, 0, -1):
        for start in range(len(tokens) - length + 1):
            gram = tuple(stems[start : start + length])
            surface = tokens[start : start + length]
            if gram in held and _telling(gram, surface, rarity):
                candidates.append(_SharedPhrase(gram, _shown(surface, small), sum(rarity.idf(term) for term in gram)))
    candidates.sort(key=lambda phrase: -phrase.weight)
    chosen: list[_SharedPhrase] = []
    for phrase in candidates:
        if not any(set(phrase.stems) & set(earlier.stems) for earlier in chosen):
            chosen.append(phrase)
        if len(chosen) == limit:
            break
    return [phrase.surface for phrase in chosen]


def _grams(stems: list[str]) -> set[tuple[str, ...]]:
    return {
        tuple(stems[start : start + length])
        for length in range(1, _LONGEST_PHRASE + 1)
        for start in range(len(stems) - length + 1)
    }


def _telling(gram: tuple[str, ...], surface: list[str], rarity: Rarity) -> bool:
    """Whether a phrase names something: no empty words in it, and rare enough if it is a single word."""
    if any(term in STOPWORDS or term in _DULL or len(term) < 3 or term.isdigit() for term in gram):
        return False
    if len(gram) > 1:
        return True
    # A lone verb form or adverb ("building", "recently") is no subject; as part of a phrase it may be.
    dull = surface[0].endswith(_DULL_ENDINGS) and not surface[0][:1].isupper()
    return not dull and rarity.counts[gram[0]] <= max(_FEW, _MOST_COMMON * rarity.size)


def _shown(surface: list[str], small: set[str]) -> str:
    """Names keep their capitals; a word that merely began its sentence loses them where it is written small elsewhere."""
    parts = [word.lower() if word.lower() in small else word for word in surface]
    return " ".join(parts).removesuffix("'s").removesuffix("’s")


def _listed(phrases: list[str]) -> str:
    if not phrases:
        return ""
    return phrases[0] if len(phrases) == 1 else f"{', '.join(phrases[:-1])} and {phrases[-1]}"
