"""Queries as people type them: words, "exact phrases", ``show:``, ``speaker:``, ``after:``, ``before:`` and ``-word``.

    what do people say about "kelp credits" speaker:"Ines Okafor" after:2026-03 -insurance

``after`` takes what was published on that day or later, ``before`` what was published earlier than it; a year or a month
means its first day, so that ``after:2025 before:2026`` is the year 2025. A word with a colon that is none of the
four stays a word, and so do quotations and minus signs in a pasted text. Nothing that can be typed is an error: what cannot be meant literally is in ``notes``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from earmark.language.folding import UNSPACED

__all__ = ["EXAMPLES", "ParsedQuery", "Term", "TermKind", "parse"]

EXAMPLES = (
    ('"exact words"', "word for word"),
    ("speaker:name", "one voice"),
    ("show:name", "one show"),
    ("after:2026-03", "from then on"),
    ("before:2026", "until then"),
    ("-word", "without it"),
)
"""The syntax, each part with what it does in a word or two."""


class TermKind(StrEnum):
    """What a part of a query asks for."""

    WORDS = "words"
    PHRASE = "phrase"
    WITHOUT = "without"
    SHOW = "show"
    SPEAKER = "speaker"
    AFTER = "after"
    BEFORE = "before"


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One part of a query, in the order typed."""

    kind: TermKind
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedQuery:
    """A query in its parts; ``str()`` is a query that parses to the same parts."""

    terms: tuple[Term, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The words searched for by meaning: the plain ones and those of phrases, in order."""
        return " ".join(term.value for term in self.terms if term.kind in (TermKind.WORDS, TermKind.PHRASE))

    @property
    def phrases(self) -> tuple[str, ...]:
        """What has to occur word for word."""
        return self.values(TermKind.PHRASE)

    @property
    def excluded(self) -> tuple[str, ...]:
        """Words and phrases that must not occur."""
        return self.values(TermKind.WITHOUT)

    @property
    def after(self) -> date | None:
        """The first day wanted: the latest that was named."""
        return max((day for value in self.values(TermKind.AFTER) if (day := _day(value))), default=None)

    @property
    def before(self) -> date | None:
        """The first day not wanted any more: the earliest that was named."""
        return min((day for value in self.values(TermKind.BEFORE) if (day := _day(value))), default=None)

    def values(self, kind: TermKind) -> tuple[str, ...]:
        """The values of the parts of a kind, in order."""
        return tuple(term.value for term in self.terms if term.kind is kind)

    def __str__(self) -> str:
        return " ".join(_written(term) for term in self.terms)


def parse(query: str) -> ParsedQuery:
    """The parts of a query; never raises."""
    parsed = _parsed(query)
    # A quotation that is never closed is dropped, and what followed it may then mean something: read until it is stable.
    for _ in range(_READINGS):
        again = _parsed(str(parsed))
        if again.terms == parsed.terms:
            break
        parsed = ParsedQuery(terms=again.terms, notes=tuple(dict.fromkeys((*parsed.notes, *again.notes))))
    return parsed


_MOST_CONDITIONS = 12
_PROSE = 20
"""Words beside its quotations from which on a query is a text that somebody wrote: its quotation marks quote and its
dashes are dashes. Nobody types so many; taken as conditions they cost pasted sentences .04 of nDCG@10."""


def _parsed(query: str) -> ParsedQuery:
    notes: list[str] = []
    parts = list(_parts(query, notes))
    if sum(len(part.value.split()) for part in parts if part.kind is TermKind.WORDS) > _PROSE:
        parts = [_as_words(part) for part in parts]
    terms: list[Term] = []
    for term in parts:
        if term.kind is TermKind.WORDS and terms and terms[-1].kind is TermKind.WORDS:
            terms[-1] = Term(kind=TermKind.WORDS, value=f"{terms[-1].value} {term.value}")
        else:
            terms.append(term)
    return ParsedQuery(terms=tuple(_few(terms, notes)), notes=tuple(dict.fromkeys(notes)))


def _few(terms: Sequence[Term], notes: list[str]) -> Iterator[Term]:
    """The terms with each condition once, and no more than ``_MOST_CONDITIONS`` of them: each costs a look at the catalog."""
    seen: set[tuple[TermKind, str]] = set()
    for term in terms:
        if term.kind is TermKind.WORDS:
            yield term
        elif (term.kind, term.value.casefold()) not in seen:
            if len(seen) == _MOST_CONDITIONS:
                notes.append(f"Only the first {_MOST_CONDITIONS} conditions are looked at.")
                return
            seen.add((term.kind, term.value.casefold()))
            yield term


def _as_words(term: Term) -> Term:
    return Term(kind=TermKind.WORDS, value=term.value) if term.kind in (TermKind.PHRASE, TermKind.WITHOUT) else term


_CLOSING = {
    '"': '"“”', "＂": '＂"', "“": '”"“', "”": '”"', "„": "“”\"", "‟": '”"', "«": "»", "»": "«", "「": "」", "『": "』",
}  # fmt: skip
"""What closes a quotation, by what opens it: as keyboards, phones and languages write them."""
_READINGS = 8
_MARKS = "".join(dict.fromkeys("".join(_CLOSING) + "".join(_CLOSING.values())))
_QUOTES = re.compile(f"[{_MARKS}]")
_OPERATOR = re.compile(r"(show|speaker|after|before)[:：]", re.IGNORECASE)
_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{1,2})(?:-([0-9]{1,2}))?)?(?!\S)")
_WORD = re.compile(r"\S")
_ENDS_WORD = re.compile(f"[^\\W_{UNSPACED}]$")
"""After a letter of a script with spaces no quotation opens: 12", rock'n'roll, a Hebrew acronym."""


def _parts(query: str, notes: list[str]) -> Iterator[Term]:
    at = 0
    while match := _WORD.search(query, at):
        start = match.start()
        part = _operator(query, start, notes) or _without(query, start, notes) or _phrase(query, start, TermKind.PHRASE)
        if part is None:
            at = _word_end(query, start)
            word = " ".join(_QUOTES.sub(" ", query[start:at]).split())
            part = (Term(kind=TermKind.WORDS, value=word), at) if word else None
        if part is not None:
            term, at = part
            yield term


def _word_end(query: str, start: int) -> int:
    """Where the word that starts here ends: at a space, or where a quotation opens that is closed again."""
    at = start + 1
    while at < len(query) and not query[at].isspace():
        if query[at] in _CLOSING and not _ENDS_WORD.search(query[at - 1]) and _phrase(query, at, TermKind.PHRASE):
            return at
        at += 1
    return at


def _phrase(query: str, start: int, kind: TermKind) -> tuple[Term, int] | None:
    """The quotation that opens here, and where it ends; none if it is not closed or holds no word."""
    closing = _CLOSING.get(query[start]) if start < len(query) else None
    if closing is None:
        return None
    end = next((at for at in range(start + 1, len(query)) if query[at] in closing), None)
    if end is None:
        return None
    value = _cleaned(query[start + 1 : end])
    return (Term(kind=kind, value=value), end + 1) if value else None


def _without(query: str, start: int, notes: list[str]) -> tuple[Term, int] | None:
    """``-word`` or ``-"a phrase"``; a number after the sign stays a number, a sign alone a sign."""
    if query[start] != "-" or start + 1 >= len(query) or (start and not query[start - 1].isspace()):
        return None
    quoted = _phrase(query, start + 1, TermKind.WITHOUT)
    if quoted is not None:
        return quoted
    if not query[start + 1].isalpha():
        return None
    if _OPERATOR.match(query, start + 1):
        notes.append("A minus sign leaves out words, not shows, speakers or dates.")
        return None
    end = _word_end(query, start + 1)
    value = _cleaned(query[start + 1 : end])
    return (Term(kind=TermKind.WITHOUT, value=value), end) if value else None


def _operator(query: str, start: int, notes: list[str]) -> tuple[Term, int] | None:
    """``name:value``; a space after the colon only before a date or a quotation, so that a title stays a title."""
    match = _OPERATOR.match(query, start)
    if match is None or (start and not query[start - 1].isspace()):
        return None
    kind = TermKind(match[1].lower())
    at = match.end()
    value_at = at
    while value_at < len(query) and query[value_at].isspace():
        value_at += 1
    if kind in (TermKind.AFTER, TermKind.BEFORE):
        return _dated(query, kind, at, value_at, notes)
    quoted = _phrase(query, value_at, kind)
    if quoted is not None:
        return quoted
    if value_at > at or at >= len(query):
        return None
    end = _word_end(query, at)
    value = _cleaned(query[at:end])
    return (Term(kind=kind, value=value), end) if value else None


def _dated(query: str, kind: TermKind, at: int, value_at: int, notes: list[str]) -> tuple[Term, int] | None:
    match = _DATE.match(query, value_at)
    day = _day(match[0]) if match else None
    if match and day:
        return Term(kind=kind, value=day.isoformat()), match.end()
    if value_at == at and at < len(query):
        notes.append(f"{kind.value}: takes a year, a month or a day, like 2026, 2026-03 or 2026-03-09.")
    return None


def _day(value: str) -> date | None:
    """The first day of what ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD`` names; ``None`` if there is no such day."""
    match = _DATE.fullmatch(value)
    try:
        return date(int(match[1]), int(match[2] or 1), int(match[3] or 1)) if match else None
    except ValueError:
        return None


def _cleaned(value: str) -> str:
    """A value on one line without quotation marks; empty if it holds no letter and no digit."""
    kept = " ".join(_QUOTES.sub(" ", value).split())
    return kept if any(character.isalnum() for character in kept) else ""


def _written(term: Term) -> str:
    match term.kind:
        case TermKind.WORDS:
            return term.value
        case TermKind.PHRASE:
            return f'"{term.value}"'
        case TermKind.WITHOUT:
            return f'-"{term.value}"'
        case TermKind.AFTER | TermKind.BEFORE:
            return f"{term.kind.value}:{term.value}"
        case _:
            return f'{term.kind.value}:"{term.value}"'
