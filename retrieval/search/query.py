"""Reads queries as people type them; `retrieval.search.parsed` has what comes out.

    what do people say about "kelp credits" speaker:"Ines Okafor" after:2026-03 -insurance
    is:saved tag:work kelp OR seaweed

``after`` takes what was published on that day or later, ``before`` what was published earlier than it; a year or a month
means its first day, so that ``after:2025 before:2026`` is the year 2025. ``is:`` and ``tag:`` mean what the asking reader
did with ideas (`Mark`). ``OR`` joins the word, the quotation or the condition before it with that after it. A word with a
colon that is none of these stays a word, and so do quotations, minus signs and ``OR`` in a pasted text. Nothing that can
be typed is an error: what cannot be meant literally is in ``notes``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from math import prod

from earmark.language.folding import UNSPACED
from retrieval.search.parsed import DATE, MOST_ALTERNATIVES, Mark, ParsedQuery, Term, TermKind, choices, first_day

__all__ = ["EXAMPLES", "Mark", "ParsedQuery", "Term", "TermKind", "parse", "words_only"]

EXAMPLES = (
    ('"exact words"', "word for word"),
    ("speaker:name", "one voice"),
    ("show:name", "one show"),
    ("after:2026-03", "from then on"),
    ("before:2026", "until then"),
    ("-word", "without it"),
    ("one OR another", "either"),
    ("is:saved", "also told, read, hidden"),
    ("tag:word", "your tag"),
)
"""The syntax, each part with what it does in a word or two."""


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


def words_only(text: str) -> ParsedQuery:
    """A text as words, whatever operators or quotations it seems to hold."""
    return ParsedQuery(terms=(Term(kind=TermKind.WORDS, value=" ".join(_QUOTES.sub(" ", text).split())),))


_MOST_CONDITIONS = 12
_PROSE = 20
"""Words beside its quotations from which on a query is a text that somebody wrote: its quotation marks quote and its
dashes are dashes. Nobody types so many; taken as conditions they cost pasted sentences .04 of nDCG@10."""


def _parsed(query: str) -> ParsedQuery:
    notes: list[str] = []
    parts = list(_parts(query, notes))
    if sum(len(part.value.split()) for part in parts if part.kind is TermKind.WORDS) > _PROSE:
        parts = [_as_words(part) for part in parts]
    terms = _joined(_with_choices(list(_few(_with_choices(parts), notes))))
    if prod(len(choice) for choice in choices(terms)) > MOST_ALTERNATIVES:
        notes.append(f"Of what OR leaves open, only the first {MOST_ALTERNATIVES} ways are looked for.")
    return ParsedQuery(terms=terms, notes=tuple(dict.fromkeys(notes)))


def _with_choices(parts: Sequence[Term]) -> list[Term]:
    """The parts, in which an ``OR`` that has nothing on one of its sides is a word."""

    def joins(at: int) -> bool:
        beside = (parts[near] for near in (at - 1, at + 1) if 0 <= near < len(parts))
        return [part.kind is TermKind.OR for part in beside] == [False, False]

    return [_as_words(part) if part.kind is TermKind.OR and not joins(at) else part for at, part in enumerate(parts)]


def _joined(parts: Sequence[Term]) -> tuple[Term, ...]:
    """The parts with words that follow each other as one; a word beside ``OR`` stays by itself."""
    terms: list[Term] = []
    for at, part in enumerate(parts):
        chosen = terms[-2:-1] and terms[-2].kind is TermKind.OR
        offered = at + 1 < len(parts) and parts[at + 1].kind is TermKind.OR
        both = bool(terms) and part.kind is terms[-1].kind is TermKind.WORDS
        if both and not chosen and not offered:
            terms[-1] = Term(kind=TermKind.WORDS, value=f"{terms[-1].value} {part.value}")
        else:
            terms.append(part)
    return tuple(terms)


def _few(terms: Sequence[Term], notes: list[str]) -> Iterator[Term]:
    """The terms with each condition once, and no more than ``_MOST_CONDITIONS`` of them: each costs a look at the catalog."""
    open_ways = any(term.kind is TermKind.OR for term in terms)
    seen: set[tuple[TermKind, str]] = set()
    conditions = 0
    for term in terms:
        if term.kind in (TermKind.WORDS, TermKind.OR):
            yield term
        elif open_ways or (term.kind, term.value.casefold()) not in seen:
            if conditions == _MOST_CONDITIONS:
                notes.append(f"Only the first {_MOST_CONDITIONS} conditions are looked at.")
                return
            conditions += 1
            seen.add((term.kind, term.value.casefold()))
            yield term


def _as_words(term: Term) -> Term:
    loose = (TermKind.PHRASE, TermKind.WITHOUT, TermKind.OR)
    return Term(kind=TermKind.WORDS, value=term.value) if term.kind in loose else term


_CLOSING = {
    '"': '"“”', "＂": '＂"', "“": '”"“', "”": '”"', "„": "“”\"", "‟": '”"', "«": "»", "»": "«", "「": "」", "『": "』",
}  # fmt: skip
"""What closes a quotation, by what opens it: as keyboards, phones and languages write them."""
_READINGS = 8
_MARKS = "".join(dict.fromkeys("".join(_CLOSING) + "".join(_CLOSING.values())))
_QUOTES = re.compile(f"[{_MARKS}]")
_OPERATOR = re.compile(r"(show|speaker|after|before|is|tag)[:：]", re.IGNORECASE)
_OR = re.compile(r"(?<!\S)OR(?!\S)")
_SHOUTED = 4
"""Words in capital letters from which on ``OR`` is one of them: NOW OR NEVER AGAIN."""
_WORD = re.compile(r"\S")
_ENDS_WORD = re.compile(f"[^\\W_{UNSPACED}]$")
"""After a letter of a script with spaces no quotation opens: 12", rock'n'roll, a Hebrew acronym."""


