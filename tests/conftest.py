"""What all tests share: a catalog in a temporary folder, the bundled encoder, and no way beyond loopback."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from earmark.catalog import Catalog, open_catalog
from earmark.clock import FixedClock
from tests.ui.sample import Sample, take_in_sample

REPO = Path(__file__).parents[1]
NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--small``: campaigns with few of each, which record nothing."""
    parser.addoption("--small", action="store_true", help="run campaigns small; they record nothing then")


@pytest.fixture(autouse=True, scope="session")
def _no_way_out() -> Iterator[None]:
    """A test that opens a connection beyond loopback fails with the address it tried."""
    original = socket.socket.connect

    def connect(self: socket.socket, address: object) -> None:
        host = address[0] if isinstance(address, tuple) else ""
        if self.family in {socket.AF_INET, socket.AF_INET6} and not _loopback(str(host)):
            raise AssertionError(f"a test tried to reach {address}")
        original(self, address)  # type: ignore[arg-type]

    socket.socket.connect = connect  # type: ignore[method-assign,assignment]
    yield
    socket.socket.connect = original  # type: ignore[method-assign]


def _loopback(host: str) -> bool:
    return host.startswith("127.") or host in {"::1", "localhost", "", "0.0.0.0", "::"}


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting of the machine reaches a test."""
    ours = ("EARMARK_", "OPENAI_", "LANGSMITH_", "LANGCHAIN_")
    kept = ("EARMARK_TEST_", "EARMARK_QDRANT_URL")
    for name in list(os.environ):
        if name.startswith(ours) and not name.startswith(kept):
            monkeypatch.delenv(name)
    monkeypatch.setenv("EARMARK_HOME", str(tmp_path / "home"))


@pytest.fixture
def clock() -> FixedClock:
    """A clock that stands at a Sunday morning."""
    return FixedClock(NOW)


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    """An empty catalog in a file."""
    opened = open_catalog(f"sqlite:///{tmp_path / 'catalog.sqlite'}")
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def realdata() -> Path:
    """The folder of real feeds and transcripts, or a skip that says how to give one."""
    folder = Path(os.environ.get("EARMARK_TEST_DATA") or REPO / ".." / "shared" / "data")
    if not folder.is_dir():
        pytest.skip("no real data here (set EARMARK_TEST_DATA)")
    return folder.resolve()


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    """The sample library, made by `earmark demo` once for all tests."""
    return take_in_sample(tmp_path_factory)
