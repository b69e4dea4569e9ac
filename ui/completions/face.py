"""OpenAI's form of a language model as a face of the app: ``/v1/models`` and ``/v1/chat/completions``.

Open WebUI and other clients of that form can take the library for a model. Its answers are those of ``/api/v1/ask``.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from earmark.errors import EarmarkError, NotFound, UsageError
from earmark.types import Answer, Question
from library.remote import LONGEST
from ui.access.door import Door, library_of
from ui.access.statuses import headers_of, status_of
from ui.completions.markdown import body, sources
from ui.completions.schemas import MODEL, ChatRequest, question_in
from ui.face import Face
from ui.streams import begun

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from library.ports import LibraryPort
    from ui.access.gate import Gate
    from ui.face import AppContext

__all__ = ["chat_routes", "make_face"]

_MOST_BYTES = 1_000_000


def make_face(context: AppContext) -> Face:
    """``/v1``, for callers that the app's gate admits."""
    return Face(routes=tuple(chat_routes(context.gate)), own_doors=("/v1",))


def chat_routes(gate: Gate) -> list[Route]:
    """The routes behind a gate."""

    def guarded(path: str, endpoint: ASGIApp, method: str) -> Route:
        return Route(path, Door(endpoint, gate, _refusal), methods=[method])

    return [
        guarded("/v1/models", _models, "GET"),
        guarded("/v1/models/{model}", _models, "GET"),
        guarded("/v1/chat/completions", _completions, "POST"),
    ]


async def _models(scope: Any, receive: Any, send: Any) -> None:
    wanted = scope["path_params"].get("model", MODEL)
    described = {"id": MODEL, "object": "model", "created": 0, "owned_by": "earmark"}
    if wanted != MODEL:
        await _refusal(_unknown(wanted))(scope, receive, send)
        return
    alone = "model" in scope["path_params"]
    answer = JSONResponse(described if alone else {"object": "list", "data": [described]})
    await answer(scope, receive, send)


async def _completions(scope: Any, receive: Any, send: Any) -> None:
    try:
        request = await _read(Request(scope, receive))
        answer = await run_in_threadpool(_answer, library_of(scope), request)
    except EarmarkError as error:
        answer = _refusal(error)
    await answer(scope, receive, send)


async def _read(request: Request) -> ChatRequest:
    """The request that a body holds; raises ``UsageError``."""
    given = bytearray()
    async for part in request.stream():
        given += part
        if len(given) > _MOST_BYTES:
            raise UsageError("is too long", subject="messages")
    try:
        wanted = ChatRequest.model_validate_json(bytes(given))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise UsageError(str(first["msg"]), subject=".".join(str(part) for part in first["loc"]) or "body") from None
    if wanted.model != MODEL:
        raise _unknown(wanted.model)
    return wanted


def _answer(library: LibraryPort, request: ChatRequest) -> Response:
    question = question_in(request)
    if not question:
        raise UsageError("the user says nothing", subject="messages")
    asked = Question(text=question[:LONGEST])
    named = {"id": f"chatcmpl-{secrets.token_hex(8)}", "created": int(library.clock.now().timestamp()), "model": MODEL}
    if request.stream:
        answers = begun(library.answers.stream(asked))
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(_chunks(named, answers), media_type="text/event-stream", headers=headers)
    answer = library.answers.ask(asked)
    message = {"role": "assistant", "content": body(answer) + sources(answer)}
    choice = {"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}
    return JSONResponse({**named, "object": "chat.completion", "choices": [choice]})


def _chunks(named: dict[str, Any], answers: Iterable[Answer]) -> Iterator[str]:
    """The answer in pieces as it grows. Every chunk has a choice: there are clients that stumble over one without."""

    def chunk(delta: dict[str, str], finish: str | None = None) -> str:
        choice = {"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}
        return f"data: {json.dumps({**named, 'object': 'chat.completion.chunk', 'choices': [choice]})}\n\n"

    yield chunk({"role": "assistant", "content": ""})
    told = ""
    last: Answer | None = None
    try:
        for last in answers:
            text = body(last)
            if text.startswith(told):
                yield chunk({"content": text[len(told) :]})
                told = text
    except EarmarkError as error:
        yield f"data: {json.dumps(_error_document(error))}\n\n"
        yield "data: [DONE]\n\n"
        return
    if last is not None:
        whole = body(last)
        # An answer that was rewritten while it grew is told once more, whole.
        ending = "" if told == whole else f"\n\n{whole}"
        yield chunk({"content": ending + sources(last)})
    yield chunk({}, "stop")
    yield "data: [DONE]\n\n"


def _unknown(model: str) -> NotFound:
    return NotFound(f"there is no such model; the library is called {MODEL}", subject=model)


def _refusal(error: EarmarkError) -> Response:
    return JSONResponse(_error_document(error), status_of(error), headers_of(error))


def _error_document(error: EarmarkError) -> dict[str, Any]:
    """An error as clients of that form read it."""
    kind = "invalid_request_error" if isinstance(error, UsageError) else "server_error"
    return {"error": {"message": str(error), "type": kind, "param": None, "code": type(error).__name__}}
