"""Which way a sentence points: denied or not, up or down, and which of two things is the greater.

Two sentences on one matter that point different ways are what cosine puts side by side: "raised rates" and "cut rates".
Whoever compares sentences asks `opposed` and `may_point_apart`, so that no two parts of the program give a reader
different answers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from earmark.language.stopwords import QUERY_STOPWORDS
from earmark.language.words import content_terms, stem, words

__all__ = [
    "families",
    "main_clause",
    "may_point_apart",
    "opposed",
    "subject",
    "swapped",
    "takes_no_side",
    "turns",
    "without_reasons",
]

_NEGATION = re.compile(
    r"\b(?:no|not|never|none|nobody|nothing|neither|nor|without|cannot|hardly|barely|rarely|seldom)\b|n['’]t\b",
    re.IGNORECASE,
)
_FAMILIES = """
raise raised raises raising rise rises rising rose increase increased increases increasing grow grows grew growing boost boosts boosted boosting expand expands expanded higher more up : cut cuts cutting lower lowers lowered lowering reduce reduces reduced reducing decrease decreases decreased fall falls fell falling drop drops dropped shrink shrinks shrank less fewer down
strengthen strengthens strengthened strong stronger : weaken weakens weakened weak weaker
protect protects protected save saves saved create creates created : destroy destroys destroyed kill kills killed
help helps helped improve improves improved good better best benefit benefits benefited beat beats outperform outperforms surpass surpasses : hurt hurts harm harms harmed worsen worsens worsened bad worse worst ruin ruins ruined damage damages damaged hinder hinders hindered
cheap cheaper cheapest : expensive costly dear dearer
fast faster fastest quick quicker quickly speed speeds sped : slow slower slowest slows slowed slowly
safe safer safely secure : dangerous unsafe risky insecure
succeed succeeds succeeded success work works worked : fail fails failed failure failing
open opens opened : close closes closed
easy easier easily : hard harder difficult
possible : impossible
likely : unlikely
legal : illegal
always all everyone everybody : never none nobody rarely seldom
win wins won gain gains gained : lose loses lost loss losses
buy buys bought : sell sells sold
before earlier early : after later late
above over : below under
large larger big bigger : small smaller little
long longer : short shorter
support supports supported supporting allow allows allowed accept accepts accepted accepting approve approves approved endorse endorses endorsed welcome welcomes welcomed : oppose opposes opposed opposing ban bans banned prohibit prohibits prohibited reject rejects rejected rejecting refuse refuses refused forbid forbids
agree agrees agreed : disagree disagrees disagreed
true right : false wrong
useful : useless
necessary : unnecessary
old older : new newer young younger
first : last
alive : dead
high hot full : low cold empty
prevent prevents prevented stop stops stopped : cause causes caused start starts started
encourage encourages encouraged : discourage discourages discouraged
include includes included : exclude excludes excluded
effective : ineffective
fair : unfair
stable : unstable
reliable : unreliable
popular : unpopular
healthy : unhealthy
optimistic : pessimistic
love loves loved : hate hates hated
hire hires hired hiring : fire fires fired firing
trust trusts trusted : distrust distrusts distrusted
for : against
"""
_SIDING = re.compile(r"(?:vot|argu|campaign|lobb|rul|decid|speak)\w*|stands?|stood|spoke|be|is|are|was|were")
"""Words after which "for" and "against" take sides; anywhere else "for" says nothing of the kind."""
_DEGREES = {"more": False, "most": False, "less": True, "least": True}
"""Words of degree, and whether they turn the word after them: "less safe" is on the side of "dangerous"."""
_REASONS = re.compile(
    r"\b(?:because|since|as (?:it|they|we|you|people|everyone|there|this|that|if|a result)|which (?:in turn )?means"
    r"|which in turn|therefore|and that (?:happens|is why|pushes|widens|means)|the reason is|so that|that is why)\b",
    re.IGNORECASE,
)
_FURTHER = re.compile(
    r"\s*[:;]\s|\s+[-–—]+\s|,\s+(?:and|but(?!\s+(?:only|not|just|never|if|when)\b)|so|or|which|while|though|although|as|since|because|where"
    r"|it|they|he|she|we|you|i|there|that|this|these|those|nobody|everybody)\b",
    re.IGNORECASE,
)
"""Where what a sentence claims ends and more begins; not at what the claim depends on, such as "if" and "when"."""
_HEDGED = re.compile(
    r"\bnot (?:only|just|merely|simply|even|quite|yet|all|every|always)\b|\bif\b|\bunless\b|^some\b|\bsometimes\b|\?\s*$",
    re.IGNORECASE,
)
_REPORTED = re.compile(
    r"\b(?:whether|argue about|(?:people|some|others|they|everybody|many|critics|hearing people|who) (?:say|says|said|think|argue|call|claim|believe)"
    r"|called|so-called|form of|kind of)\b|\bI used to\b",
    re.IGNORECASE,
)
_CLAIM = 3
"""Words that a claim has at least."""
_REACH = 4
"""Words after a denial that it is about."""
_BEATS = frozenset(
    ["beat", "beats", "outperform", "outperforms", "exceed", "exceeds", "outlive", "outlives", "surpass", "surpasses"]
)

Side = tuple[int, int]
"""A family of opposites, by number, and a side of it, 0 or 1."""


@cache
def families() -> tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]:
    """The families of opposites: the words of one side, then those of the other."""
    split = (line.split(" : ") for line in _FAMILIES.strip().splitlines())
    return tuple((tuple(left.split()), tuple(right.split())) for left, right in split)


def opposed(text: str, other: str) -> bool:
    """Whether two sentences, if they are on the same matter, say opposite things.

    One uses the opposite of the other's word, or denies what the other says, or compares the same two things the other
    way round; two of these together cancel out. Reasons that follow ("because …") are left out. Whether the sentences
    are on the same matter is for the caller to know.
    """
    text, other = without_reasons(text), without_reasons(other)
    return turns(text, other) == (0 if swapped(text, other) else 1)


def may_point_apart(text: str, other: str) -> bool:
    """Whether any word makes it doubtful that two sentences point the same way; true of all that are `opposed`.

    For a caller that must not take an opposite for the same: it asks for a denial in one of them only, a word in one
    and its opposite in the other, or a comparison the other way round, wherever in the sentences that is.
    """
    for a, b in ((text, other), (without_reasons(text), without_reasons(other))):
        if bool(_NEGATION.search(a)) != bool(_NEGATION.search(b)):
            return True
    if swapped(text, other):
        return True
    mine, yours = set(_sides_with_words(text)), set(_sides_with_words(other))
    here, there = ({side for side, _ in apart} for apart in (mine - yours, yours - mine))
    return any((family, 1 - side) in there for family, side in here) or opposed(text, other)


def without_reasons(text: str) -> str:
    """What a sentence claims, without the reasons and consequences that follow; all of it if it begins with them."""
    claim = _REASONS.split(text, maxsplit=1)[0]
    return claim if len(words(claim)) >= _CLAIM else text


def main_clause(text: str) -> str:
    """What a sentence claims, without reasons, explanations and contrasts that follow; all of it if it begins with them."""
    claim = _FURTHER.split(without_reasons(text), maxsplit=1)[0]
    return claim if len(words(claim)) >= _CLAIM else text


def takes_no_side(text: str) -> bool:
    """Whether a sentence tells of others' views, asks, or leaves open what it speaks of: then its words oppose nothing."""
    return bool(_HEDGED.search(text) or _REPORTED.search(text))


