"""Word error rate, by jiwer, of texts made alike first."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from earmark.errors import UsageError

__all__ = ["Errors", "normalised", "word_errors"]

_SPELLED = {"mr": "mister", "mrs": "missus", "dr": "doctor", "st": "saint", "okay": "ok", "vs": "versus"}
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Errors:
    """Wrong, missing and added words against a reference of ``words`` words."""

    errors: int
    words: int


def normalised(text: str) -> str:
    """The words alone: no case, marks or hyphens, one spelling of a few abbreviations. Numbers stay as they are."""
    plain = unicodedata.normalize("NFKC", text).casefold().replace("’", "'")
    return " ".join(_SPELLED.get(word, word) for word in _WORD.findall(plain))


def word_errors(reference: str, hypothesis: str) -> Errors:
    """Word errors of a hypothesis, both normalised.

    Raises:
        UsageError: jiwer is not installed.
        ValueError: the reference has no words.
    """
    try:
        import jiwer
    except ImportError as error:
        raise UsageError("jiwer is not installed; run: pip install 'earmark[eval]'") from error
    said, heard = normalised(reference), normalised(hypothesis)
    if not said:
        raise ValueError("the reference has no words")
    if not heard:
        return Errors(errors=len(said.split()), words=len(said.split()))
    alignment = jiwer.process_words(said, heard)
    return Errors(
        errors=alignment.substitutions + alignment.deletions + alignment.insertions,
        words=alignment.hits + alignment.substitutions + alignment.deletions,
    )
