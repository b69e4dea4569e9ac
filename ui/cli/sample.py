"""The bundled sample library: where it is, how it is served, and how a home is known to hold it.

A home that the demo has filled is marked, because its feeds exist only while this program serves them: an ingest of such
a home, even one started by the app, serves them itself.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from earmark.errors import PermanentError, UsageError

__all__ = ["ADDRESS", "PORT", "SAMPLE", "mark", "marked_port", "sample_feeds", "served_if_marked", "serving"]

SAMPLE = Path(__file__).parents[2] / "sample"
"""The bundled sample library: one folder a show."""
ADDRESS = "127.0.0.1"
PORT = 8753
_MARK = "sample.json"


def mark(home: Path, port: int) -> None:
    """Notes that a home holds the sample, whose feeds have addresses with that port."""
    home.mkdir(parents=True, exist_ok=True)
    (home / _MARK).write_text(json.dumps({"port": port}), encoding="utf-8")


def marked_port(home: Path) -> int | None:
    """The port in the addresses of the sample that a home holds; ``None`` if it holds no sample."""
    try:
        port = json.loads((home / _MARK).read_text(encoding="utf-8"))["port"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return port if isinstance(port, int) else None


@contextmanager
def served_if_marked(home: Path) -> Iterator[None]:
    """Serves the sample while the block runs, if the home holds it and no other process serves it."""
    port = marked_port(home)
    if port is None:
        yield
        return
    try:
        server = serving(SAMPLE, port)
        server.__enter__()
    except UsageError:
        yield  # taken: most likely by another run on this home, which serves it
        return
    try:
        yield
    finally:
        server.__exit__(None, None, None)


def sample_feeds() -> list[str]:
    """The folder names of the sample's shows."""
    names = sorted(path.parent.name for path in SAMPLE.glob("*/feed.xml"))
    if not names:
        raise PermanentError(
            "the sample library is missing from this installation; reinstall Earmark", subject=str(SAMPLE)
        )
    return names


@contextmanager
def serving(folder: Path, port: int) -> Iterator[str]:
    """Serves a folder over HTTP on loopback while the block runs; the value is its address. Port 0 takes a free one."""
    try:
        server = ThreadingHTTPServer(("127.0.0.1", port), partial(_QuietHandler, directory=str(folder)))
    except OSError as error:
        raise UsageError(f"port {port} is taken; give another with --port", subject="demo") from error
    thread = threading.Thread(target=server.serve_forever, name="sample", daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _QuietHandler(SimpleHTTPRequestHandler):
    """Serves files with ``Last-Modified`` and answers 304; says nothing."""

    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is the base class's
        return

    def list_directory(self, _path: Any) -> None:
        self.send_error(404)
