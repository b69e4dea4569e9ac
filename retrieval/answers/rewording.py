"""A question asked once more in other words, where the library did not answer the first."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from earmark.clean import plain
from earmark.errors import ModelCallError
from earmark.language.words import content_terms, words
from retrieval.answers.nearness import unheld
from retrieval.answers.searches import without_conditions

if TYPE_CHECKING:
    from earmark.ports import ChatModel

__all__ = ["reworded"]

_LONGEST = 300
_INITIALS = re.compile(r"[A-Z]{3,6}")
_SMALL = frozenset(("of", "the", "and", "for", "in", "on", "to", "a"))
"""Words that initials mostly leave out."""


def reworded(question: str, chat: ChatModel) -> str:
    """The question in a language model's words; empty where it fails, says nothing else, or adds names or numbers."""
    try:
        reply = chat.complete(_system(), f"Question: {plain(question)}", max_tokens=120)
    except ModelCallError:
        return ""
    text = without_conditions(plain(reply.strip().splitlines()[0] if reply.strip() else ""))
    same = set(content_terms(text)) <= set(content_terms(question))
    invented = _beyond_initials(unheld(text, [question]), question) or _beyond_initials(unheld(question, [text]), text)
    return "" if not text or len(text) > _LONGEST or same or invented else text


def _beyond_initials(names: Sequence[str], other: str) -> list[str]:
    """The names but for those that another text has by their initials, or spells out: "FAA", "Federal Aviation Administration"."""
    tokens = [word for word in words(other) if word.casefold() not in _SMALL]
    spelled = {word for word in names if _INITIALS.fullmatch(word) and _has_run(word, tokens)}
    rest = [word for word in names if word not in spelled]
    short = next((word for word in tokens if _INITIALS.fullmatch(word) and _has_run(word, rest)), "")
    return [] if short and len(short) == len(rest) else rest


def _has_run(initials: str, tokens: Sequence[str]) -> bool:
    """Whether words in a row begin with the letters of initials."""
    letters = "".join(word[0] for word in tokens).casefold()
    return initials.casefold() in letters


@cache
def _system() -> str:
    return files("retrieval.prompts").joinpath("again.md").read_text(encoding="utf-8")
