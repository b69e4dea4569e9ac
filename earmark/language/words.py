"""Words of spoken English: how a text is taken apart into them, how they are compared, and which carry content."""

from __future__ import annotations

import re
from functools import lru_cache

from earmark.language.stopwords import STOPWORDS

__all__ = ["content_terms", "stem", "words"]

_WORD = re.compile(r"[^\W_]+(?:['’.+#-][^\W_]+)*[+#]*")
_KEPT = 32_768
"""Words whose stems are kept, 8 MB: a list of what others said compares twenty thousand words, a few thousand of them different."""


def words(text: str) -> list[str]:
    """The words of a text as they are written, with inner apostrophes and hyphens."""
    return _WORD.findall(text)


@lru_cache(maxsize=_KEPT)
def stem(word: str) -> str:
    """A word as it is compared: lower case, without possessive and plural endings (Harman's s-stemmer, 1991)."""
    low = word.casefold().replace("’", "'").removesuffix("'s")
    if len(low) > 4 and low.endswith("ies") and low[-4] not in "ea":
        return low[:-3] + "y"
    if len(low) > 3 and low.endswith("es") and low[-3] not in "aeo":
        return low[:-1]
    if len(low) > 3 and low.endswith("s") and low[-2] not in "us":
        return low[:-1]
    return low


def content_terms(text: str) -> list[str]:
    """The stems of a text's content words, in order, with repetitions."""
    stems = (stem(word) for word in words(text))
    return [term for term in stems if term not in STOPWORDS and (len(term) > 1 or term.isdigit())]
