"""A face of the app: the pages, the REST interface, and any face that is added later.

A new face is one module with a function like `make_face` and its row in `ui.app.faces`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.middleware import Middleware
    from starlette.routing import BaseRoute

    from library.address import AppAddress
    from library.background import IngestProcess
    from library.ports import LibraryPort
    from ui.access.gate import Gate
    from ui.access.oidc import OpenId

__all__ = ["AppContext", "Face", "FaceMaker"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AppContext:
    """The parts of the app that each face serves.

    ``library`` is that of the reader of this machine: a page asks `ui.access.signed_in.library_of_page` for its reader's.
    ``gate`` tells which reader a program asks for, or refuses it; ``openid`` is who else may sign readers in.

    ``first_page`` is to be set once a reader has something to look at: work that would make them wait begins then.
    ``models_loaded`` is set once that work has loaded what stays in memory.
    """

    library: LibraryPort
    address: AppAddress
    gate: Gate
    ingest: IngestProcess
    first_page: threading.Event
    models_loaded: threading.Event
    openid: OpenId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """What a face adds to the app.

    ``script_hashes`` are the CSP hashes of the inline scripts that its pages run; ``lifespan`` is entered while the app
    runs. ``own_doors`` are beginnings of its addresses that ask for tokens themselves; all others want a sign-in where
    more than this machine is served. ``middleware`` is put around the whole app, before every other.
    """

    routes: tuple[BaseRoute, ...]
    script_hashes: tuple[str, ...] = ()
    lifespan: Callable[[], AbstractAsyncContextManager[None]] | None = None
    own_doors: tuple[str, ...] = ()
    open_doors: tuple[str, ...] = ()
    """Beginnings of its addresses at which strangers are answered too; what lies behind is told who is signed in."""
    middleware: tuple[Middleware, ...] = ()


FaceMaker = Callable[[AppContext], Face]
