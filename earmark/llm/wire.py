"""The words of the chat protocol: what is put into a call, and what its reply or failure says."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

__all__ = [
    "MODES",
    "finish_reason",
    "is_connection",
    "messages",
    "names_format",
    "response_format",
    "wait_s",
    "with_schema",
]

MODES = ("json_schema", "json_object", "prompt")
"""The ways of asking for JSON, best first."""

_LONGEST_WAIT_S = 30.0
_FORMAT_NAMED = re.compile(r"response_format|json_schema|json_object|json schema|grammar|structured", re.IGNORECASE)
_JSON_PROMPT = "Reply with one JSON value and nothing else, no code fence. It has to fit this JSON schema:\n"


def messages(system: str, user: str) -> list[tuple[str, str]]:
    """The two messages of a call; no system message where there is nothing to say."""
    return [("system", system), ("human", user)] if system else [("human", user)]


def with_schema(system: str, schema: Mapping[str, object]) -> str:
    """The system message that asks for JSON of a schema."""
    return f"{system}\n\n{_JSON_PROMPT}{json.dumps(schema, ensure_ascii=False)}".strip()


def response_format(mode: str, schema: Mapping[str, object]) -> dict[str, object] | None:
    """``response_format`` for a mode; ``None`` for the prompt alone."""
    if mode == "json_schema":
        # Strict mode is for schemas that close their objects; OpenAI answers 400 to others.
        strict = schema.get("additionalProperties") is False
        return {"type": mode, "json_schema": {"name": "reply", "schema": dict(schema), "strict": strict}}
    return {"type": mode} if mode == "json_object" else None


def finish_reason(message: Any) -> str:
    """Why the model stopped, in the provider's word; empty if it did not say."""
    metadata = message.response_metadata
    return str(metadata.get("finish_reason") or metadata.get("stop_reason") or "")


def names_format(text: str) -> bool:
    """Whether a server's refusal is about the ``response_format``."""
    return bool(_FORMAT_NAMED.search(text))


def is_connection(error: Exception) -> bool:
    """A connection that could not be made or broke; not a time-out, which has cost a whole ``timeout_s`` already."""
    name = type(error).__name__
    return ("Connection" in name or "Protocol" in name or "ReadError" in name) and "Timeout" not in name


def wait_s(error: Exception, attempt: int) -> float:
    """What the server asked for in Retry-After, else 0.5 s, doubling."""
    headers = getattr(getattr(error, "response", None), "headers", {})
    try:
        asked = float(headers.get("retry-after", ""))
    except ValueError:
        asked = 0.25 * 2**attempt
    return min(max(asked, 0.0), _LONGEST_WAIT_S)
