"""Speaker labels in running text: what is a name before a colon, and the full name behind a short one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence

from earmark.clean import plain

__all__ = [
    "ANY_CASE",
    "ASKER",
    "COLON",
    "LABEL",
    "accepted_labels",
    "ends_a_turn",
    "full_names",
    "is_capitals",
    "is_no_name",
    "label_of",
]

_MARKS = (
    "\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c7\u0610-\u061a\u064b-\u065f\u0670"
    "\u0900-\u0963\u0971-\u0de3\u0df2\u0df3\u0e01-\u0e4e\u0e81-\u0ece\u0f18-\u0fbc\u1000-\u103f\u1050-\u108f\u1780-\u17d3"
    "\u200c\u200d"
)
"""Vowel signs, points and joiners: they belong to words, and ``re`` does not count them among its letters."""
_CHARS = rf"[\w'’.\-·{_MARKS}]*"
_FIRST = rf"[^\W\d_a-zß-öø-ÿа-яёіїєґα-ωά-ώ]{_CHARS}"
_WORD = rf"(?:{_FIRST}|\d{{1,2}}\b)"
_PARTICLE = r"(?:al|bin|da|de|del|della|den|der|di|dos|du|el|la|le|of|ten|ter|van|von|y|and|&)"
LABEL = (
    rf"{_FIRST}(?: (?:{_PARTICLE} ){{0,2}}{_WORD}){{0,4}}(?:, (?:[A-Z][\w.]{{1,6}}))?(?: ?\([\w ,.&'’\-]{{1,30}}\))?"
)
"""One to five capitalised words with particles between, a degree, a role in parentheses: a name, or ``Speaker 1``.

In scripts without capitals any word may be one.
"""
ANY_CASE = rf"(?:{LABEL}|[a-zß-öø-ÿа-яёіїєґα-ωά-ώ]{_CHARS}(?: [^\W_]{_CHARS}){{0,2}})"
"""A label, or up to three words in small letters, which are one only where the feed or the rest of the file says so."""
COLON = r"(?:[ \u00a0\u202f]?:|\uff1a)"
"""What ends a label: a colon, in French after a space, or the wide one of Chinese and Japanese."""

_LABEL = re.compile(LABEL)
_SMALL = re.compile(rf"(?!{LABEL}\Z){ANY_CASE}")
_ROLE = re.compile(r" ?\((?:co-?host|host|guest|narrator|speaker|interviewer|he|she|they)[^)]*\)$", re.IGNORECASE)
_NUMBERED = re.compile(
    r"(Speaker|Unknown|Guest|Host|Voice|Person|Caller|Sprecher|Orateur|Locuteur)[ _]?\w{0,3}", re.IGNORECASE
)
_INITIALLED = re.compile(r"(?P<name>\S+(?: \S+){1,3}) \((?P<initials>[A-Z]{2,4})\)")
"""A name with the initials under which its bearer goes on speaking: ``Ines Moreau (IM)``, then ``IM``."""
ASKER = "Q"
_ASKED_AND_ANSWERED = frozenset([ASKER, "A"])
_TITLED = re.compile(
    rf"(?:Dr|Prof|Professor|Mr|Mrs|Ms|Sir|Rev|Reverend|Senator|Judge|Captain|Herr|Frau|Madame|Monsieur|Señora?)\.? {_FIRST}"
    rf"(?: {_FIRST})?"
)
_WORDS_TOO = frozenset(
    """
    april art august bill bob buck carol chase chip chuck cliff dale dawn dean drew earl faith frank gene grace grant hope
    iris jack jay jean joy june lance mark may miles nick norm pat penny pierce ray rich rob rod rose ruby sandy skip sky
    stew sue summer terry violet wade will
    """.split()
)
"""Given names that are words of English too."""
_NO_NAMES = frozenset(
    """
    a advice also and answer anyway basically because bonus but chapter conclusion date description disclaimer
    download duration e.g email episode example fact finally first here hint however http https i idea important
    introduction length lesson like link links meaning music namely next no note now ok okay one or outline part
    problem ps question quote reason remember reminder result right rule second section so source spoiler step
    subject summary then third three tip title today topic transcript translation two update url visit warning
    website well what why yeah yes you writes says asks
    quoting quotes said reads adds continues via from
    """.split()
) | frozenset(
    phrase.strip()
    for phrase in """
    bottom line | but then | for example | fun fact | he said | i mean | i said | i think | i thought | in other
    words | it said | my answer | my question | number one | number three | number two | pro tip | she said | show
    notes | spoiler alert | the answer | the point | the problem | the question | the result | they said | you know
    """.split("|")
)
"""Words before a colon at the start of a paragraph or cue that are nobody's name."""


def label_of(text: str) -> str:
    """A label as it is stored: cleaned, without its colon, a role in parentheses and leading dashes."""
    name = plain(text).strip(" :：-–—>*_[]")
    return _ROLE.sub("", name).strip(" ,:")[:100]


