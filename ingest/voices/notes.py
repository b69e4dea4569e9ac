"""Names and roles in show notes, descriptions and titles: "Guest: …", "Hosts: …", "with …", "Interview with …".

Conservative: a name is taken only from a place that says it is of somebody who speaks in the episode, and only in the
form of a full name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from earmark.language.person_names import NAME, looks_like_person, trimmed
from earmark.types import Person
from ingest.voices.names import key

__all__ = ["noted_persons"]

_SPLIT = re.compile(r", and | and | & |, as well as |\s*[,;/|+·•]\s*")
_SEP = r"(?:, and |, | and | & |\s?[/|+]\s?|; ?)"
_NAMES = rf"(?P<names>{NAME}(?:{_SEP}{NAME}){{0,7}})"
_LABELLED = re.compile(
    rf"(?:^|[\n.•*\-–|(] ?)(?i:(?P<role>(?:co-?)?hosts?|hosted by|(?:special |featured |our )?guests?|featuring|panel(?:ists?)?|"
    rf"speakers?|presenters?|presented by|interviewees?))(?: (?:is|are|this week|today))?\s*(?::|–|—|-|(?<=by))\s*{_NAMES}"
)
_HOSTED = re.compile(rf"(?i:\b(?P<role>(?:co-?)?hosted|presented) by)(?: [a-z]+){{0,3}} {_NAMES}")
_SAID = re.compile(
    rf"(?i:\b(?:joined (?:\w+ ){{0,3}}by|joins? (?:us|me)|(?:our|my|special|this week's|today's) guests?(?: (?:is|are|today|this week))*,?|"
    rf"interviews?(?: with)?|interviewing|a (?:conversation|chat|talk|discussion) with|"
    rf"(?:talks?|speaks?|chats?|sits? down|sat down|spoke|talked|chatted|catch(?:es)? up|caught up|talking|speaking|chatting) (?:to|with)|"
    rf"we(?:'re|’re| are) (?:talking|speaking|chatting|joined|sitting down) (?:to|with|by)|welcomes?|featuring|feat\.|ft\.))"
    rf"(?: (?:[a-z][\w'’\-]*,? ){{0,6}})? ?{_NAMES}"
)
_JOINS = re.compile(
    rf"(?P<names>{NAME}(?:{_SEP}{NAME}){{0,3}})(?:, [^.!?\n]{{1,90}},)? (?:joins|join|is (?:our|my) guest|is back|returns)\b"
)
_TITLE_WITH = re.compile(
    rf"(?i:\b(?:with|w/|feat\.?|ft\.?|featuring|interview(?::| with)?|guests?:?|starring))[ :]+(?:[a-z][\w'’\-]* ){{0,3}}{_NAMES}"
)
_TITLE_END = re.compile(rf"(?:^|[|–—:\-(] ?)(?P<names>{NAME}(?:{_SEP}{NAME}){{0,3}})\)?(?= ?[|–—:(\-]|$)")
_NUMBERED = re.compile(r"(?:#|\b(?:[Ee]p(?:isode)?|EP)\.? ?#?)\d{1,4}\b|^\d{1,4}\s?[:.–—-]")
_SHOW = re.compile(rf"^(?:(?i:the) )?(?P<names>{NAME}) (?i:show|podcast|experience|hour|report|interviews?)\b")
_WHO = re.compile(rf"(?i:\b(?:I(?:'m|’m| am)|my name is|your host,?|host)) {_NAMES}")
_AT = re.compile(r"\s*\(?@\w+\)?")
_LONGEST = 20_000


def noted_persons(*, title: str = "", notes: str = "", show: str = "") -> tuple[Person, ...]:
    """Whom the texts of an episode name as speaking in it, each once, those with a role first seen first.

    Args:
        title: of the episode.
        notes: its description as plain text; the first 20,000 characters are read.
        show: the show's title ("The Ada Lovelace Show" names its host).
    """
    persons: dict[str, Person] = {}
    for name, role in _all(title, _AT.sub("", notes[:_LONGEST]), show):
        known = persons.get(key(name))
        if known is None or (role and not known.role):
            persons[key(name)] = Person(
                name=name if known is None else known.name, role=role or (known.role if known else "")
            )
    if any(person.role == "host" for person in persons.values()):
        # Beside the host that the texts name, whoever a title names is the guest.
        return tuple(person if person.role else replace(person, role="guest") for person in persons.values())
    return tuple(persons.values())


def _all(title: str, notes: str, show: str) -> Iterator[tuple[str, str]]:
    for match in _SHOW.finditer(show):
        yield from _people(match["names"], "host", show="")
    for line in notes.splitlines():
        text = " ".join(line.split())
        for match in _LABELLED.finditer(text):
            yield from _people(match["names"], _role(match["role"]), show=show)
        for match in _HOSTED.finditer(text):
            yield from _people(match["names"], "host", show=show)
        for match in _WHO.finditer(text):
            yield from _people(match["names"], "host", show=show)
        for pattern in (_SAID, _JOINS):
            for match in pattern.finditer(text):
                yield from _people(match["names"], "guest", show=show)
    for match in _TITLE_WITH.finditer(title):
        yield from _people(match["names"], "guest", show=show)
    if _NUMBERED.search(title) or (show and key(show) in key(title)) or any(key(n) in key(show) for n in _named(title)):
        # Otherwise a topic with capitals ("Package Relay") is taken for a person.
        for match in _TITLE_END.finditer(title):
            yield from _people(match["names"], "", show=show)


def _named(title: str) -> Iterator[str]:
    """The names at the ends of a title: that of the host beside the guest's, or of the show."""
    for match in _TITLE_END.finditer(title):
        yield from (trimmed(part) for part in _SPLIT.split(match["names"]) if len(part.split()) > 1)


def _people(names: str, role: str, *, show: str) -> Iterator[tuple[str, str]]:
    for part in _SPLIT.split(names):
        name = trimmed(part)
        # "with Noise Floor": a show's own name has the form of a person's.
        if looks_like_person(name) and not (show and key(name) in key(show)):
            yield name, role


def _role(word: str) -> str:
    return "host" if re.match(r"(?i)(?:co-?)?host|present", word) else "guest"
