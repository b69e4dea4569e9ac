"""Thinking models: asked to think as much as is wanted, in every server's words; thoughts are taken out, and leave room."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from earmark.errors import ModelCallError, SettingsError
from earmark.llm.chat import LangChainChat
from earmark.llm.known import KnownServers
from earmark.llm.reasoning import may_be_thinking, reasoning_fields, without_reasoning
from earmark.settings import LlmSettings, load_settings
from tests.scripted_llm import Answer, Reply, Request, ScriptedLLM, Status

SCHEMA: dict[str, object] = {"type": "object", "properties": {"claim": {"type": "string"}}, "required": ["claim"]}
GOOD = '{"claim": "Sleep helps memory."}'


@pytest.fixture
def llm() -> Iterator[ScriptedLLM]:
    with ScriptedLLM() as server:
        yield server


def make(llm: ScriptedLLM, known: KnownServers | None = None, **settings: Any) -> LangChainChat:
    given = {"model": "scripted", "base_url": llm.url, "timeout_s": 5, **settings}
    return LangChainChat(LlmSettings(**given), sleep=lambda _: None, known=known)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("<think>hm</think>yes", "yes"),
        ("<Thinking>\nhm\n</Thinking>\n yes", "yes"),
        ("[THINK]hm[/THINK]yes", "yes"),
        ("◁think▷hm◁/think▷yes", "yes"),
        ("<seed:think>hm</seed:think>yes", "yes"),
        ("Let me see. It is so.</think>\n\nyes", "yes"),  # the template has written the opening tag
        ("<|channel|>analysis<|message|>hm<|end|><|start|>assistant<|channel|>final<|message|>yes", "yes"),
        ("<|channel|>analysis<|message|>hm and hm", ""),
        ("<think>for ever", ""),
        ("yes <think> is a tag", "yes <think> is a tag"),
        ("yes", "yes"),
    ],
)
def test_thoughts_are_taken_out(text: str, answer: str) -> None:
    assert without_reasoning(text) == answer


@pytest.mark.parametrize("tag", ["think", "thinking", "reasoning"])
def test_thoughts_are_told_while_they_stream(tag: str) -> None:
    text = f"<{tag}>hm</{tag}>yes"
    thinking = [may_be_thinking(text[:end]) for end in range(len(text) + 1)]
    assert thinking == [True] * (len(text) - 2) + [False] * 3
    assert not may_be_thinking("<table>")


def test_efforts_and_budgets_are_said_in_the_words_of_each_server() -> None:
    assert reasoning_fields("auto", openai=False) == reasoning_fields("auto", openai=True) == {}
    assert reasoning_fields("off", openai=True) == {"reasoning_effort": "none"}
    assert reasoning_fields("2000", openai=True) == {"reasoning_effort": "medium"}
    off = reasoning_fields("off", openai=False)
    assert off["reasoning_effort"] == "none"
    assert off["chat_template_kwargs"] == {"enable_thinking": False, "thinking": False}
    budget = reasoning_fields("800", openai=False)
    assert (budget["reasoning_effort"], budget["thinking_token_budget"]) == ("low", 800)
    assert budget["thinking_budget_tokens"] == 800


@pytest.mark.heavy
@pytest.mark.parametrize("value", ["off", "low", "4096", "auto"])
def test_the_setting_is_sent(llm: ScriptedLLM, value: str) -> None:
    chat = make(llm, reasoning=value)
    chat.complete("", "text")
    "".join(chat.stream("", "text"))
    chat.close()
    for request in llm.requests:
        assert ("reasoning_effort" in request.body) is (value != "auto")


@pytest.mark.parametrize("value", ["much", "0", "-5", ""])
def test_a_setting_that_means_nothing_is_refused(value: str, tmp_path: Any) -> None:
    with pytest.raises(SettingsError, match="reasoning"):
        load_settings({"llm": {"reasoning": value}}, home=tmp_path, environ={})


def _strict(request: Request) -> Answer:
    if "reasoning_effort" in request.body:
        return Status(400, "qwen2.5:7b does not support thinking")
    return GOOD


@pytest.mark.heavy
@pytest.mark.parametrize("status", [400, 422])
@pytest.mark.parametrize("words", ["unknown field: reasoning_effort", "Extra inputs are not permitted"])
def test_a_server_that_refuses_the_words_gets_the_call_without_them_once_and_for_all(
    llm: ScriptedLLM, status: int, words: str
) -> None:
    llm.answer = lambda request: Status(status, words) if "reasoning_effort" in request.body else GOOD
    known = KnownServers()
    for _ in range(2):
        chat = make(llm, known, reasoning="low")
        assert chat.complete_json("", "text", schema=SCHEMA) == {"claim": "Sleep helps memory."}
        chat.close()
    assert ["reasoning_effort" in request.body for request in llm.requests] == [True, False, False]
    assert [request.response_format for request in llm.requests] == ["json_schema"] * 3


def test_a_refusal_of_the_format_does_not_cost_the_reasoning(llm: ScriptedLLM) -> None:
    llm.refuse_formats = {"json_schema": 400}
    llm.answer = GOOD
    chat = make(llm, reasoning="low")
    chat.complete_json("", "text", schema=SCHEMA)
    assert llm.requests[-1].response_format == "json_object"
    assert llm.requests[-1].body["reasoning_effort"] == "low"
    chat.close()


def test_a_refusal_of_everything_is_not_remembered(llm: ScriptedLLM) -> None:
    known = KnownServers()
    chat = make(llm, known, reasoning="low")
    llm.answer = Status(400, "maximum context length is 4096 tokens")
    with pytest.raises(ModelCallError, match="maximum context"):
        chat.complete("", "text")
    llm.answer = "fine"
    assert chat.complete("", "text") == "fine"
    assert "reasoning_effort" in llm.requests[-1].body
    chat.close()


THOUGHT = Reply(content="<think>for ever and", finish_reason="length")
HIDDEN = Reply(content="", finish_reason="length")
"""What servers send that keep the thoughts in a field of their own."""


@pytest.mark.heavy
@pytest.mark.parametrize("thought", [THOUGHT, HIDDEN])
@pytest.mark.parametrize("ask", ["complete", "complete_json", "stream"])
def test_a_model_that_only_thought_gets_twice_the_tokens_once_and_keeps_them(
    llm: ScriptedLLM, thought: Reply, ask: str
) -> None:
    def call(chat: LangChainChat) -> object:
        if ask == "complete_json":
            return chat.complete_json("", "text", schema=SCHEMA, max_tokens=100)
        if ask == "stream":
            return "".join(chat.stream("", "text", max_tokens=100))
        return chat.complete("", "text", max_tokens=100)

    known = KnownServers()
    llm.enqueue(thought, GOOD, GOOD)
    chats = [make(llm, known), make(llm, known)]
    for chat in chats:
        assert call(chat) in (GOOD, {"claim": "Sleep helps memory."})
        chat.close()
    assert [request.body["max_tokens"] for request in llm.requests] == [100, 200, 200]


def test_a_model_that_thinks_for_ever_is_an_error_that_says_what_to_do(llm: ScriptedLLM) -> None:
    llm.answer = THOUGHT
    chat = make(llm)
    with pytest.raises(ModelCallError, match=r"empty: 200 tokens were spent on thinking \(llm.reasoning") as caught:
        chat.complete("", "text", max_tokens=100)
    assert caught.value.answered
    assert len(llm.requests) == 2
    chat.close()


def test_an_answer_that_was_cut_off_is_not_asked_for_again(llm: ScriptedLLM) -> None:
    llm.answer = Reply(content="<think>hm</think>half a sent", finish_reason="length")
    chat = make(llm)
    with pytest.raises(ModelCallError, match="cut off at 100"):
        chat.complete("", "text", max_tokens=100)
    assert len(llm.requests) == 1
    chat.close()


def test_what_a_server_takes_is_known_to_every_client_of_the_process(llm: ScriptedLLM) -> None:
    llm.refuse_formats = {"json_schema": 422, "json_object": 400}
    llm.answer = GOOD
    known = KnownServers()
    for _ in range(2):
        chat = make(llm, known)
        chat.complete_json("", "text", schema=SCHEMA)
        chat.close()
    assert [request.response_format for request in llm.requests] == ["json_schema", "json_object", "", ""]
    other = make(llm, known, model="another")
    other.complete_json("", "text", schema=SCHEMA)
    assert llm.requests[4].response_format == "json_schema"
    other.close()
