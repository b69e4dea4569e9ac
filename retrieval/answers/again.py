"""A follow-up that names nothing but another person, show or time: it asks the question before of these."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from earmark.types import Narrowing
from retrieval.answers.asked_for import HELD, SAYING, saying_in, shows_in
from retrieval.answers.dates import find_span
from retrieval.answers.mentions import LibraryNames, Mention, speakers_in
from retrieval.answers.sides import comparison_in

__all__ = ["asked_again", "narrowing_words"]

_NOTHING_ELSE = re.compile(
    r"^(?:[^\w]|\b(?:and|but|so|also|or|then|ok|okay|what|how|about|on|in|by|from|of|for|the|show|podcast|episodes?|do|does|did"
    rf"|has|have|would|only|just|too|instead|according|to|s|sees?|saw|it|this|that|{HELD}|{SAYING})\b)*$",
    re.IGNORECASE,
)
"""What is left of a question that asks nothing itself, once its names and times are taken out."""
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_ANYBODY = (
    r"(?:people|they|we|you|(?:the\s+)?(?:hosts?|guests?|speakers?|experts?|shows?|podcasts?)|others|any(?:one|body)|every(?:one|body)"
    r"|some(?:one|body))"
)
_VOICE = re.compile(rf"\b(?:do|does|did|has|have|had)\s+{_ANYBODY}\s+(?=(?:{SAYING})\b)", re.IGNORECASE)
_PASSIVE = re.compile(
    r"\b(?:is|was|are|were|has\s+been)\s+(?:there\s+)?(?:being\s+)?(?:said|told|mentioned|discussed|argued|thought)\b",
    re.IGNORECASE,
)
_WHO = re.compile(rf"^(?:and\s+|but\s+|so\s+)?who(?:\s+else)?\s+(?:{SAYING})\b", re.IGNORECASE)
_OPENING = re.compile(r"^(?:(?:and|but|so|also)\s+)?(?:(?:what|how)\s+)?about\s+", re.IGNORECASE)
_JOINING = re.compile(r"^(?:and|but|so|also|ok|okay)\b[\s,]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Names:
    """What a follow-up names: persons, shows, and a time in its own words; ``rest`` is what it has besides."""

    persons: tuple[str, ...]
    shows: tuple[str, ...]
    time: str
    rest: str


def asked_again(
    question: str, before: str, known: LibraryNames, today: date, conditions: Sequence[Narrowing] = ()
) -> str:
    """The question before, asked of what a follow-up names alone; empty where the follow-up asks something itself.

    Args:
        question: the follow-up, without operators of a search.
        before: the question before, whole.
        known: the names of the library.
        today: what "last year" is counted from.
        conditions: what the reader set for the follow-up, which may be all that it names.
    """
    named = _named(question, known, today)
    persons = named.persons or tuple(narrowing.label for narrowing in conditions if narrowing.kind == "speaker")
    shows = named.shows or tuple(narrowing.label for narrowing in conditions if narrowing.kind == "show")
    dated = any(narrowing.kind == "dates" for narrowing in conditions)
    if not (persons or shows or named.time or conditions) or not _NOTHING_ELSE.match(named.rest):
        return ""
    text = before.replace("? (", " (")
    if shows:
        text = narrowing_words(text, known, today, shows=True)[1]
    if named.time or dated:
        text = narrowing_words(text, known, today, shows=False)[1]
    if persons:
        text = _asked_of(persons, text, known)
    where = f" on {' and on '.join(named.shows)}" if named.shows else ""
    when = f" {named.time}" if named.time else ""
    return f"{_unended(text)}{where}{when}?"


def narrowing_words(text: str, known: LibraryNames, today: date, *, shows: bool) -> tuple[str, str]:
    """The words with which a question names shows, or with ``shows=False`` a time (empty for none), and it without them."""
    if shows:
        places = [(mention.start, mention.end) for _, mention in shows_in(text, known.shows)]
    else:
        span = find_span(text, today)
        places = [(span.start, span.end)] if span else []
    words = " ".join(text[start:end].strip() for start, end in places)
    for start, end in reversed(places):
        text = f"{text[:start]} {text[end:]}"
    return words, " ".join(text.split()).replace(" ?", "?")


def _named(question: str, known: LibraryNames, today: date) -> _Names:
    rest, time = question, ""
    if span := find_span(rest, today):
        time, rest = rest[span.start : span.end].strip(), f"{rest[: span.start]} {rest[span.end :]}"
    elif year := _YEAR.search(rest):
        time, rest = f"in {year[0]}", f"{rest[: year.start()]} {rest[year.end() :]}"
    shows = list[str]()
    for _, title in sorted(known.shows, key=lambda show: -len(show[1])):
        bare = re.sub(r"^(?:the|a)\s+", "", title.strip(), flags=re.IGNORECASE)
        if bare and (match := _title_in(rest, bare)):
            shows.append(title)
            rest = f"{rest[: match.start()]} {rest[match.end() :]}"
    persons = speakers_in(rest, known.speakers)
    for mention in reversed(persons):
        rest = f"{rest[: mention.start]} {rest[mention.end :]}"
    return _Names(
        persons=tuple(dict.fromkeys(mention.name for mention in persons)), shows=tuple(shows), time=time, rest=rest
    )


def _title_in(text: str, bare: str) -> re.Match[str] | None:
    """Where a title stands; a single word is one only with a capital: "the argument" is no show."""
    matches = re.finditer(rf"(?<!\w){re.escape(bare)}(?!\w)", text, re.IGNORECASE)
    return next((match for match in matches if " " in bare or not match[0][0].islower()), None)


def _asked_of(persons: Sequence[str], before: str, known: LibraryNames) -> str:
    """A question for what somebody says, or anybody, as one for what some persons say."""
    names = " and ".join(persons)
    asks = f"{'does' if len(persons) == 1 else 'do'} {names}"
    if compared := comparison_in(before, known):
        return f"What {asks} say about {compared.topic}"
    if sayers := saying_in(before, known.speakers):
        return _with_names(names, before, sayers, known)
    for form, wording in (
        (_VOICE, f"{asks} "),
        (_PASSIVE, f"{asks} say"),
        (_WHO, f"What {asks} say"),
        (_OPENING, f"What {asks} say about "),
    ):
        if form.search(before):
            return form.sub(wording.replace("\\", r"\\"), before, count=1)
    asked = _JOINING.sub("", before)
    return f"What {asks} say about this: {asked[:1].lower()}{asked[1:]}"


def _with_names(names: str, before: str, sayers: Sequence[Mention], known: LibraryNames) -> str:
    """A question for what some persons say, with other names in the place of theirs."""
    text = before
    for mention in reversed(sayers[1:]):
        text = f"{text[: mention.start]} {text[mention.end :]}"
    first = next(mention for mention in speakers_in(text, known.speakers) if mention.name == sayers[0].name)
    return f"{text[: first.start]}{names}{text[first.end :]}"


def _unended(text: str) -> str:
    return text.rstrip(" ?.!")
