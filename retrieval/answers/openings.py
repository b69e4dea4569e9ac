"""How a spoken sentence is shown in an answer: without the words that only led over from what was said before."""

from __future__ import annotations

import re

__all__ = ["as_read"]

_FEWEST = 4
"""Words that have to be left: what is shorter loses its sense with its opening."""
_OPENING = re.compile(
    r"^(?:(?:um+|uh+|uhm+|er+m?|hmm+|mm+|yeah|yep|yup)\b[,.]?\s+(?:[-–—]+\s+)?"
    r"|(?:that['’]s (?:a )?)?(?:really )?(?:good|great) question[,.]\s+"
    r"|(?:so|well|right|okay|ok|like|now|look|listen|oh|sure|exactly|basically|anyway|i mean|you know|i guess)[,.]\s+"
    r"|and\s+so\b(?!\s+(?:on|forth|many|much|few|far|little)\b),?\s+"
    r"|and\b(?!\s+(?:so|yet|not)\b),?\s+)+",
    re.IGNORECASE,
)
"""Words of leading over at the head of a sentence.

"So", "well" and their like count before a comma alone, where they are not part of the sentence; "yes", "no" and "but"
stay, for they say something.
"""
_ASIDE = re.compile(
    r"\s*\[(?:laugh\w*|chuckl\w*|sighs?|unintelligible|inaudible|crosstalk|music)\b[^\]]*\]", re.IGNORECASE
)


def as_read(text: str) -> str:
    """The sentence with "…" in place of its opening, where it has one and enough is left without it.

    What a transcriber put in brackets (laughter, words not understood) is left out too.
    """
    text = _ASIDE.sub("", text).strip()
    opening = _OPENING.match(text)
    if opening is None or len(text[opening.end() :].split()) < _FEWEST:
        return text
    return f"… {text[opening.end() :]}"
