"""Values as JSON documents and back, for what is stored and for what travels between our own processes."""

from __future__ import annotations

from collections.abc import Hashable
from functools import cache
from typing import Any, TypeVar, cast

from pydantic import TypeAdapter

__all__ = ["dump", "load"]

T = TypeVar("T")


def dump(value: object) -> Any:
    """The value (of a type of `earmark.types`) as plain lists, dicts, strings and numbers."""
    return _adapter(cast("Hashable", type(value))).dump_python(value, mode="json")


def load(kind: type[T], document: object) -> T:
    """The value of that type that a document holds; raises ``pydantic.ValidationError`` where it does not fit."""
    value: T = _adapter(cast("Hashable", kind)).validate_python(document)
    return value


@cache
def _adapter(kind: Hashable) -> TypeAdapter[Any]:
    return TypeAdapter(cast("Any", kind))
