"""Plain lines in place of JSON: what our prompts become, and what small models make of them, read into the same shapes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel

from earmark.errors import ModelCallError
from earmark.llm.chat import LangChainChat
from earmark.llm.lines import lines_prompt, read_lines
from earmark.llm.small import billions, wants_lines
from earmark.settings import LlmSettings
from ingest.insights.candidates import CandidatesReply
from ingest.insights.checking import CheckReply
from ingest.insights.choice import ChoiceReply
from ingest.insights.writing import WritingReply
from ingest.prompts import load_prompt
from tests.scripted_llm import Reply, ScriptedLLM

CANDIDATES = CandidatesReply.model_json_schema()
CHOICE = ChoiceReply.model_json_schema()
WRITING = WritingReply.model_json_schema()


@pytest.mark.parametrize(
    ("name", "shape", "labels"),
    [
        ("insight_candidates", CandidatesReply, ["first: 12", "last: 13", "kind: mechanism", "point: …"]),
        ("insight_choice", ChoiceReply, ["id: 4", "same: 9"]),
        ("insight_writing", WritingReply, ["id: 4", "headline: …", "claim: …", "body: …", "drop: "]),
        ("insight_repair", WritingReply, ["id: 4", "headline: …", "claim: …", "body: …", "drop: "]),
        ("insight_check", CheckReply, ["id: 4", "carries: yes", "holds: holds", "source: ", "body: yes", "problem: "]),
    ],
)
def test_every_prompt_has_an_ending_for_lines(name: str, shape: type[BaseModel], labels: list[str]) -> None:
    prompt = lines_prompt(load_prompt(name, most="6") if "$most" in _raw(name) else load_prompt(name), _schema(shape))
    body, _, ending = prompt.rpartition("\n\nAnswer in plain lines")
    assert "JSON" not in body and "{" not in prompt and '": "' not in prompt
    for label in labels:
        assert f"\n{label}" in ending


def _raw(name: str) -> str:
    from importlib.resources import files

    return (files("ingest.prompts") / f"{name}.md").read_text("utf-8")


def _schema(shape: type[BaseModel]) -> dict[str, Any]:
    return shape.model_json_schema()


POINTED = [
    {"first": 3, "last": 4, "kind": "claim", "point": "Bread keeps: it is sour"},
    {"first": 9, "kind": "finding", "point": "two"},
]


@pytest.mark.parametrize(
    "text",
    [
        "first: 3\nlast: 4\nkind: claim\npoint: Bread keeps: it is sour\n\nfirst: 9\nkind: finding\npoint: two",
        "Here they are:\n\n- **First**: [3]\n- **Last:** 4\n- **Kind**: claim\n- Point: Bread keeps: it is sour\n"
        "- first: 9\n- kind: finding\n- point: two\n\nI hope this helps!",
        "1. first = 3\nlast = 4\nkind = claim\npoint = Bread keeps:\nit is sour\n2. first = 9\nkind = finding\npoint = two",
        '<think>first: 1</think>FIRST: 3\nLAST: 4\nKIND: claim\nPOINT: "Bread keeps: it is sour"\n\n\n'
        "first: sentence 9\nlast: none\nkind: finding\npoint: two",
    ],
)
def test_blocks_of_lines_are_read(text: str) -> None:
    value = read_lines(text, CANDIDATES)
    assert value == {"candidates": POINTED}
    assert len(CandidatesReply.model_validate(value).candidates) == 2


@pytest.mark.parametrize("text", ["none", "None.", "NOTHING", "No candidates in this part."])
def test_nothing_is_an_answer(text: str) -> None:
    assert read_lines(text, CANDIDATES) == {"candidates": []}


@pytest.mark.parametrize("text", ["", "The talk is about bread.", "claim bread"])
def test_prose_is_none(text: str) -> None:
    with pytest.raises(ValueError, match="first, last, kind, point"):
        read_lines(text, CANDIDATES)


def test_numbers_in_brackets_are_ids_and_lists_are_numbers() -> None:
    assert read_lines("[4]\nsame: 9 and [12]\n\n[1] same: none", CHOICE) == {
        "chosen": [{"id": 4, "same": [9, 12]}, {"id": 1, "same": []}]
    }


def test_a_block_without_its_id_and_words_that_stand_for_nothing_are_dropped() -> None:
    text = 'headline: lost\n\nid: 2\nheadline: Bread keeps\nclaim: Sour bread keeps.\nbody: none\ndrop: ""'
    (idea,) = WritingReply.model_validate(read_lines(text, WRITING)).ideas
    # The first block has no id: its lines belong to the block that names one.
    assert (idea.id, idea.claim, idea.body, idea.drop) == (2, "Sour bread keeps.", "", "")


def test_too_long_text_is_cut_and_too_many_items_are_left() -> None:
    text = "\n\n".join(f"id: {number}\nclaim: {'x' * 3000}" for number in range(100))
    ideas = WritingReply.model_validate(read_lines(text, WRITING)).ideas
    assert len(ideas) == 80
    assert len(ideas[0].claim) == 800


def test_json_is_understood_all_the_same() -> None:
    assert read_lines('```json\n{"chosen": [{"id": 1}]}\n```', CHOICE) == {"chosen": [{"id": 1}]}


def test_plain_fields_are_one_block() -> None:
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {"label": {"type": "string"}, "sure": {"type": "boolean"}, "tags": {"type": "array"}},
        "required": ["label"],
    }
    assert read_lines("Label: Old kettles\nsure: Yes.\ntags: a; b", schema) == {
        "label": "Old kettles",
        "sure": True,
        "tags": ["a", "b"],
    }
    assert "label: …" in lines_prompt('Name it.\n\nAnswer with a JSON object with the one field "label".', schema)
    with pytest.raises(ValueError, match="label"):
        read_lines("none", schema)


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("qwen2.5:1.5b", 1.5),
        ("Qwen2.5-Coder-1.5B-Instruct-Q4_K_M.gguf", 1.5),
        ("SmolLM2-135M-Instruct", 0.135),
        ("gemma-3n-e2b-it", 2),
        ("qwen3:30b-a3b", 30),
        ("qwen3-4b", 4),
        ("meta-llama/Llama-3.1-8B-Instruct", 8),
        ("gpt-5", None),
        ("mistral-small:latest", None),
    ],
)
def test_sizes_are_read_from_names(name: str, size: float | None) -> None:
    assert billions(name) == size
    assert wants_lines(name, "auto") is (size is not None and size < 4)
    assert wants_lines(name, "on") and not wants_lines(name, "off")


@pytest.fixture
def llm() -> Iterator[ScriptedLLM]:
    with ScriptedLLM() as server:
        yield server


def small(llm: ScriptedLLM) -> LangChainChat:
    return LangChainChat(LlmSettings(model="tiny-1b", base_url=llm.url, timeout_s=5), sleep=lambda _: None)


@pytest.mark.heavy
def test_a_small_model_is_asked_for_lines_and_for_no_format(llm: ScriptedLLM) -> None:
    chat = small(llm)
    llm.enqueue("id: 4\nsame: 9")
    value = chat.complete_json(
        'Choose.\n\nAnswer with JSON only: {"chosen": [{"id": 4, "same": [9]}]}.', "t", schema=CHOICE
    )
    assert value == {"chosen": [{"id": 4, "same": [9]}]}
    assert llm.requests[0].response_format == ""
    assert "JSON only" not in llm.requests[0].system
    chat.close()


def test_prose_is_sent_back_once(llm: ScriptedLLM) -> None:
    chat = small(llm)
    llm.enqueue("I like bread.", "id: 1")
    assert chat.complete_json("Choose.", "t", schema=CHOICE) == {"chosen": [{"id": 1}]}
    assert "no lines that begin with id, same" in llm.requests[1].user
    llm.answer = "I like bread."
    with pytest.raises(ModelCallError, match="two replies were not the lines asked for"):
        chat.complete_json("Choose.", "t", schema=CHOICE)
    chat.close()


def test_of_lines_that_were_cut_off_what_came_is_kept(llm: ScriptedLLM) -> None:
    chat = small(llm)
    llm.enqueue(Reply(content="id: 1\nsame:\n\nid: 2\nsa", finish_reason="length"))
    assert chat.complete_json("Choose.", "t", schema=CHOICE) == {"chosen": [{"id": 1, "same": []}, {"id": 2}]}
    chat.close()
