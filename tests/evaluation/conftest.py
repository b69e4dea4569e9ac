"""The folder of vectors that all tests of evaluation share, and settings of an empty home."""

from __future__ import annotations

from pathlib import Path

import pytest

from earmark.settings import Settings, load_settings
from tests.evaluation.samples import write_claims, write_judged


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("vectors")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings({"offline": True}, home=tmp_path / "home", environ={})


@pytest.fixture
def judged(tmp_path: Path) -> Path:
    return write_judged(tmp_path / "talks")


@pytest.fixture
def claims(tmp_path: Path) -> Path:
    return write_claims(tmp_path / "claims")
