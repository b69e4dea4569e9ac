"""An answer written by a language model, of which only what its evidence carries is kept."""

from __future__ import annotations

import math
import re
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from pydantic import BaseModel, Field, ValidationError

from earmark.clean import plain
from earmark.errors import ModelCallError
from earmark.types import Answer, Hit
from retrieval.evidence import Evidence, best_of, citation
from retrieval.terms import content_terms

if TYPE_CHECKING:
    from earmark.ports import ChatModel

__all__ = ["written_answer"]

_PASSAGES = 8
_MAX_TOKENS = 700
_SHARED, _SHARE = 2, 0.34
"""Content words, and the share of its own, that a sentence must have in common with what it cites."""
_URL = re.compile(r"(?:\b[a-z][a-z0-9+.-]{1,15}://|\bwww\.)\S+|\b(?:javascript|data|mailto):\S+", re.IGNORECASE)
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_MARK = re.compile(r"\[\s*\d+(?:\s*,\s*\d+)*\s*\]|[<>`*#|]")
_FENCE = "-----"


class _Sentence(BaseModel):
    text: str = Field(max_length=2_000)
    cites: list[int] = Field(max_length=20)


class _Reply(BaseModel):
    answered: bool
    sentences: list[_Sentence] = Field(default_factory=list, max_length=20)


_SCHEMA: dict[str, object] = {
    "type": "object",
    "properties": {
        "answered": {"type": "boolean"},
        "sentences": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"text": {"type": "string"}, "cites": {"type": "array", "items": {"type": "integer"}}},
                "required": ["text", "cites"],
                "additionalProperties": False,
            },
        },
    },
    "required": ["answered", "sentences"],
    "additionalProperties": False,
}


def written_answer(evidence: Evidence, chat: ChatModel) -> Answer | None:
    """The model's answer, or one that abstains where the model says that the evidence does not answer.

    A sentence is dropped that cites nothing it was given or shares no content words with what it cites; links and
    markup are taken out. ``None`` where nothing is left.

    Raises:
        ModelCallError: the model failed, or its reply is not what was asked for.
    """
    hits = evidence.hits[:_PASSAGES]
    reply = chat.complete_json(_system(), _user(evidence.question, hits), schema=_SCHEMA, max_tokens=_MAX_TOKENS)
    try:
        parsed = _Reply.model_validate(reply)
    except ValidationError as error:
        raise ModelCallError("answered something that is not an answer", subject=chat.name) from error
    if not parsed.answered:
        return Answer(question=evidence.question, answer="", abstained=True, writer=chat.name)
    kept = []
    numbers: dict[int, int] = {}  # the passage's number as the model had it: as the reader sees it
    for sentence in parsed.sentences:
        text = _cleaned(sentence.text)
        cites = [n for n in dict.fromkeys(sentence.cites) if 1 <= n <= len(hits) and _carries(hits[n - 1], text)]
        if not text or not cites:
            continue
        marks = "".join(f"[{numbers.setdefault(n, len(numbers) + 1)}]" for n in cites)
        kept.append(f"{text} {marks}")
    if not kept:
        return None
    citations = []
    for theirs, ours in numbers.items():
        hit = hits[theirs - 1]
        best = best_of(hit, evidence.sentences, evidence.scores)
        quote, start_s = (best.text, best.start_s) if best else (hit.text, hit.start_s)
        citations.append(citation(ours, hit, quote, start_s))
    return Answer(
        question=evidence.question,
        answer=" ".join(kept),
        abstained=False,
        citations=tuple(citations),
        writer=chat.name,
    )


@cache
def _system() -> str:
    return files("retrieval.prompts").joinpath("answer.md").read_text(encoding="utf-8")


def _user(question: str, hits: tuple[Hit, ...]) -> str:
    """Question and passages; what could look like the fence is taken out of them."""
    blocks = []
    for n, hit in enumerate(hits, 1):
        head = plain(f"{hit.show} — {hit.episode} — {hit.speaker or 'unknown speaker'}")
        body = plain(hit.text)
        blocks.append(f"{_FENCE} passage {n}\n" + f"{head}\n{body}".replace(_FENCE, "—"))
    return f"Question: {question}\n\n" + "\n".join(blocks) + f"\n{_FENCE} end of passages\n\nQuestion again: {question}"


def _cleaned(text: str) -> str:
    """Plain words: links keep their label, addresses and marks go."""
    bare = _URL.sub("", _LINK.sub(r"\1", plain(text)))
    return re.sub(r"\s+([.,;:!?])", r"\1", " ".join(_MARK.sub("", bare).split())).strip(" ()")


def _carries(hit: Hit, text: str) -> bool:
    """Whether a passage can be what a sentence rests on: it has a good part of its content words."""
    own = set(content_terms(text))
    held = set(content_terms(f"{hit.speaker or ''} {hit.text}"))
    return len(own & held) >= max(min(_SHARED, len(own)), math.ceil(_SHARE * len(own)), 1)
