"""The form in which a question wants a number or a time, and how that form is known in a text.

"How long did it take?" wants a length of time, "How many letters came in?" a number of letters; any other number tells
something else.
"""

from __future__ import annotations

import re

from earmark.language.numbers import NUMBER_WORDS, SCALES
from earmark.language.words import stem

__all__ = [
    "ASKS_PRICE",
    "FIGURE",
    "counts_it",
    "form_asked",
    "identifies",
    "is_person",
    "rate_asked",
    "things_counted",
]

_FRACTIONS = "half|halves|third|thirds|quarter|quarters|dozen|dozens|double|doubled|twice|percent|percentage"
FIGURE = (
    rf"(?:(?<![\w#.])[$€£]?\d[\d.,]*|\b(?:{'|'.join(word for word in NUMBER_WORDS if word not in ('zero', 'one'))}"
    rf"|(?:{'|'.join(SCALES)})s?|{_FRACTIONS}|many|several|couple)\b)"
)
"""A number, as a part of a regular expression."""
_COUNT = rf"(?!(?:many|several|couple|doubled?)\b|(?:{'|'.join(SCALES)})s\b){FIGURE}"
"""A number that counts: "millions of people" says that there are many."""
_NUMBER = re.compile(FIGURE, re.IGNORECASE)
_BETWEEN = r"(?:[\s-]++[\w'’]++){0,2}?[\s-]++"
"""Up to two words between a number and what it counts."""
_LENGTH = re.compile(
    rf"(?:{FIGURE}|\b(?:an?|one|few|half)\b){_BETWEEN}(?:(?:milli|micro|nano)?second|minute|hour|day|night|week|month|year|decade|centur)\w*"
    r"|\bsince (?:\w+ )?(?:1[5-9]|20)\d\d\b",
    re.IGNORECASE,
)
_WAY = re.compile(
    rf"{FIGURE}{_BETWEEN}(?:miles?|kilomet\w+|met(?:er|re)s?|feet|foot|yards?|inch\w*|km|light years?)\b",
    re.IGNORECASE,
)
_PAID = r"(?:costs?|pay|pays|paid|charges?|charged|earns?|earned)"
ASKS_PRICE = (
    rf"\bwhat (?:do|does|did|will|would|has|have)\b[^?]*\b{_PAID}\b(?! attention\b)"
    r"|\b(?:what|which|how (?:big|high|large) an?|what['’]s the|what (?:is|was) the) (?:price|salary|premium|fee|payout|fine|rent)s?\b"
)
"""A question for a sum of money that is not one for "how much", as a part of a regular expression."""
_PRICE = re.compile(
    rf"\bfree\b|\bfor nothing\b|[$€£]\s?\d|{FIGURE}{_BETWEEN}(?:dollars?|euros?|pounds?|bucks|cents?|francs?|marks|yen|rupees|bitcoins?|btc|sats?|satoshis?)\b",
    re.IGNORECASE,
)
_SUM = re.compile(r"\d|\b(?:hundred|thousand|million|billion|grand)s?\b", re.IGNORECASE)
_SHARE = re.compile(rf"{FIGURE}\s*(?:%|per ?cent\w*)|\b(?:{_FRACTIONS})\b", re.IGNORECASE)
_OFTEN = re.compile(
    rf"(?:{FIGURE}|\bonce|\btwice){_BETWEEN}(?:an?|per|each|every) (?:second|minute|hour|day|night|week|month|year|decade)\b"
    r"|\bevery (?:\w+ ){0,2}(?:second|minute|hour|day|night|morning|evening|week|weekend|month|year|decade)s?\b"
    r"|\b(?:hourly|daily|weekly|monthly|yearly|annually|rarely|seldom|never|always|constantly|usually)\b",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"\b(?:1[0-9]|20)\d\d\b|\b(?:january|february|march|april|june|july|august|september|october|november|december)\b"
    r"|\b(?:nineteen|eighteen|seventeen|twenty)[ -](?:\w+teen|\w+ty|ten|eleven|twelve|oh)\b|\bcentur(?:y|ies)\b",
    re.IGNORECASE,
)
_ASKS_IN_FORM = (
    (re.compile(r"\bhow (?:long|old|quickly|soon|young)\b|\bwhat age\b", re.IGNORECASE), _LENGTH),
    (re.compile(r"\bhow (?:far|tall|high|deep|large)\b", re.IGNORECASE), _WAY),
    (
        re.compile(
            r"\bhow much (?:money|(?:does|do|did|is|was|were|are|has|have|had)\b.*"
            r"\b(?:costs?|pay|paid|raised?|worth|earn|make|spend|charge|give|gave|donate[ds]?|fund))\b|\bwhat (?:price|salary)\b"
            rf"|{ASKS_PRICE}",
            re.IGNORECASE,
        ),
        _PRICE,
    ),
    (re.compile(r"\bhow often\b", re.IGNORECASE), _OFTEN),
    (re.compile(r"\bpercent(?:age)?\b|\bwhat (?:share|fraction)\b", re.IGNORECASE), _SHARE),
    (
        re.compile(
            r"^(?:and |but |so |since )?when (?:did|do|does|was|were|is|are|will|has|have|had|could|can)\b"
            r"|\b(?:what|which) (?:year|month|date|century|decade)\b",
            re.IGNORECASE,
        ),
        _DATE,
    ),
)
"""What asks for a form, and how it is known."""
_COUNTED = re.compile(
    r"\bhow many (?:of )?(?:the |these |those )?(?P<things>(?:[^\W\d_][\w'’-]*+\s*+){1,5})", re.IGNORECASE
)
"""The things of which a number is asked, and what follows them."""
_CALLED = re.compile(
    r"(?:\b[A-Z]{2,}s?|(?<![.!?…\"“”:] )(?<!^)\b(?:[A-Z][a-z]+)|\b(?:versions?|v|episodes?|part|season|chapter|number|issue|release|kaizen))[ -]$"
)
_NEAR = 40
"""Characters before a figure that are looked at for what it names."""
_PLURAL = re.compile(
    r"\s+(?:(?:of the|of our|of|more|other|different|new|unique|active|small|big|whole|full|separate|core)\s+){0,2}"
    r"(?P<things>(?!(?:is|was|has|does|this|its|as|us|yes|plus|times|across|always|less|sometimes|perhaps|else|thus|minus|versus)\b)"
    r"(?:[a-z]{3,}s|people|folks|men|women|children|percent|kids|media|data))\b"
)
_PERSONS = frozenset(
    stem(word)[:5]
    for word in (
        "people folks persons humans men women users developers employees staff members attendees listeners engineers"
        " contributors authors participants customers subscribers students programmers"
    ).split()
)
"""Kinds of people: a number of people may be that of any of them."""
_OF_A_SEX = frozenset(map(stem, ("men", "women")))
_BEHIND = frozenset(
    "did do does are were is was have has had can could will would should must may of in at on to from with for by there that who".split()
)
"""Words before which the things are named: "how many monthly users did …"."""
_PER = re.compile(
    r"\b(?:an?|per|each|every) (?P<unit>second|minute|hour|day|night|week|month|year|decade)\b", re.IGNORECASE
)
"""What a number is asked for."""
_ROOT = 5
"""Letters of a word by which it is known in another form of it."""


