"""The chapters file that `podcast:chapters` links to (JSON Chapters 1.2 of the podcast namespace)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from earmark.language.plaintext import decode
from earmark.types import Chapter
from ingest.chapters.values import clock_s, title_of

__all__ = ["read_chapters"]

_LISTS = ("chapters", "items", "data")
_STARTS = ("startTime", "start_time", "start", "time")
_ENDS = ("endTime", "end_time", "end")
_HIDDEN = frozenset({"false", "0", "no"})
MOST_ENTRIES = 10_000
"""Entries that are looked at; real files have under a hundred."""


def read_chapters(body: bytes, *, content_type: str = "") -> tuple[Chapter, ...]:
    """The chapters in the order of the file; empty if it holds none that can be read.

    Numbers may be strings or ``h:m:s``, the list may be the whole file. Entries with ``toc`` false change the picture or the
    place on a map while a chapter goes on, so they are left out.
    """
    try:
        document = json.loads(decode(body, content_type=content_type).lstrip("\ufeff \t\r\n"))
    except (ValueError, RecursionError):
        return ()
    if isinstance(document, Mapping):
        document = next((document[name] for name in _LISTS if isinstance(document.get(name), list)), None)
    if not isinstance(document, list):
        return ()
    return tuple(chapter for entry in document[:MOST_ENTRIES] if (chapter := _chapter(entry)))


def _chapter(entry: Any) -> Chapter | None:
    if not isinstance(entry, Mapping) or str(entry.get("toc", True)).strip().lower() in _HIDDEN:
        return None
    start = clock_s(_first(entry, _STARTS))
    if start is None:
        return None
    return Chapter(
        start_s=start,
        end_s=clock_s(_first(entry, _ENDS)),
        title=title_of(entry.get("title")),
        source="file",
    )


def _first(entry: Mapping[str, Any], names: tuple[str, ...]) -> Any:
    return next((entry[name] for name in names if entry.get(name) is not None), None)
