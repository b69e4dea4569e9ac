"""What the reader sets as conditions of an answer: filters beside the question, and operators of a search typed in it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from earmark.catalog.content import episodes
from earmark.errors import NotFound
from earmark.language.folding import fold
from earmark.types import Filters, Narrowing
from retrieval.answers.asked_for import ANYTHING
from retrieval.answers.dates import called, find_span
from retrieval.answers.mentions import LibraryNames, spellings
from retrieval.search.parsed import choices
from retrieval.search.query import Mark, ParsedQuery, Term, TermKind, parse
from retrieval.search.ways import Marked, unmarked

if TYPE_CHECKING:
    from retrieval.search.searcher import Searcher

__all__ = ["ConditionedQuestion", "conditioned", "inherited", "words_alone"]

_BOTH = " and "
"""Joins the first and the last day of what is looked at."""
_QUOTED = re.compile(r"(?:(?P<how>without|your tag) )?“(?P<words>[^”]+)”")
_AS_WRITTEN = {"": TermKind.PHRASE, "without": TermKind.WITHOUT, "your tag": TermKind.TAG}
_MARKED = {
    Mark.SAVED: "what you saved",
    Mark.TOLD: "what you were told",
    Mark.READ: "what you read",
    Mark.HIDDEN: "what you hid",
}
_SPACED = re.compile(r"\s+([?!.,;:])")


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionedQuestion:
    """A question without the operators of a search, and what these and the reader's filters leave of the library.

    ``filters`` are ``None`` where nothing can fit all conditions; ``narrowed`` names them, and ``notes`` say what of the
    operators could not be taken as typed.
    """

    text: str
    filters: Filters | None
    narrowed: tuple[Narrowing, ...] = ()
    notes: tuple[str, ...] = ()


def conditioned(
    text: str,
    given: Filters,
    searcher: Searcher,
    known: LibraryNames,
    *,
    held: Sequence[Term] = (),
    marked_as: Marked = unmarked,
) -> list[ConditionedQuestion]:
    """The ways in which a question can be meant, at least one; without ``OR`` between conditions there is one.

    Args:
        text: the question as typed.
        given: filters beside it; speakers may be parts of names.
        searcher: knows the names, the marks and the passages of marked insights.
        known: the names of the library: a quotation of one of them is no condition.
        held: conditions of the question before, which hold where this one has none of their kind (`inherited`).
        marked_as: says what ``is:`` and ``tag:`` mean to the asking reader.

    Raises:
        NotFound: no speaker or show has the name that the question or the filters give.
    """
    parsed = parse(text)
    typed = _typed(parsed, text, known)
    bare = text if typed == parsed and not _has_operators(parsed) else ""
    held = [term for term in held if _kind(term) not in {*map(_kind, typed.terms), *_kinds(given)}]
    kinds = frozenset(map(_kind, held))
    asked = ParsedQuery(terms=(*typed.terms, *held))
    ways: list[tuple[ParsedQuery, Filters | None]] = [*searcher.conditions(asked, given, marked_as)] or [(asked, None)]
    return [
        ConditionedQuestion(
            text=bare or _tidy(way.text) or ANYTHING,
            filters=filters,
            narrowed=tuple(_called(given if filters is None else filters, way, searcher, known, kinds)),
            notes=parsed.notes,
        )
        for way, filters in ways
    ]


def words_alone(text: str) -> str:
    """A question without the operators of a search that are typed in it; as it is where none is."""
    parsed = parse(text)
    return (_tidy(parsed.text) or ANYTHING) if _has_operators(parsed) else text


def inherited(
    before: Sequence[Sequence[Narrowing]], named: Collection[str], known: LibraryNames, today: date
) -> list[Term]:
    """The conditions that the reader set, and that held for the answer before, as terms of a query.

    Args:
        before: what each answer of the conversation was narrowed to.
        named: kinds that the follow-up names itself.
        known: the names of the library; one that is gone is no condition any more.
        today: what "the last year" is counted from.
    """
    held = [narrowing for narrowing in before[-1] if narrowing.kind not in named and _was_set(narrowing, before)]
    return [term for narrowing in held for term in _as_terms(narrowing, known, today)]


def _was_set(narrowing: Narrowing, before: Sequence[Sequence[Narrowing]]) -> bool:
    """Whether the reader set it for the last answer, or for one from which on it held for all."""
    for narrowed in reversed(before):
        here = [own.given for own in narrowed if (own.kind, own.label) == (narrowing.kind, narrowing.label)]
        if not here or any(here):
            return bool(here)
    return False


def _as_terms(narrowing: Narrowing, known: LibraryNames, today: date) -> list[Term]:
    """What a condition is in a query; nothing for a name that is gone, and for an episode."""
    label = narrowing.label
    match narrowing.kind:
        case "speaker" if label in known.speakers:
            return [Term(kind=TermKind.SPEAKER, value=label)]
        case "show" if any(title == label for _, title in known.shows):
            return [Term(kind=TermKind.SHOW, value=label)]
        case "dates":
            spans = [span for part in label.split(_BOTH) if (span := find_span(part, today))]
            days = [(TermKind.AFTER, span.after) for span in spans] + [(TermKind.BEFORE, span.before) for span in spans]
            return [Term(kind=kind, value=day.isoformat()) for kind, day in days if day]
        case "words" | "marked":
            marks = [Term(kind=TermKind.IS, value=mark.value) for mark, words in _MARKED.items() if words == label]
            written = _QUOTED.fullmatch(label)
            return [Term(kind=_AS_WRITTEN[written["how"] or ""], value=written["words"])] if written else marks
        case _:
            return []


def _typed(parsed: ParsedQuery, text: str, known: LibraryNames) -> ParsedQuery:
    """A query as it is meant in a question: ``OR`` between words is a word, and a quoted name, or part of a name, is a name.

    ``OR`` between speakers, or between shows, leaves one way open, in which all of them are wanted.
    """
    written = (*known.speakers, *(title for _, title in known.shows))
    persons = {fold(name) for name in known.speakers}
    names = {fold(name) for name in written}
    names |= {fold(phrase) for name in written if fold(name) in fold(text) for phrase in parse(name).phrases}
    names |= {name.removeprefix("the ") for name in names}
    terms: list[Term] = []
    for choice in choices(parsed.terms):
        kinds = {term.kind for term in choice}
        joint = len(choice) > 1 and kinds in ({TermKind.SPEAKER}, {TermKind.SHOW})
        if len(choice) > 1 and kinds == {TermKind.WORDS}:
            terms.append(Term(kind=TermKind.WORDS, value=" or ".join(term.value for term in choice)))
            continue
        for at, term in enumerate(choice):
            if at and not joint:
                terms.append(Term(kind=TermKind.OR, value="OR"))
            is_name = term.kind is TermKind.PHRASE and fold(term.value).removeprefix("the ") in names
            value = term.value if fold(term.value) in persons else f'"{term.value}"'
            terms.append(Term(kind=TermKind.WORDS, value=value) if is_name else term)
    return replace(parsed, terms=tuple(terms))


def _has_operators(parsed: ParsedQuery) -> bool:
    return any(term.kind is not TermKind.WORDS for term in parsed.terms)


def _kind(term: Term) -> str:
    """The kind of narrowing that a term makes; empty for words."""
    match term.kind:
        case TermKind.AFTER | TermKind.BEFORE:
            return "dates"
        case TermKind.PHRASE | TermKind.WITHOUT:
            return "words"
        case TermKind.IS | TermKind.TAG:
            return "marked"
        case TermKind.SPEAKER | TermKind.SHOW:
            return term.kind.value
        case _:
            return ""


def _kinds(given: Filters) -> set[str]:
    """The kinds of narrowings that filters make."""
    kinds = {"speaker": given.speakers, "show": given.shows, "dates": given.after or given.before}
    return {kind for kind, value in kinds.items() if value}


def _called(
    filters: Filters, way: ParsedQuery, searcher: Searcher, known: LibraryNames, held: Collection[str]
) -> Iterator[Narrowing]:
    """What conditions narrow the search to, as the reader is told, each once; those of ``held`` kinds hold from before."""
    speakers = list[str]()
    for name in filters.speakers or way.values(TermKind.SPEAKER):
        if name not in spellings(speakers, known.speakers):
            speakers.append(name)
    titles = dict(known.shows)
    shows = [titles.get(show, show) for show in filters.shows] or list(way.values(TermKind.SHOW))
    days = [f"since {called(filters.after)}"] if filters.after else []
    days += [f"before {called(filters.before)}"] if filters.before else []
    labels = [("show", label) for label in shows] + [("speaker", label) for label in speakers]
    labels += [("dates", _BOTH.join(days))] if days else []
    labels += [("episode", title) for title in _titles(searcher, filters.episodes)]
    labels += [("words", f"“{phrase}”") for phrase in way.phrases]
    labels += [("words", f"without “{word}”") for word in way.excluded]
    labels += [("marked", _MARKED[mark]) for mark in way.marks] + [("marked", f"your tag “{tag}”") for tag in way.tags]
    yield from (Narrowing(kind=kind, label=label, given=kind not in held) for kind, label in dict.fromkeys(labels))


def _titles(searcher: Searcher, ids: Sequence[str]) -> Iterator[str]:
    """The titles of episodes; those that are gone have none."""
    if not ids:
        return
    with searcher.catalog.read() as tx:
        for key in ids:
            try:
                yield episodes.get(tx, key, searcher.scope).data.title
            except NotFound:
                continue


def _tidy(text: str) -> str:
    """Words without the blanks before punctuation; empty where nothing but that is left."""
    return _SPACED.sub(r"\1", text).strip(" ,;:") if any(map(str.isalnum, text)) else ""
