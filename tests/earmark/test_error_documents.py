"""Errors over a wire: every class of the tree goes out as a document and comes back as it was."""

from __future__ import annotations

import importlib
import inspect
import json
import pkgutil
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

import briefs
import earmark
import ingest
import library
import retrieval
from earmark.error_documents import dump_error, load_error
from earmark.errors import EarmarkError, FetchError, FetchRefused, IndexBusy, NotYet, TransientError

_GIVEN: dict[str, Any] = {
    "until": datetime(2026, 11, 28, 6, 30, tzinfo=UTC),
    "retry_after_s": 17.5,
    "status": 429,
    "reached": False,
    "answered": True,
}


def _everything_loaded() -> None:
    for package in (briefs, earmark, ingest, library, retrieval):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if ".migrations" not in module.name:
                importlib.import_module(module.name)


def _kinds(root: type[EarmarkError] = EarmarkError) -> Iterator[type[EarmarkError]]:
    yield root
    for kind in root.__subclasses__():
        yield from _kinds(kind)


def _travelled(error: EarmarkError) -> EarmarkError:
    return load_error(json.loads(json.dumps(dump_error(error))))


def test_every_error_comes_back_whole() -> None:
    _everything_loaded()
    kinds = [kind for kind in _kinds() if not kind.__module__.startswith("tests.")]
    assert len(kinds) > 20
    for kind in kinds:
        extra = {
            name: _GIVEN[name]
            for name, taken in inspect.signature(kind).parameters.items()
            if taken.kind is taken.KEYWORD_ONLY and name != "subject"
        }
        error = kind("what happened", subject="https://kettle.example/feed", **extra)
        back = _travelled(error)
        assert type(back) is kind
        assert vars(back) == vars(error)
        assert str(back) == str(error)


def test_the_cause_is_told() -> None:
    error = TransientError("no answer", subject="Qdrant")
    error.__cause__ = OSError("connection refused")
    back = _travelled(error)
    assert str(back) == str(error) == "Qdrant: no answer (OSError: connection refused)"


def test_a_class_that_is_not_known_here_is_the_nearest_that_is() -> None:
    document = dump_error(FetchRefused("it is gone", subject="x", status=410))
    newer = {**document, "kind": "Evaporated", "kinds": ["Evaporated", *document["kinds"]], "details": {"degrees": 3}}
    back = load_error(newer)
    assert (type(back), str(back), back.status) == (FetchRefused, "x: it is gone", None)  # type: ignore[attr-defined]
    assert type(load_error({"kind": "Evaporated", "error": "gone", "kinds": ["Evaporated"]})) is EarmarkError
    assert type(load_error({"kind": "os.system", "error": "gone"})) is EarmarkError


def test_details_that_do_not_fit_leave_the_base_and_the_message() -> None:
    document = dump_error(NotYet("spent for today", until=_GIVEN["until"], subject="Budget"))
    for details in ({}, {"until": "soon"}):
        back = load_error({**document, "details": details})
        assert (type(back), str(back)) == (TransientError, "Budget: spent for today")
    assert type(load_error({**dump_error(FetchError("no")), "details": {"status": []}})) is TransientError


def test_what_a_person_reads_is_enough() -> None:
    back = load_error({"kind": "IndexBusy", "error": "somebody holds it"})
    assert (type(back), str(back)) == (IndexBusy, "somebody holds it")


@pytest.mark.parametrize("document", [None, [], "no", {}, {"kind": "NotFound"}, {"error": 7}])
def test_what_holds_no_error_is_said(document: object) -> None:
    with pytest.raises(ValueError, match=r"no error|_Document"):
        load_error(document)
