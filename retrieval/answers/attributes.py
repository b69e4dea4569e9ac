"""What a question wants to be told: a number, a time, a cause; and which sentences tell it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from earmark.language.words import words
from retrieval.answers.asked_for import SAYING
from retrieval.answers.forms import ASKS_PRICE, FIGURE, form_asked, identifies

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from numpy.typing import NDArray

    from retrieval.answers.signals import EvidenceProfile

__all__ = ["Attribute", "attributes", "wanted", "wants_figure"]

_GAIN = 0.25
"""What a sentence with the wanted attribute is favoured by: about as much as one word of the question more."""
_SURE_GAIN = 0.25
"""The same once more for one that has it in the form that is asked for: so many of the things, a length of time, a price."""
_BESIDE = 0.1
"""The same for one beside it, which often names what the number is of."""
_DEFINES_GAIN = 0.15
"""The same for what says what something is, where that is asked."""
_CAUSE_GAIN = 0.05
"""The same for a cause: many a sentence that tells one has no word for it, and many with the word tell another."""

_NAMES_GAIN = 0.2
"""The same for one that names somebody, or a place, where that is asked."""

_WHO = re.compile(r"^(?:and |but |so )?who(?:se|m)?\b", re.IGNORECASE)
_WHO_SAYS = re.compile(rf"^(?:and |but |so )?who (?:else )?(?:{SAYING})\b", re.IGNORECASE)
_WHERE = re.compile(r"^(?:and |but |so )?where\b", re.IGNORECASE)
_WHOM = re.compile(r"(?<![.!?…\"“”‘’:] )(?<!^)\b(?P<name>[A-Z][a-z]+|I|my|me|we)\b")
_PLACE = re.compile(
    r"\b(?:in|at|from|to|near|outside|around|into|for) (?:the )?(?!(?:January|February|March|April|May|June|July|August"
    r"|September|October|November|December|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|Christmas|Easter)\b)"
    r"(?P<name>[A-Z][a-z]+)"
)
_NUMBER = re.compile(FIGURE, re.IGNORECASE)
_TIME = re.compile(
    r"\b(?:1[5-9]|20)\d\d\b|\b(?:january|february|march|april|june|july|august|september|october|november|december"
    r"|monday|tuesday|wednesday|thursday|friday|saturday|sunday|spring|summer|autumn|winter|yesterday|tomorrow"
    r"|(?:this|last|next) (?:year|month|week))\b|\b\d+(?:st|nd|rd|th)\b"
    r"|\b(?:\w+) (?:years?|months?|weeks?|days?|hours?|minutes?) (?:ago|later|before|after|old)\b|\bsince\b",
    re.IGNORECASE,
)
_CAUSE = re.compile(
    r"\b(?:because|'cause|since|so that|due to|thanks to|that['’]s why|(?:the|one|another) reasons?|in order to|as a result"
    r"|otherwise|therefore|which means|that way|led to|leads to|caused?|wanted to|the idea (?:is|was)|ended up)\b"
    r"|^so\b",
    re.IGNORECASE,
)
_ASKS_NUMBER = re.compile(
    r"\bhow (?:many|much|long|far|old|often|tall|big|large|deep|high|fast|quick|quickly|soon|heavy|wide|small|late|young)\b|\bwhat (?:share|percentage|percent|number"
    rf"|fraction|price|salary|size|amount|age|factor|ratio)\b|\bpercent(?:age)?\b|{ASKS_PRICE}",
    re.IGNORECASE,
)
_OR_IN_WORDS = re.compile(r"\bhow (?:quick|quickly|soon|small|late)\b", re.IGNORECASE)
"""What asks for a number, or for words like "immediately"."""
_ASKS_VERSION = re.compile(r"\bwhat version\b|\bwhich (?:[\w.+-]+ ){0,3}?(?:version|release)\b", re.IGNORECASE)
_VERSION = re.compile(
    r"(?<![$€£\d])\b[vV]?\d+\.\d+(?:\.\d+)*\b(?!\s*(?:%|percent|million|billion|thousand))"
    r"|\b(?:versions?|releases?|[A-Z]\w+) v?\d{1,3}\b"
)
_ASKS_DEFINITION = re.compile(
    r"^(?:and |but |so )?(?:define\b|what(?:['’]s| is| are) (?!the\b)(?:\S+ ){0,4}\S+$)"
    r"|\bwhat (?:\S+ ){1,6}(?:is|are|means?)(?: for)?[?.!\s]*$",
    re.IGNORECASE,
)
_DEFINES = re.compile(
    r"\b(?:is|are|['’]s) (?:(?:basically|essentially|really|just|kind of|sort of|like|this) )*(?:an?|the|when|where|about)\b"
    r"|\bmeans?\b|\bdefin\w+|\brefers? to\b|\bstands? for\b",
    re.IGNORECASE,
)
_ASKS_TIME = re.compile(
    r"^(?:and |but |so |since )?when(?:['’]s\b|\W*$|\s+(?:and where |exactly |roughly |about |else )?"
    r"(?:did|do|does|was|were|is|are|will|would|has|have|had|can|could|should|must|might)\b)|\b(?:what|which) (?:year|month|day|date|century|decade)\b|\bsince when\b",
    re.IGNORECASE,
)
_ASKS_CAUSE = re.compile(
    r"\bwhy\b|\bhow come\b|\b(?:what|which) (?:reasons?|causes?|caused)\b|\bwhat (?:made|led)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    """A thing that a question wants to be told: how it is known in a text, and what of it the question says itself.

    ``form`` is how it is known in the form that is asked for, where a form is.
    """

    pattern: re.Pattern[str]
    known: frozenset[str]
    form: re.Pattern[str] | None = None

    def told(self, text: str) -> bool:
        """Whether a text tells it: more than the question itself says."""
        return any(self._new(match) for match in self.pattern.finditer(text))

    def told_in_form(self, text: str) -> bool:
        """Whether a text tells it in the form that is asked for."""
        if self.form is None:
            return False
        return any(self._new(match) for match in self.form.finditer(text))

    def _new(self, match: re.Match[str]) -> bool:
        """Whether what tells it is more than the question says, and no number that something is called by ("PR 148")."""
        called = self.pattern is _NUMBER and identifies(match)
        return match.group().casefold() not in self.known and not called


def wanted(question: str) -> Attribute | None:
    """What a question wants; ``None`` where it is neither a number (of a version too), nor a time, nor a cause."""
    for asks, pattern in (
        (_ASKS_VERSION, _VERSION),
        (_ASKS_TIME, _TIME),
        (_ASKS_NUMBER, _NUMBER),
        (_ASKS_CAUSE, _CAUSE),
    ):
        if asks.search(question):
            form = form_asked(question) if pattern in (_TIME, _NUMBER) else None
            known = frozenset(
                match.group().casefold() for way in (pattern, form) if way for match in way.finditer(question)
            )
            return Attribute(pattern=pattern, known=known, form=form)
    return None


def wants_figure(question: str) -> bool:
    """Whether a question wants a number or a time; how soon or quickly something is can be told without."""
    attribute = wanted(question)
    return attribute is not None and attribute.pattern is not _CAUSE and not _OR_IN_WORDS.search(question)


def attributes(question: str, heard: EvidenceProfile) -> NDArray[np.float64]:
    """What each sentence is favoured by for telling what is wanted, of shape ``(len(heard.sentences),)``."""
    attribute = wanted(question)
    if attribute is None and (names := _name_asked(question)) is not None:
        known = {word.casefold() for word in words(question)}
        return _NAMES_GAIN * np.array([_names(names, text, known) for text in heard.sentences], dtype=np.float64)
    if attribute is None:
        defines = bool(_ASKS_DEFINITION.search(question))
        return np.array([_DEFINES_GAIN * (defines and bool(_DEFINES.search(text))) for text in heard.sentences])
    told = [attribute.told(text) for text in heard.sentences]
    if attribute.pattern is _CAUSE:
        return _CAUSE_GAIN * np.array(told, dtype=np.float64)
    in_form = [attribute.told_in_form(text) for text in heard.sentences]
    return _favoured(told, heard.owners) + _SURE_GAIN * np.array(in_form, dtype=np.float64)


def _name_asked(question: str) -> re.Pattern[str] | None:
    """How a text names whom or what place a question asks for; ``None`` for others, and where whoever says it is meant."""
    if _WHERE.match(question):
        return _PLACE
    return _WHOM if _WHO.match(question) and not _WHO_SAYS.match(question) else None


def _names(pattern: re.Pattern[str], text: str, known: Collection[str]) -> bool:
    """Whether a text names somebody or a place that the question does not; speech without capitals names nobody."""
    return not text.islower() and any(match["name"].casefold() not in known for match in pattern.finditer(text))


def _favoured(told: Sequence[bool], owners: NDArray[np.int64]) -> NDArray[np.float64]:
    own = np.array(told, dtype=bool)
    beside = np.zeros_like(own)
    same = owners[1:] == owners[:-1]
    beside[1:] |= own[:-1] & same
    beside[:-1] |= own[1:] & same
    return np.asarray(np.where(own, _GAIN, np.where(beside, _BESIDE, 0.0)))
