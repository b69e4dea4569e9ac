"""Whether what would be quoted goes past the question: without the number that it wants, of another year, or of the name alone."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from earmark.language.stopwords import STOPWORDS
from earmark.language.words import content_terms, stem, words
from earmark.types import Citation
from retrieval.answers.attributes import wanted, wants_figure
from retrieval.answers.forms import counts_it, is_person, rate_asked, things_counted
from retrieval.answers.halves import halves_of
from retrieval.answers.holders import claim_of
from retrieval.answers.nearness import ALIKE, alike, names_in

__all__ = ["off_point"]

_SHARE = 0.5
"""Share of a question's words beside its names from which a number beside them is the one that is asked for, in whatever form."""
_YEAR = re.compile(r"(?<![\d.,])(?:1[5-9]|20)\d\d(?![\d,]|\.\d)")
_BOUND = re.compile(
    r"\b(?:before|after|since|until|till|from|by|to|and|between)\s+(?:\w+\s+)?(?:1[5-9]|20)\d\d\b", re.IGNORECASE
)
"""A year that bounds a time and need not be named."""
_ASPECT = re.compile(r"^(?:and |but |so )?what (?:is|are|was|were) the (?P<aspect>(?:[\w-]+ ){1,3})of\b", re.IGNORECASE)
"""What is asked of something: "What is the plot of …"."""
_I = re.compile(r"\b(?:I|[Mm]y|me|myself)\b")
_WE = re.compile(rf"{_I.pattern}|\b(?:[Ww]e|us|[Oo]ur)\b")
_CALENDAR = (
    "January|February|March|April|May|June|July|August|September|October|November|December"
    "|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|Christmas|Easter"
)
_NAME = re.compile(
    rf"(?<![.!?…\"“”‘’:] )(?<!^)\b(?!(?:{_CALENDAR})\b)(?:[A-Z][a-z]+\d*|[a-z]+[A-Z]\w*|[A-Z][a-z]+[A-Z]\w*)\b"
)
"""A name inside a sentence: in capitals, but not all of it, as abbreviations are."""
_NAMED = re.compile(
    rf"(?<![.!?…\"“”‘’:] )(?<![\"“”‘’(])(?<!^)\b(?!(?:{_CALENDAR}|I|English|Internet|Yeah|Yes|No|Okay|OK)\b)[A-Z][\w.+#-]*\w"
    r"|\b[a-z]+[A-Z]\w*|\b\w+\.(?:io|com|org|js|net|dev|app)\b"
)
_TWO_NAMES = re.compile(rf"\b(?!(?:{_CALENDAR})\b)[A-Z][a-z]+ (?P<name>(?!(?:{_CALENDAR}|I)\b)[A-Z]\w+)")
_ASKS_WHO = re.compile(
    r"^(?:and |but |so )?who (?:first |originally |actually |really |co-?)?(?:wrote|founded|invented|made|built|created|started|began|designed"
    r"|discovered|coined|composed|directed|launched|introduced|developed|painted|proposed|published|owns|owned|won)\b",
    re.IGNORECASE,
)
"""A question for somebody by name: who pays for something, or eats it, may be a group."""
_ASKS_NAME = re.compile(
    r"\b(?:which|what) (?:(?!(?:kind|sort|type)s?\b)[\w’'-]+ ){0,3}?(?:compan(?:y|ies)|brands?|films?|movies?|novels?|books?|city|cities|towns?|country|countries"
    r"|state|universit(?:y|ies)|schools?|colleges?|magazines?|newspapers?|reporters?|journalists?|startups?|firms?|banks?|insurers?"
    r"|makers?|manufacturers?|pools?|songs?|bands?|airlines?|hotels?|restaurants?|streets?|medication|drug)\b"
    r"|\b(?:what|which) (?:is|was|are|were) (?:the )?names? of\b|^what (?:is|was) .{3,80}\b(?:called|named)\b[^?]*\??$",
    re.IGNORECASE,
)
"""A question for a name: of a company, a film, a town."""
_FIRST = re.compile(r"(?:^|(?<=[.!?…] ))[A-Z][\w’'-]*\w")
_BESIDE = 100
"""Characters between a figure and a name of which it may be."""
_MANY = 4
"""Words of a claim from which half of them say it, since it may be said in other words."""
_PART = 2
"""Letters above which a part of a compound is a name by itself."""
_VAGUE = frozenset("name names kind sort type number amount year point idea sense side state reason cause role".split())
"""Aspects for which an answer seldom has the word."""


def off_point(question: str, citations: Sequence[Citation], speakers: Collection[str] = ()) -> bool:
    """Whether what is quoted goes past a question.

    Args:
        question: whole.
        citations: of what would answer it.
        speakers: who speaks in the passages that were found, of whom the question may name some.
    """
    quotes = [cite.quote for cite in citations]
    said = [f"{cite.episode} {cite.published:%Y}" if cite.published else cite.episode for cite in citations]
    persons = {stem(part) for name in speakers for part in words(name)} & {stem(word) for word in names_in(question)}
    return (
        _untold(question, quotes)
        or _misdated(question, quotes, said)
        or _of_the_name_alone(question, quotes)
        or _of_another_person(citations, persons)
        or _of_another_thing(question, quotes, persons)
        or _nameless(question, quotes)
        or _beside_the_claim(question, quotes)
    )


