"""What a question itself narrows the search to: who said it, on which show, when."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from earmark.language.words import content_terms
from earmark.types import Filters, Narrowing
from retrieval.answers.dates import find_span
from retrieval.answers.holders import plainly_asked
from retrieval.answers.mentions import LibraryNames, Mention, speakers_in, spellings

__all__ = ["ANYTHING", "HELD", "SAYING", "SearchRequest", "asked_for", "saying_in", "shows_in", "together", "within"]

SAYING = (
    "say|says|said|saying|think|thinks|thought|argue|argues|argued|claim|claims|claimed|believe|believes|believed|"
    "mention|mentions|mentioned|tell|tells|told|explain|explains|explained|suggest|suggests|suggested|recommend|"
    "recommends|recommended|describe|describes|described|talk|talks|talked|discuss|discusses|discussed|warn|warns|"
    "warned|propose|proposes|proposed|feel|feels|felt|mean|means|meant|answer|answers|answered|respond|responds|"
    "responded|report|reports|reported|advise|advises|advised|predict|predicts|predicted|criticise|criticises|"
    "criticised|criticize|criticizes|criticized|complain|complains|complained|agree|agrees|agreed|disagree|disagrees|"
    "disagreed|admit|admits|admitted|prefer|prefers|preferred|speak|speaks|spoke|ask|asks|asked|object|objects|objected|"
    "doubt|doubts|doubted|make of|makes of|made of|define|defines|defined|put it|puts it|conclude|concludes|concluded|"
    "insist|insists|insisted|point out|points out|pointed out|compare|compares|compared|call|calls|called|learn|learned"
)
"""Verbs of saying and holding, as alternatives of a regular expression."""
HELD = (
    "views?|opinions?|take|arguments?|advice|thoughts|position|points?|explanation|ideas?|answer|response|words|"
    "objections?|criticism|case|claims?|story|recommendations?|examples?"
)
"""Nouns for what somebody holds, as alternatives of a regular expression."""
_FRAME = re.compile(
    r"^(?:and |but |so |also )?(?:(?:what|why|how|when|where|which \w+|who)\s+)?"
    r"(?:did|does|do|has|have|had|would|is|was|are|were)?\s*(?:(?:and|or|,)\s*)*"
    rf"(?:{SAYING})\s+(?:about|on|of|regarding|concerning)?\s*",
    re.IGNORECASE,
)
_TOPICAL = re.compile(
    r"^(?:and |but |so |also )?(?:what|who|tell me what|something)\b[^?]{0,60}?"
    rf"\b(?:{SAYING})\s+(?:about|on|of|regarding|concerning)\b|^(?:and |but )?(?:what|how) about\b|^(?:\w+ ){{1,3}}on [^?]+$",
    re.IGNORECASE,
)
"""Questions for what somebody, or anybody, said about something."""
_NAMES = r"(?:\s++[\w’'-]++(?: ++[\w’'-]++)*?\s++|(?>\s\s*? \s++))"
"""Names between two words, or the blanks that cutting one out left: each blank and word is looked at in one way only."""
_ADVERB = r"(?:\w+ly\s++|ever\s++|also\s++|have\s++to\s++|really\s++)?"
_BEFORE = re.compile(
    rf"\b(?:did|does|do|has|had|have|would|is|was|were|are)(?:\s++|{_NAMES}(?:and|or)\s++)$", re.IGNORECASE
)
_AFTER = re.compile(rf"\s*+(?:(?:and|or){_NAMES})?{_ADVERB}(?:{SAYING})\b", re.IGNORECASE)
_SAID = re.compile(rf"\s++{_ADVERB}(?:{SAYING})\b", re.IGNORECASE)
_OWN = re.compile(rf"['’]s?\s+(?:\w+\s+)?(?:{HELD})\b(?:\s+(?:on|of|about|for|against))?", re.IGNORECASE)
_SOURCE = re.compile(
    r"\b(?:according\s+to|(?:in|from)\s+the\s+(?:view|words)\s+of|heard?\s+from"
    rf"|(?:{HELD}|quotes?|something|anything|everything)\s+(?:of|from|by))\s+$",
    re.IGNORECASE,
)

ANYTHING = "What is said?"
"""The question where nothing is left of one but who says it, where and when."""
_OTHERS = re.compile(r"\b(?:(?:any|some|every|no)(?:one|body)|others?|else|who)\b", re.IGNORECASE)
"""Words that ask for other people's words about the person who is named."""
_INITIALS = 2
"""Letters up to which a speaker's name, as transcripts shorten it, is more likely a word of the question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchRequest:
    """What is looked for (``text``, without the words that narrow) in which part of the library.

    ``topical`` is whether it asks for no more than what was said about something. ``about`` are speakers of the library
    whom it names without asking for their words: what answers is said by them, or names them. ``whole`` is the question
    without their names, but with the shows, speakers and days. ``side_by_side`` are those of them that "and" or "or" joins.
    """

    text: str
    filters: Filters
    narrowed: tuple[Narrowing, ...] = ()
    topical: bool = False
    about: tuple[str, ...] = ()
    whole: str = ""
    side_by_side: tuple[str, ...] = ()


def asked_for(question: str, known: LibraryNames, today: date) -> SearchRequest:
    """The question read for what it narrows the search to.

    A time is read where a preposition or "last" says that it is when something was said, and a year only where it lies
    in the days of the library (else it is what is spoken about). A show has to be named with a word such as "on" or
    "podcast"; a person as the one who says it, not as the one who is spoken about.
    """
    question = plainly_asked(question)
    text, narrowed = question, list[Narrowing]()
    after = before = None
    span = find_span(text, today)
    if span is not None and _in_library(span.after, span.before, known, text[span.start : span.end]):
        after, before = span.after, span.before
        narrowed.append(Narrowing(kind="dates", label=span.label))
        text = _without(text, span.start, span.end)
    shows = shows_in(text, known.shows)
    for _, mention in reversed(shows):
        text = _without(text, mention.start, mention.end)
    speakers = saying_in(text, known.speakers)
    for mention in reversed(speakers):
        text = _without(text, mention.start, mention.end)
    named = [] if speakers else _spoken_of(text, known.speakers)
    about = spellings(named, known.speakers)
    side_by_side = _side_by_side(text, named, known.speakers)
    whole = _unnamed(question, named, known.speakers)
    text = _unnamed(text, named, known.speakers)
    narrowed += [Narrowing(kind="show", label=mention.name) for _, mention in shows]
    narrowed += [Narrowing(kind="speaker", label=mention.name) for mention in speakers]
    topical = bool(_TOPICAL.match(question))
    if not narrowed:
        return SearchRequest(
            text=whole, filters=Filters(), topical=topical, about=about, whole=whole, side_by_side=side_by_side
        )
    text = _tidy(_FRAME.sub(_kept, text, count=1) if speakers else text)
    return SearchRequest(
        text=text if content_terms(text) else ANYTHING,
        filters=Filters(
            shows=tuple(dict.fromkeys(show_id for show_id, _ in shows)),
            speakers=spellings([mention.name for mention in speakers], known.speakers),
            after=after,
            before=before,
        ),
        narrowed=tuple(dict.fromkeys(narrowed)),
        topical=topical,
        about=about,
        whole=whole,
        side_by_side=side_by_side,
    )


def _kept(frame: re.Match[str]) -> str:
    """What of a question's frame says what is wanted: only that it is a definition."""
    return "define " if "defin" in frame.group().casefold() else ""


