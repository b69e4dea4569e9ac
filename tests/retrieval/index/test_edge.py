"""What only the embedded index promises: one holder, nothing acknowledged is lost, damage is a rebuild."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from earmark.errors import IndexBusy, PermanentError
from earmark.ports import IndexPoint, IndexQuery
from retrieval.index.edge import EdgeIndex
from retrieval.index.watermark import load_watermark

pytestmark = pytest.mark.heavy


def made(key: str) -> IndexPoint:
    return IndexPoint(kind="chunk", key=key, vector=[1.0, 0, 0, 0], text="kelp", show_id="s", episode_id="e")


def opened(folder: Path, *, model: str = "m", wait_s: float = 0.0) -> EdgeIndex:
    return EdgeIndex(folder, model_id=model, dimension=4, wait_s=wait_s)


def test_a_second_process_is_told_that_it_is_busy(tmp_path: Path) -> None:
    index = opened(tmp_path)
    code = (
        "import sys; from pathlib import Path; from retrieval.index.edge import EdgeIndex; from earmark.errors import IndexBusy\n"
        "try: EdgeIndex(Path(sys.argv[1]), model_id='other', dimension=8, wait_s=0.2)\n"
        "except IndexBusy as error: print(error.message)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "another command holds the index; try again when it is done"
    index.apply([made("a")], [], 1)  # the other, of another model, has touched nothing
    assert index.count("chunk") == 1
    index.close()


def test_waiting_for_the_holder(tmp_path: Path) -> None:
    index = opened(tmp_path)
    waits: list[float] = []

    def let_go(wait: float) -> None:
        waits.append(wait)
        index.close()

    second = EdgeIndex(tmp_path, model_id="m", dimension=4, wait_s=5.0, sleep=let_go)
    assert len(waits) == 1
    second.close()
    second.close()


def test_within_one_process_too(tmp_path: Path) -> None:
    index = opened(tmp_path)
    with pytest.raises(IndexBusy):
        opened(tmp_path)
    index.close()
    opened(tmp_path).close()


def test_another_model_or_version_starts_empty(tmp_path: Path) -> None:
    index = opened(tmp_path)
    index.apply([made("a")], [], 5)
    index.close()
    other = opened(tmp_path, model="n")
    assert (other.watermark(), other.count("chunk")) == (0, 0)
    other.close()


@pytest.mark.parametrize("damage", ["edge_config.json", "segment.json", "wal", "watermark.json", "no shard"])
def test_a_damaged_index_is_dropped(tmp_path: Path, damage: str) -> None:
    index = opened(tmp_path)
    index.apply([made("a")], [], 5)
    index.close()
    if damage == "no shard":
        (tmp_path / "shard").rename(tmp_path / "elsewhere")
    for path in tmp_path.rglob("*"):
        if path.is_file() and damage in str(path.relative_to(tmp_path)):
            path.write_bytes(b"\x00broken\xff" * 20)
    again = opened(tmp_path)
    assert (again.watermark(), again.count("chunk")) == (0, 0)
    again.apply([made("b")], [], 2)
    assert again.count("chunk") == 1
    again.close()


def test_the_note_tells_what_it_holds_without_opening_it(tmp_path: Path) -> None:
    assert load_watermark(tmp_path) is None
    index = opened(tmp_path)
    index.apply([made("a"), made("b")], [], 5)
    mark = load_watermark(tmp_path)
    assert mark is not None
    assert (mark.seq, mark.points, mark.model_id) == (5, 2, "m")
    index.close()


def test_a_closed_index_says_what_to_do(tmp_path: Path) -> None:
    index = opened(tmp_path)
    index.close()
    with pytest.raises(PermanentError, match="rebuild"):
        index.count("chunk")


WRITER = """
import sys
from pathlib import Path
from earmark.ports import IndexPoint
from retrieval.index.edge import EdgeIndex

index = EdgeIndex(Path(sys.argv[1]), model_id="m", dimension=4, wait_s=10)
while True:
    n = index.watermark() + 1
    points = [
        IndexPoint(kind="chunk", key=f"{n}-{i}", vector=[1.0, i, n, 0], text="kelp", show_id="s", episode_id="e")
        for i in range(20)
    ]
    index.apply(points, [("chunk", f"{n - 1}-0")], n)
    print(n, flush=True)
"""


@pytest.mark.slow
def test_a_killed_writer_loses_nothing_acknowledged(tmp_path: Path) -> None:
    acknowledged = 0
    for kill in range(4):
        writer = subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path)], stdout=subprocess.PIPE, text=True)
        assert writer.stdout is not None
        first = int(writer.stdout.readline())
        assert first > acknowledged or kill == 0  # it went on from what was acknowledged
        time.sleep(0.05 + 0.037 * kill)
        os.kill(writer.pid, signal.SIGKILL)
        rest = writer.stdout.read().split()
        writer.wait()
        writer.stdout.close()
        acknowledged = int(rest[-1]) if rest else first
        index = opened(tmp_path, wait_s=5)
        mark = index.watermark()
        assert mark >= acknowledged
        # Of every batch but the last its first point was deleted by the next; an unmarked batch may be there, whole or its delete alone.
        assert index.count("chunk") - (20 * mark - (mark - 1)) in (-1, 0, 19)
        hits = index.query(IndexQuery(kind="chunk", vector=[1.0, 0, 0, 0], limit=20 * mark + 20))
        keys = {hit.key for hit in hits}
        assert all(f"{n}-{i}" in keys for n in range(1, acknowledged + 1) for i in range(1, 20))
        index.close()
        acknowledged = mark
