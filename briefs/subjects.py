"""The subjects in a text that somebody pasted: a list of them, or sentences about what they read."""

from __future__ import annotations

import re
from collections.abc import Iterator

from earmark.clean import cut, plain
from earmark.language.folding import terms
from earmark.language.sentences import sentence_spans

__all__ = ["subjects_in"]

_MOST = 12
"""Subjects of one text: more than anybody follows by heart."""
_LOOKED_AT = 20_000
_FEW_WORDS = 6
"""Words of a line that is a subject by itself, or of a part between commas."""
_LONGEST = 140
_BULLET = re.compile(r"^\s*(?:[-*+•–]|\d{1,3}[.)]|#{1,6})\s+")
_OPENING = re.compile(
    r"^(?:i(?:'m|’m| am)?|we|my|our)\b.{0,24}?\b(?:interested in|curious about|keen on|fond of|follow(?:ing)?|"
    r"read(?:ing)? about|read|like|love|care about|want to know (?:about|how|why)|work(?:ing)? (?:on|in|as)|interests are|"
    r"interest is)\s+",
    re.IGNORECASE,
)
"""How people begin to say what they like; what follows is the subject."""


def subjects_in(text: str) -> list[str]:
    """At most a dozen subjects in the order of the text, each once; none where nothing in it has a meaning of its own.

    A short line, or a part of a line of short parts with commas between them, is a subject as it is written. Of longer text
    each sentence is one, from the words on that say what it is about: it is compared by meaning.
    """
    subjects: dict[str, str] = {}
    for line in text[:_LOOKED_AT].splitlines():
        for subject in _of_line(_BULLET.sub("", plain(line))):
            cleaned = cut(subject.strip(" .;,:!?“”\"'"), _LONGEST)
            if terms(cleaned):
                subjects.setdefault(cleaned.casefold(), cleaned)
    return list(subjects.values())[:_MOST]


def _of_line(line: str) -> Iterator[str]:
    for start, end in sentence_spans(line):
        told = _OPENING.sub("", line[start:end])
        parts = [part.strip() for part in re.split(r"[,;]\s+", told) if part.strip()]
        if len(parts) > 1 and all(len(part.split()) <= _FEW_WORDS for part in parts):
            yield from (part.removeprefix("and ") for part in parts)
        else:
            yield told
