"""The language model over real sockets, against a server that misbehaves in every way that small ones do."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from earmark.errors import ModelCallError
from earmark.llm.chat import LangChainChat
from earmark.llm.models import open_chat
from earmark.settings import LlmSettings, Settings
from tests.scripted_llm import Answer, Hang, Raw, Reply, Reset, ScriptedLLM, Status, html_page

KEY = "sk-test-0123456789"
SCHEMA: dict[str, object] = {
    "type": "object",
    "properties": {"claim": {"type": "string"}, "tags": {"type": "array", "items": {"type": "string"}}},
    "required": ["claim"],
    "additionalProperties": False,
}
GOOD = '{"claim": "Sleep helps memory.", "tags": ["sleep"]}'
VALUE = json.loads(GOOD)


@pytest.fixture
def llm() -> Iterator[ScriptedLLM]:
    with ScriptedLLM() as server:
        yield server


@pytest.fixture
def chat(llm: ScriptedLLM) -> Iterator[LangChainChat]:
    model = make(llm)
    yield model
    model.close()


def make(llm: ScriptedLLM, **settings: Any) -> LangChainChat:
    given = {"model": "scripted", "base_url": llm.url, "api_key": KEY, "timeout_s": 5, **settings}
    return LangChainChat(LlmSettings(**given), sleep=lambda _: None)


@pytest.mark.heavy
def test_complete_sends_what_it_was_given(llm: ScriptedLLM, chat: LangChainChat) -> None:
    llm.answer = lambda request: f"{request.system}|{request.user}"
    assert chat.complete("Be brief.", "Why {sleep}?", max_tokens=77) == "Be brief.|Why {sleep}?"
    body = llm.requests[0].body
    assert (body["max_tokens"], body["temperature"], body["model"]) == (77, 0.0, "scripted")
    assert llm.requests[0].headers["authorization"] == f"Bearer {KEY}"


def test_a_name_with_a_colon_is_a_name(llm: ScriptedLLM) -> None:
    for written, sent in (("qwen2.5:7b", "qwen2.5:7b"), ("openai:gpt-x", "gpt-x")):
        chat = make(llm, model=written, api_key="")
        chat.complete("", "hello")
        chat.close()
        assert llm.requests[-1].body["model"] == sent == chat.name
        assert llm.requests[-1].headers["authorization"] == "Bearer none"


def test_json_schema_is_asked_for_first(llm: ScriptedLLM, chat: LangChainChat) -> None:
    llm.enqueue(GOOD)
    assert chat.complete_json("Extract.", "text", schema=SCHEMA) == VALUE
    assert [r.response_format for r in llm.requests] == ["json_schema"]
    assert llm.requests[0].body["response_format"]["json_schema"]["strict"] is True


@pytest.mark.heavy
@pytest.mark.parametrize("status", [400, 422, 500])
@pytest.mark.parametrize(
    ("refused", "asked"),
    [
        (("json_schema",), ["json_schema", "json_object"]),
        (("json_schema", "json_object"), ["json_schema", "json_object", ""]),
    ],
)
def test_refused_formats_are_left_out_next_time(
    llm: ScriptedLLM, chat: LangChainChat, status: int, refused: tuple[str, ...], asked: list[str]
) -> None:
    llm.refuse_formats = dict.fromkeys(refused, status)
    llm.answer = GOOD
    assert chat.complete_json("Extract.", "text", schema=SCHEMA) == VALUE
    assert chat.complete_json("Extract.", "text", schema=SCHEMA) == VALUE
    assert [r.response_format for r in llm.requests] == [*asked, asked[-1]]
    assert '"required": ["claim"]' in llm.requests[-1].system


def test_a_server_that_is_down_for_all_formats_is_not_remembered_as_refusing(
    llm: ScriptedLLM, chat: LangChainChat
) -> None:
    llm.answer = Status(500)
    with pytest.raises(ModelCallError):
        chat.complete_json("", "text", schema=SCHEMA)
    llm.requests.clear()
    llm.answer = GOOD
    assert chat.complete_json("", "text", schema=SCHEMA) == VALUE
    assert [r.response_format for r in llm.requests] == ["json_schema"]


@pytest.mark.heavy
@pytest.mark.parametrize(
    "text",
    [
        f"```json\n{GOOD}\n```",
        f"Sure! Here is the JSON [as asked]:\n\n{GOOD}\n\nAnything else?",
        '{"claim": "Sleep helps memory.", "tags": ["sleep",],}',
        f'<think>Maybe {{"claim": 1}}?</think>{GOOD}',
    ],
)
def test_wrapped_and_sloppy_json_is_read(llm: ScriptedLLM, chat: LangChainChat, text: str) -> None:
    llm.enqueue(text)
    assert chat.complete_json("", "text", schema=SCHEMA) == VALUE
    assert len(llm.requests) == 1


def test_of_a_cut_off_reply_the_whole_elements_are_kept(llm: ScriptedLLM, chat: LangChainChat) -> None:
    items: dict[str, object] = {
        "type": "object",
        "properties": {"items": {"type": "array", "items": SCHEMA}},
        "required": ["items"],
    }
    llm.enqueue(
        Reply(content='{"items": [{"claim": "One."}, {"claim": "Two."}, {"claim": "Thr', finish_reason="length")
    )
    assert chat.complete_json("", "text", schema=items) == {"items": [{"claim": "One."}, {"claim": "Two."}]}


def test_one_repair_quotes_the_error(llm: ScriptedLLM, chat: LangChainChat) -> None:
    llm.enqueue('{"title": "x"}', GOOD)
    assert chat.complete_json("", "the text", schema=SCHEMA) == VALUE
    assert "the text" in llm.requests[1].user
    assert "'claim' is a required property" in llm.requests[1].user or "title" in llm.requests[1].user
    assert '"required": ["claim"]' in llm.requests[1].system
    llm.enqueue(GOOD)
    chat.complete_json("", "the text", schema=SCHEMA)
    assert llm.requests[2].response_format == "json_object", "a format that was taken and ignored is not trusted again"


def test_two_bad_replies_are_an_error(llm: ScriptedLLM, chat: LangChainChat) -> None:
    llm.answer = "I would rather chat."
    with pytest.raises(ModelCallError, match="two replies"):
        chat.complete_json("", "text", schema=SCHEMA)
    assert len(llm.requests) == 2


def test_a_tool_call_is_read_as_json(llm: ScriptedLLM, chat: LangChainChat) -> None:
    call = {"id": "t", "type": "function", "function": {"name": "reply", "arguments": GOOD}}
    llm.enqueue(Reply(content=None, tool_calls=[call], finish_reason="tool_calls"))
    assert chat.complete_json("", "text", schema=SCHEMA) == VALUE


UNUSABLE: list[tuple[Answer, str]] = [
    (Reply(choices=False), ""),
    (Reply(content=None), "empty"),
    (Reply(content="  \n"), "empty"),
    (Reply(content="<think>for ever", finish_reason="length"), "empty"),
    (Reply(content="half a sent", finish_reason="length"), "cut off"),
    (Reply(content=None, refusal="I cannot help with that."), "refused: I cannot"),
    (Reply(content="", finish_reason="content_filter"), "refused"),
    (html_page(), ""),
    (html_page(404), ""),
    (Raw(b'{"choices": "no"}'), ""),
    (Raw(b"null"), ""),
    (Raw(b'{"id": '), ""),
    (Raw(b"", 200), ""),
    (Raw(b"\xff\xfe\x00", 200, "application/octet-stream"), ""),
    (Status(401, f"Incorrect API key provided: {KEY}"), "endpoint failed"),
    (Status(403), "endpoint failed"),
]


@pytest.mark.heavy
@pytest.mark.parametrize(("answer", "words"), UNUSABLE, ids=lambda value: str(value)[:60])
@pytest.mark.parametrize("ask", ["complete", "complete_json"])
def test_unusable_replies_are_a_model_call_error(
    llm: ScriptedLLM, chat: LangChainChat, answer: Answer, words: str, ask: str
) -> None:
    llm.answer = answer
    with pytest.raises(ModelCallError) as caught:
        chat.complete("", "text") if ask == "complete" else chat.complete_json("", "text", schema=SCHEMA)
    assert ask == "complete_json" or words in str(caught.value)
    assert KEY not in str(caught.value)
    assert caught.value.__cause__ is None
    assert len(llm.requests) <= 6


def test_missing_usage_and_a_wrong_content_type_do_no_harm(llm: ScriptedLLM, chat: LangChainChat) -> None:
    llm.enqueue(Reply(content="fine", usage=False, finish_reason=None))
    assert chat.complete("", "text") == "fine"
    llm.enqueue(Reply(content="fine", content_type="text/plain"))
    assert chat.complete("", "text") == "fine"


@pytest.mark.heavy
@pytest.mark.parametrize("failure", [Status(429, retry_after="7"), Status(503), Status(500), Reset()])
def test_passing_failures_are_tried_again(llm: ScriptedLLM, failure: Answer) -> None:
    waits: list[float] = []
    settings = LlmSettings(model="m", base_url=llm.url, timeout_s=5)
    chat = LangChainChat(settings, sleep=waits.append)
    llm.enqueue(failure, "at last")
    assert chat.complete("", "text") == "at last"
    assert waits == [7.0 if isinstance(failure, Status) and failure.retry_after else 0.5]
    llm.answer = failure
    with pytest.raises(ModelCallError):
        chat.complete("", "text")
    assert len(llm.requests) == 2 + 3
    chat.close()


def test_a_server_that_hangs_costs_one_time_out(llm: ScriptedLLM) -> None:
    chat = make(llm, timeout_s=0.3)
    llm.answer = Hang()
    with pytest.raises(ModelCallError, match="imeout"):
        chat.complete("", "text")
    assert len(llm.requests) == 1
    chat.close()


@pytest.mark.heavy
def test_nobody_listens() -> None:
    with ScriptedLLM() as server:
        url = server.url
    chat = LangChainChat(LlmSettings(model="m", base_url=url), sleep=lambda _: None)
    with pytest.raises(ModelCallError, match="Connection"):
        chat.complete("", "text")
    chat.close()


def test_a_refused_temperature_is_left_out(llm: ScriptedLLM, chat: LangChainChat) -> None:
    llm.enqueue(Status(400, "Unsupported value: 'temperature'"), "one", "two")
    assert [chat.complete("", "text"), chat.complete("", "text")] == ["one", "two"]
    assert ["temperature" in r.body for r in llm.requests] == [True, False, False]


def test_the_budget_holds_across_threads(llm: ScriptedLLM) -> None:
    chat = make(llm, max_calls=5)
    outcomes: list[str] = []

    def call() -> None:
        try:
            outcomes.append(chat.complete("", "text"))
        except ModelCallError as error:
            outcomes.append(str(error))

    threads = [threading.Thread(target=call) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count("ok") == len(llm.requests) == 5
    assert sum("budget of 5 calls" in text for text in outcomes) == 3
    with pytest.raises(ModelCallError, match="budget"):
        list(chat.stream("", "text"))
    chat.close()


def test_retries_and_fallbacks_spend_the_budget(llm: ScriptedLLM) -> None:
    chat = make(llm, max_calls=2)
    llm.answer = Status(503)
    with pytest.raises(ModelCallError, match="budget"):
        chat.complete("", "text")
    assert len(llm.requests) == 2
    chat.close()


def test_keys_are_in_no_log(llm: ScriptedLLM, chat: LangChainChat, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    chat.complete("", "text")
    llm.answer = Status(401, f"bad key {KEY}")
    with pytest.raises(ModelCallError):
        chat.complete("", "text")
    assert f"Bearer {KEY}" not in caplog.text


@pytest.mark.parametrize("done", [True, False])
def test_stream(llm: ScriptedLLM, chat: LangChainChat, done: bool) -> None:
    llm.enqueue(Reply(content="<think>hm</think>Sleep helps. Much.", done=done, pieces=9))
    pieces = list(chat.stream("Be brief.", "Why?"))
    assert "".join(pieces) == "Sleep helps. Much."
    assert len(pieces) > 1
    assert llm.requests[0].body["stream"] is True


@pytest.mark.heavy
@pytest.mark.parametrize(
    "answer",
    [
        Reply(content=""),
        Reply(content="half a", finish_reason="length"),
        Reply(choices=False),
        Status(500),
        html_page(),
        Reset(),
    ],
    ids=str,
)
def test_streams_that_fail(llm: ScriptedLLM, chat: LangChainChat, answer: Answer) -> None:
    llm.answer = answer
    with pytest.raises(ModelCallError):
        list(chat.stream("", "text"))


def test_the_environment_diverts_and_traces_nothing(
    llm: ScriptedLLM, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with ScriptedLLM() as stranger:
        for name in ("LANGSMITH_GATEWAY", "LANGSMITH_ENDPOINT", "OPENAI_API_BASE", "OPENAI_BASE_URL"):
            monkeypatch.setenv(name, stranger.url)
        for name in ("HTTP_PROXY", "ALL_PROXY", "OPENAI_PROXY"):
            monkeypatch.setenv(name, stranger.url.removesuffix("/v1"))
        for name in ("LANGSMITH_TRACING", "LANGCHAIN_TRACING_V2", "LANGSMITH_TRACING_V2"):
            monkeypatch.setenv(name, "true")
        monkeypatch.setenv("LANGSMITH_API_KEY", "lsv2_x")
        chat = make(llm)
        assert chat.complete("", "text") == "ok"
        assert "".join(chat.stream("", "text")) == "ok"
        chat.close()
        assert stranger.requests == []
    assert len(llm.requests) == 2
    assert [r for r in caplog.records if r.levelname in {"WARNING", "ERROR"}] == []
    assert KEY not in caplog.text


@pytest.mark.heavy
@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_redirects_are_not_followed(llm: ScriptedLLM, chat: LangChainChat, status: int) -> None:
    with ScriptedLLM() as stranger:
        llm.answer = Raw(b"", status, location=f"{stranger.url}/chat/completions")
        with pytest.raises(ModelCallError):
            chat.complete("", "text")
        assert stranger.requests == []


@pytest.mark.parametrize(
    ("llm_settings", "offline", "opens"),
    [
        ({}, False, False),
        ({"model": "m"}, False, True),
        ({"model": "m"}, True, False),
        ({"model": "m", "base_url": "http://127.0.0.1:1/v1"}, True, True),
        ({"model": "m", "base_url": "http://[::1]:1/v1"}, True, True),
        ({"model": "m", "base_url": "http://localhost:1/v1"}, True, True),
        ({"model": "m", "base_url": "http://127.0.0.1.example.org/v1"}, True, False),
        ({"model": "m", "base_url": "http://localhost@example.org/v1"}, True, False),
    ],
)
def test_open_chat(tmp_path: Path, llm_settings: dict[str, Any], offline: bool, opens: bool) -> None:
    settings = Settings(home=tmp_path, offline=offline, llm=LlmSettings(**llm_settings))
    assert (open_chat(settings) is not None) is opens


def test_a_provider_without_its_package_says_so() -> None:
    chat = LangChainChat(LlmSettings(model="mistralai:tiny", api_key=KEY))
    with pytest.raises(ModelCallError, match="langchain-mistralai"):
        chat.complete("", "text")


def test_echo_mode_is_a_function_of_the_request(llm: ScriptedLLM, chat: LangChainChat) -> None:
    shout: Callable[[Any], Answer] = lambda request: request.user.upper()  # noqa: E731
    llm.answer = shout
    assert chat.complete("", "loud") == "LOUD"
