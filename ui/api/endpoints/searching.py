"""Searching, and questions: the whole answer, or the answer while it is being written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated

from fastapi import Query
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from earmark.documents import document
from earmark.errors import EarmarkError
from earmark.types import Answer, Question
from library.events import event
from library.ports import LibraryPort
from ui.api.answering import answer
from ui.api.params import Limit, Narrowed, Theirs, Wanted, filters
from ui.api.problems import problem_document, unexpected
from ui.api.schemas import AskBody
from ui.streams import begun

__all__ = ["ask", "ask_stream", "search", "search_insights"]


def search(
    request: Request,
    library: Theirs,
    narrowed: Narrowed,
    q: Wanted,
    limit: Limit = 10,
    correct: Annotated[bool, Query(description="put names right that are typed nearly right")] = True,
) -> Response:
    """Words match by meaning and by letter; `query` says how they were understood."""
    return answer(request, library.search.page(q, filters=narrowed, limit=limit, correct=correct))


def search_insights(request: Request, library: Theirs, narrowed: Narrowed, q: Wanted, limit: Limit = 10) -> Response:
    """By meaning and by words."""
    return answer(request, library.insights.search(q, filters=narrowed, limit=limit))


def ask(request: Request, library: Theirs, body: AskBody) -> Response:
    """`citations[n].url` leads to the second at which `[n]` was said."""
    return answer(request, library.answers.ask(_question(library, body)))


def ask_stream(library: Theirs, body: AskBody) -> Response:
    """Each `answer` event is the whole answer so far and takes the place of the one before; `done` is the last one, `error` says what broke it off."""
    answers = begun(library.answers.stream(_question(library, body)))
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(_events(answers), media_type="text/event-stream", headers=headers)


def _events(answers: Iterable[Answer]) -> Iterator[str]:
    last: Answer | None = None
    try:
        for last in answers:
            yield event("answer", document(result=last))
    except EarmarkError as error:
        yield event("error", problem_document(error))
        return
    except Exception as error:  # noqa: BLE001 - the border: whatever it is, the reader is told, and the log says why
        yield event("error", problem_document(unexpected("an answer", error)))
        return
    if last is not None:
        yield event("done", document(result=last))


def _question(library: LibraryPort, body: AskBody) -> Question:
    return Question(
        text=body.question,
        filters=filters(
            library,
            shows=body.shows,
            speakers=body.speakers,
            episodes=body.episodes,
            after=body.after,
            before=body.before,
        ),
        conversation=body.conversation,
        narrowing=body.narrowing,
    )
