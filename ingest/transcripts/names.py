"""Speaker labels in running text: what is a name before a colon, and who a short name stands for."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from earmark.clean import plain

__all__ = ["LABEL", "accepted_labels", "full_names", "label_of"]

_FIRST = r"[^\W\d_a-zß-öø-ÿ][\w'’.\-]*"
_WORD = rf"(?:{_FIRST}|\d{{1,2}}\b)"
_PARTICLE = r"(?:al|bin|da|de|del|della|den|der|di|dos|du|el|la|le|of|ten|ter|van|von|y|and|&)"
LABEL = (
    rf"{_FIRST}(?: (?:{_PARTICLE} ){{0,2}}{_WORD}){{0,4}}(?:, (?:[A-Z][\w.]{{1,6}}))?(?: ?\([\w ,.&'’\-]{{1,30}}\))?"
)
"""One to five capitalised words with particles between, a degree, a role in parentheses: a name, or ``Speaker 1``."""

_LABEL = re.compile(LABEL)
_ROLE = re.compile(r" ?\((?:co-?host|host|guest|narrator|speaker|interviewer|he|she|they)[^)]*\)$", re.IGNORECASE)
_NUMBERED = re.compile(r"(?:Speaker|Unknown|Guest|Host|Voice|Person|SPEAKER)[ _]?\w{0,3}")
_NO_NAMES = frozenset(
    """
    a advice also and answer anyway basically because bonus but chapter conclusion date description disclaimer
    download duration e.g email episode example fact finally first here hint however http https i idea important
    introduction length lesson like link links meaning music namely next no note now ok okay one or outline part
    problem ps question quote reason remember reminder result right rule second section so source spoiler step
    subject summary then third three tip title today topic transcript translation two update url visit warning
    website well what why yeah yes you
    """.split()
) | frozenset(
    phrase.strip()
    for phrase in """
    bottom line | but then | for example | fun fact | he said | i mean | i said | i think | i thought | in other
    words | it said | my answer | my question | number one | number three | number two | pro tip | she said | show
    notes | spoiler alert | the answer | the point | the problem | the question | the result | they said | you know
    """.split("|")
)
"""Words that stand before a colon at the start of a paragraph or cue without being anybody's name."""


def label_of(text: str) -> str:
    """A label as it is stored: cleaned, without its colon, a role in parentheses and leading dashes."""
    name = plain(text).strip(" :-–—>*_[]")
    return _ROLE.sub("", name).strip(" ,:")[:100]


def accepted_labels(candidates: Mapping[str, int], persons: Sequence[str], *, sure: Iterable[str] = ()) -> set[str]:
    """Which of the candidates are speakers.

    Somebody the feed names, by whole name or by one word of it; a label that stands beside a time (``sure``); or a
    name-like label that recurs: twice for one of several words or ``Speaker 1``, three times for a single word.

    Args:
        candidates: labels with how often each stands at the start of a paragraph or cue.
        persons: names that the feed gives.
        sure: labels of which form alone leaves no doubt.
    """
    known = {person.casefold() for person in persons}
    known |= {word for person in known for word in person.split() if len(word) > 2}
    certain = set(sure)
    accepted: set[str] = set()
    for label, count in candidates.items():
        if label.casefold().rstrip(".") in _NO_NAMES or not _LABEL.fullmatch(label):
            continue
        several = " " in label or bool(_NUMBERED.fullmatch(label))
        if label in certain or label.casefold() in known or count >= (2 if several else 3):
            accepted.add(label)
    return accepted | _namesakes(accepted, candidates)


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
    """For each label the full name it stands for, where exactly one begins or ends with it; else itself.

    Full names are labels of several words, and persons where no label fits.
    """
    counted = Counter(labels)
    long = [label for label in counted if " " in label and not _NUMBERED.match(label)]
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
