"""Ctrl-Z in the middle of a transaction: the process stops after it, others can write meanwhile, and it goes on when told."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import sqlalchemy as sa

from earmark.catalog import open_catalog
from tests.waiting import until

pytestmark = pytest.mark.heavy

_WRITER = """
import sys, threading
import sqlalchemy as sa
from earmark.catalog import open_catalog

catalog = open_catalog(sys.argv[1])

def work():
    with catalog.write() as tx:
        tx.execute(sa.text("UPDATE readers SET name = 'theirs'"))
        print("writing", flush=True)
        sys.stdin.readline()
    print("written", flush=True)
    sys.stdin.readline()

with catalog.stopping_between_writes():
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
catalog.close()
print("ended", flush=True)
"""


_IDLE = """
import sys
from earmark.catalog import open_catalog

catalog = open_catalog(sys.argv[1])
with catalog.stopping_between_writes():
    print("waiting", flush=True)
    for line in sys.stdin:
        print("heard " + line, end="", flush=True)
catalog.close()
"""

_PAUSE_S = 0.5
"""Longer than a thread may be thought to wait for one signal before it looks about."""


def _state(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


needs_proc = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="/proc says whether a process is stopped")


@pytest.mark.slow
@needs_proc
def test_a_process_that_was_stopped_for_a_while_goes_on_when_it_is_told(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'catalog.sqlite'}"
    process = subprocess.Popen(
        [sys.executable, "-c", _IDLE, url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin is not None and process.stdout is not None
    try:
        assert process.stdout.readline() == "waiting\n"
        for _ in range(3):
            process.send_signal(signal.SIGSTOP)
            until(lambda: _state(process.pid) == "T")
            time.sleep(_PAUSE_S)
            process.send_signal(signal.SIGCONT)
            time.sleep(_PAUSE_S)
            assert _state(process.pid) != "T"
        process.stdin.write("on\n")
        process.stdin.flush()
        assert process.stdout.readline() == "heard on\n"
        process.stdin.close()
        assert process.wait() == 0
    finally:
        process.kill()
        process.wait()
        process.stdin.close()
        process.stdout.close()


@needs_proc
def test_a_process_that_is_stopped_while_it_writes_stops_when_it_has_written(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'catalog.sqlite'}"
    ours = open_catalog(url)
    process = subprocess.Popen(
        [sys.executable, "-c", _WRITER, url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin is not None and process.stdout is not None
    try:
        assert process.stdout.readline() == "writing\n"
        process.send_signal(signal.SIGTSTP)
        # It has heard it when the thread that waits for it waits for the end of the transaction instead.
        pending = Path(f"/proc/{process.pid}/status")
        until(lambda: not _has_pending(pending.read_text()))
        assert _state(process.pid) != "T"
        process.stdin.write("\n")
        process.stdin.flush()
        until(lambda: _state(process.pid) == "T")
        with ours.write() as tx:
            assert tx.execute(sa.text("SELECT name FROM readers")).scalar_one() == "theirs"
            tx.execute(sa.text("UPDATE readers SET name = 'ours'"))
        time.sleep(_PAUSE_S)
        process.send_signal(signal.SIGCONT)
        assert process.stdout.readline() == "written\n"
        process.stdin.write("\n")
        process.stdin.flush()
        assert process.stdout.readline() == "ended\n"
        assert process.wait() == 0
    finally:
        process.kill()
        process.wait()
        process.stdin.close()
        process.stdout.close()
        ours.close()


def _has_pending(status: str) -> bool:
    fields = dict(line.partition(":")[::2] for line in status.splitlines())
    pending = int(fields["ShdPnd"].strip(), 16) | int(fields["SigPnd"].strip(), 16)
    return bool(pending >> (signal.SIGTSTP - 1) & 1)
