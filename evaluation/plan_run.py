"""Runs the plan: one result file an entry, kept while code, model and data stay the same, and the report card."""

from __future__ import annotations

import hashlib
import inspect
import json
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from earmark.errors import EarmarkError, UsageError
from evaluation.documents import to_document
from evaluation.machine import machine
from evaluation.plan import PLAN, PlanEntry
from evaluation.report import report_card

if TYPE_CHECKING:
    from earmark.settings import Settings
    from evaluation.suite import SuiteResult

__all__ = ["PlanOutcome", "fingerprint", "measure", "run_plan"]

Progress = Callable[[str], None]

_ROOT = Path(__file__).parents[1]
OURS = Path(__file__).parent / "data"
"""Sets of our own."""
_PACKAGES = {"insights": "ingest", "mutations": "ingest", "asr": "ingest", "readers": "briefs"}
"""The package that a suite measures, where it is not retrieval."""
_WITH_OPTIONS = ("retrieval", "related", "readers", "alerts", "insights", "asr")
"""Suites whose ``evaluate_…`` takes a folder and options; of the others it is ``run``."""
_NOT_MEASURING = ("bench", "commands.", "followups.", "machine.", "plan", "report.")
"""Prefixes of modules that no result depends on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanOutcome:
    """The outcome of a run of the plan; ``failures`` are sentences."""

    measured: int
    kept: int
    failures: tuple[str, ...]
    report: Path


def run_plan(
    data: Path,
    *,
    results: Path,
    settings: Settings,
    plan: Sequence[PlanEntry] = PLAN,
    only: str = "",
    again: bool = False,
    cache: Path | None = None,
    on_progress: Progress = lambda _: None,
) -> PlanOutcome:
    """Measures every entry of the plan that has no result for the same code, models and data.

    The report card is written after each, so a run that is stopped loses no more than the entry it was at.

    Args:
        data: the folder that the entries' folders lie in.
        results: where ``eval/NAME.json`` and ``report.md`` are written.
        settings: name the models.
        plan: the entries.
        only: measure only entries whose name holds this.
        again: measure what has been measured too.
        cache: where vectors are kept between calls.
        on_progress: told what goes on.

    Raises:
        UsageError: there is no such folder, or no entry is left.
    """
    if not data.is_dir():
        raise UsageError("is not a folder; give the folder that holds the sets of data", subject=str(data))
    entries = [entry for entry in plan if only in entry.name]
    if not entries:
        raise UsageError(f"no entry's name holds this; there are {', '.join(e.name for e in plan)}", subject=only)
    folder = results / "eval"
    folder.mkdir(parents=True, exist_ok=True)
    measured, kept, failures = 0, 0, []
    for number, entry in enumerate(entries, start=1):
        path = folder / f"{entry.name}.json"
        try:
            source = (OURS if entry.ours else data) / entry.folder
            mark = fingerprint(entry, source, settings)
            if not again and _mark_of(path) == mark:
                kept += 1
                continue
            where = f"{number} of {len(entries)}, {entry.title}: "
            result = measure(
                entry,
                source,
                settings,
                cache=cache,
                on_progress=lambda words, w=where: on_progress(w + words),  # type: ignore[misc]
            )
        except EarmarkError as error:
            failures.append(f"{entry.name}: {error}")
            continue
        _write(path, _document(entry, result, mark))
        measured += 1
        _write_report(results, plan)
    return PlanOutcome(measured=measured, kept=kept, failures=tuple(failures), report=_write_report(results, plan))


def measure(
    entry: PlanEntry,
    folder: Path,
    settings: Settings,
    *,
    cache: Path | None = None,
    on_progress: Progress = lambda _: None,
) -> SuiteResult:
    """The result of one entry.

    Raises:
        UsageError: the data is not there, or a package that the suite needs.
    """
    try:
        module = import_module(f"evaluation.suites.{entry.suite}")
    except ModuleNotFoundError as error:
        raise UsageError(f"{error.name} is not installed; run: pip install 'earmark[eval]'") from error
    function = getattr(module, f"evaluate_{entry.suite}") if entry.suite in _WITH_OPTIONS else module.run
    options: dict[str, Any] = {**entry.options, "settings": settings, "on_progress": on_progress}
    accepted = inspect.signature(function).parameters
    if "cache" in accepted and cache is not None:
        options["cache"] = cache
    result: SuiteResult = function(folder, **options)
    return result


def fingerprint(entry: PlanEntry, folder: Path, settings: Settings) -> str:
    """The SHA-256 of all that decides an entry's result: code, data, options, and the names of the models.

    Raises:
        UsageError: the data is not there.
    """
    if not folder.is_dir():
        raise UsageError("this folder is missing; EARMARK_TEST_DATA names the one it lies in", subject=str(folder))
    digest = hashlib.sha256()
    code = [
        *(_ROOT / "earmark").rglob("*.py"),
        *(_ROOT / _PACKAGES.get(entry.suite, "retrieval")).rglob("*.py"),
        *(_ROOT / "retrieval" / "encoders").rglob("*.py"),
        *(path for path in (_ROOT / "evaluation").glob("*.py") if not path.name.startswith(_NOT_MEASURING)),
        *(_ROOT / "evaluation" / "suites").glob(f"{entry.suite}*.py"),
    ]
    data = [path for path in folder.rglob("*") if path.is_file()]
    for path in (*_sorted(code), *_sorted(data)):
        digest.update(path.name.encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    groups = (settings.embedding, settings.asr, settings.search, settings.insights)
    chosen = [group.model_dump(mode="json") for group in groups]
    words = [entry.suite, entry.options, chosen, settings.llm.model]
    digest.update(json.dumps(words, sort_keys=True, default=str).encode())
    return digest.hexdigest()


def _sorted(paths: Iterable[Path]) -> list[Path]:
    return sorted(set(paths))


def _mark_of(path: Path) -> str:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ""
    return str(document.get("fingerprint", "")) if isinstance(document, dict) else ""


def _document(entry: PlanEntry, result: SuiteResult, mark: str) -> dict[str, Any]:
    return to_document(result) | {
        "name": entry.name,
        "title": entry.title,
        "options": dict(entry.options),
        "baseline": dict(entry.baseline),
        "measured": f"{datetime.now(UTC):%Y-%m-%d}",
        "machine": machine(),
        "fingerprint": mark,
    }


def _write_report(results: Path, plan: Sequence[PlanEntry]) -> Path:
    """The report card of all results there are, in the order of the plan."""
    documents = []
    for entry in plan:
        path = results / "eval" / f"{entry.name}.json"
        if path.exists():
            documents.append(_read(path))
    target = results / "report.md"
    _write(target, report_card(documents))
    return target


def _read(path: Path) -> Mapping[str, Any]:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError("cannot be read; remove it and run again", subject=str(path)) from error
    if not isinstance(document, dict):
        raise UsageError("holds no result; remove it and run again", subject=str(path))
    return document


def _write(path: Path, content: Mapping[str, Any] | str) -> None:
    """Writes a file completely or not at all."""
    text = content if isinstance(content, str) else json.dumps(content, indent=2, ensure_ascii=False) + "\n"
    scratch = path.with_suffix(f"{path.suffix}.{os.getpid()}")
    scratch.write_text(text, encoding="utf-8")
    scratch.replace(path)
