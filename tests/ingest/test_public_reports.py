"""Inputs made after what people reported of other programs: each is read as its user expects.

Each folder has its inputs and an ``expected.json``. A folder is one line of the table, with the check for its kind.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ingest.feeds.parse import parse_feed

Check = Callable[[Path, dict[str, Any]], None]


def reads_the_feed(folder: Path, expected: dict[str, Any]) -> None:
    feed = parse_feed((folder / "feed.xml").read_bytes(), url="https://example.org/feed.xml")
    wanted = expected["expected"]
    assert "title" not in wanted or feed.title == wanted["title"]
    assert len(feed.episodes) == len(wanted["episodes"])
    for episode, fields in zip(feed.episodes, wanted["episodes"], strict=True):
        assert {name: _written(getattr(episode, name)) for name in fields} == fields


def _written(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


CHECKS: dict[str, Check] = {
    "date-am-pm": reads_the_feed,
    "date-invented-from-slashes": reads_the_feed,
    "date-local-months-and-drupal": reads_the_feed,
}


@pytest.mark.realdata
@pytest.mark.parametrize("name", CHECKS)
def test_as_its_user_expects(realdata: Path, name: str) -> None:
    folder = realdata / "public_reports" / name
    if not folder.is_dir():
        pytest.skip(f"no {folder}")
    CHECKS[name](folder, json.loads((folder / "expected.json").read_text(encoding="utf-8")))