def _parts(query: str, notes: list[str]) -> Iterator[Term]:
    at = 0
    shouted = query.isupper() and len(query.split()) >= _SHOUTED
    while match := _WORD.search(query, at):
        start = match.start()
        if not shouted and _OR.match(query, start):
            yield Term(kind=TermKind.OR, value="OR")
            at = start + len("OR")
            continue
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
    if operator := _OPERATOR.match(query, start + 1):
        marks = operator[1].lower() in (TermKind.IS, TermKind.TAG)
        what = "marks or tags" if marks else "shows, speakers or dates"
        notes.append(f"A minus sign leaves out words, not {what}.")
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
    if kind is TermKind.IS:
        return _mark(query, at, notes)
    quoted = _phrase(query, value_at, kind)
    if quoted is not None:
        return quoted
    if value_at > at or at >= len(query):
        return None
    end = _word_end(query, at)
    value = _cleaned(query[at:end])
    return (Term(kind=kind, value=value), end) if value else None


def _mark(query: str, at: int, notes: list[str]) -> tuple[Term, int] | None:
    """The mark that is named here; right after the colon, so that "what it is: a plant" stays a sentence."""
    if at >= len(query) or query[at].isspace():
        return None
    end = _word_end(query, at)
    value = query[at:end].lower()
    if value in set(Mark):
        return Term(kind=TermKind.IS, value=value), end
    notes.append("is: takes saved, told, read or hidden.")
    return None


def _dated(query: str, kind: TermKind, at: int, value_at: int, notes: list[str]) -> tuple[Term, int] | None:
    match = DATE.match(query, value_at)
    day = first_day(match[0]) if match else None
    if match and day:
        return Term(kind=kind, value=day.isoformat()), match.end()
    if value_at == at and at < len(query):
        notes.append(f"{kind.value}: takes a year, a month or a day, like 2026, 2026-03 or 2026-03-09.")
    return None


def _cleaned(value: str) -> str:
    """A value on one line without quotation marks; empty if it holds no letter and no digit."""
    kept = " ".join(_QUOTES.sub(" ", value).split())
    return kept if any(character.isalnum() for character in kept) else ""
