"""What code can be sure of in text that a model wrote: numbers out of place, strangers' names, pointers to nowhere.

The rules for spoken sentences (`ingest.insights.standalone`) refuse good written ones; here only sure cases count, and
what takes understanding is asked of the checking model (`ingest.insights.checking`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from ingest.insights.facts import held, told
from ingest.insights.words import FUNCTION_WORDS, tokens

__all__ = ["attributed_to", "pointing", "strange_address", "strange_name", "stray_number", "without_glosses"]

_OPENS_OUTSIDE = re.compile(
    r"^(?:he|she|they|him|her|this|these|those|that(?:'s|’s| is| was| makes| means| would| will| can)|such an?|the (?:latter|former|above|following)|the same\b(?!.*\b(?:as|both|across|alike|every|each)\b))\b"
    r"(?! (?-i:[A-Z])| (?:who|which|whose|with|of|that|is not to say|being said)\b)",
    re.IGNORECASE,
)
_EXPLETIVE = re.compile(
    r"^it(?:'s|’s)? (?:(?:is|was|takes?|took|costs?|makes?|remains?|became|becomes?|may be|can be|will be|would be|pays|matters|turns? out|seems?|appears?|helps?|follows|depends)\b|\w+ (?:to|that|for|how|whether|when|if)\b)",
    re.IGNORECASE,
)
_MEETS_THE_SHOW = re.compile(
    r"\b(?:as (?:mentioned|discussed|noted|described)(?: (?:earlier|above|before))?|aforementioned|(?:this|the) (?:episode|podcast|conversation|interview|transcript|quote|passage|segment)"
    r"|the (?:speaker|guest|host|interviewee|interviewer|hosts|guests|panel(?:ists?)?)\b(?! (?:cell|plant|animal|organism|genome|computer|machine|name|country|city|language|system)s?\b))",
    re.IGNORECASE,
)
_ATTRIBUTED = re.compile(
    r"(?:(?i:according to)|(?i:in the (?:view|words) of)|\b[Aa]s)\s+((?:[A-Z][\w'’.-]+\s?){1,4})(?:\s+(?:puts?|says?|said|argues?|argued|notes?|noted))?"
    r"|((?:[A-Z][\w'’.-]+\s){1,3}?[A-Z][\w'’.-]+|[A-Z][\w'’-]+)(?:,[^,]{3,60},)?\s+(?:says?|said|argues?|argued|claims?|claimed|believes?|believed|thinks?|thought|holds?|held|"
    r"expects?|expected|predicts?|predicted|warns?|warned|maintains?|insists?|suggests?|suggested|recommends?|recommended|estimates?|estimated|contends?|reports?|reported|finds?|found|observes?|observed|explains?|explained|calls?|called|shows?|showed)\b"
)
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|\b[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}(?:/\S*)?|\S+@\S+\.\S+", re.IGNORECASE)
_SOFTWARE = re.compile(r"[\w-]+\.js", re.IGNORECASE)
"""Names of programs that look like an address and lead nowhere, for no domain ends so ("Node.js")."""
_DECADE = re.compile(r"\b(1[0-9]|20)(\d)0s\b")
_ROMAN = frozenset(["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x"])
_STEM = 5
"""Letters of a name's beginning that count: "Confucian" is Confucius, "Parisian" is Paris."""


def pointing(claim: str) -> str:
    """The words of a claim that surely point outside of it; empty where there are none.

    Sentence-initial pronouns, and talk about the episode as such. "It is easier to …", "Not every …", "Because …" and
    "Who profits …" point nowhere.
    """
    text = claim.strip().strip("\"'“”‘’[( ")
    opening = _OPENS_OUTSIDE.match(text)
    if opening:
        return opening[0]
    if re.match(r"^it\b", text, re.IGNORECASE) and not _EXPLETIVE.match(text):
        return text.split()[0]
    meta = _MEETS_THE_SHOW.search(text)
    return meta[0] if meta else ""


_NAME_WITH_DIGITS = re.compile(r"\b[^\W\d_]{2,}\d+\b")
_COUNTS_THE_NAMED = re.compile(r"\b(?:the|these|those) two\b", re.IGNORECASE)


