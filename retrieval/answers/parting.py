"""A question that compares, taken apart by a language model into questions that each ask for one side."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from earmark.clean import plain
from earmark.errors import ModelCallError
from earmark.language.words import content_terms
from retrieval.answers.nearness import unheld
from retrieval.answers.searches import without_conditions
from retrieval.answers.sides import MOST_SIDES

if TYPE_CHECKING:
    from earmark.ports import ChatModel

__all__ = ["QuestionPart", "compares", "parted"]

_LONGEST = 200
_LABEL = 60
_COMPARING = re.compile(
    r"\b(?:compar\w+|contrast\w*|differ\w*|versus|vs|(?:dis)?agree\w*|both|between|similar\w*|opposite|unlike|whereas"
    r"|than|either|trade-?offs?)\b",
    re.IGNORECASE,
)
_LINE = re.compile(rf"^\W*(?P<label>[^:\n]{{1,{_LABEL}}}?)\s*:\s*(?P<question>\S.*)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionPart:
    """One side of a question, by its name there, and what is asked of it."""

    label: str
    question: str


def compares(question: str) -> bool:
    """Whether a question has a word of comparing, so that it is worth a call to have it taken apart."""
    return bool(_COMPARING.search(question))


def parted(question: str, chat: ChatModel) -> tuple[QuestionPart, ...]:
    """The parts of a question, two to four; none where it has one part, or the model fails or adds names or numbers."""
    try:
        reply = chat.complete(_system(), f"Question: {plain(question)}", max_tokens=200)
    except ModelCallError:
        return ()
    parts: dict[str, QuestionPart] = {}
    for line in plain(reply, newlines=True).splitlines():
        if matched := _LINE.match(line):
            label, asked = (without_conditions(matched[name]) for name in ("label", "question"))
            fit = content_terms(asked) and len(asked) <= _LONGEST and not unheld(f"so {label}. {asked}", [question])
            if label and fit:
                parts.setdefault(label.casefold(), QuestionPart(label=label, question=asked))
    return tuple(parts.values())[:MOST_SIDES] if len(parts) > 1 else ()


@cache
def _system() -> str:
    return files("retrieval.prompts").joinpath("parts.md").read_text(encoding="utf-8")
