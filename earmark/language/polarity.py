"""Which way a sentence points: denied or not, up or down, and which of two things is the greater.

Two sentences on one matter that point different ways are what cosine puts side by side: "raised rates" and "cut rates".
"""

from __future__ import annotations

import re
from functools import cache

from earmark.language.words import content_terms, stem, words

__all__ = ["negations", "subject", "swapped", "turns"]

_NEGATION = re.compile(
    r"\b(?:no|not|never|none|nobody|nothing|neither|nor|without|cannot|hardly|barely|rarely|seldom)\b|n['’]t\b",
    re.IGNORECASE,
)
_FAMILIES = """
raise raised raises raising rise rises rising rose increase increased increases increasing grow grows grew growing boost boosts boosted boosting expand expands expanded higher more up : cut cuts cutting lower lowers lowered lowering reduce reduces reduced reducing decrease decreases decreased fall falls fell falling drop drops dropped shrink shrinks shrank less fewer down
strengthen strengthens strengthened strong stronger : weaken weakens weakened weak weaker
protect protects protected save saves saved create creates created : destroy destroys destroyed kill kills killed
help helps helped improve improves improved good better best benefit benefits benefited : hurt hurts harm harms harmed worsen worsens worsened bad worse worst ruin ruins ruined damage damages damaged
cheap cheaper cheapest : expensive costly dear
fast faster fastest quick quicker quickly speed speeds sped : slow slower slowest slows slowed slowly
safe safer safely secure : dangerous unsafe risky insecure
succeed succeeds succeeded success work works worked : fail fails failed failure failing
open opens opened : close closes closed
easy easier easily : hard harder difficult
possible : impossible
likely : unlikely
legal : illegal
always all : never none rarely seldom
win wins won : lose loses lost
buy buys bought : sell sells sold
before earlier early : after later late
above over : below under
large larger big bigger : small smaller little
long longer : short shorter
support supports supported allow allows allowed : oppose opposes opposed ban bans banned prohibit prohibits
true right : false wrong
gain gains gained : loss losses
old older : new newer young younger
first : last
high hot full : low cold empty
prevent prevents prevented stop stops stopped : cause causes caused start starts started
"""
_REACH = 4
"""Words after a denial that it is about."""
_BEATS = frozenset(
    ["beat", "beats", "outperform", "outperforms", "exceed", "exceeds", "outlive", "outlives", "surpass", "surpasses"]
)


@cache
def _sides() -> dict[str, tuple[int, int]]:
    """By word: its family and its side, 0 or 1."""
    found: dict[str, tuple[int, int]] = {}
    for number, line in enumerate(_FAMILIES.strip().splitlines()):
        for side, part in enumerate(line.split(" : ")):
            for word in part.split():
                found.setdefault(word, (number, side))
    return found


def negations(text: str) -> int:
    """How many words deny something."""
    return len(_NEGATION.findall(text))


def subject(text: str) -> set[str]:
    """The stems of what a text is about: its content words without those that only say which way."""
    sides = _sides()
    pointing = {form for word in sides for form in (word, stem(word))}
    return {term for term in content_terms(text) if term not in pointing and term not in _BEATS}


def turns(one: str, other: str) -> int:
    """How many times two texts point different ways: by opposites of one family, and by what one denies and not the other.

    Twice is not opposed: what "does not help" may well "hurt". Only a denial of something that both speak of counts: in "uniforms cost much, and not all can pay" and "uniforms cost
    much" nothing is denied.
    """
    a, b = _pointing(one), _pointing(other)
    families = {family for family, _ in a} & {family for family, _ in b}
    opposed = 0
    for family in families:
        mine = {side for known, side in a if known == family}
        yours = {side for known, side in b if known == family}
        opposed += len(mine) == 1 and len(yours) == 1 and mine != yours
    both = subject(one) & subject(other)
    return opposed + (_denials(one, both, families) % 2 != _denials(other, both, families) % 2)


def _denials(text: str, both: set[str], families: set[int]) -> int:
    """How many denials stand right before something that both texts speak of."""
    sides = _sides()
    tokens = [word.casefold() for word in words(text)]
    found = 0
    for at, word in enumerate(tokens):
        if _NEGATION.search(word):
            reach = tokens[at + 1 : at + 1 + _REACH]
            found += any(stem(near) in both or sides.get(near, (-1, 0))[0] in families for near in reach)
    return found


def swapped(one: str, other: str) -> bool:
    """Whether both compare two things, each with the other one ahead."""
    mine, yours = _compared(one), _compared(other)
    if mine is None or yours is None:
        return False
    straight = len(mine[0] & yours[0]) + len(mine[1] & yours[1])
    crossed = len(mine[0] & yours[1]) + len(mine[1] & yours[0])
    return crossed > straight and bool(mine[0] & yours[1]) and bool(mine[1] & yours[0])


def _pointing(text: str) -> set[tuple[int, int]]:
    sides = _sides()
    found: set[tuple[int, int]] = set()
    previous = ""
    for word in (word.casefold() for word in words(text)):
        known = sides.get(word)
        if known is not None and not _NEGATION.fullmatch(word):
            # "less safe" is on the side of "dangerous"; "less" alone is "fewer".
            found.add((known[0], 1 - known[1]) if previous in {"less", "least"} else known)
        previous = word
    return found


def _compared(text: str) -> tuple[set[str], set[str]] | None:
    """What stands before and after the word that compares; nothing where there is none."""
    tokens = [word.casefold() for word in words(text)]
    pivot = next((n for n, word in enumerate(tokens) if word == "than" or word in _BEATS), None)
    if pivot is None:
        return None
    ahead, behind = subject(" ".join(tokens[:pivot])), subject(" ".join(tokens[pivot + 1 :]))
    return (ahead - behind, behind - ahead)
