"""The searches that a language model names for a question before it answers: other words, and each of its parts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from earmark.clean import plain
from earmark.errors import ModelCallError
from earmark.language.words import content_terms

if TYPE_CHECKING:
    from earmark.ports import ChatModel

__all__ = ["NamedSearch", "searches_for", "without_conditions"]

_MOST = 4
_LONGEST = 200
_LABEL = 60
_LINE = re.compile(rf"^\W*(?:\d[.)]\s*)?(?P<whose>[^:\n]{{1,{_LABEL}}}?)\s*:\s*(?P<text>\S.*)$")
_OPERATORS = re.compile(r"[:：\"＂“”„‟«»「」『』]")
_SIGN = re.compile(r"(?<!\S)-+(?=\S)")
_ANYONE = re.compile(r"any(?:one|body)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedSearch:
    """What is looked for, and whose words are wanted (empty: anybody's)."""

    text: str
    whose: str = ""


def searches_for(question: str, chat: ChatModel) -> tuple[NamedSearch, ...]:
    """The searches, four at most; none where the model fails or names none."""
    try:
        reply = chat.complete(_system(), f"Question: {plain(question)}", max_tokens=200)
    except ModelCallError:
        return ()
    named: dict[NamedSearch, None] = {}
    for line in plain(reply, newlines=True).splitlines():
        if matched := _LINE.match(line):
            whose, text = (without_conditions(matched[name]) for name in ("whose", "text"))
            if content_terms(text) and len(text) <= _LONGEST:
                named.setdefault(NamedSearch(text=text, whose="" if _ANYONE.fullmatch(whose) else whose))
    return tuple(named)[:_MOST]


def without_conditions(text: str) -> str:
    """Words alone: what a search takes for a condition ("speaker:", "-kelp", OR, a quotation) is none where a model writes it."""
    words = _SIGN.sub("", _OPERATORS.sub(" ", text)).split()
    return " ".join("or" if word == "OR" else word for word in words).strip("'*- ")


@cache
def _system() -> str:
    return files("retrieval.prompts").joinpath("searches.md").read_text(encoding="utf-8")
