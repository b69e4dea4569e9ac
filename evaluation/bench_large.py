"""Themes and related lists of a library of 100,000 insights, made for this (`evaluation.made_talk_library`).

    python -m evaluation.bench_large [--episodes 20000] [--insights 100000] [--folder FOLDER] [--only group relate]

Makes the library and its index as the app builds one, then measures, each in a process of its own: the first grouping into
themes and one that follows it, a new insight that joins, and related lists when they are made first, made again after a
change, and kept. Times are of the clock and, in brackets where both are told, of the processor. With a folder, a library
that is there is measured again. The result goes to `evaluation/results/large.json`.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from earmark.catalog import changes, open_catalog
from earmark.catalog.content import chunks, insights, vectors
from earmark.catalog.copies import copy_database
from earmark.catalog.inserting import insert_whole
from earmark.clock import SystemClock
from earmark.ids import content_hash, make_id
from earmark.settings import Settings
from evaluation.bench_index import holder_pid
from evaluation.machine import machine, memory_mib
from evaluation.made_library import MadeSize
from evaluation.made_talk import MadeTalk
from evaluation.made_talk_library import fill
from retrieval.encoders.encoder import open_encoder

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from earmark.catalog import Catalog
    from earmark.ports import Encoder
    from earmark.types import Insight
    from retrieval.themes.keeper import ThemeKeeper

__all__ = ["main"]

T = TypeVar("T")

_RESULT = Path(__file__).parent / "results" / "large.json"
_NEW = 40
_LISTS = 60


class MadeEncoder:
    """Takes the time of the model that the settings name, and gives the vectors of made talk."""

    def __init__(self, settings: Settings) -> None:
        self._model: Encoder = open_encoder(settings)
        self._talk = MadeTalk()
        self.model_id = self._model.model_id
        self.dimension = self._model.dimension

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of shape ``(len(texts), dimension)``."""
        self._model.encode(texts)
        return self._talk.vectors(texts)


def main() -> None:
    """Measures and writes the result."""
    given = _arguments()
    if given.step:
        home = Path(given.folder)
        print(json.dumps(_STEPS[given.step](home, MadeSize(episodes=given.episodes, insights=given.insights))))
        return
    known = json.loads(_RESULT.read_text(encoding="utf-8")) if given.only else {}
    with tempfile.TemporaryDirectory() as scratch:
        home = Path(given.folder or scratch)
        result: dict[str, Any] = {"measured": time.strftime("%Y-%m-%d"), "machine": machine()}
        result = known | result | {"episodes": given.episodes, "insights": given.insights}
        for step in given.only or _STEPS:
            print(f"{step} …", file=sys.stderr, flush=True)
            load = os.getloadavg()[0]
            for name, figures in _apart(step, given, home).items():
                held = isinstance(figures, dict)
                result[name] = figures | {"load": [round(load, 1), round(os.getloadavg()[0], 1)]} if held else figures
    _RESULT.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(result))


def make(home: Path, size: MadeSize) -> dict[str, Any]:
    """The library and its index, unless they are there; how many passages there are."""
    from retrieval.index.builder import Builder

    settings = _settings(home)
    catalog = open_catalog(settings.catalog_url)
    with catalog.read() as tx:
        there = insights.count(tx)
    made: dict[str, Any] = {}
    if not there:
        began = time.perf_counter()
        fill(catalog, size, model_id=open_encoder(settings).model_id)
        made["made_s"] = round(time.perf_counter() - began, 1)
    if not settings.index_dir.exists():
        began = time.perf_counter()
        Builder(settings, graph_from=settings.index.hnsw_from).wait()
        made["index_s"] = round(time.perf_counter() - began, 1)
    with catalog.read() as tx:
        made["passages"] = chunks.count(tx)
    made["catalog_mb"] = round(catalog.size() / 1e6)
    catalog.close()
    return made


def group(home: Path, size: MadeSize) -> dict[str, Any]:
    """Themes: the first grouping of all with its steps, the next one, and insights that come one by one."""
    from retrieval.themes.keeper import ThemeKeeper

    settings = _settings(home / "grouped")
    shutil.rmtree(settings.home, ignore_errors=True)
    settings.home.mkdir()
    copy_database(_file(home), _file(settings.home))
    catalog, encoder = open_catalog(settings.catalog_url), MadeEncoder(settings)
    encoder.encode(["the model is loaded with the app"])
    keeper = ThemeKeeper(catalog, encoder, SystemClock())
    figures: dict[str, Any] = {"first": _stepped(keeper)}
    figures["themes"] = len(keeper.themes())
    figures["peak_mib"] = memory_mib("self", "VmHWM")
    figures["again"] = _stepped(keeper)
    talk, homes = MadeTalk(seed=8), iter(_some(catalog, _NEW))
    new = _each(lambda: _newcomer(catalog, encoder, talk, next(homes).episode_id), lambda _: keeper.update(), _NEW)
    figures["a_new_insight"] = _spread(new)
    catalog.close()
    return {"themes": figures}