def _untold(question: str, quotes: Sequence[str]) -> bool:
    """Whether a question wants a number or a time and no quote tells it, nor another one that it asks for in the same breath."""
    halves = [half.text for half in halves_of(question) if wants_figure(half.text)]
    return all(_figure_untold(part, quotes) for part in (halves if len(halves) > 1 else [question]))


def _figure_untold(question: str, quotes: Sequence[str]) -> bool:
    """Whether a question wants a number or a time and no quote tells it, in the form that is asked for or in the question's words."""
    attribute = wanted(question)
    if attribute is None or not wants_figure(question) or any(attribute.told_in_form(quote) for quote in quotes):
        return False
    told = [quote for quote in quotes if attribute.told(quote) and counts_it(question, quote)]
    if attribute.form is None or not told:
        return not told
    things = things_counted(question)
    people = any(map(is_person, things))
    if things and not people and _share(things, " ".join(quotes)) == 0.0:
        return True
    beside = {stem(word) for word in names_in(question)} | set(filter(is_person, things))
    plain = [term for term in dict.fromkeys(content_terms(question)) if term not in beside]
    rate = stem(rate_asked(question))
    shares = [(_share(plain, quote) if plain else float(people), quote) for quote in told]
    return not any(share >= _SHARE and (not rate or _share([rate], quote)) for share, quote in shares)


def _misdated(question: str, quotes: Sequence[str], beside: Sequence[str]) -> bool:
    """Whether what is quoted is of another year than a question asks for; ``beside`` says when that was said."""
    asked = set(_YEAR.findall(_BOUND.sub(" ", question)))
    said = set(_YEAR.findall(" ".join(quotes)))
    return bool(asked and said) and not asked & (said | set(_YEAR.findall(" ".join(beside))))


def _of_the_name_alone(question: str, quotes: Sequence[str]) -> bool:
    """Whether what is asked of something is in no quote, which only names it."""
    asked = _ASPECT.match(question)
    terms = [term for term in content_terms(asked["aspect"]) if term not in _VAGUE] if asked else []
    return bool(terms) and _share(terms, " ".join(quotes)) == 0.0


def _of_another_person(citations: Sequence[Citation], persons: Collection[str]) -> bool:
    """Whether all that is quoted is what others than the persons of the question say of themselves."""
    return bool(persons and citations) and all(
        cite.speaker
        and _I.search(cite.quote)
        and not {stem(word) for word in words(f"{cite.speaker} {cite.quote}")} & set(persons)
        for cite in citations
    )


def _of_another_thing(question: str, quotes: Sequence[str], persons: Collection[str]) -> bool:
    """Whether each quote with the number that is wanted names something else, and nothing that the question names."""
    attribute = wanted(question)
    asked = {part for word in names_in(question) if not word[0].isdigit() for part in _parts(word)} - set(persons)
    if attribute is None or not wants_figure(question) or not asked:
        return False
    told = [quote for quote in quotes if attribute.told(quote)]
    return bool(told) and all(
        _named_beside(attribute.pattern, quote) and not asked & {part for word in words(quote) for part in _parts(word)}
        for quote in told
    )


def _named_beside(figure: re.Pattern[str], text: str) -> bool:
    """Whether a figure in a text has a name beside it, of which it may be: not one that comes much later."""
    figures = [match.start() for match in figure.finditer(text)]
    return any(abs(name.start() - place) <= _BESIDE for name in _NAME.finditer(text) for place in figures)


def _nameless(question: str, quotes: Sequence[str]) -> bool:
    """Whether a question asks what something is called, or who did it, and no quote names anything that it does not name itself."""
    who = _ASKS_WHO.match(question)
    if not who and not _ASKS_NAME.search(question):
        return False
    cased = [quote for quote in quotes if not quote.islower()]
    known = {part for word in words(question) for part in _parts(word)}
    return len(cased) == len(quotes) and not any(
        (who and _WE.search(quote)) or any(not _parts(name) <= known for name in _names_of(quote)) for quote in cased
    )


def _beside_the_claim(question: str, quotes: Sequence[str]) -> bool:
    """Whether no quote has most words of the claim whose holder is asked for; half of them do where they are many."""
    terms = list(dict.fromkeys(content_terms(claim_of(question))))
    enough = 0.5 if len(terms) >= _MANY else 0.5 + 0.5 / max(1, len(terms))
    return bool(terms) and all(_share(terms, quote) < enough for quote in quotes)


def _names_of(text: str) -> list[str]:
    """What may be a name in a text: words in capitals, but for days, months and a sentence's first word that is common."""
    first = [word for word in _FIRST.findall(text) if stem(word) not in STOPWORDS]
    inside = [match.group() for match in _NAMED.finditer(text)]
    return [*first, *inside, *(match.group("name") for match in _TWO_NAMES.finditer(text))]


def _parts(word: str) -> set[str]:
    """A word as it is compared, and the parts of a compound: "Node.js" is "Node" too."""
    return {stem(word), *(stem(part) for part in re.split(r"[-.’']", word) if len(part) > _PART)}


def _share(terms: Sequence[str], text: str) -> float:
    """The share of terms that a text has, as they are or nearly so."""
    held = {stem(word) for word in words(text)}
    return sum(term in held or any(alike(term, other) >= ALIKE for other in held) for term in terms) / len(terms)
