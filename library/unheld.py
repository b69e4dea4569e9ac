"""Waiting for a language model without keeping the index from other commands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from earmark.ports import ChatModel

__all__ = ["UnheldChat"]


class UnheldChat:
    """A language model that is waited for while other processes may have the index.

    Args:
        chat: the model.
        release: lets go of the index; whoever needs it afterwards takes it again.
    """

    def __init__(self, chat: ChatModel, release: Callable[[], None]) -> None:
        self._chat = chat
        self._release = release

    @property
    def name(self) -> str:
        """The model's name."""
        return self._chat.name

    def complete(self, system: str, user: str, *, max_tokens: int = 1024) -> str:
        """The reply as text; raises ``ModelCallError``."""
        self._release()
        return self._chat.complete(system, user, max_tokens=max_tokens)

    def complete_json(self, system: str, user: str, *, schema: dict[str, object], max_tokens: int = 1024) -> object:
        """The reply parsed as JSON that was asked to fit ``schema``; raises ``ModelCallError``."""
        self._release()
        return self._chat.complete_json(system, user, schema=schema, max_tokens=max_tokens)

    def stream(self, system: str, user: str, *, max_tokens: int = 1024) -> Iterator[str]:
        """The reply in pieces, as it comes; raises ``ModelCallError``, perhaps after some pieces."""
        self._release()
        yield from self._chat.stream(system, user, max_tokens=max_tokens)
