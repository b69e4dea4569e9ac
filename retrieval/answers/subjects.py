"""The subjects that a question sets against each other: "the difference between A and B", "A or B", "A versus B on C"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from earmark.language.stopwords import STOPWORDS
from earmark.language.words import content_terms, stem, words

__all__ = ["ComparedSubjects", "holds", "subjects_in"]

_PART = r"[^,;:?!]{2,70}?"
_ON = r"(?:on|about|over|regarding|concerning|in\s+terms\s+of|when\s+it\s+comes\s+to|with\s+regard\s+to)"
_TOPIC = rf"(?:\s*,?\s+{_ON}\s+(?P<topic>[^?!]+?))?[?.!\s]*$"
_LEAD = r"^(?:(?:and|but|so|also|please|can\s+you|could\s+you|tell\s+me|explain)\s+)*"
_AGAINST = r"(?:versus|vs\.?|against|compared\s+(?:to|with)|as\s+(?:opposed|compared)\s+to|rather\s+than|instead\s+of|in\s+contrast\s+to)"
_DIFFER = r"(?:differs?|differed|compares?|compared|contrasts?|diverges?|relates?)"
_FROM = r"(?:differ(?:s|ed|ent)?\s+(?:from|to|than)|compare(?:s|d)?\s+(?:to|with|against))"
_FORMS = tuple(
    re.compile(_LEAD + form, re.IGNORECASE)
    for form in (
        r"(?:(?:what(?:['’]?s|\s+is|\s+are|\s+was|\s+were)?|how|is\s+there|are\s+there|which)\s+)?(?:the|an?|any|some)?\s*"
        r"(?:\w+\s+)?(?:differences?|distinctions?|contrasts?|trade-?offs?|similarit(?:y|ies))\s+between\s+"
        rf"(?P<first>{_PART})\s+and\s+(?P<second>{_PART}){_TOPIC}",
        rf"(?:compare|contrast)\s+(?P<first>{_PART})\s+(?:and|with|to|against|versus|vs\.?)\s+(?P<second>{_PART}){_TOPIC}",
        rf"(?:how|in\s+what\s+way|where|why)\s+(?:do|does|did|is|are|was|were)\s+(?P<first>{_PART})\s+{_FROM}\s+"
        rf"(?P<second>{_PART}){_TOPIC}",
        rf"(?:how|in\s+what\s+way|where)\s+(?:do|does|did)\s+(?P<first>{_PART})\s+and\s+(?P<second>{_PART})\s+{_DIFFER}{_TOPIC}",
        r"(?:what|how|which|why|who)\b[^?,]*?\b(?:about|of|on|choose|pick|use|used|using|prefer|recommend)\s+"
        rf"(?P<first>{_PART})\s+{_AGAINST}\s+(?P<second>{_PART}){_TOPIC}",
        rf"(?:which|what)\s+(?:one\s+)?(?P<asked>(?:is|are|was|were|do|does|would|should)\b[^,:?]*?)[,:]\s*(?P<first>{_PART})"
        rf"\s+or\s+(?P<second>{_PART})[?.!\s]*$",
        rf"(?P<first>{_PART})\s+(?:versus|vs\.?)\s+(?P<second>{_PART}){_TOPIC}",
    )
)
_ARTICLE = re.compile(r"^(?:(?:the|an?|using|doing|having|being|both|either|just)\s+)+", re.IGNORECASE)
_SMALL = frozenset(
    "a an the of in on for to with from by at and or as is are was were be being do does did their its your our my".split()
)
_LONGEST = 8
"""Words of a subject at most; what is longer is a question of its own."""
_HELD = 0.6
"""Share of a subject's words from which a passage speaks of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedSubjects:
    """Two subjects, as the question has them, and what it asks of both (empty: whatever is said of them)."""

    labels: tuple[str, str]
    topic: str = ""

    def search_for(self, label: str) -> str:
        """What is looked for of one of them."""
        return f"{label} {self.topic}".strip()


def subjects_in(question: str) -> ComparedSubjects | None:
    """The two subjects that a question compares; ``None`` if it compares none.

    Each has to say something by itself, as neither does in "how do the old and the new differ".
    """
    for form in _FORMS:
        asked = form.match(" ".join(question.split()))
        if asked is None:
            continue
        named = asked.groupdict()
        first, second = (_ARTICLE.sub("", named[part].strip()).strip("\"“”'‘’ ") for part in ("first", "second"))
        own = [_own(label) for label in (first, second)]
        says = all(content_terms(label) or label[:1].isupper() for label in (first, second))
        if says and all(own) and max(map(len, own)) <= _LONGEST and own[0] - own[1] and own[1] - own[0]:
            return ComparedSubjects(labels=(first, second), topic=named.get("topic") or named.get("asked") or "")
    return None


def holds(text: str, label: str) -> bool:
    """Whether a text speaks of a subject: has most of its words, a common one that is a name ("Go") as it is written."""
    said, own = set(words(text)), _own(label)
    stems = {stem(word) for word in said}
    met = sum(word in said if word[0].isupper() and stem(word) in STOPWORDS else stem(word) in stems for word in own)
    return met >= _HELD * len(own) > 0


def _own(label: str) -> set[str]:
    """The words of a subject that say what it is."""
    return {word for word in words(label) if word.casefold() not in _SMALL}
