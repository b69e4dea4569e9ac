"""The Streamlit pages as a face of the app."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from ui.face import Face
from ui.web import state
from ui.web.audio import audio_routes
from ui.web.memory import GarbageCollector
from ui.web.packed import files
from ui.web.shell import make_shell, preloads, script_hashes, shell_routes

if TYPE_CHECKING:
    from library.ports import LibraryPort
    from ui.face import AppContext

__all__ = ["make_face"]


def make_face(context: AppContext) -> Face:
    """The page around the pages; Streamlit's own script runs inside it and finds the library in `ui.web.state`."""
    held = state.AppState(context.library, context.ingest, context.first_page)
    state.put(held)

    @asynccontextmanager
    async def lifespan() -> AsyncIterator[None]:
        collector = GarbageCollector(held.activity, context.models_loaded)
        collector.start()
        try:
            yield
        finally:
            collector.stop()

    library: LibraryPort = context.library
    static = files()
    index = (static.parent / "index.html").read_text(encoding="utf-8")
    shell = make_shell(index, preloads(static))
    hashes = {*script_hashes(index), *script_hashes(shell)}
    return Face(
        routes=(*shell_routes(shell, library), *audio_routes(library)),
        script_hashes=tuple(sorted(hashes)),
        lifespan=lifespan,
    )
