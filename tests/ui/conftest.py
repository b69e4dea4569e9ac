"""Apps in processes of their own, a real Chromium, and a home with a few insights."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from earmark.catalog import open_catalog
from earmark.types import Insight
from tests.retrieval.themes.making import SUBJECTS, speak
from ui.api import face

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).parents[2]

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(autouse=True, scope="session")
def _the_interface_is_made_once() -> Iterator[None]:
    """The app of the REST interface knows no library, so that one serves all tests of a process: it takes half a second."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(face, "_api", cache(face._api))
        yield


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningApp:
    """An app that runs."""

    url: str
    home: Path
    process: subprocess.Popen[str]


@contextmanager
def serve(home: Path, kind: str) -> Iterator[RunningApp]:
    """The app over a fake library on a free port, ended in order afterwards."""
    command = [sys.executable, "-m", "tests.ui.launch", str(home), kind]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        line = process.stderr.readline()
        address = re.search(r"http://\S+", line)
        assert address, line + process.stderr.read()
        try:
            yield RunningApp(url=address.group(), home=home, process=process)
        finally:
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=20)


@pytest.fixture(scope="session")
def rich(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    with serve(tmp_path_factory.mktemp("rich"), "rich") as served:
        yield served


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    with serve(tmp_path_factory.mktemp("empty"), "empty") as served:
        yield served


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    with serve(tmp_path_factory.mktemp("hostile"), "hostile") as served:
        yield served


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium: that of ``EARMARK_TEST_CHROMIUM``, the system's, or Playwright's own; a must where ``CI`` is true."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
        candidates = [os.environ.get("EARMARK_TEST_CHROMIUM", ""), "/usr/bin/chromium", own]
        executable = next((candidate for candidate in candidates if candidate and shutil.which(candidate)), None)
        if executable is None:
            if os.environ.get("CI") == "true":
                pytest.fail("no Chromium found")
            pytest.skip("no Chromium found: browser tests skipped")
        running = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        yield running
        running.close()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home folder, without anything in it yet."""
    return tmp_path / "home"


@pytest.fixture
def tea(home: Path) -> list[Insight]:
    """Three insights about tea in that home, of a show whose title would colour a terminal."""
    catalog = open_catalog(f"sqlite:///{home / 'catalog.sqlite'}")
    said = speak(catalog, "Leaves \x1b[31m", list(SUBJECTS["tea"][:3]))
    catalog.close()
    return said