def together(given: Filters, read: Filters) -> Filters:
    """The filters that the reader set with those read from the question, which narrow them further but never take their place."""
    after, before = _days_in_both(given, read) or (given.after, given.before)
    return replace(
        given,
        shows=_in_both(given.shows, read.shows) or given.shows,
        speakers=_in_both(given.speakers, read.speakers) or given.speakers,
        after=after,
        before=before,
    )


def within(read: SearchRequest, given: Filters, known: LibraryNames) -> SearchRequest:
    """What a question asks for without what it narrows to outside of the reader's own filters, which hold."""

    def holds(narrowing: Narrowing) -> bool:
        match narrowing.kind:
            case "speaker":
                return bool(_in_both(given.speakers, spellings([narrowing.label], known.speakers)))
            case "show":
                return bool(_in_both(given.shows, [show for show, title in known.shows if title == narrowing.label]))
            case _:
                return _days_in_both(given, read.filters) is not None

    narrowed = tuple(narrowing for narrowing in read.narrowed if holds(narrowing))
    if narrowed == read.narrowed:
        return read
    both = together(given, read.filters)
    days = replace(read.filters, after=both.after, before=both.before)
    return replace(read, narrowed=narrowed, filters=replace(days, shows=both.shows, speakers=both.speakers))


def _in_both(given: Sequence[str], read: Sequence[str]) -> tuple[str, ...]:
    """The values that two filters both allow, of which one that has none allows all; empty where that is nothing."""
    return tuple(value for value in read if value in given) if given and read else tuple(given or read)