def accepted_labels(candidates: Mapping[str, int], persons: Sequence[str], *, sure: Iterable[str] = ()) -> set[str]:
    """Which of the candidates are speakers.

    Somebody the feed names, by whole name or by one word of it; a label next to a time (``sure``); or a
    name-like label that recurs: twice for one of several words or ``Speaker 1``, three times for a single word. Where
    others are speakers, so are ``Speaker 3`` beside ``Speaker 1``, and a name with a title (``Dr. Lee``). A name that
    gives its own initials is one, and so are these; ``Q`` and ``A`` are where both recur.

    Args:
        candidates: labels with how often each begins a paragraph or cue.
        persons: names that the feed gives.
        sure: labels whose form alone leaves no doubt.
    """
    known = {person.casefold() for person in persons}
    known |= {word for person in known for word in person.split() if len(word) > 2}
    certain = set(sure)
    accepted: set[str] = set()
    for label, count in candidates.items():
        named = label.casefold() in known
        if is_no_name(label) or not (
            _LABEL.fullmatch(label) or (_SMALL.fullmatch(label) and (named or _numbered(label)))
        ):
            continue
        several = " " in label or bool(_numbered(label))
        if label in certain or named or count >= (2 if several else 3):
            accepted.add(label)
    accepted |= _initialled(candidates)
    if all(candidates.get(label, 0) > 1 for label in _ASKED_AND_ANSWERED):
        accepted |= _ASKED_AND_ANSWERED
    if accepted:
        families = {_numbered(label) for label in accepted} - {""}
        accepted |= {label for label in candidates if _numbered(label) in families or _TITLED.fullmatch(label)}
    return accepted | _namesakes(accepted, candidates)


def _initialled(candidates: Iterable[str]) -> set[str]:
    """The labels that give their own initials, and these where they are labels too."""
    labels = set(candidates)
    known = _by_initials(labels)
    return {label for label in labels if label in known or _bare_name(label) in known.values()}


def _by_initials(labels: Iterable[str]) -> dict[str, str]:
    """The names that labels give initials for, by these; only initials that a single name has."""
    names: dict[str, set[str]] = {}
    for label in labels:
        match = _INITIALLED.fullmatch(label)
        if match and _are_initials(match["initials"], match["name"]):
            names.setdefault(match["initials"], set()).add(match["name"])
    return {initials: those.pop() for initials, those in names.items() if len(those) == 1}


def _are_initials(letters: str, name: str) -> bool:
    parts = [word[0].upper() for word in re.split(r"[ -]", name) if word[:1].isalpha()]
    return letters in {"".join(parts), parts[0] + parts[-1]} if parts else False


def _bare_name(label: str) -> str:
    """A label without the initials that it gives."""
    match = _INITIALLED.fullmatch(label)
    return match["name"] if match else label


def ends_a_turn(label: str, vocabulary: Container[str], *, small: bool = False) -> bool:
    """Whether a label that is no accepted speaker's is somebody's all the same, so that the turn before it is over.

    Args:
        label: as it is written before its colon.
        vocabulary: the words that the transcript has in small letters: what is in it is an ordinary word.
        small: whether its speakers are written in small letters; single words are names then too.
    """
    if is_no_name(label) or not (_LABEL.fullmatch(label) or (small and " " not in label)):
        return False
    words = [word.strip(".'’-").casefold() for word in _ROLE.sub("", label).split()]
    if label.casefold().split()[0].rstrip(".,") in _NO_NAMES or any(word.isdecimal() for word in words):
        return False
    return words[0] in _WORDS_TOO or not all(word in vocabulary for word in words)


def is_capitals(label: str) -> bool:
    """Whether a label is a name of three letters or more in capitals."""
    words = label.split()
    ordinary = any(not word.replace("-", "").replace(".", "").replace("'", "").isalpha() for word in words)
    return label.isupper() and len(label) >= 3 and not ordinary and not any(is_no_name(word) for word in words)


def is_no_name(label: str) -> bool:
    """Whether a label is one of the words before a colon that are nobody's name."""
    return label.casefold().rstrip(".") in _NO_NAMES


def _numbered(label: str) -> str:
    """What a numbered label counts (``speaker`` of ``Speaker 3``); empty for others."""
    match = _NUMBERED.fullmatch(label)
    return match[1].casefold() if match else ""


def _namesakes(accepted: set[str], candidates: Mapping[str, int]) -> set[str]:
    """Rare labels that are a word of an accepted one (``Leo`` once, ``Leo Laporte`` often) or begin with one."""
    parts = {word.casefold() for label in accepted for word in label.split()}
    singles = {label.casefold() for label in accepted if " " not in label}
    return {
        label
        for label in candidates
        if _LABEL.fullmatch(label)
        and ((" " not in label and label.casefold() in parts) or label.casefold().split()[0] in singles)
    }


def full_names(labels: Iterable[str], persons: Sequence[str] = ()) -> dict[str, str]:
    """The full name behind each label, if exactly one begins or ends with it or gives it as its initials; else the label itself.

    Full names are labels of several words, and persons where no label fits.
    """
    given = list(labels)
    initials = _by_initials(given)
    named = {label: initials.get(label) or _bare_name(label) for label in given}
    full = _fullest((named[label] for label in given), persons)
    return {label: full[name] for label, name in named.items()}


def _fullest(labels: Iterable[str], persons: Sequence[str]) -> dict[str, str]:
    counted = Counter(labels)
    long = [label for label in counted if " " in label and not _NUMBERED.fullmatch(label)]
    known = [person for person in persons if " " in person.strip()]
    result: dict[str, str] = {}
    for label in counted:
        result[label] = label if label in long else _only_match(label, long) or _only_match(label, known) or label
    spelled = {name.casefold(): name for name in known} | {name.casefold(): name for name in long if not name.isupper()}
    return {label: spelled.get(name.casefold(), name) for label, name in result.items()}


def _only_match(label: str, names: Sequence[str]) -> str:
    wanted = label.casefold()
    matches = {}
    for name in names:
        words = name.partition(",")[0].casefold().split()
        if words and wanted in {words[0], words[-1]}:
            matches[name.casefold()] = name
    return next(iter(matches.values())) if len(matches) == 1 else ""