def stray_number(text: str, beside: str) -> str:
    """A number of the text that stands neither in the quote nor beside it; empty where all do.

    Args:
        text: claim and body. Digits within a name (``Auth0``) are no number, and "the two" only counts what is named.
        beside: the quote with the sentences around it, the title and the date of the episode.
    """
    text = _COUNTS_THE_NAMED.sub("", _NAME_WITH_DIGITS.sub("", text))
    known = set(held(beside))
    known |= {f"{int(n) // 10 * 10}" for n in known if n.isdigit() and len(n) == 4}  # 1962 gives the 1960s
    for match in _DECADE.finditer(text):
        if _says_decade(match[1], match[2], beside):
            known.add(f"{match[1]}{match[2]}0")
    plain = re.sub(r"\b(\d{4})s\b", r"\1", text)
    return next(
        iter(sorted(number for number in told(plain) if number not in known and not _is_large_word(number))), ""
    )


def _is_large_word(number: str) -> bool:
    return number.isalpha()  # "million" beside a checked figure


def _says_decade(century: str, decade: str, beside: str) -> bool:
    """Whether a text says a decade in words ("nineteen sixties", "the sixties") or as '60s."""
    names = {
        "2": "twenties",
        "3": "thirties",
        "4": "forties",
        "5": "fifties",
        "6": "sixties",
        "7": "seventies",
        "8": "eighties",
        "9": "nineties",
    }
    said = beside.casefold().replace("’", "'")
    return (names.get(decade, "\0") in said) or f"'{decade}0s" in said or f"{century}{decade}" in said


def strange_name(text: str, words: frozenset[str]) -> str:
    """A name that the episode never says; empty where it says all, or where that is not sure.

    Sure is: two or more capitalised words in a row inside of a sentence that share no beginning with any word of the
    episode, or a single one of at least four letters in the middle of a sentence.

    Args:
        text: claim and body.
        words: every word of the transcript, the titles and the people, in lower case.
    """
    beginnings = {word[:_STEM] for word in words} | {word[:4] for word in words}
    for sentence in re.split(r"(?<=[.!?:;])[\"'”’)]*\s+", text):
        for index, token in enumerate(sentence.split()):
            core = token.strip("\"'“”‘’()[],.;:!?*…")
            for part in re.split(r"[-–/]", core):
                name = re.sub(r"['’]s?$", "", part)
                if index == 0 or len(name) < 4 or not name[:1].isupper() or not name.isalpha():
                    continue
                plain = name.casefold()
                if plain in FUNCTION_WORDS or plain in _ROMAN or plain in words:
                    continue
                if plain[:_STEM] not in beginnings and plain[:4] not in beginnings:
                    return name
    return ""


_GLOSS = re.compile(r"(?<=\w) \[(?:[^\W\d_][^\W\d_'’-]*(?: |(?=\]))){1,3}\]")


def without_glosses(text: str) -> str:
    """A text without what explains a name in at most three words of letters, in square brackets after it.

    A gloss may name what the episode does not (``TAFE [Australian college]``); whether it is true is asked of the checking model.
    """
    return _GLOSS.sub("", text)


def strange_address(text: str, said: str) -> str:
    """A web or mail address, or what looks like one, that nobody said; empty where there is none."""
    heard = said.casefold()
    for match in _ADDRESS.finditer(text):
        address = match[0].rstrip(".,;:!?)]")
        if address.casefold() not in heard and not _SOFTWARE.fullmatch(address):
            return match[0]
    return ""


def attributed_to(claim: str, people: Iterable[str]) -> list[str]:
    """Whom a claim names as holding its view ("Ines Ferreira argues …", "According to …").

    Known people by any part of their name, others by a name of two words or more.
    """
    holders: list[str] = []
    known = {person: {word.casefold() for word in tokens(person) if len(word) > 2} for person in people}
    for match in _ATTRIBUTED.finditer(claim):
        name = (match[1] or match[2] or "").strip()
        said = {word.casefold().removesuffix("'s").removesuffix("’s") for word in tokens(name)}
        persons = [person for person, words in known.items() if words and said and said <= words]
        holders += persons or ([name] if len(name.split()) > 1 else [])
    return list(dict.fromkeys(holders))
