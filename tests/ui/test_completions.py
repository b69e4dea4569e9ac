"""The library as a model of OpenAI's form, asked by OpenAI's own client over loopback."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import openai
import pytest
import uvicorn
from markdown_it import MarkdownIt
from starlette.applications import Starlette
from starlette.middleware import Middleware

from earmark.errors import IndexBusy
from earmark.settings import load_settings
from earmark.types import Answer, Citation, Question
from tests.ui.fakes import FakeLibrary
from ui.access.gate import open_gate
from ui.api.guard import RequestGuard
from ui.completions.face import chat_routes
from ui.completions.markdown import body, sources

pytestmark = pytest.mark.heavy

TOKEN = "a token of the settings"
ASKED: Any = [
    {"role": "system", "content": "You are helpful."},
    {"role": "user", "content": "An earlier question"},
    {"role": "assistant", "content": "An answer"},
    {"role": "user", "content": [{"type": "text", "text": "Who races a queue?"}]},
]


@pytest.fixture
def library(tmp_path: Path) -> FakeLibrary:
    settings = load_settings({"app": {"token": TOKEN, "host": "0.0.0.0"}}, home=tmp_path, environ={})
    return FakeLibrary(settings)


@pytest.fixture
def client(library: FakeLibrary) -> Iterator[openai.OpenAI]:
    routes = chat_routes(open_gate(library, own_token="own"))
    app = Starlette(routes=routes, middleware=[Middleware(RequestGuard)])
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning", lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    with openai.OpenAI(base_url=f"http://127.0.0.1:{port}/v1", api_key=TOKEN, max_retries=0) as opened:
        yield opened
    server.should_exit = True
    thread.join(20)


def test_the_library_is_the_one_model(client: openai.OpenAI) -> None:
    assert [model.id for model in client.models.list()] == ["earmark"]
    assert client.models.retrieve("earmark").owned_by == "earmark"
    with pytest.raises(openai.NotFoundError, match="the library is called earmark"):
        client.models.retrieve("gpt-none")


def test_an_answer_carries_its_sources_in_the_text(client: openai.OpenAI, library: FakeLibrary) -> None:
    answered = client.chat.completions.create(model="earmark", messages=ASKED, temperature=0.2)
    text = answered.choices[0].message.content or ""
    assert library.asked[-1] == "Who races a queue?"
    assert (answered.model, answered.choices[0].finish_reason) == ("earmark", "stop")
    marks = set(re.findall(r"\[(\d+)\]", text.split("\n\n")[0]))
    assert marks
    assert all(f"\n\n[{mark}] [" in text for mark in marks)
    assert "](<https://" in text


def test_a_stream_ends_in_the_same_text_and_each_chunk_has_a_choice(client: openai.OpenAI) -> None:
    whole = client.chat.completions.create(model="earmark", messages=ASKED).choices[0].message.content
    chunks = list(client.chat.completions.create(model="earmark", messages=ASKED, stream=True))
    assert all(len(chunk.choices) == 1 for chunk in chunks)
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks) == whole
    assert [chunk.choices[0].finish_reason for chunk in chunks if chunk.choices[0].finish_reason] == ["stop"]


def test_an_answer_that_is_rewritten_while_it_grows_is_told_whole(client: openai.OpenAI, library: FakeLibrary) -> None:
    def grown(question: Question) -> Iterator[Answer]:
        for text in ("One", "One. Two", "Another"):
            yield Answer(question=question.text, answer=text, abstained=False)

    library.answers.stream = grown  # type: ignore[method-assign]
    chunks = client.chat.completions.create(model="earmark", messages=ASKED, stream=True)
    assert [text for chunk in chunks if (text := chunk.choices[0].delta.content)] == ["One", ". Two", "\n\nAnother"]


def test_what_goes_wrong_has_the_clients_form(client: openai.OpenAI, library: FakeLibrary) -> None:
    with pytest.raises(openai.AuthenticationError, match="a token is needed"):
        client.with_options(api_key="wrong").models.list()
    with pytest.raises(openai.AuthenticationError):
        client.with_options(api_key="wrong").chat.completions.create(model="earmark", messages=ASKED)
    with pytest.raises(openai.NotFoundError, match="there is no such model"):
        client.chat.completions.create(model="gpt-none", messages=ASKED)
    with pytest.raises(openai.BadRequestError, match="the user says nothing"):
        client.chat.completions.create(model="earmark", messages=[{"role": "system", "content": "x"}])
    with pytest.raises(openai.BadRequestError, match="too long"):
        client.chat.completions.create(model="earmark", messages=[{"role": "user", "content": "x" * 1_000_001}])
    with pytest.raises(openai.BadRequestError):
        client.post("/chat/completions", cast_to=object, body={"model": "earmark", "messages": "x"})

    def broken(question: Question) -> Iterator[Answer]:
        yield Answer(question=question.text, answer="One", abstained=False)
        raise IndexBusy("the index is busy")

    library.answers.stream = broken  # type: ignore[method-assign]
    with pytest.raises(openai.APIError, match="the index is busy"):
        list(client.chat.completions.create(model="earmark", messages=ASKED, stream=True))


def test_text_from_outside_stays_text_in_markdown() -> None:
    attack = (
        "![x](https://evil.example/p.png) [click](javascript:x) <img src=x> **b** https://evil.example www.evil.example"
    )
    citation = Citation(
        n=1, chunk_id="c", episode_id="e", show=attack, episode=attack, speaker=attack, start_s=5.0, quote=attack,
        url="https://good.example/a",
    )  # fmt: skip
    answer = Answer(question="q", answer=f"{attack} [1].", abstained=False, citations=(citation,), note=attack)
    html = MarkdownIt("gfm-like", {"linkify": False, "html": True}).render(body(answer) + sources(answer))
    assert re.findall(r'(?:href|src)="([^"]*)"', html) == ["https://good.example/a"]
    assert "<img" not in html
    assert "[1]" in html
    harmful = replace(answer, citations=(replace(citation, url="javascript:alert(1)"),))
    assert "javascript:alert" not in sources(harmful)
    assert json.dumps(body(answer))
