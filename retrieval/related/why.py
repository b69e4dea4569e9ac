"""Why an insight is related, in one line that is plain and true: what both speak of, and the two sentences that meet."""

from __future__ import annotations

import re
from dataclasses import dataclass

from earmark.language.sentences import sentence_spans
from earmark.language.stopwords import STOPWORDS
from earmark.language.words import stem, words
from retrieval.rarity import Rarity

__all__ = ["meeting", "reason", "shared_phrases"]

_MOST_COMMON = 0.08
"""Share of passages past which a shared word says nothing of why two claims belong together."""
_FEW = 5
"""In a small library a word may be in this many passages whatever their share."""
_ALONE = 0.01
"""Share of passages up to which one shared word is reason enough by itself."""
_LONGEST_PHRASE = 3
_DULL_ENDINGS = ("ly", "ing", "ed")
_WINDOW = 11
"""Words of a sentence that are quoted: two of them and what both are about still make one line."""
_LITTLE = 3
"""Words that are kept rather than left out with an ellipsis."""
_SHORTEST = 4
_WORD = re.compile(r"[^\W_]+(?:['’.+#-][^\W_]+)*[+#]*")


@dataclass(frozen=True, slots=True)
class _SharedPhrase:
    stems: tuple[str, ...]
    surface: str
    weight: float


def reason(own: str, other: str, rarity: Rarity, *, show: str, same_guest: str = "", nearly_same: bool = False) -> str:
    """One line without markup.

    Args:
        own: the text of the insight at hand.
        other: the text of the related insight.
        rarity: of words in this library.
        show: the show of the related insight.
        same_guest: the name of the speaker of both, if both have the same.
        nearly_same: whether both make nearly the same claim.
    """
    phrases = shared_phrases(own, other, rarity)
    lead = "Says nearly the same" if nearly_same else f"{same_guest} on another show" if same_guest else ""
    if not phrases:
        quotes = None if lead else meeting(own, other, rarity, common=True)
        near = f"Close in meaning: “{quotes[0]}” here, “{quotes[1]}” there" if quotes else ""
        return lead or near or f"The closest in meaning on {show}"
    about = f"about {_listed(phrases)}"
    line = f"{lead}, {about}" if lead else f"Also {about}"
    quotes = None if nearly_same else meeting(own, other, rarity)
    return f"{line}: “{quotes[0]}” here, “{quotes[1]}” there" if quotes else line


def meeting(own: str, other: str, rarity: Rarity, *, common: bool = False) -> tuple[str, str] | None:
    """The part of a sentence of each text in which the two meet, in their own words; nothing if they share too little.

    Of all pairs of sentences that with the rarest words in common, not counting the length of either; what is left out
    of a sentence is marked with an ellipsis. With ``common`` words that many passages have count too.
    """
    often = rarity.size if common else max(_FEW, _MOST_COMMON * rarity.size)
    best: tuple[float, str, str, set[str]] | None = None
    theirs = [(text, _telling_stems(text, rarity, often)) for text in _sentences(other)]
    for mine in _sentences(own):
        held = _telling_stems(mine, rarity, often)
        for yours, stems in theirs:
            shared = held & stems
            worth = sum(rarity.idf(term) for term in shared) / (len(held) * len(stems) or 1) ** 0.25
            if shared and (best is None or worth > best[0]):
                best = (worth, mine, yours, shared)
    if best is None:
        return None
    return _clipped(best[1], best[3], rarity), _clipped(best[2], best[3], rarity)


def _sentences(text: str) -> list[str]:
    sentences = [text[start:end].strip() for start, end in sentence_spans(text)]
    return [sentence for sentence in sentences if len(words(sentence)) >= _SHORTEST]


def _telling_stems(text: str, rarity: Rarity, often: float) -> set[str]:
    return {
        term
        for term in (stem(word) for word in words(text))
        if term not in STOPWORDS and len(term) > 2 and rarity.counts[term] <= often
    }


def _clipped(sentence: str, wanted: set[str], rarity: Rarity) -> str:
    """The stretch of ``_WINDOW`` words of a sentence that holds most of what is wanted, the wanted in its middle."""
    tokens = list(_WORD.finditer(sentence))
    if len(tokens) <= _WINDOW + _LITTLE:
        return sentence.rstrip(" .,;:")
    weights = [rarity.idf(term) if (term := stem(match.group())) in wanted else 0.0 for match in tokens]
    starts = range(len(tokens) - _WINDOW + 1)
    middle = _WINDOW // 2

    def worth(start: int) -> tuple[float, float]:
        inside = weights[start : start + _WINDOW]
        off = sum(weight * abs(at - middle) for at, weight in enumerate(inside))
        return (round(sum(inside), 6), -off)

    start = max(starts, key=worth)
    end = start + _WINDOW
    if start <= _LITTLE:
        start = 0
    if len(tokens) - end <= _LITTLE:
        end = len(tokens)
    while end < len(tokens) and end - start > _SHORTEST and stem(tokens[end - 1].group()) in STOPWORDS:
        end -= 1
    text = sentence[tokens[start].start() : tokens[end - 1].end()]
    return f"{'… ' if start else ''}{text}{' …' if end < len(tokens) else ''}"


def shared_phrases(own: str, other: str, rarity: Rarity, *, limit: int = 3) -> list[str]:
    """The phrases of one to three words that both texts have and few passages do, weightiest first, as ``other`` has them."""
    held = _grams([stem(word) for word in words(own)])
    candidates = []
    tokens = words(other)
    stems = [stem(word) for word in tokens]
    for length in range(_LONGEST_PHRASE, 0, -1):
        for start in range(len(tokens) - length + 1):
            gram = tuple(stems[start : start + length])
            if gram in held and _telling(gram, tokens[start : start + length], rarity):
                surface = " ".join(tokens[start : start + length])
                candidates.append(_SharedPhrase(gram, _shown(surface), sum(rarity.idf(term) for term in gram)))
    candidates.sort(key=lambda phrase: -phrase.weight)
    chosen: list[_SharedPhrase] = []
    for phrase in candidates:
        if not any(set(phrase.stems) & set(other_one.stems) for other_one in chosen):
            chosen.append(phrase)
        if len(chosen) == limit:
            break
    if len(chosen) == 1 and not _enough(chosen[0], rarity, own, other):
        return []
    return [phrase.surface for phrase in chosen]


def _enough(phrase: _SharedPhrase, rarity: Rarity, own: str, other: str) -> bool:
    """Whether a phrase that nothing else supports names a subject.

    Several words do. A single one has to be in both first lines (the claims: a word that two bodies happen to share says
    nothing of why the claims belong together), in hardly any passage.
    """
    if len(phrase.stems) > 1:
        return True
    in_claims = all(phrase.stems[0] in {stem(word) for word in words(text.partition("\n")[0])} for text in (own, other))
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
