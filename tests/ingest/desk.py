"""A chat model by hand: it answers each kind of prompt of the extractor from what a test puts down for it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from earmark.errors import ModelCallError

KINDS = {
    "You are the first reader": "candidates",
    "You are the editor": "choice",
    "You write the ideas": "writing",
    "You wrote the ideas": "repair",
    "You check what a writer": "check",
}


class Desk:
    """``answers`` maps a kind of prompt to a reply or to a function of the user message; what is missing is answered by rule.

    By rule: no candidates; all candidates chosen in the order listed; the quote itself as claim; every check passed.
    ``fail`` is called with the number of each call and may raise.
    """

    name = "desk-1"

    def __init__(self, fail: Callable[[int], None] | None = None, **answers: Any) -> None:
        self.answers = answers
        self.asked: list[tuple[str, str, str]] = []
        self._fail = fail or (lambda _: None)

    def complete(self, system: str, user: str, *, max_tokens: int = 1024) -> str:
        raise AssertionError("JSON is asked for")

    def stream(self, system: str, user: str, *, max_tokens: int = 1024) -> Iterator[str]:
        raise AssertionError("JSON is asked for")

    def complete_json(self, system: str, user: str, *, schema: dict[str, object], max_tokens: int = 1024) -> object:
        kind = next(kind for opening, kind in KINDS.items() if system.startswith(opening))
        self.asked.append((kind, system, user))
        self._fail(len(self.asked))
        answer = self.answers.get(kind, getattr(self, f"_{kind}"))
        reply = answer(user) if callable(answer) else answer
        if isinstance(reply, ModelCallError):
            raise reply
        return reply

    def kinds(self) -> list[str]:
        return [kind for kind, _, _ in self.asked]

    @staticmethod
    def _candidates(user: str) -> object:
        return {"candidates": []}

    @staticmethod
    def _choice(user: str) -> object:
        return {"chosen": [{"id": number, "same": []} for number in listed(user)]}

    @staticmethod
    def _writing(user: str) -> object:
        quotes = re.findall(r"»(?:[A-Z][\w .]*: )?(.*?)«", user, re.DOTALL)
        return {
            "ideas": [
                {"id": number, "headline": "An idea", "claim": quote, "body": ""}
                for number, quote in zip(listed(user), quotes, strict=True)
            ]
        }

    _repair = _writing

    @staticmethod
    def _check(user: str) -> object:
        return {
            "verdicts": [
                {"id": n, "carries": "yes", "headline": "yes", "holds": "holds", "body": "yes"} for n in listed(user)
            ]
        }


def listed(user: str) -> list[int]:
    """The numbers in brackets at the beginnings of lines."""
    return [int(number) for number in re.findall(r"^\[(\d+)\]", user, re.MULTILINE)]


def pointing_at(*quotes: str, kind: str = "claim") -> Callable[[str], dict[str, Any]]:
    """Answers a window with the sentences that begin with these words, where the window has them."""

    def answer(user: str) -> dict[str, Any]:
        lines = re.findall(r"^\[(\d+)\] (?:[A-Z][\w .]*: |– )?(.*)$", user, re.MULTILINE)
        numbers = [int(number) for number, text in lines if text.startswith(quotes)]
        return {"candidates": [{"first": n, "last": n, "kind": kind, "point": f"sentence {n}"} for n in numbers]}

    return answer
