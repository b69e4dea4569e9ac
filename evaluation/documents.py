"""Results as JSON documents and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from earmark.errors import UsageError
from evaluation.suite import Measure, SuiteResult

__all__ = ["SCHEMA_VERSION", "from_document", "to_document"]

SCHEMA_VERSION = 1
_DIGITS = 6


def to_document(result: SuiteResult) -> dict[str, Any]:
    """The result as values that JSON knows; numbers are rounded to six digits after the point."""
    return {"schema_version": SCHEMA_VERSION, **_rounded(asdict(result))}


def from_document(document: Mapping[str, Any], *, subject: str = "result") -> SuiteResult:
    """The result that ``to_document`` wrote; what it does not know is passed over.

    Raises:
        UsageError: the document is not a result.
    """
    try:
        runs = {
            run: {name: Measure(**measure) for name, measure in measures.items()}
            for run, measures in document["runs"].items()
        }
        return SuiteResult(
            suite=document["suite"],
            data=document["data"],
            part=document["part"],
            sizes=document["sizes"],
            licence=document["licence"],
            runs=runs,
            comparisons=tuple(document["comparisons"]),
            models=document["models"],
            seconds=document["seconds"],
            notes=tuple(document["notes"]),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise UsageError("is not a result of earmark eval; remove the file", subject=subject) from error


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, _DIGITS)
    if isinstance(value, Mapping):
        return {name: _rounded(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(inner) for inner in value]
    return value
