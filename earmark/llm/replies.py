"""JSON out of what a language model wrote: fences, prose, trailing commas and texts that were cut off."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from earmark.llm.reasoning import without_reasoning

__all__ = ["check_schema", "parse_json"]

_TRAILING_COMMA = re.compile(r",(?=\s*[}\]])")
_DEEPEST = 64
_TYPES: dict[str, type | tuple[type, ...]] = {
    "object": dict,
    "array": list,
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "null": type(None),
}


def parse_json(text: str) -> object:
    """The outermost JSON object (or array) in a text.

    Code fences and prose around it are skipped, trailing commas dropped; of a text that was cut off, the values that
    are whole are kept.

    Raises:
        ValueError: there is none; the message says what is wrong and where.
    """
    source = without_reasoning(text)
    first_error = "no JSON object in the text"
    for start in _starts(source):
        span, stack = _span(source[start:])
        candidates = [span, _drop_commas(span)]
        if stack:  # it was cut off
            candidates += [_closed(span)]
        for candidate in candidates:
            try:
                return json.loads(candidate, strict=False)
            except (ValueError, RecursionError) as error:
                first_error = str(error)
    raise ValueError(first_error)


def _starts(text: str) -> list[int]:
    """Where an object or array may begin: the likeliest first, at most eight."""
    fence = re.search(r"```[a-zA-Z]*\s*(?=[\[{])", text)
    places = [match.start() for match in re.finditer(r"[{\[]", text)][:6]
    brace = text.find("{")
    ordered = ([fence.end()] if fence else []) + ([brace] if brace >= 0 and not text.startswith("[") else []) + places
    return list(dict.fromkeys(ordered))


def _span(text: str) -> tuple[str, list[str]]:
    """The text up to where its first bracket is closed, and the brackets left open where it never is."""
    stack: list[str] = []
    inside = escaped = False
    for position, character in enumerate(text):
        if inside:
            if escaped:
                escaped = False
            elif character == "\\":
                escaped = True
            elif character == '"':
                inside = False
        elif character == '"':
            inside = True
        elif character in "{[":
            stack.append("}" if character == "{" else "]")
            if len(stack) > _DEEPEST:
                return text, []
        elif character in "}]" and stack:
            stack.pop()
            if not stack:
                return text[: position + 1], []
    return text, stack


def _drop_commas(text: str) -> str:
    """The text without commas before a closing bracket; strings are left alone."""
    pieces = re.split(r'("(?:[^"\\]|\\.)*")', text)
    # A comma and its bracket are never parted by a string, so the even pieces can be cleaned one by one.
    return "".join(_TRAILING_COMMA.sub("", piece) if index % 2 == 0 else piece for index, piece in enumerate(pieces))


def _closed(text: str) -> str:
    """A text that was cut off, back to its last whole element, with its brackets closed.

    An object that was cut in the middle is dropped from the list it is in: half a claim is worse than none. Where nothing
    is whole it is empty: an empty list would say that there was nothing to say.
    """
    best = ""
    stack: list[str] = []
    for match in re.finditer(r'"(?:[^"\\]|\\.)*"|[{}\[\],]', text):
        mark = match.group()
        if mark in {"{", "["}:
            stack.append("}" if mark == "{" else "]")
        elif mark in {"}", "]"} and stack:
            stack.pop()
            best = text[: match.end()] + "".join(reversed(stack))
    return best


def check_schema(value: object, schema: Mapping[str, Any]) -> None:
    """Raises ``ValueError``, naming the first place where a value does not fit a JSON schema."""
    import jsonschema  # type: ignore[import-untyped]

    error = jsonschema.exceptions.best_match(jsonschema.Draft202012Validator(schema).iter_errors(value))
    if error is not None:
        raise ValueError(f"{error.json_path}: {error.message[:200]}")
