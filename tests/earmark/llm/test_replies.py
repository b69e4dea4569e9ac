from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earmark.llm.reasoning import without_reasoning
from earmark.llm.replies import check_schema, parse_json

VALID = [
    ('{"a": 1}', {"a": 1}),
    ("[1, 2]", [1, 2]),
    ('[{"a": 1}, {"a": 2}]', [{"a": 1}, {"a": 2}]),
    ('```\n{"a": 1}\n```', {"a": 1}),
    ('See [1]:\n```json\n{"a": [1,]}\n```', {"a": [1]}),
    ('Use {braces}. {"a": "x"} bye {', {"a": "x"}),
    ('{"a": "one, ] two,}"}', {"a": "one, ] two,}"}),
    ('{"a": "line\nbreak"}', {"a": "line\nbreak"}),
    ('{"items": [{"a": 1}, {"a": 2}, {"a"', {"items": [{"a": 1}, {"a": 2}]}),
    ('<think>{"a": 0}</think>{"a": 1}', {"a": 1}),
]


@pytest.mark.parametrize(("text", "value"), VALID)
def test_valid(text: str, value: object) -> None:
    assert parse_json(text) == value


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no",
        "{",
        '{"a": "cut',
        '{"items": [{"a": "cut in the mid',
        "{]",
        "}{",
        "<think>{}",
        "{" * 10_000,
        "[" * 10_000,
    ],
)
def test_broken(text: str) -> None:
    with pytest.raises(ValueError):
        parse_json(text)


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.heavy
@given(st.dictionaries(st.text(), values, max_size=4))
def test_what_was_written_is_read(value: dict[str, object]) -> None:
    assert parse_json(f"Here:\n```json\n{json.dumps(value, indent=1)}\n```\nBye.") == value


@pytest.mark.heavy
@given(st.text(alphabet='{}[]",:\\ab1 \n', max_size=200))
def test_nothing_but_a_value_error(text: str) -> None:
    try:
        value = parse_json(text)
    except ValueError:
        return
    assert isinstance(value, dict | list)
    assert json.loads(json.dumps(value)) == value


def test_reasoning_is_cut() -> None:
    assert without_reasoning("<think>a\nb</think> done") == "done"
    assert without_reasoning("I <think> so") == "I <think> so"


def test_check_schema_names_the_place() -> None:
    schema = {"type": "object", "properties": {"n": {"type": "array", "items": {"type": "integer"}}}}
    check_schema({"n": [1]}, schema)
    with pytest.raises(ValueError, match=r"\$\.n\[1\]: 'x' is not of type 'integer'"):
        check_schema({"n": [1, "x"]}, schema)
