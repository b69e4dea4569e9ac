"""Errors as JSON documents and back: what one of our processes raises, another can raise again, whole.

    {"kind": "NotYet", "error": "Budget: spent for today", "kinds": ["NotYet", "TransientError", "EarmarkError"],
     "message": "spent for today", "subject": "Budget", "details": {"until": "2026-11-28T00:00:00Z"}}

``kind`` and ``error`` (one line for people) are for whoever reads the document; the rest is what the error is made of.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any, get_type_hints

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from earmark.errors import EarmarkError

__all__ = ["dump_error", "load_error"]


class _Document(BaseModel):
    """The parts of a document that an error is made again from."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    kinds: tuple[str, ...] = ()
    kind: str = ""
    error: str = ""
    message: str = ""
    subject: str = ""
    details: dict[str, Any] = {}


def dump_error(error: EarmarkError) -> dict[str, Any]:
    """The document of an error. What caused it is told in its message: the cause itself does not travel."""
    kinds = [kind.__name__ for kind in type(error).__mro__ if issubclass(kind, EarmarkError)]
    details = {
        name: TypeAdapter(hint).dump_python(getattr(error, name), mode="json")
        for name, hint in _details(type(error)).items()
    }
    return {
        "kind": kinds[0],
        "error": str(error),
        "kinds": kinds,
        "message": error.explained(),
        "subject": error.subject,
        "details": details,
    }


def load_error(document: object) -> EarmarkError:
    """The error of a document, of the nearest class in its ``kinds`` that this program has; ``EarmarkError`` otherwise.

    Raises:
        ValueError: the document holds no error at all.
    """
    told = _Document.model_validate(document)
    message = told.message or told.error
    if not message:
        raise ValueError("holds no error")
    known = {kind.__name__: kind for kind in _kinds(EarmarkError)}
    for name in told.kinds or (told.kind,):
        if name in known:
            try:
                return _made(known[name], message, told)
            except (TypeError, ValidationError):  # another version's details: its base needs fewer
                continue
    return EarmarkError(message, subject=told.subject)


def _made(kind: type[EarmarkError], message: str, told: _Document) -> EarmarkError:
    details = {
        name: TypeAdapter(hint).validate_python(told.details[name])
        for name, hint in _details(kind).items()
        if name in told.details
    }
    return kind(message, subject=told.subject, **details)


def _details(kind: type[EarmarkError]) -> dict[str, Any]:
    """What a class takes beside message and subject, by name, with the types."""
    hints = get_type_hints(kind.__init__)
    taken = inspect.signature(kind.__init__).parameters.values()
    return {
        parameter.name: hints[parameter.name]
        for parameter in taken
        if parameter.kind is parameter.KEYWORD_ONLY and parameter.name != "subject"
    }


def _kinds(root: type[EarmarkError]) -> Iterator[type[EarmarkError]]:
    yield root
    for kind in root.__subclasses__():
        yield from _kinds(kind)
