"""Searches, questions and the conversations they make."""

from __future__ import annotations

from ui.capabilities.reasons import ONCE, READING_ONLY
from ui.capabilities.rows import Capability, Omission

__all__ = ["ASKING"]

ASKING: tuple[Capability, ...] = (
    Capability(
        name="search",
        about="The moments that answer a query best, with facets and the query as it was understood",
        library=("search.page", "search.hits"),
        rest="GET /search",
        mcp="search",
        cli=("search",),
    ),
    Capability(
        name="search_insights",
        about="The insights that fit a query best",
        library=("insights.search",),
        rest="GET /search/insights",
        mcp="search_insights",
        cli=Omission("`earmark search` finds the moments, `earmark themes` the ideas about one thing"),
    ),
    Capability(
        name="ask",
        about="An answer in which every sentence cites what was said, or one that abstains",
        library=("answers.ask",),
        rest="POST /ask",
        mcp="ask",
        cli=("ask",),
    ),
    Capability(
        name="ask_stream",
        about="The same answer as it grows, as server-sent events: answer, answer, … done",
        library=("answers.stream",),
        rest="POST /ask/stream",
        mcp=ONCE,
        cli=("ask",),
    ),
    Capability(
        name="chat",
        about="The same answers in OpenAI's form, for clients that take the library for a model",
        library=("answers.ask", "answers.stream"),
        rest=Omission("it has addresses of its own: /v1/models and /v1/chat/completions"),
        mcp=Omission("assistants that know tools have ask"),
        cli=Omission("it is for clients over HTTP; a terminal has `earmark ask`"),
    ),
    Capability(
        name="conversations",
        about="The conversations that are kept, most recently used first",
        library=("conversations.newest",),
        rest="GET /conversations",
        mcp=Omission("what a reader asked elsewhere is no model's business"),
        cli=("conversations",),
    ),
    Capability(
        name="conversation",
        about="One conversation with its questions and answers, oldest first",
        library=("conversations.get",),
        rest="GET /conversations/{conversation_id}",
        mcp=Omission("what a reader asked elsewhere is no model's business"),
        cli=("conversations",),
    ),
    Capability(
        name="rename_conversation",
        about="Gives a conversation another title",
        library=("conversations.rename",),
        rest="PATCH /conversations/{conversation_id}",
        mcp=READING_ONLY,
        cli=("conversations",),
    ),
    Capability(
        name="forget_conversation",
        about="Removes a conversation with all that was asked in it",
        library=("conversations.forget",),
        rest="DELETE /conversations/{conversation_id}",
        mcp=READING_ONLY,
        cli=("conversations",),
    ),
)
