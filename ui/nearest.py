"""What to search for where nothing was found that clearly belongs beside an insight."""

from __future__ import annotations

from earmark.language.words import words

__all__ = ["NOTHING_BESIDE", "nearest_search"]

NOTHING_BESIDE = "Nothing was found on other shows that clearly belongs beside this."
_LONGEST = 300


def nearest_search(claim: str) -> str:
    """The words of a claim in lower case, none of which says anything in the syntax of searches; 300 characters at most."""
    asked = ""
    for word in words(claim):
        longer = f"{asked} {word.casefold()}".lstrip()
        if len(longer) > _LONGEST:
            break
        asked = longer
    return asked
