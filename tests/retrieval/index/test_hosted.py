"""The engine in a process of its own, when that process dies."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from earmark.errors import PermanentError, TransientError
from earmark.ports import IndexPoint
from retrieval.index.hosted import HostedIndex

pytestmark = pytest.mark.heavy


def _point(key: str) -> IndexPoint:
    return IndexPoint(kind="chunk", key=key, vector=(1.0, 0.0, 0.0, 0.5), text=key, show_id="s", episode_id="e")


@pytest.fixture
def index(tmp_path: Path) -> Iterator[HostedIndex]:
    opened = HostedIndex(tmp_path, model_id="m", dimension=4, wait_s=5)
    opened.apply([_point("one"), _point("two")], [], 10)
    yield opened
    opened.close()


def _kill(index: HostedIndex) -> None:
    os.kill(index.pid, signal.SIGKILL)
    index._child.wait()


def test_it_goes_on_when_its_process_is_killed(index: HostedIndex) -> None:
    _kill(index)
    index.apply([_point("three")], [], 11)
    assert (index.count("chunk"), index.watermark()) == (3, 11)


def test_a_damaged_index_begins_anew_and_says_so(index: HostedIndex, tmp_path: Path) -> None:
    _kill(index)
    for path in (tmp_path / "shard").rglob("*.json"):
        path.write_bytes(b"\0" * 10)
    with pytest.raises(TransientError, match="starts empty"):
        index.apply([_point("three")], [], 11)
    assert (index.count("chunk"), index.watermark()) == (0, 0)  # so that the next follower brings everything


def test_a_start_that_fails_once_is_tried_again(index: HostedIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    _kill(index)

    def refuse(*_: object, **__: object) -> object:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    with monkeypatch.context() as patched:
        patched.setattr(subprocess, "Popen", refuse)
        with pytest.raises(PermanentError, match="can be started"):
            index.count("chunk")
    assert index.count("chunk") == 2
