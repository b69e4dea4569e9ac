"""Words of English and how text is taken apart into them; shared by the extractor and the gate."""

from __future__ import annotations

from earmark.language.english import FUNCTION_WORDS, tokens
from earmark.language.words import stem

__all__ = ["FUNCTION_WORDS", "content_words", "tokens"]


def content_words(text: str) -> list[str]:
    """Words that carry a subject, in order: lower case, plural and possessive endings taken off, no function words."""
    content = []
    for token in tokens(text):
        word = token.casefold().replace("’", "'")
        if word in FUNCTION_WORDS or len(word) < 2:
            continue
        content.append(stem(word))
    return content