def form_asked(question: str) -> re.Pattern[str] | None:
    """How what a question wants is known in the form that it asks for; ``None`` where it asks for none."""
    if counted := _COUNTED.search(question):
        things = [word for word in counted["things"].split() if not _NUMBER.fullmatch(word)] or [counted["things"]]
        last = next((n for n, word in enumerate(things) if word.casefold() in _BEHIND), 1)
        unit = rate_asked(question)
        rate = rf"[^.!?]{{0,80}}?\b(?:{unit}|{'dai' if unit == 'day' else unit}ly)\b" if unit else ""
        roots = {_counted_as(word) for word in (things[0], things[max(0, last - 1)])}
        return re.compile(rf"{_COUNT}{_BETWEEN}(?:{'|'.join(sorted(roots))}){rate}", re.IGNORECASE)
    return next((form for asks, form in _ASKS_IN_FORM if asks.search(question)), None)


def _counted_as(word: str) -> str:
    """How a thing that is counted is known, as a part of a regular expression: in the plural where it is asked for in it."""
    root = re.escape(stem(word)[:_ROOT])
    return rf"{root}\w*s\b" if stem(word) != word.casefold() and word.casefold().endswith("s") else rf"{root}\w*"


def things_counted(question: str) -> list[str]:
    """The things of which a question asks the number, as words are compared; empty for any other question."""
    counted = _COUNTED.search(question)
    things = [word for word in counted["things"].split() if not _NUMBER.fullmatch(word)] if counted else []
    last = next((n for n, word in enumerate(things) if word.casefold() in _BEHIND), 1)
    return [stem(word) for word in things[: max(1, last)]]


def is_person(word: str) -> bool:
    """Whether a word, as words are compared, is one for people, of whatever sex: a number of people may be theirs."""
    return word[:_ROOT] in _PERSONS and word not in _OF_A_SEX


def rate_asked(question: str) -> str:
    """The time for which a number is asked ("a week"), as one word; empty where it is asked for none."""
    asked = _PER.search(question)
    return asked["unit"].casefold() if asked else ""


def identifies(match: re.Match[str]) -> bool:
    """Whether a figure is what something is called by, and counts nothing: that of "BIP 148", "PR 25957", "version 25.0"."""
    return match.group()[:1].isdigit() and bool(
        _CALLED.search(match.string[max(0, match.start() - _NEAR) : match.start()])
    )


def counts_it(question: str, text: str) -> bool:
    """Whether a text has a figure that may be the number of what is asked, or a sum where a price is; true of other questions.

    That is one that no other things follow: "60 buyers" tells no number of sellers, and "half" no price.
    """
    counted = _COUNTED.search(question)
    if counted is None:
        return form_asked(question) is not _PRICE or bool(_SUM.search(text))
    own = {stem(word)[:_ROOT] for word in counted["things"].split()}
    several = {stem(word) for word in counted["things"].split() if word.casefold().endswith("s")}
    own |= _PERSONS if own & _PERSONS else set()
    figures = [match for match in re.finditer(_COUNT, text, re.IGNORECASE) if not identifies(match)]
    # A "six user limit" is no six users.
    figures = [match for match in figures if _word_after(match) not in several]
    return any(not others or stem(others["things"])[:_ROOT] in own for others in map(_others_of, figures))


def _word_after(figure: re.Match[str]) -> str:
    word = re.compile(r"[\s-]+([^\W\d_]+)").match(figure.string, figure.end())
    return word[1].casefold() if word else ""


def _others_of(figure: re.Match[str]) -> re.Match[str] | None:
    """The things that a figure counts, where a word in the plural says which."""
    return _PLURAL.match(figure.string, figure.end())
