"""Conversations, and how the library stands."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path
from starlette.requests import Request
from starlette.responses import Response

from earmark.errors import NotFound
from ui.access.door import caller_of
from ui.access.gate import Refused
from ui.api.answering import answer, page
from ui.api.params import Cursor, Limit, Theirs
from ui.api.schemas import TitleBody

__all__ = [
    "conversation",
    "conversations",
    "forget_conversation",
    "reindex",
    "rename_conversation",
    "schedule",
    "status",
]

TalkId = Annotated[str, Path(max_length=64, description="an id")]


def conversations(request: Request, library: Theirs, cursor: Cursor = "", limit: Limit = 50) -> Response:
    """A conversation is made by asking in it."""
    return page(request, library.conversations.newest(), cursor, limit, lambda talk: talk.id)


def conversation(request: Request, library: Theirs, conversation_id: TalkId) -> Response:
    """With the answers as they were given."""
    talk, turns = library.conversations.get(conversation_id)
    return answer(request, {"conversation": talk, "turns": turns})


def rename_conversation(request: Request, library: Theirs, conversation_id: TalkId, body: TitleBody) -> Response:
    """The conversation under its new title."""
    library.conversations.rename(conversation_id, body.title)
    return answer(request, library.conversations.get(conversation_id)[0])


def forget_conversation(library: Theirs, conversation_id: TalkId) -> Response:
    """It cannot be brought back."""
    if not library.conversations.forget([conversation_id]):
        raise NotFound("no conversation has this id", subject=conversation_id)
    return Response(status_code=204)


def schedule(request: Request, library: Theirs) -> Response:
    """Of all readers for an owner, else of the reader who asks. Times are in UTC; `timezone` is the reader's."""
    return answer(request, library.schedule.status())


def status(request: Request, library: Theirs) -> Response:
    """`failures` are those of episodes, `feed_failures` those of feeds."""
    return answer(request, library.status())


def reindex(request: Request, library: Theirs) -> Response:
    """Only for commands of this library's own user: it keeps a processor busy for minutes."""
    if not caller_of(request.scope).own:
        raise Refused("only `earmark reindex` may ask for this", subject="index", status=403)
    return answer(request, library.index.rebuild())
