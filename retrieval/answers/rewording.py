"""A question asked once more in other words, where the library did not answer the first."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from earmark.clean import plain
from earmark.errors import ModelCallError
from earmark.language.words import content_terms
from retrieval.answers.nearness import unheld

if TYPE_CHECKING:
    from earmark.ports import ChatModel

__all__ = ["reworded"]

_LONGEST = 300


def reworded(question: str, chat: ChatModel) -> str:
    """The question in a language model's words; empty where it fails, says nothing else, or adds names or numbers."""
    try:
        reply = chat.complete(_system(), f"Question: {plain(question)}", max_tokens=120)
    except ModelCallError:
        return ""
    text = plain(reply.strip().splitlines()[0] if reply.strip() else "").strip("\"“”' ")
    same = set(content_terms(text)) <= set(content_terms(question))
    invented = unheld(text, [question]) or unheld(question, [text])
    return "" if not text or len(text) > _LONGEST or same or invented else text


@cache
def _system() -> str:
    return files("retrieval.prompts").joinpath("again.md").read_text(encoding="utf-8")
