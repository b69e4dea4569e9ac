"""Why an insight is related, in one line that is plain and true: the words that both share and few others use."""

from __future__ import annotations

from dataclasses import dataclass

from retrieval.stopwords import STOPWORDS
from retrieval.terms import Rarity, stem, words

__all__ = ["reason", "shared_phrases"]

_MOST_COMMON = 0.08
"""Share of passages past which a shared word says nothing of why two claims belong together."""
_FEW = 5
"""In a small library a word may be in this many passages whatever their share."""
_ALONE = 0.01
"""Share of passages up to which one shared word is reason enough by itself."""
_LONGEST_PHRASE = 3
_DULL_ENDINGS = ("ly", "ing", "ed")


@dataclass(frozen=True, slots=True)
class _Phrase:
    stems: tuple[str, ...]
    surface: str
    weight: float


def reason(one: str, other: str, rarity: Rarity, *, show: str, same_guest: str = "", nearly_same: bool = False) -> str:
    """One line without markup.

    Args:
        one: the insight at hand, as text.
        other: the related one.
        rarity: of words in this library.
        show: the other one's.
        same_guest: the name of the speaker of both, where it is one.
        nearly_same: whether both make nearly the same claim.
    """
    phrases = shared_phrases(one, other, rarity)
    lead = "Says nearly the same" if nearly_same else f"{same_guest} on another show" if same_guest else ""
    if phrases:
        about = f"about {_listed(phrases)}"
        return f"{lead}, {about}" if lead else f"Also {about}"
    return lead or f"The closest in meaning on {show}"


def shared_phrases(one: str, other: str, rarity: Rarity, *, limit: int = 3) -> list[str]:
    """The phrases of one to three words that both texts have and few passages do, weightiest first, as ``other`` has them."""
    held = _grams([stem(word) for word in words(one)])
    candidates = []
    tokens = words(other)
    stems = [stem(word) for word in tokens]
    for length in range(_LONGEST_PHRASE, 0, -1):
        for start in range(len(tokens) - length + 1):
            gram = tuple(stems[start : start + length])
            if gram in held and _telling(gram, tokens[start : start + length], rarity):
                surface = " ".join(tokens[start : start + length])
                candidates.append(_Phrase(gram, _shown(surface), sum(rarity.idf(term) for term in gram)))
    candidates.sort(key=lambda phrase: -phrase.weight)
    chosen: list[_Phrase] = []
    for phrase in candidates:
        if not any(set(phrase.stems) & set(other_one.stems) for other_one in chosen):
            chosen.append(phrase)
        if len(chosen) == limit:
            break
    if len(chosen) == 1 and not _enough(chosen[0], rarity, one, other):
        return []
    return [phrase.surface for phrase in chosen]


def _enough(phrase: _Phrase, rarity: Rarity, one: str, other: str) -> bool:
    """Whether a phrase that nothing else supports names a subject.

    Several words do. A single one has to be in both first lines (the claims: a word that two bodies happen to share says
    nothing of why the claims belong together), in hardly any passage.
    """
    if len(phrase.stems) > 1:
        return True
    in_claims = all(phrase.stems[0] in {stem(word) for word in words(text.partition("\n")[0])} for text in (one, other))
    return in_claims and rarity.counts[phrase.stems[0]] <= max(_FEW, _ALONE * rarity.size)


def _grams(stems: list[str]) -> set[tuple[str, ...]]:
    return {
        tuple(stems[start : start + length])
        for length in range(1, _LONGEST_PHRASE + 1)
        for start in range(len(stems) - length + 1)
    }


def _telling(gram: tuple[str, ...], surface: list[str], rarity: Rarity) -> bool:
    """Whether a phrase names something: no empty words in it, and rare enough."""
    if any(term in STOPWORDS or len(term) < 3 for term in gram):
        return False
    often = max(_FEW, _MOST_COMMON * rarity.size)
    if any(rarity.counts[term] > often for term in gram) and len(gram) == 1:
        return False
    # A lone verb form or adverb ("building", "recently") is no subject; as part of a phrase it may be.
    return len(gram) > 1 or surface[0][:1].isupper() or not surface[0].endswith(_DULL_ENDINGS)


def _shown(surface: str) -> str:
    """Names keep their capitals; a word that merely began its sentence cannot be told from one, so it keeps them too."""
    return surface.removesuffix("'s").removesuffix("’s")


def _listed(phrases: list[str]) -> str:
    return phrases[0] if len(phrases) == 1 else f"{', '.join(phrases[:-1])} and {phrases[-1]}"
