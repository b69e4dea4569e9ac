"""Names of people in running text: their short forms, and the spellings that speech recognition gives them.

The feed, its notes or the transcript itself gives a *known* name in full; what is said ("Adda Lovelace",
"Jerod") is taken for a known name only where exactly one fits.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from rapidfuzz.distance import DamerauLevenshtein, JaroWinkler

from earmark.language.person_names import NO_NAMES, without_degree

__all__ = ["cased", "key", "known_name", "short_of"]

_SHORT = {
    "andy": "andrew", "drew": "andrew", "becky": "rebecca", "beth": "elizabeth", "bill": "william", "bob": "robert",
    "bobby": "robert", "cathy": "catherine", "charlie": "charles", "chuck": "charles", "danny": "daniel",
    "dave": "david", "davey": "david", "dick": "richard", "ed": "edward", "eddie": "edward", "frank": "francis",
    "gabe": "gabriel", "gerry": "gerald", "hank": "henry", "harry": "harold", "jack": "john", "jake": "jacob",
    "jamie": "james", "jerry": "gerald", "jim": "james", "jimmy": "james", "joe": "joseph", "joey": "joseph",
    "johnny": "john", "jon": "jonathan", "kate": "katherine", "katie": "katherine", "kathy": "katherine",
    "larry": "lawrence", "liz": "elizabeth", "maggie": "margaret", "meg": "margaret", "mickey": "michael",
    "mike": "michael", "ned": "edward", "nick": "nicholas", "nicky": "nicholas", "peggy": "margaret", "pete": "peter",
    "rick": "richard", "ricky": "richard", "ron": "ronald", "sean": "shaun", "steve": "steven", "sue": "susan",
    "ted": "edward", "tony": "anthony", "vicky": "victoria", "zack": "zachary",
}  # fmt: skip
"""English short forms that are not the beginning of the full name (beginnings are recognised without a list)."""
_LIKE = 0.88
"""Jaro-Winkler similarity of sounds from which on two spellings are of one name word: "Adda"/"Ada" .93, "Karl"/"Carl" 1,
"Jacob"/"Jonas" .64, "Brian"/"Ryan" .78."""


def key(name: str) -> str:
    """What two writings of a name share: lower case, no accents, no degree, no initials beside two whole words."""
    flat = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c)).casefold()
    words = without_degree(flat.replace("’", "'")).replace(".", ". ").split()
    whole = [w for w in words if len(w.strip(".")) > 1]
    return " ".join(whole if len(whole) > 1 else words)


def short_of(short: str, first: str) -> bool:
    """Whether ``short`` is a usual short form of the first name ``first`` (both in lower case): Dan, Mike."""
    return (
        short == first
        or (len(short) >= 3 and first.startswith(short) and len(first) > len(short))
        or _SHORT.get(short) == first
        or (short in _SHORT and len(first) >= 4 and _SHORT[short][:5] == first[:5])
    )


def known_name(said: str, known: Sequence[str]) -> str | None:
    """The known name meant by ``said``, if exactly one fits; ``None`` otherwise.

    Tried in turn: the same name; its first name, a short form of it or its last name; a name that sounds alike.
    """
    wanted = key(said)
    if not wanted:
        return None
    keys = {name: key(name) for name in known}
    for fits in (_same, _part, _alike):
        matches = dict.fromkeys(name for name, other in keys.items() if fits(wanted, other))
        if len({keys[name] for name in matches}) == 1:
            return next(iter(matches))
        if matches:
            return None
    return None


def _same(said: str, name: str) -> bool:
    return said == name


def _part(said: str, name: str) -> bool:
    words, parts = said.split(), name.split()
    if len(words) == 1:
        return len(parts) > 1 and (words[0] == parts[-1] or short_of(words[0], parts[0]))
    return len(parts) > 1 and words[-1] == parts[-1] and (short_of(words[0], parts[0]) or short_of(parts[0], words[0]))


def _alike(said: str, name: str) -> bool:
    """Whether each word sounds like its counterpart; one word alone has to be long and hardly differ."""
    words, parts = said.split(), name.split()
    if len(words) == 1:
        parts = parts[:1]
        return len(words[0]) >= 4 and _sounds(words[0]) == _sounds(parts[0])
    if len(parts) < 2:
        return False
    ends = ((words[0], parts[0]), (words[-1], parts[-1]))
    return all(_alike_word(a, b) for a, b in ends)


def _alike_word(a: str, b: str) -> bool:
    first, second = _sounds(a), _sounds(b)
    if first == second:
        return True
    close = DamerauLevenshtein.distance(first, second) <= max(1, min(len(first), len(second)) // 4)
    return close and min(len(first), len(second)) >= 3 and JaroWinkler.similarity(first, second) >= _LIKE


_SOUNDS = (
    ("ph", "f"), ("ck", "k"), ("sch", "sh"), ("tsch", "ch"), ("gh", "g"), ("kn", "n"), ("wr", "r"), ("th", "t"),
    ("c", "k"), ("q", "k"), ("x", "ks"), ("z", "s"), ("y", "i"), ("ie", "i"), ("ee", "i"), ("ea", "i"), ("ou", "u"),
    ("oo", "u"), ("v", "f"), ("w", "v"), ("j", "i"),
)  # fmt: skip


_DOUBLED = re.compile(r"(?!oo|ee)(.)\1+")


def _sounds(word: str) -> str:
    """A rough key of how a word sounds in English: equal letters for equal sounds, no doubled letters, no silent end."""
    word = _DOUBLED.sub(r"\1", re.sub(r"[^\w]", "", word))
    for letters, sound in _SOUNDS:
        word = word.replace(letters, sound)
    word = _DOUBLED.sub(r"\1", word)
    return word[:-1] if len(word) > 3 and word.endswith("e") else word


def cased(text: str, known: Iterable[str]) -> str:
    """Text without capitals with known names, and what follows "my name is", written with capitals."""
    result = text
    for name in known:
        words = key(name).split()
        if len(words) < 2:
            continue
        result = re.sub(rf"\b{re.escape(' '.join(words))}\b", name.replace("\\", ""), result)
        for part in {words[0], words[-1]}:
            if len(part) > 2 and part not in NO_NAMES:
                result = re.sub(rf"\b{re.escape(part)}\b", part.capitalize(), result)
    return re.sub(
        r"\b(my name is|my name's) ([a-z]{2,}) ([a-z]{2,})\b",
        lambda m: f"{m[1]} {m[2].capitalize()} {m[3] if m[3] in NO_NAMES else m[3].capitalize()}",
        result,
    )
