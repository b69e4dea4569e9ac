"""The relations between things said as a language model states them; only what both texts carry is kept."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from pydantic import BaseModel, Field, ValidationError

from earmark.clean import cut, plain
from earmark.errors import ModelCallError
from earmark.ids import content_hash
from earmark.language.numbers import figures
from earmark.language.words import content_terms
from earmark.relations import Relation
from retrieval.answers.checked import bare_text, has_address

if TYPE_CHECKING:
    from earmark.ports import ChatModel
    from retrieval.related.remarks import Remark

__all__ = ["UNRELATED", "RelationNote", "notes_by", "prompt_version"]

UNRELATED = "unrelated"
_TOKENS = 100
"""Tokens of a reply for each entry, a line of 25 words with its frame twice over."""
_TEXT, _AROUND = 400, 500
"""Characters that the model sees of what was said, and of what was said around it."""
_NAME = 80
_LONGEST = 180
_FENCE = "-----"
_KNOWN = frozenset([*(relation.value for relation in Relation), UNRELATED])


@dataclass(frozen=True, slots=True, kw_only=True)
class RelationNote:
    """What a reader is told: ``relation`` is a value of `Relation` or `UNRELATED`, empty if unsure; ``why`` is one line."""

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
                    "relation": {"type": "string", "enum": [*(relation.value for relation in Relation), UNRELATED, ""]},
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


def notes_by(chat: ChatModel, own: Remark, others: Sequence[Remark]) -> dict[str, RelationNote]:
    """The model's word on each entry, by its key, from one call; entries that do not pass are left out.

    An entry passes if it names a number that was given, once. Its ``why`` is kept if it is one line without addresses that
    shares a content word with either text and has no number that neither has; else it is empty. A relation that is no
    known word is empty, and without a line such an entry does not pass.

    Raises:
        ModelCallError: the model failed, or its reply has not the form that was asked for.
    """
    reply = chat.complete_json(_system(), _user(own, others), schema=_SCHEMA, max_tokens=_TOKENS * (len(others) + 1))
    try:
        entries = _RelationReply.model_validate(reply).entries
    except ValidationError as error:
        raise ModelCallError("the reply has not the form that was asked for", subject=chat.name) from error
    notes: dict[str, RelationNote] = {}
    for entry in entries:
        if 1 <= entry.n <= len(others) and others[entry.n - 1].key not in notes:
            other = others[entry.n - 1]
            why = _checked(entry.why, own, other)
            relation = entry.relation.strip().lower()
            relation = relation if relation in _KNOWN else ""
            if why or relation:
                notes[other.key] = RelationNote(relation=relation, why="" if relation == UNRELATED else why)
    return notes


def prompt_version() -> str:
    """What changes when the prompt does."""
    return content_hash("relation prompt", _system())


def _checked(text: str, own: Remark, other: Remark) -> str:
    """The line as it may be shown; empty where it may not."""
    if has_address(text):
        return ""
    line = " ".join(bare_text(plain(text)).split())
    if has_address(line):  # markup in the midst of one had hidden it
        return ""
    held = set(content_terms(line))
    mine, yours = (set(content_terms(_read(remark))) for remark in (own, other))
    known = figures(_read(own)) | figures(_read(other))
    if len(line) > _LONGEST or not held & mine or not held & yours or figures(line) - known:
        return ""
    return line


def _read(remark: Remark) -> str:
    return f"{remark.text}\n{remark.around}"


def _user(own: Remark, others: Sequence[Remark]) -> str:
    listed = [{"n": n, **_shown(other)} for n, other in enumerate(others, 1)]
    data = json.dumps({"insight": _shown(own), "others": listed}, ensure_ascii=False)
    return f"{_FENCE}\n{data.replace(_FENCE, '')}\n{_FENCE}"


def _shown(remark: Remark) -> Mapping[str, str]:
    parts = {
        "show": cut(plain(remark.show), _NAME),
        "speaker": cut(plain(remark.speaker or ""), _NAME),
        "date": remark.published.date().isoformat() if remark.published else "",
        "text": remark.text[:_TEXT],
        "around": remark.around[:_AROUND],
    }
    return {name: part for name, part in parts.items() if part}


@cache
def _system() -> str:
    return files("retrieval").joinpath("prompts/relation.md").read_text("utf-8")
