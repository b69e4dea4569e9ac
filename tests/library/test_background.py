"""The worker process and the thread that keeps the index up to date."""

from __future__ import annotations

import textwrap
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from earmark.errors import IndexBusy
from earmark.settings import Settings
from library.background import Follower, IngestProcess, IngestState
from tests.ui.fakes import Corpus, FakeIndex, FakeLibrary
from tests.waiting import until

Worker = Callable[[str], IngestProcess]


@pytest.fixture
def worker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Worker:
    """A process that runs some code in place of an ingest."""
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("PYTHONUNBUFFERED", "1")

    def made(code: str) -> IngestProcess:
        (tmp_path / "fake_worker.py").write_text(textwrap.dedent(code))
        return IngestProcess(tmp_path, module=["fake_worker"])

    return made


def finished(process: IngestProcess) -> IngestState:
    until(lambda: not process.state().running)
    return process.state()


def test_events_become_progress_and_the_report_a_sentence(worker: Worker, tmp_path: Path) -> None:
    code = """if True:
        import json, os, sys
        say = lambda **values: print(json.dumps(values))
        print("a warning", file=sys.stderr, flush=True)
        say(kind="feed", subject=os.environ["EARMARK_HOME"], message="1 new", done=1, total=1)
        say(kind="episode", subject="One\\x1b[31m", message="read", done=1, total=2)
        say(kind="report", feeds=1, new_episodes=2, episodes_done=1, failures=[{}], interrupted=False)
    """
    process = worker(code)
    assert process.state() == IngestState()
    assert process.start()
    state = finished(process)
    assert state.summary == "1 feed checked, 2 new episodes, 1 episode read, 1 failed."
    assert set(state.lines) == {"a warning", f"{tmp_path}: 1 new", "One: read"}
    assert (state.done, state.total, state.exit_code) == (1, 2, 0)


def test_only_one_runs_at_a_time_and_stop_interrupts_it(worker: Worker) -> None:
    code = """if True:
        import signal, sys, time
        signal.signal(signal.SIGINT, lambda *_: sys.exit(130))
        print("ready")
        time.sleep(60)
    """
    process = worker(code)
    assert process.start()
    assert not process.start()
    until(lambda: "ready" in process.state().lines)
    process.stop()
    state = finished(process)
    assert state.exit_code == 130
    assert not state.stopping
    assert process.start()
    process.stop(wait_s=5)
    finished(process)


@pytest.mark.heavy
def test_one_that_does_not_listen_is_killed_in_the_end(worker: Worker) -> None:
    code = "import signal, time; signal.signal(signal.SIGINT, signal.SIG_IGN); print('deaf'); time.sleep(60)"
    process = worker(code)
    process.start()
    until(lambda: "deaf" in process.state().lines)
    process.stop(wait_s=0.2)
    assert finished(process).exit_code == -9


@pytest.mark.parametrize("line", ["[]", "17", '{"kind": 3}', '{"no": "kind"}', "{"])
def test_what_is_no_event_is_words(worker: Worker, line: str) -> None:
    process = worker(f"print({line!r})")
    process.start()
    assert finished(process).lines == (line,)


def test_a_crash_keeps_its_last_words(worker: Worker) -> None:
    process = worker("raise SystemExit('the disk is full')")
    process.start()
    state = finished(process)
    assert (state.exit_code, state.lines, state.summary) == (1, ("the disk is full",), "")


class StumblingIndex(FakeIndex):
    """An index that is busy, then broken, then fine."""

    def __init__(self) -> None:
        super().__init__(Corpus(shows=[], insights=[], episodes=[]))
        self.calls = 0

    def follow(self, on_progress: Callable[[int, int], None] | None = None) -> int:
        self.calls += 1
        if self.calls < 3:
            raise IndexBusy("somebody holds the index")
        return super().follow(on_progress)


def test_the_follower_waits_for_a_page_and_outlives_trouble(caplog: pytest.LogCaptureFixture) -> None:
    library, index, ready = FakeLibrary(Settings()), StumblingIndex(), threading.Event()
    library.index = index
    follower = Follower(library, ready=ready, every_s=0.01, patience_s=60)
    follower.start()
    assert index.calls == 0
    ready.set()
    assert index.followed.wait(5)
    follower.stop()
    calls = index.calls
    time.sleep(0.05)
    assert index.calls == calls
    assert [record.getMessage() for record in caplog.records].count(
        "the index does not follow: somebody holds the index"
    ) == 1


def test_the_summary_of_a_run_holds_its_bill(worker: Worker) -> None:
    process = worker(
        """
        import json
        spent = {"tokens": 1200, "money": 0.5, "models": []}
        print(json.dumps({"kind": "report", "feeds": 1, "new_episodes": 0, "episodes_done": 1, "spent": spent}))
        """
    )
    assert process.start()
    until(lambda: not process.state().running)
    assert process.state().summary == "1 feed checked, 0 new episodes, 1 episode read. 1,200 tokens, 0.50 spent."


@pytest.mark.parametrize("spent", ["{}", "null", '{"tokens": "<b>"}', "[1]"])
def test_a_bill_that_cannot_be_read_is_left_out(worker: Worker, spent: str) -> None:
    line = f'{{"kind": "report", "feeds": 1, "spent": {spent}}}'
    process = worker(f"print({line!r})")
    assert process.start()
    until(lambda: not process.state().running)
    assert process.state().summary == "1 feed checked, 0 new episodes, 0 episodes read."
