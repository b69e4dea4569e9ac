"""Bulk work on Ray against the plain worker: episodes a second with 1, 2 and 4 actors a pool; writes results/cluster.json.

    python -m evaluation.bench_cluster [--episodes 48]

Invented shows with transcripts over loopback, the real encoder, insights without a model. Ray runs on this machine: what is
measured is what it costs, not what more machines bring. The rate is that between the first and the last finished episode;
``seconds`` are those of the whole run, Ray's start and the loading of models included.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from earmark.settings import load_settings
from evaluation.bench_data import passages
from evaluation.machine import machine
from ingest.events import Event
from library.library import Library

__all__ = ["main"]

RESULTS = Path(__file__).parent / "results" / "cluster.json"
_ACTORS = (1, 2, 4)
_SHOWS = 4
_SECONDS = 60
"""Of audio that a passage of 150 words stands for."""


def main() -> None:
    """Measures and writes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--episodes", type=int, default=48)
    episodes: int = parser.parse_args().episodes
    measured: dict[str, Any] = {"measured": time.strftime("%Y-%m-%d"), "machine": machine(), "episodes": episodes}
    measured["note"] = f"all on one machine of {os.cpu_count()} cores, shared with other work; speech off"
    with tempfile.TemporaryDirectory() as scratch, _served(_world(Path(scratch) / "world", episodes)) as address:
        measured["worker"] = _run(Path(scratch) / "worker", address, {"ingest": {"workers": 1}})
        for actors in _ACTORS:
            each = {
                f"{pool}_{what}": value
                for pool in ("speech", "embedding", "insight")
                for what, value in (("actors", actors), ("cpus", 0.1))
            }
            settings = {"ingest": {"engine": "ray"}, "ray": each}
            measured[f"ray, {actors} a pool"] = _run(Path(scratch) / f"ray{actors}", address, settings)
    RESULTS.write_text(json.dumps(measured, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(measured, indent=2))


def _run(home: Path, address: str, settings: dict[str, Any]) -> dict[str, Any]:
    """The rate of one library that is worked off."""
    home.mkdir(parents=True)
    common = {"fetch": {"allow_private": ["127.0.0.1"]}, "asr": {"enabled": False}}
    groups = {name: settings.get(name, {}) | common.get(name, {}) for name in settings.keys() | common.keys()}
    lines = [
        f"[{name}]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in group.items())
        for name, group in groups.items()
    ]
    (home / "earmark.toml").write_text("\n".join(lines), encoding="utf-8")
    os.environ["EARMARK_HOME"] = str(home)  # Ray's processes open the library by it
    library = Library.open(settings=load_settings(home=home))
    for show in range(_SHOWS):
        library.shows.add(f"{address}/show{show}.xml", backfill="all")
    done: list[float] = []

    def listen(event: Event) -> None:
        if event.kind == "episode":
            done.append(time.monotonic())

    began, cpu = time.monotonic(), os.times()
    report = library.work.run(on_event=listen)
    ended = os.times()
    library.wiring.close()
    if report.stopped_by or report.failures:
        raise SystemExit(f"{report.stopped_by} {report.failures[:2]}")
    return {
        "episodes": report.episodes_done,
        "episodes_per_s": round((len(done) - 1) / (done[-1] - done[0]), 2),
        "seconds": round(time.monotonic() - began, 1),
        "seconds_until_the_first": round(done[0] - began, 1),
        "cpu_s_of_this_process": round(ended.user + ended.system - cpu.user - cpu.system, 1),
    }


def _world(folder: Path, episodes: int) -> Path:
    """Feeds, each with its share of the episodes, of twelve passages each."""
    folder.mkdir(parents=True)
    texts = passages()
    for show in range(_SHOWS):
        items = []
        for number in range(show, episodes, _SHOWS):
            cues = [
                texts[(number * 12 + n) % len(texts)] + f" This was said at stop {number} of line {n}."
                for n in range(12)
            ]
            lines = ["WEBVTT", ""]
            for n, cue in enumerate(cues):
                lines += [f"00:{n:02}:00.000 --> 00:{n:02}:59.000", cue.replace("\n", " "), ""]
            (folder / f"{number}.vtt").write_text("\n".join(lines), encoding="utf-8")
            items.append(
                f"<item><title>Stop {number}</title><guid isPermaLink='false'>g{number}</guid>"
                f"<itunes:duration>{12 * _SECONDS}</itunes:duration>"
                f"<podcast:transcript url='{number}.vtt' type='text/vtt'/></item>"
            )
        head = (
            "<?xml version='1.0'?><rss version='2.0' xmlns:itunes='http://www.itunes.com/dtds/podcast-1.0.dtd' "
            "xmlns:podcast='https://podcastindex.org/namespace/1.0'><channel>"
            f"<title>Line {show}</title><language>en</language>"
        )
        (folder / f"show{show}.xml").write_text(head + "".join(items) + "</channel></rss>", encoding="utf-8")
    return folder


class _QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Says nothing."""


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_QuietHandler, directory=str(folder)))
    address = f"http://127.0.0.1:{server.server_port}"
    for path in folder.glob("*.xml"):
        path.write_text(path.read_text().replace("url='", f"url='{address}/"), encoding="utf-8")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield address
    finally:
        server.shutdown()
        server.server_close()


if __name__ == "__main__":
    main()
