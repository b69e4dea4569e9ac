"""The form in which a question wants a number or a time, and how that form is known in a text.

"How long did it take?" wants a length of time, "How many letters came in?" a number of letters; any other number tells
something else.
"""

from __future__ import annotations

import re

from earmark.language.numbers import NUMBER_WORDS, SCALES
from earmark.language.words import stem

__all__ = ["FIGURE", "form_asked", "rate_asked"]

_FRACTIONS = "half|halves|third|thirds|quarter|quarters|dozen|dozens|double|doubled|twice|percent|percentage"
FIGURE = (
    rf"(?:(?<![\w#.])[$€£]?\d[\d.,]*|\b(?:{'|'.join(word for word in NUMBER_WORDS if word not in ('zero', 'one'))}"
    rf"|(?:{'|'.join(SCALES)})s?|{_FRACTIONS}|many|several|couple)\b)"
)
"""A number, as a part of a regular expression."""
_COUNT = rf"(?!(?:many|several|couple)\b|(?:{'|'.join(SCALES)})s\b){FIGURE}"
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
_PRICE = re.compile(
    rf"[$€£]\s?\d|{FIGURE}{_BETWEEN}(?:dollars?|euros?|pounds?|bucks|cents?|francs?|marks|yen|rupees|bitcoins?|btc|sats?|satoshis?)\b",
    re.IGNORECASE,
)
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
            r"\b(?:costs?|pay|paid|raised?|worth|earn|make|spend|charge))\b|\bwhat (?:price|salary)\b",
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
        roots = {re.escape(stem(word)[:_ROOT]) for word in (things[0], things[max(0, last - 1)])}
        return re.compile(rf"{_COUNT}{_BETWEEN}(?:{'|'.join(sorted(roots))})\w*{rate}", re.IGNORECASE)
    return next((form for asks, form in _ASKS_IN_FORM if asks.search(question)), None)


def rate_asked(question: str) -> str:
    """The time for which a number is asked ("a week"), as one word; empty where it is asked for none."""
    asked = _PER.search(question)
    return asked["unit"].casefold() if asked else ""
