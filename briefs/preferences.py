"""What a reader wrote down about what they want to read: a Markdown text, and what it says.

    ## Interests
    - protein design: 2
    - the power grid

    ## Leave out
    - show: Daily Scores

Lists under six headings are read. Other headings, whatever lies under them, and lines that begin with ``>`` are the
reader's own and stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from difflib import get_close_matches
from enum import StrEnum
from functools import lru_cache

from earmark.clean import cut, plain
from earmark.errors import UsageError
from earmark.language.folding import fold, holds
from earmark.name_rules import NameRules

__all__ = ["LONGEST", "NOTHING", "TEMPLATE", "Interest", "Kind", "Preferences", "Voice", "read", "with_interests"]

LONGEST = 20_000
"""Characters of a profile: some ten pages."""
_MOST = 100
"""Entries under one heading; each interest is compared with every candidate of a brief."""
_LONGEST_ENTRY = 160
_LIGHTEST, _HEAVIEST = 0.1, 3.0
_MOST_IDEAS = 50
"""As ``brief.size`` allows."""

TEMPLATE = """\
# What I want to read

Earmark reads the lists under the six headings below. Everything else in this text is yours.

## Interests

> One a line, in your own words, with a weight from 0.1 to 3 if you like: `- protein design: 2`

## Less of

> As above: these come more seldom.

## Prefer

> `- show: its title` or `- person: a name`

## Leave out

> Shows and people, as above: no idea of theirs comes.

## Kinds

> `- finding`, claim, mechanism, prediction, advice or disagreement; an empty list means all of them.

## Length

> Ideas in a brief: `- 5`
"""
"""What a reader without a profile begins with."""


class Kind(StrEnum):
    """What an idea is, where a language model has said so."""

    CLAIM = "claim"
    MECHANISM = "mechanism"
    FINDING = "finding"
    PREDICTION = "prediction"
    ADVICE = "advice"
    DISAGREEMENT = "disagreement"


@dataclass(frozen=True, slots=True, kw_only=True)
class Interest:
    """A subject in the reader's words; ``weight`` is above 0 for more of it, below 0 for less."""

    words: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """A show by its title or id, or a person by name; ``person`` says which."""

    name: str
    person: bool = False

    def said(self, *, show_id: str, show: str, speaker: str | None) -> bool:
        """Whether something that was said on that show by that speaker is theirs; a part of a name of whole words is enough."""
        if self.person:
            return holds(_folded(speaker or ""), _folded(self.name))
        return show_id == self.name or holds(_folded(show), _folded(self.name))


