"""Names typed nearly right: the nearest names that exist.

Distances are optimal string alignments (insert, drop, replace a letter, swap two neighbours) of folded names. On 500
names of real speakers with one typo each (a letter dropped, swapped, doubled, its neighbour's key hit, its sound written
otherwise), of which 467 make no other word of the library: full names .98 put right and none wrongly, last names alone
.90 and .03. Of 1,000 well-typed queries about other libraries' subjects 1 % were changed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from earmark.language.folding import fold

__all__ = ["alike", "closest", "corrected", "only_close"]

_SHORTEST = 4
"""Letters from which on a word is corrected: of three letters too many other words are one letter away."""
_LONG = 8
"""Letters from which on a word may be two edits away: about one in four, as spelling correctors commonly allow."""
_DOMINATES = 4
"""How many times as often a name has to occur as the next name that is as close."""
_MOST_WORDS = 3
"""Words of the longest part of a full name that is looked for as a whole."""
_MOST = 30
"""Words of a query that are looked at; a pasted page is not a query."""

_WORD = re.compile(r"(?<!\w)[^\W\d_]+(?:['’.-][^\W\d_]+)*(?!\w)")
_ALIKE = (
    {"c", "k", "q"},
    {"f", "p", "v"},
    {"i", "j", "y", "g"},
    {"s", "z", "c", "x", "t"},
    {"a", "e", "i", "o", "u", "h"},
    {"w", "v", "u"},
)
"""First letters that share one sound in the names of one language or another (Kathy, Fil, Jiri, Xu, Wladimir)."""


def alike(name: str, other: str) -> float:
    """How alike two names are, in 0..100: their letters in common order, as a share of all (rapidfuzz's ratio)."""
    return fuzz.ratio(name, other)


def closest(value: str, known: Iterable[str], *, limit: int) -> list[str]:
    """The names most like a value, best first."""
    close = process.extract(value, list(known), scorer=fuzz.WRatio, processor=fold, limit=limit)
    return [name for name, _, _ in close]


def only_close(wanted: str, known: Iterable[str]) -> str:
    """The single folded name that a folded value nearly is; empty if there is no such name, or more than one."""
    most = _edits(wanted)
    close = [(distance, name) for name in known if (distance := _distance(wanted, name, most)) <= most] if most else []
    close.sort()
    alone = len(close) == 1 or (len(close) > 1 and close[0][0] < close[1][0])
    return close[0][1] if alone else ""


def corrected(
    text: str,
    *,
    people: Callable[[], Mapping[str, str]],
    words: Callable[[], Mapping[str, tuple[str, int]]],
    occurs: Callable[[str], bool],
    is_word: Callable[[str], bool],
) -> str:
    """The text in which names that were typed nearly right are as they are written.

    Only a word that occurs nowhere in the library is corrected: to that of a full name which the words beside it bear
    out, else to the one name nearest to it.

    Args:
        text: words of a query.
        people: gives full names as they are written, by folded name; called only where it is needed, as is ``words``.
        words: gives single words of names with their counts, by folded word.
        occurs: whether the library holds a word.
        is_word: whether a word that the library does not hold is a word all the same (*mango* is not *Mongo*).
    """
    tokens = list(islice(_WORD.finditer(text), _MOST))
    typed = [fold(match[0]) for match in tokens]
    strange = [
        len(word) >= _SHORTEST - 1 and " " not in word and not occurs(match[0])
        for word, match in zip(typed, tokens, strict=True)
    ]
    if not any(strange):
        return text
    better = _of_full_names(typed, strange, people())
    for at, word in enumerate(typed):
        # An acronym is one letter away from many others.
        single = strange[at] and at not in better and len(word) >= _SHORTEST and not tokens[at][0].isupper()
        name = _nearest(word, words()) if single and not is_word(tokens[at][0]) else ""
        if name and (at == 0 or tokens[at][0].islower() or not name.islower()):
            better[at] = name  # what is written as a name inside a sentence is a name
    for at in sorted(better, reverse=True):
        start, end = tokens[at].span()
        text = text[:start] + better[at] + text[end:]
    return text


def _of_full_names(typed: Sequence[str], strange: Sequence[bool], people: Mapping[str, str]) -> dict[int, str]:
    """Corrections by place, from full names with another word next to it typed right, or with all nearly right."""
    better: dict[int, str] = {}
    names = {name: words for name in people if 2 <= len(words := name.split()) <= _MOST_WORDS}
    for size in range(_MOST_WORDS, 1, -1):
        for at in range(len(typed) - size + 1):
            if not any(strange[at : at + size]) or any(place in better for place in range(at, at + size)):
                continue
            window = typed[at : at + size]
            fitting = {
                name
                for name, words in names.items()
                if len(words) == size and _fits(window, strange[at : at + size], words)
            }
            if len(fitting) == 1:
                name = fitting.pop()
                written = people[name].split()
                if len(written) == size:
                    better |= {at + n: written[n] for n in range(size) if strange[at + n]}
    return better


def _fits(window: Sequence[str], strange: Sequence[bool], words: Sequence[str]) -> bool:
    """Whether each word typed is that of the name, or, where the library does not hold it, nearly that."""
    for typed, is_strange, word in zip(window, strange, words, strict=True):
        if typed == word:
            continue
        most = max(_edits(typed), 1 if len(typed) >= _SHORTEST - 1 else 0)
        if not is_strange or OSA.distance(typed, word, score_cutoff=most) > most:
            return False
    return True


def _nearest(word: str, names: Mapping[str, tuple[str, int]]) -> str:
    """The name nearest to a word, as it is written; empty if none is near, or several equally."""
    most = _edits(word)
    near = [
        (_distance(word, name, most), -count, written)
        for name, (written, count) in names.items()
        if abs(len(name) - len(word)) <= most and _distance(word, name, most) <= most
    ]
    near.sort()
    if not near:
        return ""
    if len(near) > 1 and near[1][0] == near[0][0] and near[0][1] > _DOMINATES * near[1][1]:
        return ""
    return near[0][2]


def _distance(typed: str, name: str, most: int) -> int:
    """Edits between the two, one more than allowed where they begin with different sounds."""
    if not typed or not name or not _begin_alike(typed, name):
        return most + 1
    distance = OSA.distance(typed, name, score_cutoff=most)
    # A wrong beginning is the only mistake, or another name.
    return distance if distance <= 1 or typed[0] == name[0] else most + 1


def _begin_alike(typed: str, name: str) -> bool:
    first, other = typed[0], name[0]
    swapped = typed[:2] == name[1::-1] if len(name) > 1 else False
    return first == other or swapped or any(first in group and other in group for group in _ALIKE)


def _edits(word: str) -> int:
    """Edits that a word of its length may be away: none of a short one, one, two of a long one."""
    return 0 if len(word) < _SHORTEST else 1 if len(word) < _LONG else 2
