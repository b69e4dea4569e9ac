"""Plain labelled lines in place of JSON, for small models: the words that ask for them, and the values read from them.

A reply is read into the same shape that JSON would have had. Only shapes of two kinds can be asked for: an object with one
list of objects (a block of lines each), or an object of plain fields (one block).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from earmark.llm.reasoning import without_reasoning
from earmark.llm.replies import parse_json

__all__ = ["lines_prompt", "read_lines"]

_JSON_ENDING = re.compile(r"^Answer with (?:JSON only|a JSON object)\b.*\Z", re.MULTILINE | re.DOTALL)
"""How our prompts end: what follows is about JSON alone, and has the example in it."""
_JSON = re.compile(r"```|\{|\[\s*[{\]]")
_INLINE = re.compile(r'`"(\w+)": "([^"`]*)"`')
_LABELLED = re.compile(r"^[\s>*#•-]*(?:\d+[.)]\s+)?[*_`\"']*([A-Za-z][A-Za-z _]{0,30}?)[*_`\"']*\s*[:=]\s*(.*)$")
_NUMBERED = re.compile(r"^[\s>*#•-]*\[(\d+)\]\s*(.*)$")
_NOTHING = re.compile(r"^\W*(?:none|nothing|no\b.{0,40})\W*$", re.IGNORECASE)
_NUMBER = re.compile(r"-?\d+")
_YES = re.compile(r"\s*(?:yes|true|y)\b", re.IGNORECASE)
_EMPTY = frozenset(["", "none", "n/a", "-", "–", "…", "empty", '""'])


@dataclass(frozen=True, slots=True)
class _Form:
    """``name`` of the list whose items have the ``fields`` (JSON schemas by name); empty for an object of plain fields."""

    name: str
    fields: dict[str, dict[str, Any]]
    required: tuple[str, ...]


def lines_prompt(system: str, schema: Mapping[str, Any]) -> str:
    """The system message with an ending that asks for lines; what our prompts say of JSON at their end is left out."""
    form = _form(schema)
    ending = _JSON_ENDING.search(system)
    example = _example(ending.group(), form) if ending else {}
    body = _INLINE.sub(r"`\1: \2`", system[: ending.start()] if ending else system).rstrip()
    shown = "\n".join(f"{name}: {_shown(example.get(name))}" for name in form.fields)
    if form.name:
        rules = (
            f"For each one write these {len(form.fields)} lines, then an empty line. "
            "If there is none, write the one word: none"
        )
    else:
        rules = f"Write these {len(form.fields)} lines and nothing else."
    return f"{body}\n\nAnswer in plain lines: no JSON, no introduction. {rules}\nThe lines look like this:\n\n{shown}"


def read_lines(text: str, schema: Mapping[str, Any]) -> object:
    """The values of a reply in the shape of ``schema``; a model that answers with JSON all the same is understood.

    Raises:
        ValueError: the text has no labelled line, nor the word "none".
    """
    answer = without_reasoning(text)
    if _JSON.match(answer):
        return parse_json(answer)
    form = _form(schema)
    items = [item for block in _blocks(answer, form) if (item := _item(block, form))]
    if not items and not (form.name and _NOTHING.match(answer)):
        raise ValueError(f"no lines that begin with {', '.join(form.fields)}")
    if not form.name:
        return items[0]
    most = _property(schema, form.name).get("maxItems")
    return {form.name: items[:most]}


def _form(schema: Mapping[str, Any]) -> _Form:
    for name in schema.get("properties", {}):
        items = _resolved(_property(schema, name).get("items", {}), schema)
        if items.get("type") == "object":
            fields = {key: _resolved(value, schema) for key, value in items["properties"].items()}
            return _Form(name, fields, tuple(items.get("required", ())))
    fields = {key: _resolved(value, schema) for key, value in schema.get("properties", {}).items()}
    return _Form("", fields, tuple(schema.get("required", ())))


def _property(schema: Mapping[str, Any], name: str) -> dict[str, Any]:
    part: dict[str, Any] = schema["properties"][name]
    return part


def _resolved(value: dict[str, Any], schema: Mapping[str, Any]) -> dict[str, Any]:
    """A part of a schema with its reference followed; of a value that may be missing, the schema of the value."""
    if "$ref" in value:
        referred: dict[str, Any] = schema["$defs"][value["$ref"].rpartition("/")[2]]
        return referred
    for choice in value.get("anyOf", ()):
        if choice.get("type") != "null":
            return _resolved(choice, schema)
    return value


def _example(ending: str, form: _Form) -> dict[str, Any]:
    """The first item of the example in a prompt's ending."""
    try:
        value = parse_json(ending)
    except ValueError:
        return {}
    if form.name and isinstance(value, dict):
        listed = value.get(form.name)
        value = listed[0] if isinstance(listed, list) and listed else {}
    return value if isinstance(value, dict) else {}


def _shown(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(str(part) for part in value)
    return "…" if value is None else str(value)


def _blocks(text: str, form: _Form) -> Iterator[dict[str, str]]:
    """The lines by label, block by block: a label that comes again begins the next, as does a needed one after a gap."""
    block: dict[str, str] = {}
    last, gap = "", False
    for label, words in _labelled(text, form):
        if label:
            if block and (label in block or (gap and label in form.required)):
                yield block
                block = {}
            block[label], last, gap = words, label, False
        elif last and words:
            block[last] = f"{block[last]} {words}".strip()
        elif not words:
            last, gap = "", True  # after an empty line nothing belongs to the line before
    if block:
        yield block


def _labelled(text: str, form: _Form) -> Iterator[tuple[str, str]]:
    """Each line as its label, empty where it has none of ours, and the rest."""
    for line in text.splitlines():
        numbered = _NUMBERED.match(line)
        if numbered and "id" in form.fields:
            yield "id", numbered.group(1)
            line = numbered.group(2)  # noqa: PLW2901 - the rest of the line may be labelled too
            if not line:
                continue
        labelled = _LABELLED.match(line)
        label = labelled.group(1).strip().casefold().replace(" ", "_") if labelled else ""
        if labelled and label in form.fields:
            yield label, labelled.group(2).strip(" *_`")
        else:
            yield "", line.strip()


def _item(block: Mapping[str, str], form: _Form) -> dict[str, Any]:
    """The block's values; empty where one is missing that the shape cannot be without."""
    values = {name: _value(words, form.fields[name]) for name, words in block.items()}
    values = {name: value for name, value in values.items() if value is not None}
    return {} if any(name not in values for name in form.required) else values


def _value(words: str, field: Mapping[str, Any]) -> object:
    """The words as the type that the schema gives; ``None`` where they are not one."""
    match field.get("type"):
        case "integer":
            number = _NUMBER.search(words)
            return int(number.group()) if number else None
        case "number":
            number = re.search(r"-?\d+(?:\.\d+)?", words)
            return float(number.group()) if number else None
        case "boolean":
            return bool(_YES.match(words))
        case "array" if field.get("items", {}).get("type") == "integer":
            return [int(number) for number in _NUMBER.findall(words)][: field.get("maxItems")]
        case "array":
            parts = [part.strip() for part in words.split(";")]
            return [part for part in parts if part.casefold() not in _EMPTY][: field.get("maxItems")]
        case _:
            return _words(words)[: field.get("maxLength")]


def _words(words: str) -> str:
    """Text as it was meant: no quotation marks around the whole, and nothing for what stands for nothing."""
    text = words.strip()
    if len(text) > 1 and text[0] == text[-1] == '"':
        text = text[1:-1].strip()
    return "" if text.casefold() in _EMPTY else text
