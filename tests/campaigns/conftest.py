"""What the campaigns share: whether they run small, and the one way to record what they measured.

A campaign is a long test of a promise, marked ``campaign`` and left out of ordinary runs:

    pytest -m campaign                                     all of them (hours); needs the real data
    pytest -m campaign tests/campaigns/test_work.py        one
    pytest -m campaign --small tests/campaigns             few of each; records nothing
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from evaluation.machine import machine
from evaluation.parts import with_parts
from tests.conftest import REPO

Record = Callable[[str, Mapping[str, Any]], None]
"""Keeps values under a name, ``trust/feeds`` for ``evaluation/results/trust/feeds.json``."""


@pytest.fixture(scope="session")
def small(request: pytest.FixtureRequest) -> bool:
    """Whether the campaign is to be a short one, which shows that it works and measures nothing."""
    return bool(request.config.getoption("--small"))


@pytest.fixture(scope="session")
def record(small: bool) -> Record:
    """Writes what was measured, before it is judged, into the JSON file of that name.

    Each test of a campaign adds its parts, and the day and the machine of each, to the parts that are there.
    """

    def write(name: str, values: Mapping[str, Any]) -> None:
        if small:
            print(json.dumps(dict(values), ensure_ascii=False))
            return
        path = REPO / "evaluation" / "results" / f"{name}.json"
        kept = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        document = with_parts(kept, values, day=time.strftime("%Y-%m-%d"), machine=machine())
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")

    return write
