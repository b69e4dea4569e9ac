"""Questions over REST: ``/api/ask`` gives the whole answer, ``/api/ask/stream`` the same while it is being written."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse

from earmark.documents import document
from earmark.error_documents import dump_error
from earmark.errors import EarmarkError, UsageError
from earmark.types import Question
from library.events import event
from ui.api.queries import filters_of, query_of

if TYPE_CHECKING:
    from starlette.requests import Request

    from earmark.types import Answer
    from library.ports import LibraryPort

__all__ = ["ask", "question_of", "stream"]

_LONGEST_ID = 64

_log = logging.getLogger(__name__)


def ask(library: LibraryPort, request: Request) -> Any:
    """An answer: ``q``, the filters of search, ``c`` (a conversation, in which it is kept) and ``narrowing=0``."""
    return library.answers.ask(question_of(library, request))


async def stream(library: LibraryPort, request: Request) -> StreamingResponse:
    """The same as server-sent events; raises what ``ask`` raises before the first one."""
    answers = library.answers.stream(await run_in_threadpool(question_of, library, request))
    first = await run_in_threadpool(next, answers, None)
    return StreamingResponse(
        _lines(first, answers),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


def _lines(first: Answer | None, rest: Iterator[Answer]) -> Iterator[str]:
    last = first
    try:
        while last is not None:
            yield event("answer", document(result=last))
            following = next(rest, None)
            if following is None:
                break
            last = following
    except EarmarkError as error:
        yield event("error", dump_error(error))
        return
    except Exception:  # noqa: BLE001 - the border: whatever it is, the reader is told, and the log says why
        _log.exception("an answer broke off")
        yield event("error", dump_error(EarmarkError("this went wrong here; the log says why")))
        return
    if last is not None:
        yield event("done", document(result=last))


def question_of(library: LibraryPort, request: Request) -> Question:
    """The question of a request; raises ``UsageError`` if it makes no sense and ``NotFound`` for unknown shows."""
    params = request.query_params
    shows = [library.shows.find(name).id for name in params.getlist("show") if name]
    conversation = params.get("c", "")
    if len(conversation) > _LONGEST_ID or not all(letter.isalnum() or letter in "-_" for letter in conversation):
        raise UsageError(f"takes letters, digits, - and _, at most {_LONGEST_ID}", subject="c")
    return Question(
        text=query_of(params),
        filters=filters_of(params, shows),
        conversation=conversation,
        narrowing=params.get("narrowing", "1") not in {"0", "false", "no"},
    )
