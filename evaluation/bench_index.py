"""The embedded index at one size, measured in a process of its own, through the product's own code.

    python -m evaluation.bench_index 100000 [FOLDER]
    python -m evaluation.bench_index 1000000 --exact     # without a graph, whose making takes many times as long

A synthetic library is put into a catalog; the index is built from it by the building process, without a graph and with
one; both are queried in this process and as the app does it, with a process between; filtered searches in the graph are
compared with exact ones; and the app's heartbeat is watched while a generation is built and changed over to. With `--exact` the
figures of the size are put into `evaluation/results/passages.json`, beside those of other sizes.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from earmark.catalog import open_catalog
from earmark.embedding import query_vectors
from earmark.errors import UsageError
from earmark.ports import IndexQuery
from earmark.settings import IndexSettings, Settings
from earmark.types import Filters
from evaluation.bench_data import DIMENSION, SHOWS, Corpus, fill
from evaluation.machine import machine, memory_mib
from retrieval.encoders.encoder import open_encoder
from retrieval.index import open_index
from retrieval.index.builder import Builder
from retrieval.index.follow import follow

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from earmark.catalog import Catalog
    from earmark.ports import Encoder, VectorIndex
    from retrieval.index.rolling import RollingIndex

__all__ = ["FEWEST", "holder_pid", "measure", "milliseconds"]

FEWEST = 5_000
"""The fewest points at which every show of the synthetic library has a passage."""
QUERIES = 200
ENCODED = 100
RECALLED = 100
_BEAT_S = 0.002
_CALM_S = 5.0
_WATCH_S = 0.1
_WAYS = (("exact", 0), ("graph", 1))
_LARGE = Path(__file__).parent / "results" / "passages.json"


def measure(points: int, home: Path, *, ways: Sequence[tuple[str, int]] = _WAYS) -> dict[str, Any]:
    """The figures of the index at a size; ``home`` is an empty folder with room for 5 KB a point.

    ``ways`` are the indexes that are built, each by its name and the number of points from which it has a graph.

    Raises:
        UsageError: fewer than ``FEWEST`` points.
    """
    if points < FEWEST:
        raise UsageError(f"take at least {FEWEST:,}", subject=f"{points} points")
    settings = Settings(home=home, offline=True, index=IndexSettings(hnsw_from=0))
    encoder = open_encoder(settings)
    if encoder.dimension != DIMENSION:
        raise ValueError(f"the model gives vectors of length {encoder.dimension}, the library has {DIMENSION}")
    _say(f"{points:,} points: making the library")
    corpus = Corpus.make(points)
    catalog = open_catalog(settings.catalog_url)
    ids = fill(catalog, corpus, encoder.model_id)
    result: dict[str, Any] = {"points": points}
    for name, graph_from in ways:
        _say(f"{points:,} points: building, {name}")
        result[name] = _built(settings, graph_from, points)
        result[name] |= _queried(settings, encoder, corpus)
        if name == "graph":
            result["recall_at_10"] = _recall(settings, encoder, corpus, ids)
        result[name] |= _disk(settings)
        _say(f"{points:,} points, {name}: {result[name]}")
    if ways == _WAYS:
        result["change_over"] = _changed_over(settings, catalog, encoder, corpus)
    catalog.close()
    return result


def milliseconds(seconds: list[float]) -> dict[str, float]:
    """Percentiles of a list of durations."""
    return {f"p{q}": round(float(np.percentile(seconds, q)) * 1000, 2) for q in (50, 95, 99)}


def _built(settings: Settings, graph_from: int, points: int) -> dict[str, Any]:
    shutil.rmtree(settings.index_dir, ignore_errors=True)
    began = time.perf_counter()
    builder = Builder(settings, graph_from=graph_from)
    peaks = {"VmHWM": 0, "RssAnon": 0, "processor_s": 0.0}

    def watch() -> None:
        while builder.running():
            for name in ("VmHWM", "RssAnon"):
                peaks[name] = max(peaks[name], memory_mib(str(builder.pid), name) or 0)
            peaks["processor_s"] = max(peaks["processor_s"], _processor_s(builder.pid))
            time.sleep(_WATCH_S)

    watching = threading.Thread(target=watch)
    watching.start()
    builder.wait(_TenthsPrinter())
    seconds = time.perf_counter() - began
    watching.join()
    return {
        "build_s": round(seconds, 1),
        "build_processor_s": round(peaks["processor_s"], 1),
        "points_per_s": round(points / seconds),
        "build_peak_mib": peaks["VmHWM"],
        "build_own_mib": peaks["RssAnon"],
    }


def _queried(settings: Settings, encoder: Encoder, corpus: Corpus) -> dict[str, Any]:
    """Queries through the engine in this process, then as the app has it: encoded here, answered over there."""
    vectors, texts = corpus.queries(QUERIES)
    began = time.perf_counter()
    index = _open(settings, encoder)
    opened = time.perf_counter() - began
    figures: dict[str, Any] = {"reopen_s": round(opened, 2)}
    figures["hybrid_ms"] = _timed(lambda n: _hybrid(index, vectors[n].tolist(), texts[n]))
    figures["dense_ms"] = _timed(lambda n: index.query(IndexQuery(kind="chunk", vector=vectors[n].tolist(), limit=10)))
    figures["text_ms"] = _timed(lambda n: index.query(IndexQuery(kind="chunk", text=texts[n], limit=10)))
    index.close()
    index = _open(settings, encoder, hosted=True)
    query_vectors(encoder, texts[:1])  # loads the model
    figures["encoded_hybrid_ms"] = _timed(
        lambda n: _hybrid(index, query_vectors(encoder, [texts[n]])[0].tolist(), texts[n]), count=ENCODED
    )
    figures["holder_peak_mib"] = memory_mib(holder_pid(index), "VmHWM")
    index.close()
    return figures


def _recall(settings: Settings, encoder: Encoder, corpus: Corpus, ids: list[str]) -> dict[str, float]:
    """Share of the exact ten nearest that the graph finds, by filter."""
    vectors, _ = corpus.queries(RECALLED)
    numbers = np.arange(corpus.size)
    show_of = np.array([corpus.show(n) for n in range(corpus.size)])
    days = np.array([corpus.day(n).timestamp() for n in range(corpus.size)])
    half = corpus.day(int(np.argsort(days)[corpus.size // 2]))
    index = _open(settings, encoder)
    shows = _show_ids(index, vectors[0], ids, show_of)
    cases: dict[str, tuple[NDArray[np.bool_], Filters, tuple[str, ...]]] = {
        "all": (numbers >= 0, Filters(), ()),
        "one show (2 %)": (show_of == 3, Filters(shows=(shows[3],)), ()),
        "ten shows (20 %)": (show_of < 10, Filters(shows=tuple(shows[n] for n in range(10))), ()),
        "not one show": (show_of != 3, Filters(), (shows[3],)),
        "later half": (days >= half.replace(hour=0).timestamp(), Filters(after=half.date()), ()),
    }
    recalls = {}
    for name, (mask, filters, excluded) in cases.items():
        kept = numbers[mask]
        right = 0
        for vector in vectors:
            cosines = corpus.vectors[kept] @ vector if len(kept) < corpus.size else corpus.vectors @ vector
            best = {ids[kept[n]] for n in np.argpartition(-cosines, 9)[:10]}
            hits = index.query(
                IndexQuery(kind="chunk", vector=vector.tolist(), limit=10, filters=filters, exclude_shows=excluded)
            )
            right += len(best & {hit.key for hit in hits})
        recalls[name] = round(right / (10 * len(vectors)), 4)
    index.close()
    return recalls


def _changed_over(settings: Settings, catalog: Catalog, encoder: Encoder, corpus: Corpus) -> dict[str, Any]:
    """The longest pause of a thread of the app, and the slowest query, while a generation is built and changed to."""
    vectors, texts = corpus.queries(QUERIES)
    index = _open(settings, encoder, hosted=True)
    with _PauseMeter() as calm:
        time.sleep(_CALM_S)
    asked: list[float] = []
    stop = threading.Event()

    def ask() -> None:
        number = 0
        while not stop.wait(0.05):
            began = time.perf_counter()
            _hybrid(index, vectors[number % QUERIES].tolist(), texts[number % QUERIES])
            asked.append(time.perf_counter() - began)
            number += 1

    asking = threading.Thread(target=ask)
    asking.start()
    _say(f"{corpus.size:,} points: building while an app runs, changing over")
    with _PauseMeter() as building:
        Builder(settings, graph_from=1).wait(_TenthsPrinter())
    with _PauseMeter() as changing:
        began = time.perf_counter()
        index.adopt(lambda fresh: follow(catalog, fresh, encoder), nullcontext())
        seconds = time.perf_counter() - began
    stop.set()
    asking.join()
    index.close()
    return {
        "longest_pause_ms": {"calm": calm.longest_ms, "building": building.longest_ms, "changing": changing.longest_ms},
        "change_s": round(seconds, 2),
        "query_ms": milliseconds(asked) | {"most": round(max(asked) * 1000, 1)},
    }


class _PauseMeter:
    """A thread that notes the longest time between two of its beats."""

    def __enter__(self) -> _PauseMeter:
        self.longest_ms = 0.0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._beat)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _beat(self) -> None:
        last = time.perf_counter()
        while not self._stop.is_set():
            time.sleep(_BEAT_S)
            now = time.perf_counter()
            self.longest_ms = round(max(self.longest_ms, (now - last - _BEAT_S) * 1000), 1)
            last = now


class _TenthsPrinter:
    """Prints every tenth of a build."""

    def __init__(self) -> None:
        self._said = 0

    def __call__(self, done: int, total: int) -> None:
        if done * 10 // total > self._said:
            self._said = done * 10 // total
            _say(f"  {done:,} of {total:,}")


def _open(settings: Settings, encoder: Encoder, *, hosted: bool = False) -> RollingIndex:
    index: Any = open_index(settings, model_id=encoder.model_id, dimension=encoder.dimension, hosted=hosted)
    rolling: RollingIndex = index
    return rolling


def _hybrid(index: VectorIndex, vector: list[float], text: str) -> object:
    return index.query(IndexQuery(kind="chunk", vector=vector, text=text, limit=10))


def _timed(call: Callable[[int], object], *, count: int = QUERIES) -> dict[str, float]:
    for number in range(count - 10, count):  # the first ones read from the disk
        call(number)
    seconds = []
    for number in range(count):
        began = time.perf_counter()
        call(number)
        seconds.append(time.perf_counter() - began)
    return milliseconds(seconds)


def _show_ids(index: VectorIndex, vector: NDArray[np.float32], ids: list[str], show_of: NDArray[Any]) -> dict[int, str]:
    """The catalog's id of each show, by its number."""
    number_of = {key: n for n, key in enumerate(ids)}
    shows: dict[int, str] = {}
    while len(shows) < SHOWS:
        hits = index.query(
            IndexQuery(kind="chunk", vector=vector.tolist(), limit=100, exclude_shows=tuple(shows.values()))
        )
        shows |= {int(show_of[number_of[hit.key]]): hit.show_id for hit in hits}
    return shows


