"""What all tests share: a catalog in a temporary folder, the bundled encoder, and no way beyond loopback."""

from __future__ import annotations

import gc
import os
import re
import shutil
import socket
import sqlite3
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa
import typer.main
import typer.testing
from _pytest.nodeid import coerce_node_id

from earmark import models
from earmark.catalog import Catalog, engine, open_catalog
from earmark.clock import FixedClock
from earmark.model_wheels import file_sha256
from retrieval.encoders import openvino_runner
from retrieval.encoders.openvino_bert import compile_bert
from tests import postgres
from tests.ui.sample import Sample, take_in_sample

if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # every core has a process of its own already

REPO = Path(__file__).parents[1]
NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--small``: campaigns with few of each, which record nothing."""
    parser.addoption("--small", action="store_true", help="run campaigns small; they record nothing then")


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """How many processes run tests: one more than there are cores, for every sixth moment of a test is spent waiting.

    Two more where slow tests are among them, which wait for a browser or another program half of their time. As many as
    cores where nothing costly is run: then reading all tests is what a process costs most.
    """
    unwanted = _UNWANTED.findall(config.option.markexpr)
    more = 0 if "heavy" in unwanted else 1 if "slow" in unwanted else 2
    return min((os.cpu_count() or 1) + more, _MOST_PROCESSES)


_MOST_PROCESSES = 4
"""Each may load a model, which takes a gigabyte."""


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leaves out, unread, the files whose tests are all of a kind that is not wanted: what they import takes seconds.

    A file that is asked for by its name is read.
    """
    named = {Path(given.partition("::")[0]).name for given in config.args}
    if collection_path.suffix != ".py" or collection_path.name in named:
        return None
    marks = " ".join(_MARKS_OF_A_FILE.findall(collection_path.read_text("utf-8")))
    unwanted = _UNWANTED.findall(config.option.markexpr)
    return True if any(f"pytest.mark.{kind}" in marks for kind in unwanted) else None


_MARKS_OF_A_FILE = re.compile(r"^pytestmark = .*$", re.MULTILINE)
_UNWANTED = re.compile(r"\bnot (\w+)")
"""A kind of tests in the expression after ``-m``."""


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Reads the tests without looking for garbage, of which they leave none: a third of the time of reading them.

    Later it is looked for as seldom as in the `earmark` command, which takes a fifteenth less of the processor.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.set_threshold(_MANY)
        gc.enable()


_MANY = 10_000
"""New objects after which garbage is looked for; Python's own number is 700."""


_COSTLY = frozenset(
    {
        "sample",
        "encoder",
        "torch_encoder",
        "index",
        "browser",
        "rich",
        "hostile",
        "served",
        "httpserver",
        "box",
        "llm",
        "realdata",
    }
)
"""Fixtures that load a model, start a program or read the real data; a test that asks for any is ``heavy``."""


_FOR_CI = frozenset({"browser", "realdata", "sample"})
"""Fixtures of what a newcomer's machine seldom has, or that take a minute to make; a test that asks for any is ``slow``."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Marks tests as heavy and slow by what they ask for, and puts those that share something costly into one group.

    A group is run by one process, and the longest begins first. Groups count with several processes only (``-n``, by
    `make`): the tests of the sample library share one that the demo makes, those of the model on PyTorch load it once,
    those of a module share its fixtures.
    """
    groups = {item: _group(item) for item in items}
    for item, group in groups.items():
        if config.getoption("loadgroup", default=False):
            # xdist 3.8 writes the group where pytest 9.2 no longer reads a test's id from, so that it groups nothing.
            item._id = coerce_node_id(f"{item.nodeid}@{group}")
        fixtures = set(getattr(item, "fixturenames", ()))
        reads_real_data = item.get_closest_marker("realdata") is not None
        if _COSTLY & fixtures or reads_real_data:
            item.add_marker(pytest.mark.heavy)
        if _FOR_CI & fixtures or reads_real_data:
            item.add_marker(pytest.mark.slow)
    pages = {group for item, group in groups.items() if "browser" in getattr(item, "fixturenames", ())}
    slow = {group for item, group in groups.items() if item.get_closest_marker("slow") is not None}
    # The long groups first: one that begins last is waited for by processes that have nothing left to do.
    begin = ({"sample"}, pages, slow, set(_MADE_ONCE))
    items.sort(key=lambda item: [groups[item] not in some for some in begin])


