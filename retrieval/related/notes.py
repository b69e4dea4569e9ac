"""The relations between insights as a language model states them; only what both texts carry is kept."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from pydantic import BaseModel, Field, ValidationError

from earmark.clean import plain
from earmark.errors import ModelCallError
from earmark.language.numbers import figures
from earmark.language.words import content_terms
from retrieval.answers.checked import bare_text, has_address
from retrieval.related.stance import RELATIONS

if TYPE_CHECKING:
    from earmark.ports import ChatModel
    from earmark.types import Insight

__all__ = ["RelationNote", "notes_by"]

_MAX_TOKENS = 900
_TEXT = 600
"""Characters of claim and body that the model sees of each."""
_LONGEST = 180
_FENCE = "-----"


@dataclass(frozen=True, slots=True, kw_only=True)
class RelationNote:
    """What a reader is told: ``relation`` is one of four words, or empty if unsure; ``why`` is one line."""

    relation: str
    why: str


class _Entry(BaseModel):
    n: int
    relation: str = Field(default="", max_length=40)
    why: str = Field(default="", max_length=1_000)


class _RelationReply(BaseModel):
    entries: list[_Entry] = Field(default_factory=list, max_length=100)


_SCHEMA: dict[str, object] = {
    "type": "object",
    "properties": {
        "entries": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "n": {"type": "integer"},
                    "relation": {"type": "string", "enum": [*RELATIONS, ""]},
                    "why": {"type": "string"},
                },
                "required": ["n", "relation", "why"],
                "additionalProperties": False,
            },
        }
    },
    "required": ["entries"],
    "additionalProperties": False,
}


def notes_by(chat: ChatModel, insight: Insight, others: Sequence[Insight]) -> dict[str, RelationNote]:
    """The model's word on each entry, by insight id, from one call; entries that do not pass are left out.

    An entry passes where it names a number that was given, once; its ``why`` is one line without addresses that shares a
    content word with the insight at hand and one with the other, and has no number that neither has. A relation that is
    none of the four is empty.

    Raises:
        ModelCallError: the model failed, or its reply has not the form that was asked for.
    """
    reply = chat.complete_json(_system(), _user(insight, others), schema=_SCHEMA, max_tokens=_MAX_TOKENS)
    try:
        entries = _RelationReply.model_validate(reply).entries
    except ValidationError as error:
        raise ModelCallError("the reply has not the form that was asked for", subject=chat.name) from error
    notes: dict[str, RelationNote] = {}
    for entry in entries:
        if 1 <= entry.n <= len(others) and others[entry.n - 1].id not in notes:
            other = others[entry.n - 1]
            why = _checked(entry.why, insight, other)
            if why:
                relation = entry.relation.strip().lower()
                notes[other.id] = RelationNote(relation=relation if relation in set(RELATIONS) else "", why=why)
    return notes


def _checked(text: str, insight: Insight, other: Insight) -> str:
    """The line as it may be shown; empty if it may not."""
    if has_address(text):
        return ""
    line = " ".join(bare_text(plain(text)).split())
    if has_address(line):  # markup in the midst of one had hidden it
        return ""
    held = set(content_terms(line))
    mine, yours = (set(content_terms(_text(said))) for said in (insight, other))
    known = figures(_text(insight)) | figures(_text(other))
    if len(line) > _LONGEST or not held & mine or not held & yours or figures(line) - known:
        return ""
    return line


def _text(insight: Insight) -> str:
    return f"{insight.claim}\n{insight.body}"


def _user(insight: Insight, others: Sequence[Insight]) -> str:
    listed = [{"n": n, "text": _text(other)[:_TEXT]} for n, other in enumerate(others, 1)]
    data = json.dumps({"insight": _text(insight)[:_TEXT], "others": listed}, ensure_ascii=False)
    return f"{_FENCE}\n{data.replace(_FENCE, '')}\n{_FENCE}"


@cache
def _system() -> str:
    return files("retrieval").joinpath("prompts/relation.md").read_text("utf-8")