def subject(text: str) -> set[str]:
    """The stems of what a text is about: its content words without those that only say which way."""
    return {term for term in content_terms(text) if term not in _pointing_terms()}


def turns(text: str, other: str) -> int:
    """How many times two texts point different ways: by opposites of one family, and by what only one of them denies.

    Only a denial of something that both speak of counts: in "uniforms cost much, and not all can pay" and "uniforms
    cost much" nothing is denied.
    """
    mine, yours = _sides_of(text), _sides_of(other)
    shared = {family for family, _ in mine} & {family for family, _ in yours}
    opposites = 0
    for family in shared:
        here = {side for known, side in mine if known == family}
        there = {side for known, side in yours if known == family}
        opposites += len(here) == 1 and len(there) == 1 and here != there
    both, said = subject(text) & subject(other), _said(text) & _said(other)
    return opposites + (_denials(text, both, shared, said) % 2 != _denials(other, both, shared, said) % 2)


def swapped(text: str, other: str) -> bool:
    """Whether both compare two things, each with the other one ahead."""
    mine, yours = _compared(text), _compared(other)
    if mine is None or yours is None:
        return False
    straight = len(mine[0] & yours[0]) + len(mine[1] & yours[1])
    crossed = len(mine[0] & yours[1]) + len(mine[1] & yours[0])
    return crossed > straight and bool(mine[0] & yours[1]) and bool(mine[1] & yours[0])


@cache
def _sides() -> dict[str, Side]:
    """By word: its family and its side."""
    sides: dict[str, Side] = {}
    for number, family in enumerate(families()):
        for side, members in enumerate(family):
            for word in members:
                sides.setdefault(word, (number, side))
    return sides


@cache
def _pointing_terms() -> frozenset[str]:
    return frozenset(form for word in _sides() for form in (word, stem(word))) | _BEATS


def _sides_with_words(text: str) -> Iterator[tuple[Side, str]]:
    """The words of a text that point some way, each with its side."""
    tokens = [word.casefold() for word in words(text)]
    for at, word in enumerate(tokens):
        side = _sides().get(word)
        if side is None or _NEGATION.fullmatch(word):
            continue
        before, after = tokens[at - 1] if at else "", tokens[at + 1] if at + 1 < len(tokens) else ""
        if word in ("for", "against") and not _SIDING.fullmatch(before):
            continue
        if word in _DEGREES and after in _sides():
            continue  # it says how much the next word does
        yield (side[0], 1 - side[1]) if _DEGREES.get(before) else side, word


def _sides_of(text: str) -> set[Side]:
    return {side for side, _ in _sides_with_words(text)}


def _said(text: str) -> set[str]:
    """The stems of all words of a text but function words: that of "understand" too, which names no subject."""
    return {stem(word) for word in words(text)} - QUERY_STOPWORDS


def _denials(text: str, both: set[str], shared: set[int], said: set[str]) -> int:
    """How many denials come right before something that both texts speak of, or before the very word that both say."""
    tokens = [word.casefold() for word in words(text)]
    count = 0
    for at, word in enumerate(tokens):
        if _NEGATION.search(word):
            reach = tokens[at + 1 : at + 1 + _REACH]
            denied = any(stem(near) in both or _sides().get(near, (-1, 0))[0] in shared for near in reach)
            count += denied or any(stem(near) in said for near in reach[:1])
    return count


def _compared(text: str) -> tuple[set[str], set[str]] | None:
    """What is named before and after the word that compares; ``None`` if no word does."""
    tokens = [word.casefold() for word in words(text)]
    pivot = next((n for n, word in enumerate(tokens) if word == "than" or word in _BEATS), None)
    if pivot is None:
        return None
    ahead, behind = subject(" ".join(tokens[:pivot])), subject(" ".join(tokens[pivot + 1 :]))
    return (ahead - behind, behind - ahead)
