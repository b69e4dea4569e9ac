"""The process that builds the next generation, and the handle that its parent keeps.

The child is sent the order and sends messages: ``progress``, then ``done`` or ``error``. It ends at once with its parent.
"""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from earmark.child import Child, Output
from earmark.error_documents import dump_error, load_error
from earmark.errors import EarmarkError, PermanentError
from earmark.parent import Parent

if TYPE_CHECKING:
    from earmark.settings import Settings

__all__ = ["Builder", "main"]

Progress = Callable[[int, int], None]

_TICK_S = 0.1


class Builder:
    """One building process; it works on while this one does other things.

    Args:
        settings: of the library; the generation is for the model that they name.
        graph_from: points from which it gets an HNSW graph; 0 never.
        module: another program in place of ours, for tests.
    """

    def __init__(self, settings: Settings, *, graph_from: int, module: str = "retrieval.index.builder") -> None:
        self._child = Child(module, output=Output.MESSAGES)
        self._lock = threading.Lock()
        self._progress = (0, 0)
        self._failed: EarmarkError | None = None
        self._done = False
        with contextlib.suppress(EOFError):  # it has ended already; `wait` says so
            self._child.send({"settings": settings, "graph_from": graph_from})
        self._reader = threading.Thread(target=self._read, name="index-build", daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int:
        """Of the process."""
        return self._child.pid

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
            code = self._child.wait()
            raise PermanentError(f"building the new index ended with {code}; the old one goes on", subject="index")

    def stop(self) -> None:
        """Ends it now; what it has built is left to be removed."""
        self._child.kill()
        self._reader.join()

    def _read(self) -> None:
        with contextlib.suppress(EOFError):
            while True:
                self._take(*self._child.receive())
        self._child.end()

    def _take(self, kind: str, value: Any) -> None:
        if kind == "progress":
            with self._lock:
                self._progress = value
        elif kind == "error":
            self._failed = load_error(value)
        else:
            self._done = True


def main() -> None:
    """Builds as the order says."""
    with contextlib.suppress(OSError, AttributeError):
        os.nice(10)  # the pages come first
    parent = Parent()
    order = parent.receive()
    parent.end_with()
    try:
        _build(order["settings"], order["graph_from"], parent)
    except EarmarkError as error:
        parent.send(("error", dump_error(error)))
        raise SystemExit(1) from None
    parent.send(("done", None))


def _build(settings: Settings, graph_from: int, parent: Parent) -> None:
    from earmark.catalog import open_catalog
    from retrieval.encoders.encoder import open_encoder
    from retrieval.index.build import build
    from retrieval.index.generations import BUILD_LOCK
    from retrieval.index.hold import hold

    settings.index_dir.mkdir(parents=True, exist_ok=True)
    said = 0.0

    def progress(done: int, total: int) -> None:
        nonlocal said
        if done == total or time.monotonic() - said > _TICK_S:
            said = time.monotonic()
            parent.send(("progress", (done, total)))

    with hold(settings.index_dir / BUILD_LOCK, wait_s=settings.index.wait_s):
        catalog = open_catalog(settings.catalog_url)
        try:
            build(
                catalog,
                settings.index_dir,
                open_encoder(settings),
                graph_from=graph_from,
                tokens=settings.search.late_interaction,
                on_progress=progress,
            )
        finally:
            catalog.close()


if __name__ == "__main__":
    main()
