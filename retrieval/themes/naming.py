"""A theme's heading written by a language model; only what its insights carry is kept."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from pydantic import BaseModel, Field, ValidationError

from earmark.clean import cut, plain
from earmark.language.words import content_terms
from retrieval.answers.checked import has_address

if TYPE_CHECKING:
    from earmark.ports import ChatModel

__all__ = ["MOST_CALLS", "written_label"]

MOST_CALLS = 40
"""Calls of a language model in one clustering: its largest themes get a written heading, the others one of their terms."""
_CLAIMS = 12
_CLAIM_CHARACTERS = 240
_MAX_TOKENS = 60
_MOST_WORDS = 8
_LONGEST = 60
_MARKUP = re.compile(r"[@<>{}\[\]`|\\]")


class _Reply(BaseModel):
    label: str = Field(max_length=200)


def written_label(chat: ChatModel, claims: Sequence[str], terms: Sequence[str]) -> str:
    """A heading of two to eight words, or an empty text where the model gave none that can be shown.

    Args:
        chat: the model; it is called once.
        claims: the theme's claims, most central first.
        terms: its telling phrases.

    A heading is refused that is empty, long, holds an address or markup, or has a content word that neither claims nor
    terms have in any form: what claims tell the model to write does not get onto the page.

    Raises:
        ModelCallError: the model failed.
    """
    shown = [cut(plain(claim), _CLAIM_CHARACTERS) for claim in claims[:_CLAIMS]]
    lines = [*(f"- {claim}" for claim in shown), "", f"Telling words: {', '.join(plain(term) for term in terms)}"]
    reply = chat.complete_json(_prompt(), "\n".join(lines), schema=_Reply.model_json_schema(), max_tokens=_MAX_TOKENS)
    try:
        label = _Reply.model_validate(reply).label
    except ValidationError:
        return ""
    text = plain(label).strip(" .\"'“”«»*#:-")
    if not text or len(text) > _LONGEST or len(text.split()) > _MOST_WORDS or _MARKUP.search(text) or has_address(text):
        return ""
    held = set(content_terms("\n".join([*claims, *terms])))
    said = content_terms(text)
    if not said or not all(_carried(term, held) for term in said):
        return ""
    return text[0].upper() + text[1:]


def _carried(term: str, held: set[str]) -> bool:
    """Whether a word or another form of it is among those held (*vaccination*, *vaccines*)."""
    if term in held:
        return True
    root = term[: max(4, len(term) - 4)]
    return len(term) > 4 and any(word.startswith(root) for word in held)


@cache
def _prompt() -> str:
    return files("retrieval.prompts").joinpath("theme.md").read_text(encoding="utf-8")