def _group(item: pytest.Item) -> str:
    own = item.nodeid.partition("::")[0]
    fixtures = getattr(item, "fixturenames", ())
    if made := next((name for name in _MADE_ONCE if name in fixtures), None):
        return made
    if "browser" in fixtures:
        # Two processes have a browser and the apps that it looks at; one file takes as long as all others.
        return "pages" if own.endswith("/test_pages.py") else "other pages"
    return own


_MADE_ONCE = ("sample", "torch_encoder")
"""Fixtures that take so long that one process makes them: all tests that ask for one are a group."""


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


@pytest.fixture(autouse=True, scope="session")
def _new_catalogs_are_copies(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The migrations make one empty catalog, and every new one in a file begins as its copy, in a millisecond.

    What tests write need not outlive a power cut either: SQLite does not wait for the disk.
    """
    made = tmp_path_factory.mktemp("empty") / "catalog.sqlite"
    open_catalog(f"sqlite:///{made}").close()
    migrate = engine.migrate

    one_copies = threading.Lock()

    def begin(catalog: Catalog) -> None:
        if catalog.file is not None:
            sa.event.listen(catalog.engine, "connect", _do_not_wait)
            with one_copies:
                if catalog.file.is_file() and not catalog.file.stat().st_size:
                    shutil.copyfile(made, catalog.file)
        migrate(catalog)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "migrate", begin)
        yield


def _do_not_wait(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA synchronous=OFF")


@pytest.fixture(autouse=True, scope="session")
def _a_models_files_are_read_once() -> Iterator[None]:
    """What was made of a model's files serves all tests of a process: most open a library, each would make it again.

    That is its graph as OpenVINO compiles it, its tokenizer, and the SHA-256 of 90 MB, which every new home asks for.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(openvino_runner, "compile_bert", _once_a_file(compile_bert))
        patch.setattr(openvino_runner, "read_tokenizer", _once_a_file(openvino_runner.read_tokenizer))
        patch.setattr(models, "file_sha256", _once_a_file(file_sha256))
        yield


def _told(option: Any) -> Any:
    """An option by what is equal for equal ones; changes of weights by their names and sums."""
    return (
        tuple((name, float(np.sum(change))) for name, change in option.items()) if isinstance(option, dict) else option
    )


def _once_a_file(make: Callable[..., Any]) -> Callable[..., Any]:
    """A function of a file, which makes one thing of it as long as the file does not change."""
    made: dict[tuple[Any, ...], Any] = {}
    one_makes = threading.Lock()

    def once(path: Path, *rest: Any, **options: Any) -> Any:
        file = path.stat()
        given = tuple((name, _told(value)) for name, value in options.items())
        known_by = (file.st_dev, file.st_ino, file.st_size, file.st_mtime_ns, rest, given)
        with one_makes:
            if known_by not in made:
                made[known_by] = make(path, *rest, **options)
            return made[known_by]

    return once


@pytest.fixture(autouse=True, scope="session")
def _the_command_line_is_made_once() -> Iterator[None]:
    """Typer makes ninety commands of their functions for each call, which takes longer than most calls."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(typer.testing, "_get_command", cache(typer.main.get_command))
        yield


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


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """What asks for a catalog runs on SQLite and on PostgreSQL."""
    if "database" in metafunc.fixturenames:
        both = ["sqlite", pytest.param("postgresql", marks=pytest.mark.heavy)]
        metafunc.parametrize("database", both, indirect=True, scope="function")


@pytest.fixture(scope="session")
def postgresql() -> Iterator[postgres.Server]:
    """A PostgreSQL server for all tests; a skip that says what is missing, which CI does not let pass."""
    with ExitStack() as stack:
        try:
            server = stack.enter_context(postgres.server())
        except postgres.NoServer as error:
            if os.environ.get("CI"):
                raise
            pytest.skip(f"no PostgreSQL here: {error}")
        yield server


@pytest.fixture
def database(request: pytest.FixtureRequest) -> str:
    """The kind of database that a test runs on."""
    return str(request.param)


@pytest.fixture
def database_url(database: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database that holds nothing, not even tables."""
    if database == "sqlite":
        yield f"sqlite:///{tmp_path / 'catalog.sqlite'}"
        return
    with request.getfixturevalue("postgresql").database(migrated=False) as url:
        yield url


@pytest.fixture
def catalog_url(database: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty catalog."""
    if database == "sqlite":
        yield f"sqlite:///{tmp_path / 'catalog.sqlite'}"
        return
    with request.getfixturevalue("postgresql").database(migrated=True) as url:
        yield url


@pytest.fixture
def catalog(catalog_url: str) -> Iterator[Catalog]:
    """An empty catalog."""
    opened = open_catalog(catalog_url)
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
