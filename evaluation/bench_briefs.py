"""How long the briefs of many readers take, made and put into the outbox by the schedule itself.

    python -m evaluation.bench_briefs HOME [READERS]

HOME holds a library with ideas; a copy of it is used. Each reader has clicks of their own, and every second one sees half of the
shows. Two mornings are measured: on the first nobody has looked at any idea before, on the second what related lists need of a
passage is kept from the first, as in a library in use. A mail server on loopback takes what is sent and keeps nothing. The result
goes to `evaluation/results/briefs.json`.
"""

from __future__ import annotations

import json
import os
import random
import resource
import shutil
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from earmark.catalog import Catalog
from earmark.catalog.content import insights
from earmark.catalog.feeds import shows
from earmark.catalog.readers import accounts, clicks, mailings, reader_shows
from earmark.clock import FixedClock
from earmark.settings import Settings, load_settings
from earmark.types import Direction, Mailing, MailState, Reader
from evaluation.machine import machine
from library.library import Library

__all__ = ["measure"]

_RESULT = Path(__file__).parent / "results" / "briefs.json"
_SEED = 20_261_128
_CLICKS = 5
_AT = datetime(2026, 11, 30, 6, 30, tzinfo=UTC)


def measure(home: Path, readers: int) -> dict[str, object]:
    """Seconds and memory for the briefs of that many readers on two mornings, on a copy of a library."""
    with tempfile.TemporaryDirectory() as folder, _swallowing() as port:
        copy = Path(folder) / "home"
        shutil.copytree(home, copy)
        mail = {"host": "127.0.0.1", "port": port, "security": "none", "sender": "brief@example.org"}
        values = {"offline": False, "mail": mail, "sign_in": {"url": "https://earmark.example"}}
        settings: Settings = load_settings(values, home=copy, environ={})
        first = _morning(settings, _AT, readers)
        second = _morning(settings, _AT + timedelta(days=1), 0)
    return {
        "machine": machine(),
        "readers": readers,
        "first": first,
        "second": second,
        "load": round(os.getloadavg()[0], 1),
        "measured": time.strftime("%Y-%m-%d"),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def _morning(settings: Settings, at: datetime, new_readers: int) -> dict[str, object]:
    """One run of the schedule at that time, by a process that has just opened the library."""
    with Library.open(settings=settings, clock=FixedClock(at)) as library:
        library.index.follow()
        _add(library.catalog, new_readers)
        with library.catalog.read() as tx:
            ideas = len(insights.listed(tx))
        began, worked = time.perf_counter(), time.process_time()
        made = library.schedule.send_due("bench")
        seconds, cpu = time.perf_counter() - began, time.process_time() - worked
    sent = sum(entry.last is not None and entry.last.outcome == "sent" for entry in made)
    return {
        "insights": ideas,
        "sent": sent,
        "seconds": round(seconds, 1),
        "cpu_seconds": round(cpu, 1),
        "per_brief_ms": round(1000 * seconds / max(len(made), 1), 1),
    }


def _add(catalog: Catalog, readers: int) -> None:
    chance = random.Random(_SEED)
    with catalog.write() as tx:
        known, followed = insights.listed(tx), [show.id for show in shows.every(tx)]
        halves = [chance.sample(followed, max(len(followed) // 2, 1)) for _ in range(8)]
        for n in range(readers):
            half = n % 2 == 1
            reader = Reader(id=f"reader-{n}", email=f"reader-{n}@example.org", all_shows=not half)
            accounts.put(tx, reader)
            mailings.put(tx, Mailing(reader_id=reader.id, address=reader.email, state=MailState.CONFIRMED))
            if half:
                reader_shows.put(tx, reader.id, halves[n // 2 % len(halves)], now=_AT)
            for insight in chance.sample(known, min(_CLICKS, len(known))):
                clicks.add(tx, reader.id, insight.id, Direction.MORE, now=_AT)


@contextmanager
def _swallowing() -> Iterator[int]:
    """The port of a mail server on loopback that takes every message and keeps none."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=_serve, args=(server,), daemon=True).start()
        yield server.getsockname()[1]


def _serve(server: socket.socket) -> None:
    while True:
        try:
            connection, _ = server.accept()
        except OSError:
            return
        threading.Thread(target=_take, args=(connection,), daemon=True).start()


def _take(connection: socket.socket) -> None:
    """Speaks as much of SMTP (RFC 5321) as a client that sends one message needs."""
    with connection, connection.makefile("rwb") as stream:
        stream.write(b"220 here\r\n")
        stream.flush()
        in_data = False
        for line in stream:
            if in_data:
                if line.rstrip(b"\r\n") != b".":
                    continue
                in_data, reply = False, b"250 taken"
            elif line.upper().startswith(b"DATA"):
                in_data, reply = True, b"354 go on"
            elif line.upper().startswith(b"QUIT"):
                reply = b"221 bye"
            else:
                reply = b"250 OK"
            stream.write(reply + b"\r\n")
            stream.flush()
            if reply.startswith(b"221"):
                return


if __name__ == "__main__":
    result = measure(Path(sys.argv[1]), int((sys.argv[2:] or ["1000"])[0]))
    _RESULT.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(result))