def _days_in_both(given: Filters, read: Filters) -> tuple[date | None, date | None] | None:
    """The first day of two spans, and that after the last; ``None`` for spans that do not meet."""
    after = max((day for day in (given.after, read.after) if day), default=None)
    before = min((day for day in (given.before, read.before) if day), default=None)
    return None if after and before and after >= before else (after, before)


def saying_in(text: str, speakers: Sequence[str]) -> list[Mention]:
    """The speakers whose words are asked for, each with what of the text that takes."""
    saying = []
    for mention in speakers_in(text, speakers):
        before, after = text[: mention.start], text[mention.end :]
        held, source = _OWN.match(after), _SOURCE.search(before)
        alone = not before.strip() and re.match(r"\s+(?:on|about)\s", after)
        if (_BEFORE.search(before) and _AFTER.match(after)) or _SAID.match(after) or alone:
            saying.append(mention)
        elif held:
            saying.append(Mention(name=mention.name, start=mention.start, end=mention.end + held.end()))
        elif source:
            saying.append(Mention(name=mention.name, start=source.start(), end=mention.end))
    return saying


def _spoken_of(text: str, speakers: Sequence[str]) -> list[str]:
    """The speakers that a text names; none where others are asked for who differ with them."""
    if _OTHERS.search(text):
        return []
    return [mention.name for mention in speakers_in(text, speakers) if len(mention.name) > _INITIALS]


def _side_by_side(text: str, named: Sequence[str], speakers: Sequence[str]) -> tuple[str, ...]:
    """The speakers that a text names one after another: "A and B", "A, B or C"."""
    mentions = [mention for mention in speakers_in(text, speakers) if mention.name in named]
    joined = [
        pair
        for pair in pairwise(mentions)
        if re.fullmatch(r"(?:['’]s?)?\s*(?:,|,?\s*(?:and|or|&|versus|vs\.?))\s*", text[pair[0].end : pair[1].start])
    ]
    return tuple(dict.fromkeys(mention.name for pair in joined for mention in pair))


def _unnamed(text: str, named: Sequence[str], speakers: Sequence[str]) -> str:
    """A text without the names of some speakers; all of it where nothing is left to look for."""
    bare = text
    for mention in reversed([mention for mention in speakers_in(text, speakers) if mention.name in named]):
        possessive = re.match(r"['’]s?(?!\w)", bare[mention.end :])
        bare = _without(bare, mention.start, mention.end + (possessive.end() if possessive else 0))
    return _tidy(bare) if named and content_terms(bare) else text


def shows_in(text: str, shows: Sequence[tuple[str, str]]) -> list[tuple[str, Mention]]:
    """The shows that are named as such, with their ids; a title of one common word has to be written in capitals."""
    mentions: list[tuple[str, Mention]] = []
    for show_id, title in sorted(shows, key=lambda mention: -len(mention[1])):
        bare = re.escape(re.sub(r"^(?:the|a)\s+", "", title.strip(), flags=re.IGNORECASE))
        if not bare:
            continue
        pattern = (
            r"(?:\b(?P<where>on|in|from|of|at|to|by)\s+)?(?P<quote>[\"“'‘])?\b(?P<name>(?:the\s+)?"
            rf"{bare})\b[\"”'’]?(?P<kind>\s+(?:podcast|show|episodes?))?"
        )
        for match in re.finditer(pattern, text, re.IGNORECASE):
            named = match["where"] or match["quote"] or match["kind"]
            first = re.sub(r"^the\s+", "", match["name"], flags=re.IGNORECASE)[0]
            common = len(bare.split()) == 1 and not first.isupper()
            taken = any(match.start() < mention.end and mention.start < match.end() for _, mention in mentions)
            if named and not common and not taken:
                mentions.append((show_id, Mention(name=title, start=match.start(), end=match.end())))
    return sorted(mentions, key=lambda pair: pair[1].start)


def _in_library(after: date | None, before: date | None, known: LibraryNames, written: str) -> bool:
    """Whether a time is one of the library's days; a time written without its year always is."""
    if known.oldest is None or known.newest is None:
        return False
    if not re.search(r"\b\d{4}\b", written):
        return True
    return (after is None or after <= known.newest) and (before is None or before > known.oldest)


def _without(text: str, start: int, end: int) -> str:
    return f"{text[:start]} {text[end:]}"


def _tidy(text: str) -> str:
    return re.sub(r"\s+([?.!,;:])", r"\1", " ".join(text.split())).strip(" ,;:-")