def relate(home: Path, size: MadeSize) -> dict[str, Any]:
    """Related lists: the first of a process, then of insights whose list nobody has asked for, made again, and kept."""
    from ingest.insights.statements import statements
    from retrieval.index import open_index
    from retrieval.related.finder import RelatedFinder

    settings = _settings(home)
    catalog, encoder = open_catalog(settings.catalog_url), MadeEncoder(settings)
    index = open_index(settings, model_id=encoder.model_id, dimension=encoder.dimension, hosted=True)
    finder = RelatedFinder(catalog, index, encoder, reader=statements)
    encoder.encode(["the model is loaded with the app"])
    asked = _some(catalog, _LISTS + 1)
    entries: list[int] = []

    def look(insight: Insight) -> None:
        entries.append(len(finder.related(insight)))

    waiting = iter(asked)
    first = _each(lambda: next(waiting), look, 1)
    made = _each(lambda: next(waiting), look, _LISTS)
    waiting = iter(asked[1:])
    kept = _each(lambda: next(waiting), look, _LISTS)
    with catalog.write() as tx:
        changes.note(tx, "insight", [asked[0].id])
    waiting = iter(asked[1:])
    again = _each(lambda: next(waiting), look, _LISTS)
    figures = {
        "first_of_a_process": _spread(first),
        "made": _spread(made),
        "made_again": _spread(again),
        "kept": _spread(kept),
        "entries": round(float(np.mean(entries[1 : _LISTS + 1])), 1),
        "empty": sum(not count for count in entries[1 : _LISTS + 1]),
        "lists": _LISTS,
        "peak_mib": memory_mib("self", "VmHWM"),
        "index_peak_mib": memory_mib(holder_pid(index), "VmHWM"),
    }
    index.close()
    catalog.close()
    return {"related": figures}


_STEPS: dict[str, Callable[[Path, MadeSize], dict[str, Any]]] = {"make": make, "group": group, "relate": relate}


def _settings(home: Path) -> Settings:
    return Settings(home=home, offline=True)


def _file(home: Path) -> Path:
    return home / "catalog.sqlite"


def _apart(step: str, given: argparse.Namespace, home: Path) -> dict[str, Any]:
    sizes = ["--episodes", str(given.episodes), "--insights", str(given.insights)]
    command = [sys.executable, "-m", "evaluation.bench_large", "--step", step, "--folder", str(home), *sizes]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return figures


def _stepped(keeper: ThemeKeeper) -> dict[str, Any]:
    """Groups everything; the seconds that it took in all, of the clock and of the processor, and those of each step."""
    began, worked, steps, doing = time.perf_counter(), time.process_time(), {}, "reading"
    at = began

    def step(words: str) -> None:
        nonlocal at, doing
        now = time.perf_counter()
        steps[doing], at, doing = round(now - at, 1), now, words

    keeper.rebuild(step)
    ended = time.perf_counter()
    steps[doing] = round(ended - at, 1)
    return {"s": round(ended - began, 1), "processor_s": round(time.process_time() - worked, 1), "steps_s": steps}


def _newcomer(catalog: Catalog, encoder: MadeEncoder, talk: MadeTalk, episode_id: str) -> None:
    """One more insight in an episode that is there, with the vector that it has when the index has followed."""
    claim, *rest = talk.sentences(talk.subjects(1)[0], 4)
    body, hashed = " ".join(rest), content_hash("insight", episode_id, claim)
    key = make_id("insight", hashed)
    row = {"id": key, "episode_id": episode_id, "seq": 99, "claim": claim, "body": body}
    row |= {"quote": claim, "url": "", "quality": 0.5, "extractor": "bench", "content_hash": hashed}
    with catalog.write() as tx:
        insert_whole(tx, "insights", [row])
        changes.note(tx, "insight", [key])
        vectors.put(tx, encoder.model_id, {hashed: talk.vectors([f"{claim}\n{body}"])[0]})


def _some(catalog: Catalog, count: int) -> list[Insight]:
    """Insights that nobody chose: the first by id, which is a hash."""
    with catalog.read() as tx:
        return insights.sample(tx, limit=count)


def _each(given: Callable[[], T], call: Callable[[T], object], count: int) -> list[tuple[float, float]]:
    """Seconds of the clock and of this process of so many calls, each with what is made for it beforehand."""
    taken = []
    for _ in range(count):
        subject = given()
        began, worked = time.perf_counter(), time.process_time()
        call(subject)
        taken.append((time.perf_counter() - began, time.process_time() - worked))
    return taken


def _spread(taken: Sequence[tuple[float, float]]) -> dict[str, float]:
    clock, processor = (1000 * np.array(seconds) for seconds in zip(*taken, strict=True))
    return {
        "p50_ms": round(float(np.median(clock)), 1),
        "p95_ms": round(float(np.percentile(clock, 95)), 1),
        "most_ms": round(float(clock.max()), 1),
        "p50_processor_ms": round(float(np.median(processor)), 1),
    }


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m evaluation.bench_large")
    parser.add_argument("--episodes", type=int, default=20_000)
    parser.add_argument("--insights", type=int, default=100_000)
    parser.add_argument("--folder", default="", help="where the library is, or is made and kept")
    parser.add_argument(
        "--only", nargs="*", choices=list(_STEPS), help="what is measured again, beside what is recorded"
    )
    parser.add_argument(
        "--step", choices=list(_STEPS), help="this measurement alone, in this process, printed and not recorded"
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
