"""The process that builds the next generation, and the handle that its parent keeps.

``python -m retrieval.index.builder`` reads one line, the order as JSON, from its input and writes one JSON object a line:
``progress``, then ``done`` or ``error``. It ends at once when its input does, that is, with its parent.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from pydantic import BaseModel, SecretStr

from earmark.error_documents import dump_error, load_error
from earmark.errors import EarmarkError, PermanentError
from earmark.settings import Settings

if TYPE_CHECKING:
    from retrieval.index.generations import Generation

__all__ = ["Builder", "main"]

Progress = Callable[[int, int], None]

_TICK_S = 0.1


class Builder:
    """One building process; it works on while this one does other things.

    Args:
        settings: of the library; the generation is for the model that they name.
        graph_from: points from which it gets an HNSW graph; 0 never.
        command: another program in place of ours, for tests.
    """

    def __init__(self, settings: Settings, *, graph_from: int, command: list[str] | None = None) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - this very program, a fixed command
            command or [sys.executable, "-m", "retrieval.index.builder"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            start_new_session=True,  # Ctrl-C reaches the owner, which ends it in order
        )
        self._lock = threading.Lock()
        self._progress = (0, 0)
        self._failed: EarmarkError | None = None
        self._done = False
        order = {"settings": _revealed(settings), "graph_from": graph_from}
        with contextlib.suppress(OSError):  # it has ended already; `wait` says so
            _pipe(self._process.stdin).write(json.dumps(order) + "\n")
            _pipe(self._process.stdin).flush()
        self._reader = threading.Thread(target=self._read, name="index-build", daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int:
        """Of the process."""
        return self._process.pid

    def running(self) -> bool:
        """Whether it is still at work."""
        return self._reader.is_alive()

    def wait(self, on_progress: Progress | None = None) -> None:
        """Returns when the generation is there.

        Raises:
            EarmarkError: what went wrong in the process, or that it was ended.
        """
        said = (-1, -1)
        while self.running():
            self._reader.join(_TICK_S)
            with self._lock:
                now = self._progress
            if on_progress is not None and now != said and now[1]:
                on_progress(*now)
                said = now
        if self._failed is not None:
            raise self._failed
        if not self._done:
            code = self._process.returncode
            raise PermanentError(f"building the new index ended with {code}; the old one goes on", subject="index")

    def stop(self) -> None:
        """Ends it now; what it has built is left to be removed."""
        with contextlib.suppress(OSError):
            self._process.kill()
        self._reader.join()

    def _read(self) -> None:
        with self._process:
            for line in _pipe(self._process.stdout):
                with contextlib.suppress(ValueError):
                    self._take(json.loads(line))
            with contextlib.suppress(OSError):
                _pipe(self._process.stdin).close()

    def _take(self, said: dict[str, Any]) -> None:
        if said["kind"] == "progress":
            with self._lock:
                self._progress = (said["done"], said["total"])
        elif said["kind"] == "error":
            self._failed = load_error(said["error"])
        else:
            self._done = True


def main() -> None:
    """Builds as the order on the input says."""
    with contextlib.suppress(OSError, AttributeError):
        os.nice(10)  # the pages come first
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    out = sys.stdout
    sys.stdout = sys.stderr  # whatever a library prints is no message
    order = json.loads(sys.stdin.readline())
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        made = _build(order, out)
    except EarmarkError as error:
        _say(out, kind="error", error=dump_error(error))
        sys.exit(1)
    _say(out, kind="done", generation=made.number)


def _build(order: dict[str, Any], out: IO[str]) -> Generation:
    from earmark.catalog import open_catalog
    from retrieval.encoders.encoder import open_encoder
    from retrieval.index.build import build
    from retrieval.index.generations import BUILD_LOCK
    from retrieval.index.hold import hold

    settings = Settings.model_validate(order["settings"])
    settings.index_dir.mkdir(parents=True, exist_ok=True)
    said = 0.0

    def progress(done: int, total: int) -> None:
        nonlocal said
        if done == total or time.monotonic() - said > _TICK_S:
            said = time.monotonic()
            _say(out, kind="progress", done=done, total=total)

    with hold(settings.index_dir / BUILD_LOCK, wait_s=settings.index.wait_s):
        catalog = open_catalog(settings.catalog_url)
        try:
            return build(
                catalog,
                settings.index_dir,
                open_encoder(settings),
                graph_from=order["graph_from"],
                tokens=settings.search.late_interaction,
                on_progress=progress,
            )
        finally:
            catalog.close()


def _end_with_parent() -> None:
    # Not through sys.stdin: a thread that waits in there keeps the interpreter from ending.
    while os.read(0, 4096):
        pass
    os._exit(1)


def _say(out: IO[str], **values: object) -> None:
    out.write(json.dumps(values) + "\n")
    out.flush()


def _revealed(value: Any) -> Any:
    """Settings as plain JSON values, secrets too: they go through a pipe to our own process and nowhere else."""
    if isinstance(value, BaseModel):
        return {name: _revealed(getattr(value, name)) for name in type(value).model_fields}
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    if isinstance(value, Path):
        return str(value)
    return value


def _pipe(pipe: IO[str] | None) -> IO[str]:
    if pipe is None:
        raise RuntimeError("a pipe of the process is missing")
    return pipe


if __name__ == "__main__":
    main()
