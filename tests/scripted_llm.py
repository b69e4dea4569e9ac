"""A language model by script, behind the OpenAI protocol on a real socket: it says what it is told, and misbehaves on request.

with ScriptedLLM() as llm:
    llm.enqueue("hello")                      # the next reply
    llm.enqueue(Status(429, retry_after="0"))  # the one after it
    llm.answer = lambda request: request.user  # once the queue is empty: a function of the request
    ... LlmSettings(model="scripted", base_url=llm.url)
    assert llm.requests[0].response_format == "json_schema"
"""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any

__all__ = ["Hang", "Raw", "Reply", "Request", "Reset", "ScriptedLLM", "Status", "html_page"]


@dataclass(frozen=True, slots=True)
class Request:
    """What a client sent."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]
    raw: bytes = b""

    @property
    def system(self) -> str:
        return "".join(m["content"] for m in self.body.get("messages", ()) if m["role"] in {"system", "developer"})

    @property
    def user(self) -> str:
        return "".join(m["content"] for m in self.body.get("messages", ()) if m["role"] == "user")

    @property
    def response_format(self) -> str:
        """``json_schema``, ``json_object`` or empty."""
        form = self.body.get("response_format")
        return form["type"] if isinstance(form, dict) else str(form or "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A chat completion, with every part that servers get wrong."""

    content: str | None = ""
    finish_reason: str | None = "stop"
    usage: bool = True
    choices: bool = True
    tool_calls: list[dict[str, Any]] | None = None
    refusal: str | None = None
    content_type: str = "application/json"
    done: bool = True
    pieces: int = 3

    def payload(self) -> dict[str, Any]:
        message: dict[str, Any] = {"role": "assistant", "content": self.content}
        message |= {"tool_calls": self.tool_calls} if self.tool_calls else {}
        message |= {"refusal": self.refusal} if self.refusal else {}
        choice = {"index": 0, "message": message, "finish_reason": self.finish_reason}
        body: dict[str, Any] = {"id": "c1", "object": "chat.completion", "created": 0, "model": "scripted"}
        body["choices"] = [choice] if self.choices else []
        if self.usage:
            body["usage"] = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
        return body

    def events(self) -> bytes:
        """The same as server-sent events."""
        text = self.content or ""
        size = max(1, -(-len(text) // self.pieces))
        deltas: list[tuple[dict[str, Any], str | None]] = [
            ({"role": "assistant", "content": text[i : i + size]}, None) for i in range(0, len(text), size)
        ]
        deltas.append(({}, self.finish_reason))
        out = b""
        for delta, finish in deltas:
            choice = {"index": 0, "delta": delta, "finish_reason": finish}
            event = {"id": "c1", "object": "chat.completion.chunk", "created": 0, "model": "scripted"}
            out += b"data: " + json.dumps({**event, "choices": [choice] if self.choices else []}).encode() + b"\n\n"
        return out + (b"data: [DONE]\n\n" if self.done else b"")


@dataclass(frozen=True, slots=True)
class Status:
    """An error status with a message, as JSON."""

    status: int
    message: str = "scripted failure"
    retry_after: str = ""


@dataclass(frozen=True, slots=True)
class Raw:
    """Any bytes at all."""

    body: bytes
    status: int = 200
    content_type: str = "application/json"
    location: str = ""


@dataclass(frozen=True, slots=True)
class Reset:
    """Half of the body, then the connection is reset."""


@dataclass(frozen=True, slots=True)
class Hang:
    """No answer until the server is stopped, or ``seconds`` have passed."""

    seconds: float = 30.0


def html_page(status: int = 200) -> Raw:
    """What a proxy in between answers."""
    return Raw(b"<html><body><h1>Bad gateway</h1></body></html>", status, "text/html")


Answer = str | Reply | Status | Raw | Reset | Hang


@dataclass
class ScriptedLLM:
    """The server; a context manager. ``refuse_formats`` maps a ``response_format`` type to the status it is refused with."""

    answer: Callable[[Request], Answer] | Answer = "ok"
    refuse_formats: dict[str, int] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._queue: deque[Answer | Callable[[Request], Answer]] = deque()
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.script = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def url(self) -> str:
        """The base URL for clients."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def enqueue(self, *answers: Answer | Callable[[Request], Answer]) -> None:
        """Adds answers, used up in order before ``answer`` is asked."""
        with self._lock:
            self._queue.extend(answers)

    def __enter__(self) -> ScriptedLLM:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopped.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=5)

    def next_answer(self, request: Request) -> Answer:
        """Records the request and says what to answer."""
        with self._lock:
            self.requests.append(request)
            status = self.refuse_formats.get(request.response_format)
            if status is not None:
                return Status(status, f"response_format {request.response_format} is not supported")
            chosen = self._queue.popleft() if self._queue else self.answer
        return chosen(request) if callable(chosen) else chosen

    def wait_stopped(self, seconds: float) -> None:
        self._stopped.wait(seconds)


class _Server(ThreadingHTTPServer):
    script: ScriptedLLM
    daemon_threads = True
    block_on_close = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hung up is no news."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers.get("content-length") or 0))
        try:
            body = json.loads(raw)
        except ValueError:
            body = {}
        request = Request(self.path, {k.lower(): v for k, v in self.headers.items()}, body, raw)
        answer = self.server.script.next_answer(request)
        if isinstance(answer, str):
            answer = Reply(content=answer)
        if isinstance(answer, Hang):
            self.server.script.wait_stopped(answer.seconds)
        elif isinstance(answer, Reset):
            self._reset()
        elif isinstance(answer, Raw):
            extra = {"Location": answer.location} if answer.location else {}
            self._send(answer.status, answer.content_type, answer.body, extra)
        elif isinstance(answer, Status):
            text = json.dumps({"error": {"message": answer.message, "type": "scripted", "code": None}})
            extra = {"Retry-After": answer.retry_after} if answer.retry_after else {}
            self._send(answer.status, "application/json", text.encode(), extra)
        elif body.get("stream"):
            self._send(200, "text/event-stream", answer.events())
        else:
            self._send(200, answer.content_type, json.dumps(answer.payload()).encode())

    def _send(self, status: int, content_type: str, body: bytes, extra: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": content_type, "Content-Length": str(len(body)), **(extra or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _reset(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", "10000")
        self.end_headers()
        self.wfile.write(b'{"id": "c1", "choices": [')
        self.wfile.flush()
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def log_message(self, *args: Any) -> None:
        """Silent."""
