"""The sides of a question that names two or more persons or shows: who they are, and what each is asked about."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from earmark.language.folding import fold, fold_with_offsets
from earmark.language.words import content_terms
from earmark.types import Filters, Narrowing
from retrieval.answers.asked_for import HELD, SAYING
from retrieval.answers.mentions import LibraryNames, Mention, speakers_in, spellings, take

__all__ = ["MOST_SIDES", "Comparison", "Side", "claims_in", "comparison_in", "sides_of"]

MOST_SIDES = 4
"""Sides that are looked for: each costs a search, and an answer of more is no longer read as a whole."""

_CLAIM = 1
"""Content words that a claim has at least."""
_MASK = "\ue000"
"""Takes the place of each character of a name; of private use, so no question has it."""
_NAME = f"{_MASK}+(?:['’]s?)?"
_SIDE = (
    rf"(?:(?:what|how|the|that|those|of|(?:{HELD}))\s+)*{_NAME}"
    rf"(?:\s+(?:podcast|show)\b)?(?:\s+(?:{HELD}|{SAYING}|does|do|did)\b)?"
)
_JOIN = (
    r"(?:\s*(?:,\s*(?:and|or)?|&)\s*|\s+(?:and|or|with|to|from|versus|against|differs?\s+from|differed\s+from"
    r"|compares?\s+(?:to|with)|(?:dis)?agrees?\s+with|different\s+from)\s+)"
)
_ABOUT = r"(?:on|about|over|regarding|concerning|when\s+it\s+comes\s+to|(?P<claim>that|whether))"
_HEAD = (
    r"(?:(?:and|but|so|also|please|tell|me|compare|contrast|what|how|where|why|do|does|did|has|have|is|are|there|any|an?|the"
    r"|both|differences?|disagreements?|between|views?|opinions?|of|on|people|hosts?|guests?|shows?|podcasts?)\s+)*"
)
_COMPARED = re.compile(
    rf"^{_HEAD}"
    rf"(?P<sides>{_SIDE}(?:{_JOIN}{_SIDE})+)"
    rf"\s*[:,]?\s*(?:(?:both|each)\s+)?(?:(?:{SAYING}|differ(?:s|ed)?|different|see|{HELD})\s+)?"
    rf"(?:{_ABOUT}\s+(?P<topic>.+))$",
    re.IGNORECASE | re.DOTALL,
)
"""Names that are joined at the head of a question, and behind them what each is asked about."""
_SIGN = re.compile(rf"\b(?:compare|contrast|differ\w*|versus|(?:dis)?agree\w*|see|{SAYING}|{HELD})\b", re.IGNORECASE)
_VERSUS = re.compile(r"\bvs\b\.?", re.IGNORECASE)
_OTHERWISE = r"(?:differs?\s+from|differed\s+from|compares?\s+(?:to|with)|(?:dis)?agrees?\s+with|different\s+from|versus|against)"
_ABOUT_IT = r"(?:of|on|about|over|for|towards?|regarding)"
_APART = re.compile(
    rf"^(?:{_HEAD}(?P<first>{_SIDE})\s+{_ABOUT_IT}\s+(?P<topic>.+?)\s+{_OTHERWISE}"
    rf"|(?:please\s+)?(?:compare|contrast)\s+(?P<with>{_SIDE})\s+{_ABOUT_IT}\s+(?P<it>.+?)\s+(?:with|to|and))\s+"
    rf"(?P<second>{_SIDE})[?.!\s]*$",
    re.IGNORECASE | re.DOTALL,
)
"""Two names with what each is asked about between them: "How does A's view of kelp differ from B's?"."""
_THAN = re.compile(
    rf"^(?:is|are|was|does|did)\s+(?P<first>{_NAME})\s+(?P<topic>.+?)\s+than\s+(?P<second>{_SIDE})[?.!\s]*$",
    re.IGNORECASE | re.DOTALL,
)
"""The same with a degree: "Is A more doubtful of kelp than B?"."""
_ASIDE = re.compile(
    r"\s*[:;,–—-]\s*(?:and\s+)?(?:where|how|do|does|in\s+what|on\s+what|what)\b[^:;,]*"
    r"\b(?:they|both|each|the\s+two)\b[^:;,]*$"
    r"|\s+(?:differ|compare|diverge|contrast)(?=[?.!\s]*$)",
    re.IGNORECASE,
)
"""What follows on a topic and only asks once more for the difference: "…: where do they differ?"."""
_HOLDS = (
    r"(?:says?|said|thinks?|thought|argues?|argued|believes?|believed|claims?|claimed|holds?|held|insists?|insisted"
    r"|(?:is|are|was|were)\s+of\s+the\s+opinion)"
)
_CLAIMS = re.compile(
    rf"^(?:and |but |so )?who\s+{_HOLDS}\s+(?:that\s+)?(?P<first>\S.*?)\s*,?\s+(?:and|but|or)\s+who\s+{_HOLDS}\s+(?:that\s+)?"
    r"(?P<second>\S.*?)[?.!\s]*$",
    re.IGNORECASE | re.DOTALL,
)
"""Two claims, each of which has to be somebody's."""
_FIRST_TOPIC = re.compile(r"^(?:on|about)\s+(?P<topic>[^,?]+),\s+(?P<rest>.+?)[?.\s]*$", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """A person or show that is asked for beside others; ``filters`` are those of the search for its words."""

    label: str
    filters: Filters
    narrowed: Narrowing


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two or more sides in the order of the question, and what each is asked about (``topic``).

    ``topical`` is whether it asks for no more than what each said about that; a claim to agree with is more.
    """

    topic: str
    sides: tuple[Side, ...]
    topical: bool = True


def comparison_in(question: str, known: LibraryNames) -> Comparison | None:
    """The comparison that a question asks for; ``None`` if it asks for none.

    Names are met as a search meets them, whatever their case and accents, and a person by a part that only one has.
    They have to be joined ("Compare A and B on …", "How does A differ from B on …", "A versus B on …"): two persons
    somewhere in a question are not its sides.
    """
    text = _VERSUS.sub("versus", question)  # else "Mara vs" is a slip for "Mara Voss"
    if turned := _FIRST_TOPIC.match(text):
        text = f"{turned['rest']} on {turned['topic']}"
    mentions = [(mention, "speaker") for mention in _speakers(text, known.speakers)]
    for mention in _shows(text, known.shows):
        if not any(mention.meets(other) for other, _ in mentions):
            mentions.append((mention, "show"))
    masked = text
    for mention, _ in mentions:
        masked = masked[: mention.start] + _MASK * (mention.end - mention.start) + masked[mention.end :]
    read = _read(masked)
    if read is None:
        return None
    named = sorted(
        (pair for pair in mentions if any(start <= pair[0].start < end for start, end in read.names)),
        key=lambda pair: pair[0].start,
    )
    sides = sides_of([Narrowing(kind=kind, label=mention.name) for mention, kind in named], known)
    topic = _ASIDE.sub("", text[slice(*read.topic)].strip(" ,;:-"))
    if len(sides) < 2 or not content_terms(topic):
        return None
    return Comparison(topic=topic, sides=sides, topical=not read.claim)


def claims_in(question: str) -> tuple[str, str] | None:
    """The two claims of a question for who holds each ("Who says that … and who says that …?"); ``None`` for others.

    Each has to say something by itself: "and who says it does not" only denies the first.
    """
    asked = _CLAIMS.match(question)
    if asked is None or any(len(content_terms(asked[name])) < _CLAIM for name in ("first", "second")):
        return None
    return asked["first"], asked["second"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parts:
    """Where a question has its names and its topic, in characters, and whether the topic is a claim to agree with."""

    names: tuple[tuple[int, int], ...]
    topic: tuple[int, int]
    claim: bool = False


def _read(masked: str) -> _Parts | None:
    """The parts of a question whose names are masked; ``None`` if it compares nobody."""
    if apart := _APART.match(masked) or _THAN.match(masked):
        first, topic = ("first", "topic") if apart["first"] else ("with", "it")
        return _Parts(names=(apart.span(first), apart.span("second")), topic=apart.span(topic))
    compared = _COMPARED.match(masked)
    if compared is None or (compared.start("sides") and not _SIGN.search(masked[: compared.start("topic")])):
        return None
    return _Parts(names=(compared.span("sides"),), topic=compared.span("topic"), claim=compared["claim"] is not None)


def sides_of(narrowed: Sequence[Narrowing], known: LibraryNames) -> tuple[Side, ...]:
    """The persons and shows among what a question narrows to, each once, with every spelling that search takes."""
    sides: dict[tuple[str, str], Side] = {}
    for narrowing in narrowed:
        folded = fold(narrowing.label)
        if narrowing.kind == "speaker":
            filters = Filters(speakers=spellings([narrowing.label], known.speakers) or (narrowing.label,))
        elif narrowing.kind == "show":
            filters = Filters(shows=tuple(show_id for show_id, title in known.shows if fold(title) == folded))
        else:
            continue
        side = Side(label=narrowing.label, filters=filters, narrowed=narrowing)
        sides.setdefault((narrowing.kind, folded), side)
    return tuple(sides.values())[:MOST_SIDES]


def _speakers(text: str, speakers: Sequence[str]) -> list[Mention]:
    """The speakers in a text: full names whatever their accents, then slips and parts of names."""
    mentions = [
        Mention(name=name, start=start, end=end)
        for name in sorted(speakers, key=len, reverse=True)
        if " " in fold(name)
        for start, end in _written(text, fold(name))
    ]
    kept: list[Mention] = []
    for mention in [*mentions, *speakers_in(text, speakers)]:
        take(kept, mention)
    return kept


def _shows(text: str, shows: Sequence[tuple[str, str]]) -> list[Mention]:
    """The shows in a text, longest title first; a title of one word has to be written in capitals."""
    mentions: list[Mention] = []
    for _, title in sorted(shows, key=lambda show: -len(show[1])):
        bare = re.sub(r"^(?:the|a) ", "", fold(title))
        for start, end in _written(text, bare) if bare else ():
            if " " in bare or not text[start].islower():
                take(mentions, Mention(name=title, start=start, end=end))
    return mentions


def _written(text: str, folded: str) -> list[tuple[int, int]]:
    """Where a text has folded words, as characters of the text."""
    whole, offsets = fold_with_offsets(text)
    pattern = rf"(?<!\w){re.escape(folded)}(?!\w)"
    return [(offsets[match.start()], offsets[match.end() - 1] + 1) for match in re.finditer(pattern, whole)]
