"""The people whose names are no subject of a theme: those known to the library, and those to whom claims are attributed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import pairwise

from earmark.language.person_names import NAME, looks_like_person, trimmed, without_degree
from earmark.language.words import stem, words
from retrieval.themes.plain_words import SPEECH, THINGS_TOO

__all__ = ["NamedPeople", "mostly_in_capitals", "people_in"]

_SAYS = "|".join(sorted(SPEECH | THINGS_TOO))
_ATTRIBUTED = re.compile(
    rf"({NAME})(?:, [^,.\n]{{3,60}},)? (?:also |then |further )?(?:{_SAYS})\b|\b[Aa]ccording to ({NAME})"
)
"""Who says a claim, as claims put it: *Ines Ferreira argues*, *Ines Ferreira, a baker, says*, *according to Ines Ferreira*."""


def people_in(texts: Iterable[str]) -> set[str]:
    """The full names of those to whom these texts attribute something."""
    names = {trimmed(first or second) for text in texts for first, second in _ATTRIBUTED.findall(text)}
    return {name for name in names if looks_like_person(name)}


class NamedPeople:
    """Tells phrases that name people from others.

    Args:
        names: in full, or the one name that somebody goes by.
        casing: how each word is written inside sentences. A part of a name that is mostly written small is a word
            (*rich*, *page*) unless it is next to the rest of the name.
    """

    def __init__(self, names: Iterable[str], casing: Mapping[str, Counter[str]]) -> None:
        split = [tuple(stem(word) for word in words(without_degree(name))) for name in names]
        self._pairs = {pair for parts in split for pair in pairwise(parts)}
        by_stem: dict[str, Counter[str]] = {}
        for word, written in casing.items():
            by_stem.setdefault(stem(word), Counter()).update(written)
        self._parts = {part for parts in split for part in parts if mostly_in_capitals(part, by_stem, unseen=True)}

    def include(self, stems: tuple[str, ...]) -> bool:
        """Whether a phrase is a name or a part of it, has two parts of one, ends with one, or says that somebody speaks."""
        if any(pair in self._pairs for pair in pairwise(stems)) or stems[-1] in self._parts:
            return True
        return stems[0] in self._parts and stems[1] in _SPOKEN


_SPOKEN = frozenset(stem(word) for word in THINGS_TOO)


def mostly_in_capitals(word: str, casing: Mapping[str, Counter[str]], *, unseen: bool) -> bool:
    """Whether a word is written with a capital inside most sentences; ``unseen`` where it stands in none, or in half."""
    written = casing.get(word, Counter())
    share = 2 * sum(count for form, count in written.items() if form[:1].isupper()) - sum(written.values())
    return unseen if share == 0 else share > 0
