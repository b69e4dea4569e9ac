"""Values as JSON documents and back: what is stored, what `--json` and REST show, what our processes tell each other.

A field of a document is the field of the value, under its own name, so `earmark.types` says what it means.
"""

from __future__ import annotations

from collections.abc import Hashable
from functools import cache
from typing import Any, TypeVar, cast

from pydantic import TypeAdapter

from earmark.net import redact

__all__ = ["SCHEMA_VERSION", "document", "dump", "load", "result_in"]

T = TypeVar("T")

SCHEMA_VERSION = 2
"""Of every document that is shown, by `--json` as over REST. It is raised when a field is renamed or removed; fields may be
added at any time. 2: values under their own names, the same in both."""

_ADDRESSES = frozenset({"audio_url", "feed_url"})
"""Fields with addresses of feeds and audio, which may hold the reader's own password or key."""


def dump(value: object) -> Any:
    """The value (of a type of `earmark.types`) as plain lists, dicts, strings and numbers, whole."""
    return _adapter(cast("Hashable", type(value))).dump_python(value, mode="json")


def document(value: object = None, /, **parts: object) -> dict[str, Any]:
    """A document to be shown: its version, the fields of ``value`` where there is one, and named parts.

    The addresses of feeds and audio are without passwords and keys.
    """
    fields = {} if value is None else dump(value)
    named = {name: dump(part) for name, part in parts.items()}
    return {"schema_version": SCHEMA_VERSION, **_shown(fields | named)}


def load(kind: type[T], document: object) -> T:
    """The value of that type that a document holds; raises ``pydantic.ValidationError`` where it does not fit."""
    value: T = _adapter(cast("Hashable", kind)).validate_python(document)
    return value


def result_in(kind: type[T], document: dict[str, Any]) -> T:
    """The ``result`` of a document of REST; raises ``ValueError`` if it is of another version or does not fit."""
    if document.get("schema_version") != SCHEMA_VERSION or "result" not in document:
        raise ValueError("a document of another version")
    return load(kind, document["result"])


def _shown(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            name: redact(part) if name in _ADDRESSES and isinstance(part, str) else _shown(part)
            for name, part in value.items()
        }
    return [_shown(part) for part in value] if isinstance(value, list) else value


@cache
def _adapter(kind: Hashable) -> TypeAdapter[Any]:
    return TypeAdapter(cast("Any", kind))