@lru_cache(maxsize=4096)
def _folded(name: str) -> str:
    """The name of a show or a person, folded: each candidate of a brief is compared with every entry of two lists."""
    return fold(name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """What a profile says. ``length`` is the number of ideas in a brief, 0 where the reader does not say."""

    interests: tuple[Interest, ...] = ()
    preferred: tuple[Voice, ...] = ()
    left_out: tuple[Voice, ...] = ()
    kinds: tuple[Kind, ...] = ()
    length: int = 0

    def leaves_out(self, *, show_id: str, show: str, speaker: str | None, kind: str = "") -> bool:
        """Whether the reader wants nothing of that show or speaker, or not that kind; an idea of no known kind may come."""
        if self.kinds and kind and kind not in self.kinds:
            return True
        return any(voice.said(show_id=show_id, show=show, speaker=speaker) for voice in self.left_out)

    def favours(self, *, show_id: str, show: str, speaker: str | None) -> Voice | None:
        """The show or person that the reader prefers and whose words these are, if there is one."""
        theirs = (voice for voice in self.preferred if voice.said(show_id=show_id, show=show, speaker=speaker))
        return next(theirs, None)

    def as_called_now(self, rules: NameRules) -> Preferences:
        """The same with its people by the names that they have in the library by now."""

        def called(voices: tuple[Voice, ...]) -> tuple[Voice, ...]:
            return tuple(
                replace(voice, name=name)
                for voice in voices
                for name in (rules.named_by(voice.name) if voice.person else [voice.name])
            )

        return replace(self, preferred=called(self.preferred), left_out=called(self.left_out))


NOTHING = Preferences()
"""Of a reader who wrote nothing down."""


def read(text: str) -> Preferences:
    """What a profile says.

    Raises:
        UsageError: a line makes no sense; the error's subject is the line's number, the message the remedy.
    """
    if len(text) > LONGEST:
        raise UsageError(f"a profile has at most {LONGEST} characters; keep longer notes elsewhere", subject="line 1")
    said = NOTHING
    for number, section, entry in _entries(text):
        try:
            said = _SECTIONS[section](said, entry)
        except UsageError as error:
            raise UsageError(error.message, subject=f"line {number}") from None
    return said


def with_interests(text: str, words: list[str]) -> str:
    """The profile with these interests at the end of its list; those that it has already are not added again."""
    said = read(text)
    known = {fold(interest.words) for interest in said.interests}
    cleaned = [cut(plain(given).strip(" -*:"), _LONGEST_ENTRY) for given in words]
    added = [f"- {given}" for given in dict.fromkeys(cleaned) if given and fold(given) not in known]
    if not added:
        return text
    lines = (text or TEMPLATE).splitlines()
    heading = next((n for n, line in enumerate(lines) if _section(line) == "interests"), None)
    if heading is None:
        return "\n".join([*lines, "", "## Interests", "", *added, ""])
    end = next((n for n in range(heading + 1, len(lines)) if _HEADING.match(lines[n])), len(lines))
    while end > heading + 1 and not lines[end - 1].strip():
        end -= 1
    gap = [] if _ITEM.match(lines[end - 1]) else [""]
    return "\n".join([*lines[:end], *gap, *added, *lines[end:], *([] if lines[end:] else [""])])


_HEADING = re.compile(r"\s{0,3}#{1,6}\s+(.*)$")
"""What stands behind the words of a heading, `_title` takes away: in the pattern it would take minutes for a line of signs."""
_ITEM = re.compile(r"\s*(?:[-*+]|\d{1,3}[.)])\s+(.*)$")
_WEIGHT = re.compile(r"(.*\S)\s*[:×]\s*(-?[0-9]+(?:[.,][0-9]+)?)\s*$")


def _section(line: str) -> str | None:
    """The heading of ours that a line is, folded; ``None`` for any other line."""
    match = _HEADING.match(line)
    name = fold(_title(match[1])).strip() if match else ""
    return name if name in _SECTIONS else None


def _title(words: str) -> str:
    """The words of a heading without the signs that may close it."""
    return words.rstrip().rstrip("#").rstrip()


def _entries(text: str) -> Iterator[tuple[int, str, str]]:
    """Number of line, heading and words of each entry; raises ``UsageError`` for a line that is neither read nor a remark."""
    section: str | None = None
    counts = dict.fromkeys(_SECTIONS, 0)
    for number, given in enumerate(text.split("\n"), start=1):
        line = plain(given)
        heading = _HEADING.match(line)
        if heading:
            section = _section(line)
            if section is None:
                _check_meant(_title(heading[1]), number)
            continue
        if section is None or not line.strip() or line.lstrip().startswith(">"):
            continue
        item = _ITEM.match(line)
        if item is None:
            remedy = "begin the line with a dash, or with > for a remark"
            raise UsageError(
                f"is no entry of the list under “{section.capitalize()}”; {remedy}", subject=f"line {number}"
            )
        counts[section] += 1
        if counts[section] > _MOST:
            raise UsageError(f"only {_MOST} entries fit under a heading; take some out", subject=f"line {number}")
        yield number, section, item[1].strip()


def _check_meant(heading: str, number: int) -> None:
    """Raises ``UsageError`` for a heading that is nearly one of ours: its list would be passed over in silence."""
    near = get_close_matches(fold(heading).strip(), list(_SECTIONS), n=1, cutoff=0.8)
    if near:
        raise UsageError(
            f"“{cut(plain(heading), 40)}” is nearly “{near[0].capitalize()}”; write it so, or choose another heading",
            subject=f"line {number}",
        )


def _interest(said: Preferences, entry: str, *, sign: float) -> Preferences:
    match = _WEIGHT.match(entry)
    words, weight = (match[1], float(match[2].replace(",", "."))) if match else (entry, 1.0)
    if not _LIGHTEST <= weight <= _HEAVIEST:
        raise UsageError(f"a weight lies between {_LIGHTEST:g} and {_HEAVIEST:g}; write “- {cut(words, 40)}: 2”")
    if not any(character.isalnum() for character in words):
        raise UsageError("an interest has words; write a few, or take the line out")
    if len(words) > _LONGEST_ENTRY:
        raise UsageError(f"an interest has at most {_LONGEST_ENTRY} characters; say it shorter, or in two lines")
    return replace(said, interests=(*said.interests, Interest(words=words.rstrip(".;,"), weight=sign * weight)))


def _voice(entry: str) -> Voice:
    kind, colon, name = entry.partition(":")
    kind, name = fold(kind).strip(), name.strip().strip("\"“”„'")
    if not colon or kind not in {"show", "person"} or not fold(name).strip():
        raise UsageError("say what it is: “- show: its title” or “- person: a name”")
    return Voice(name=cut(name, _LONGEST_ENTRY), person=kind == "person")


def _prefer(said: Preferences, entry: str) -> Preferences:
    return replace(said, preferred=(*said.preferred, _voice(entry)))


def _leave_out(said: Preferences, entry: str) -> Preferences:
    return replace(said, left_out=(*said.left_out, _voice(entry)))


def _kinds(said: Preferences, entry: str) -> Preferences:
    words = [fold(word).strip() for word in entry.split(",")]
    unknown = [word for word in words if word not in set(Kind)]
    if unknown:
        raise UsageError(f"“{cut(unknown[0], 40)}” is no kind; there are {', '.join(Kind)}")
    return replace(said, kinds=tuple(dict.fromkeys((*said.kinds, *(Kind(word) for word in words)))))


def _length(said: Preferences, entry: str) -> Preferences:
    match = re.fullmatch(r"([0-9]{1,3})(?:\s+ideas?)?", entry.strip().rstrip("."))
    if match is None or not 1 <= int(match[1]) <= _MOST_IDEAS:
        raise UsageError(f"a brief has 1 to {_MOST_IDEAS} ideas; write “- 5”")
    if said.length:
        raise UsageError("the length is said already; take one of the two lines out")
    return replace(said, length=int(match[1]))


_SECTIONS = {
    "interests": lambda said, entry: _interest(said, entry, sign=1.0),
    "less of": lambda said, entry: _interest(said, entry, sign=-1.0),
    "prefer": _prefer,
    "leave out": _leave_out,
    "kinds": _kinds,
    "length": _length,
}
"""What each heading's entries add to the preferences."""
