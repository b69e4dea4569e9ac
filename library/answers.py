"""Questions to the library, answered with citations, and the conversations that they belong to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from earmark.catalog import Catalog
from earmark.catalog.readers import conversations
from earmark.types import Answer, Conversation, Question, Turn

if TYPE_CHECKING:
    from library.owner import Desk

__all__ = ["Answers", "Conversations"]


class Answers:
    """Answers through whichever process owns the index."""

    def __init__(self, desk: Callable[[], Desk]) -> None:
        self._desk = desk

    def ask(self, question: Question) -> Answer:
        """An answer: every sentence cites what was said, or the answer abstains."""
        return self._desk().ask(question)

    def stream(self, question: Question) -> Iterator[Answer]:
        """The answer as it grows; each value replaces the one before, and the last is what `ask` returns."""
        return self._desk().ask_stream(question)


class Conversations:
    """A reader's saved conversations: questions and their answers."""

    def __init__(self, catalog: Catalog, reader_id: str) -> None:
        self._catalog = catalog
        self._reader_id = reader_id

    def newest(self, *, limit: int | None = None) -> list[Conversation]:
        """Saved conversations, most recently used first."""
        with self._catalog.read() as tx:
            return conversations.every(tx, self._reader_id, limit=limit)

    def get(self, conversation_id: str) -> tuple[Conversation, list[Turn]]:
        """A conversation with its questions and answers, oldest first; raises ``NotFound``."""
        with self._catalog.read() as tx:
            mine = conversations.get(tx, self._reader_id, conversation_id)
            return mine, conversations.turns(tx, self._reader_id, conversation_id)

    def rename(self, conversation_id: str, title: str) -> None:
        """Gives a conversation another title; raises ``NotFound``, or ``UsageError`` if the title is empty."""
        with self._catalog.write() as tx:
            conversations.rename(tx, self._reader_id, conversation_id, title)

    def forget(self, conversation_ids: Sequence[str]) -> int:
        """Removes conversations with everything in them; returns how many there were."""
        with self._catalog.write() as tx:
            return conversations.remove(tx, self._reader_id, conversation_ids)
