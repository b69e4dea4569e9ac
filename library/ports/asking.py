"""Searches, questions and conversations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Protocol

from earmark.types import Answer, Conversation, Filters, Hit, Question, Turn

if TYPE_CHECKING:
    from library.values import SearchPage

__all__ = ["AnswersPort", "ConversationsPort", "SearchPort"]


class SearchPort(Protocol):
    """`library.search.Search`."""

    def hits(self, query: str, *, filters: Filters | None = None, limit: int = 10) -> list[Hit]:
        """The best moments."""
        ...

    def page(self, query: str, *, filters: Filters | None = None, limit: int = 10, correct: bool = True) -> SearchPage:
        """The best moments with their facets."""
        ...


class AnswersPort(Protocol):
    """`library.answers.Answers`."""

    def ask(self, question: Question) -> Answer:
        """An answer."""
        ...

    def stream(self, question: Question) -> Iterator[Answer]:
        """The answer as it grows."""
        ...


class ConversationsPort(Protocol):
    """`library.answers.Conversations`."""

    def newest(self, *, limit: int | None = None) -> list[Conversation]:
        """Saved conversations, most recently used first."""
        ...

    def get(self, conversation_id: str) -> tuple[Conversation, list[Turn]]:
        """A conversation with its questions and answers."""
        ...

    def rename(self, conversation_id: str, title: str) -> None:
        """Gives it another title."""
        ...

    def forget(self, conversation_ids: Sequence[str]) -> int:
        """Removes conversations."""
        ...
