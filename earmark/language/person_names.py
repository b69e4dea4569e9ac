"""The shape of a person's name in running text."""

from __future__ import annotations

import re
from pathlib import Path

__all__ = ["FORM_OF_ADDRESS", "NAME", "NO_NAMES", "looks_like_person", "trimmed", "without_degree"]

_NAME_WORD = r"(?:[^\W\d_a-zß-öø-ÿ](?:[\w'’\-]{0,28}\w)?)"
_PARTICLE = r"(?:van|von|de|der|den|del|della|di|da|dos|du|la|le|el|al|bin|ten|ter|y|St\.)"
_TITLE = r"(?:(?:Dr|Prof|Mr|Mrs|Ms|Sir|St)\.? )?"
NAME = rf"{_TITLE}{_NAME_WORD}(?: (?:[A-Z]\. )?(?:{_PARTICLE} ){{0,2}}{_NAME_WORD}){{0,3}}"
"""One to four capitalised words with initials and particles between; a pattern without groups, for use inside others."""

FORM_OF_ADDRESS = re.compile(r"^(?:dr|prof|professor|mr|mrs|ms|sir|rev)\.?\s+", re.IGNORECASE)
"""What may be before a name and is no part of it."""
_AFTER = re.compile(r"\s*(?:[(\[].*|,.*|['’]s?)$")
NO_NAMES = frozenset(Path(__file__).with_name("no_names.txt").read_text(encoding="utf-8").split())
"""Words that begin with a capital without being part of a person's name."""


def trimmed(name: str) -> str:
    """A name as found in text without what cannot belong to it: words of no name at its ends, a possessive, a degree."""
    words = without_degree(name).strip(" .,:;!?\"'’-").split()
    while words and words[0].strip(".").casefold() in NO_NAMES:
        words = words[1:]
    for i, word in enumerate(words):
        if i and word.strip(".").casefold() in NO_NAMES:
            words = words[:i]
            break
    return re.sub(r"['’]s$", "", " ".join(words))


def looks_like_person(name: str) -> bool:
    """Whether words have the form of a full name: two to four, none of them a common word or an abbreviation."""
    words = FORM_OF_ADDRESS.sub("", name).split()
    solid = [w for w in words if len(w.strip(".")) > 1]
    return (
        2 <= len(words) <= 5
        and len(solid) >= 2
        and all(w.strip(".").casefold() not in NO_NAMES for w in words)
        and not any(len(w) > 3 and w.isupper() for w in words)
        and all(w[0].isupper() or w in _PARTICLE[3:-1].split("|") for w in words)
        and not any(c.isdigit() or c in "/@#&_" for c in name)
    )


def without_degree(name: str) -> str:
    """A name without its form of address, and without a degree, a remark in brackets or a possessive behind it."""
    return FORM_OF_ADDRESS.sub("", _AFTER.sub("", " ".join(name.split())))
