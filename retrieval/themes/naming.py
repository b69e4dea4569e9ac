"""A theme's heading written by a language model; only what its insights carry is kept, and a refused one is asked for again."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Sequence
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from pydantic import BaseModel, Field, ValidationError

from earmark.clean import cut, plain
from earmark.language.words import content_terms, stem, words
from retrieval.answers.checked import has_address

if TYPE_CHECKING:
    from earmark.ports import ChatModel

__all__ = ["MOST_WRITTEN", "written_label"]

MOST_WRITTEN = 40
"""Themes of one clustering, its largest, whose heading a language model writes; the others get one of their terms. Each is
asked for once, and once more where the first heading was refused."""
_CLAIMS = 12
_CLAIM_CHARACTERS = 240
_MAX_TOKENS = 60
_MOST_WORDS = 8
_LONGEST = 60
_MARKUP = re.compile(r"[@<>{}\[\]`|\\]")


class _Reply(BaseModel):
    label: str = Field(max_length=200)


def written_label(chat: ChatModel, claims: Sequence[str], terms: Sequence[str], *, people: Collection[str] = ()) -> str:
    """A heading of at most eight words, or an empty text where the model gave none that can be shown.

    Args:
        chat: the model. It is called once, and once more with the reason where its heading is refused.
        claims: the theme's claims, most central first.
        terms: its telling phrases.
        people: who is known to speak in the library, by full name.

    A heading is refused that is empty, long, holds an address or markup, says nothing but a person's name, or has a
    content word that neither claims nor terms have in any form: what claims tell the model to write does not get onto
    the page.

    Raises:
        ModelCallError: the model failed.
    """
    shown = [cut(plain(claim), _CLAIM_CHARACTERS) for claim in claims[:_CLAIMS]]
    lines = [*(f"- {claim}" for claim in shown), "", f"Telling words: {', '.join(plain(term) for term in terms)}"]
    held = set(content_terms("\n".join([*claims, *terms])))
    named = {key for name in people if (key := _key(name))}
    text = _asked(chat, lines)
    reason = _refusal(text, held, named)
    if reason:
        again = (
            f"The heading {json.dumps(cut(text, _LONGEST), ensure_ascii=False)} was refused: {reason}. Give another."
        )
        text = _asked(chat, [*lines, "", again])
        if _refusal(text, held, named):
            return ""
    return text[0].upper() + text[1:]


def _asked(chat: ChatModel, lines: Sequence[str]) -> str:
    """What the model gives as a heading, without ornament; empty where its reply has another form."""
    reply = chat.complete_json(_prompt(), "\n".join(lines), schema=_Reply.model_json_schema(), max_tokens=_MAX_TOKENS)
    try:
        label = _Reply.model_validate(reply).label
    except ValidationError:
        return ""
    return plain(label).strip(" .\"'“”«»*#:-")


def _refusal(text: str, held: set[str], people: set[frozenset[str]]) -> str:
    """Why a heading is not shown, as the end of a sentence; empty if it is."""
    said = content_terms(text)
    strange = [term for term in said if not _carried(term, held)]
    reasons = (
        (not text, 'there is none in the field "label"'),
        (
            len(text) > _LONGEST or len(text.split()) > _MOST_WORDS,
            f"it has more than {_MOST_WORDS} words or {_LONGEST} characters",
        ),
        (bool(_MARKUP.search(text)) or has_address(text), "it has an address or markup in it"),
        (not said, "it has no word that names a subject"),
        (bool(strange), f"the statements do not say: {', '.join(strange[:_MOST_WORDS])}"),
        (_key(text) in people, "it is the name of a person, not what was spoken of"),
    )
    return next((reason for refused, reason in reasons if refused), "")


def _key(name: str) -> frozenset[str]:
    return frozenset(stem(word) for word in words(name))


def _carried(term: str, held: set[str]) -> bool:
    """Whether a word or another form of it is among those held (*vaccination*, *vaccines*)."""
    if term in held:
        return True
    root = term[: max(4, len(term) - 4)]
    return len(term) > 4 and any(word.startswith(root) for word in held)


@cache
def _prompt() -> str:
    return files("retrieval.prompts").joinpath("theme.md").read_text(encoding="utf-8")
