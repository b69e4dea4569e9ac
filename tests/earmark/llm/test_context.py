"""How large a model's context is, asked of its server in the words of each; and how long windows are then."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from earmark.llm.context import context_tokens
from earmark.llm.known import KnownServers
from earmark.settings import LlmSettings
from ingest.insights.windows import LEAST_WORDS, WINDOW_WORDS, window_words


@contextmanager
def answering(documents: dict[str, Any]) -> Iterator[tuple[str, list[str]]]:
    """A server that answers paths with JSON, and 404 for all others; its address, and what it was asked."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            body = json.dumps(documents.get(self.path)).encode()
            self.send_response(200 if self.path in documents else 404)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.do_GET()

        def log_message(self, *args: Any) -> None:
            """Silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/v1", asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


OLLAMA = {"/v1/models": {"data": [{"id": "qwen3:8b"}, {"id": "other"}]}}


@pytest.mark.parametrize(
    ("documents", "tokens"),
    [
        ({"/v1/models": {"data": [{"id": "served", "max_model_len": 32768}]}}, 32768),  # vLLM
        ({"/v1/models": {"data": []}, "/props": {"default_generation_settings": {"n_ctx": 8192}}}, 8192),  # llama.cpp
        ({**OLLAMA, "/api/ps": {"models": [{"name": "qwen3:8b", "context_length": 4096}]}}, 4096),
        ({**OLLAMA, "/api/ps": {"models": []}, "/api/show": {"parameters": "stop x\nnum_ctx     16384"}}, 16384),
        ({**OLLAMA, "/api/show": {"model_info": {"qwen3.context_length": 40960}}}, None),  # not what it is run with
        ({**OLLAMA, "/api/v0/models": {"data": [{"id": "qwen3:8b", "loaded_context_length": 20000}]}}, 20000),
        ({"/v1/models": [1, "2", None], "/props": {"default_generation_settings": {"n_ctx": "many"}}}, None),
        ({"/v1/models": {"data": [{"id": "qwen3:8b", "max_model_len": -1}]}}, None),
        ({}, None),
    ],
)
def test_each_server_says_it_in_its_own_way(documents: dict[str, Any], tokens: int | None) -> None:
    with answering(documents) as (url, _):
        assert context_tokens(LlmSettings(model="qwen3:8b", base_url=url)) == tokens


def test_nobody_is_asked_where_there_is_no_server() -> None:
    assert context_tokens(LlmSettings(model="gpt-5")) is None
    assert context_tokens(LlmSettings(model="m", base_url="http://127.0.0.1:9/v1")) is None


def test_an_answer_is_kept_and_silence_is_asked_again() -> None:
    documents: dict[str, Any] = {}
    known = KnownServers()
    with answering(documents) as (url, asked):
        llm = LlmSettings(model="m", base_url=url)
        assert known.context(llm) is None
        documents["/v1/models"] = {"data": [{"id": "m", "max_model_len": 9000}]}
        assert [known.context(llm) for _ in range(3)] == [9000] * 3
        assert asked.count("/v1/models") == 2


@pytest.mark.parametrize(
    ("setting", "context", "words"),
    [
        ("auto", None, WINDOW_WORDS),
        ("auto", 32_768, 6000),
        ("auto", 8_192, 3495),
        ("auto", 4_096, 935),
        ("auto", 2_048, LEAST_WORDS),
        (1800, None, 1800),
        (1800, 131_072, 1800),
        (1800, 4_096, 935),
        (9000, 131_072, 9000),
    ],
)
def test_windows_fit_the_context_and_grow_only_where_that_is_asked_for(
    setting: int | str, context: int | None, words: int
) -> None:
    assert window_words(setting, context) == words
