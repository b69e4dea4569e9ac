"""The app: one ASGI process that serves every face of `ui.app.faces` and keeps the index up to date.

It owns the embedded index. Other commands find it by ``app.json`` in home and ask it.
"""

from __future__ import annotations

import errno
import logging
import os
import secrets
import signal
import socket
import sys
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from earmark.errors import UsageError
from library.address import AppAddress, remove_address, write_address
from library.background import Follower, IngestProcess, ingest_command
from library.scheduler import Scheduler

if TYPE_CHECKING:
    from streamlit.starlette import App

    from earmark.settings import Settings
    from library.ports import LibraryPort
    from ui.face import AppContext, Face, FaceMaker

__all__ = ["build_app", "serve"]

_log = logging.getLogger(__name__)

_SCRIPT = Path(__file__).parents[1] / "web" / "main.py"


def serve(library: LibraryPort, *, open_browser: bool = False, ingest: Sequence[str] = ()) -> None:
    """Serves the app until it is told to stop (Ctrl-C, SIGTERM); one line on stderr says where it is.

    Raises:
        UsageError: the port is taken, or an app serves this home already.
    """
    from library.remote import find_app

    settings = library.settings
    running = find_app(settings.home)
    if running is not None:
        raise UsageError("an app serves this library already; open that one, or stop it first", subject=running.url)
    with _listen(settings) as listening:
        port = listening.getsockname()[1]
        url = f"http://{_url_host(settings.app.host)}:{port}"
        address = AppAddress(url=url, pid=os.getpid(), token=secrets.token_urlsafe(32))
        app = build_app(library, address=address, port=port, open_browser=open_browser, ingest=ingest)
        _run(app, listening, own_log=not settings.log_json)


def build_app(
    library: LibraryPort,
    *,
    address: AppAddress,
    port: int = 0,
    open_browser: bool = False,
    ingest: Sequence[str] = (),
    faces: Sequence[FaceMaker] | None = None,
) -> App:
    """The ASGI app over a library: all its faces, by default those of `ui.app.faces`, behind the guard."""
    from starlette.middleware import Middleware
    from streamlit import config
    from streamlit.starlette import App

    from ui.access.gate import open_gate
    from ui.access.oidc import open_id
    from ui.access.signed_in import SignInDoor
    from ui.api.guard import RequestGuard
    from ui.app.faces import FACES
    from ui.face import AppContext
    from ui.web.packed import PackedFiles, files
    from ui.web.theme import streamlit_options

    # As flags: they win over any config.toml or variable in the folder where the app is started.
    config.get_config_options(force_reparse=True, options_from_flags=streamlit_options(port=port))
    settings = library.settings
    openid = open_id(settings.sign_in)
    context = AppContext(
        library=library,
        address=address,
        gate=open_gate(library, own_token=address.token),
        ingest=IngestProcess(settings.home, module=ingest or ingest_command(settings)),
        first_page=threading.Event(),
        models_loaded=threading.Event(),
        openid=openid,
    )
    made = [make(context) for make in (FACES if faces is None else faces)]
    hosts = (*settings.app.allowed_hosts, _own_name(settings.app.host))
    hashes = sorted({digest for face in made for digest in face.script_hashes})
    own_doors = [prefix for face in made for prefix in face.own_doors]
    open_doors = [prefix for face in made for prefix in face.open_doors]
    return App(
        _SCRIPT,
        routes=[route for face in made for route in face.routes],
        middleware=[
            *(part for face in made for part in face.middleware),
            Middleware(RequestGuard, hosts=hosts, script_hashes=hashes),
            Middleware(SignInDoor, library=library, own_doors=own_doors, open_doors=open_doors, openid=openid),
            Middleware(PackedFiles, folder=files()),
        ],
        secrets=openid.streamlit_secrets() if openid else None,
        lifespan=_lifespan(context, made, open_browser=open_browser),
    )


def _lifespan(
    context: AppContext, faces: Sequence[Face], *, open_browser: bool
) -> Callable[[Any], AbstractAsyncContextManager[None]]:
    """Runs the background threads while the app runs, and publishes its address once it can answer."""
    library, address = context.library, context.address

    @asynccontextmanager
    async def lifespan(_app: Any) -> AsyncIterator[None]:
        follower = Follower(library, ready=context.first_page, loaded=context.models_loaded)
        scheduler = Scheduler(library, fetch=lambda: context.ingest.start(all_feeds=False))
        async with AsyncExitStack() as running:
            for face in faces:
                if face.lifespan is not None:
                    await running.enter_async_context(face.lifespan())
            write_address(library.settings.home, address)
            follower.start()
            scheduler.start()
            if library.settings.log_json:
                _log.info("serving", extra={"fields": {"url": address.url}})
            else:
                sys.stderr.write(f"Earmark is at {address.url} (Ctrl-C stops it)\n")
            if open_browser:
                import webbrowser

                threading.Timer(0.5, webbrowser.open, (address.url,)).start()
            try:
                yield
            finally:
                remove_address(library.settings.home, pid=address.pid)
                scheduler.stop()
                context.ingest.stop(wait_s=20.0)
                follower.stop()

    return lifespan


def _listen(settings: Settings) -> socket.socket:
    host, port = settings.app.host, settings.app.port
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family)
    try:
        # Without it a restart fails for as long as a closed connection lingers; on Windows it would share the port.
        if os.name != "nt":
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(128)
    except OSError as error:
        listening.close()
        subject = f"{host}:{port}"
        if error.errno == errno.EADDRINUSE:
            raise UsageError("the port is taken; free it, or choose another with app.port", subject=subject) from None
        raise UsageError("cannot listen there; check app.host and app.port", subject=subject) from error
    return listening


def _run(app: App, listening: socket.socket, *, own_log: bool) -> None:
    """Serves until it is told to stop; with ``own_log`` the server prints its own log, as text."""
    import uvicorn

    # A page left open in a browser keeps its socket; it is not waited for.
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        ws="websockets-sansio",
        timeout_graceful_shutdown=2,
        lifespan="on",
        log_config=uvicorn.config.LOGGING_CONFIG if own_log else None,
    )

    server = uvicorn.Server(config)
    before = signal.getsignal(signal.SIGINT)
    try:
        server.run(sockets=[listening])
    except KeyboardInterrupt:
        # uvicorn raises the signal again after an orderly end; here that is the wish, not a failure.
        pass
    finally:
        signal.signal(signal.SIGINT, before)


def _own_name(host: str) -> str:
    return "" if host in {"0.0.0.0", "::", ""} else host  # noqa: S104 - compared with, not listened on


def _url_host(host: str) -> str:
    name = _own_name(host) or "127.0.0.1"
    return f"[{name}]" if ":" in name else name