def _disk(settings: Settings) -> dict[str, int]:
    files = [path for path in settings.index_dir.rglob("*") if path.is_file()]
    # Blocks, not lengths: the engine's log is a file with holes.
    return {"disk_mib": round(sum(path.stat().st_blocks * 512 for path in files) / 2**20)}


def holder_pid(index: VectorIndex) -> str:
    """The process in which an embedded index is; ``self`` if it is this one."""
    return str(getattr(getattr(index, "_current", index), "pid", "self"))


def _processor_s(pid: int) -> float:
    """Processor seconds that a process has used: on a busy machine they are steadier than the clock."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _say(words: str) -> None:
    sys.stderr.write(words + "\n")
    sys.stderr.flush()


def main() -> None:
    """Prints what was measured as JSON."""
    parser = argparse.ArgumentParser(prog="python -m evaluation.bench_index")
    parser.add_argument("points", type=int)
    parser.add_argument("folder", nargs="?")
    parser.add_argument("--exact", action="store_true")
    given = parser.parse_args()
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(dir=given.folder) as scratch:
        figures = measure(given.points, Path(scratch) / "home", ways=_WAYS[:1] if given.exact else _WAYS)
    print(json.dumps(figures))
    if given.exact:
        measured = {"measured": time.strftime("%Y-%m-%d"), "machine": machine(), "load_before": round(load, 1)}
        known = json.loads(_LARGE.read_text(encoding="utf-8")) if _LARGE.exists() else {}
        known[f"{given.points:,} points"] = measured | figures["exact"]
        known["measured"] = measured["measured"]
        _LARGE.write_text(json.dumps(known, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
