"""What a supervisor asks the app: whether it answers, and whether it can serve its library."""

from __future__ import annotations

import os
import threading
from pathlib import Path

from starlette.applications import Starlette
from starlette.testclient import TestClient

from earmark.settings import load_settings
from library.address import AppAddress
from library.background import IngestProcess
from library.library import Library
from tests.earmark.test_migrations import run
from ui.access.gate import open_gate
from ui.access.signed_in import PUBLIC
from ui.app import health
from ui.face import AppContext


def test_the_app_is_ready_while_its_catalog_can_be_read(tmp_path: Path) -> None:
    settings = load_settings(home=tmp_path, environ={})
    with Library.open(settings=settings) as library:
        context = AppContext(
            library=library,
            address=AppAddress(url="http://localhost:1", pid=os.getpid(), token="secret"),
            gate=open_gate(library, own_token="secret"),
            ingest=IngestProcess(tmp_path, module="none"),
            first_page=threading.Event(),
            models_loaded=threading.Event(),
        )
        client = TestClient(Starlette(routes=health.make_face(context).routes))
        ready = client.get("/readyz")
        assert (ready.status_code, ready.json()) == (200, {"status": "ok"})
        run(settings.catalog_url, "ALTER TABLE changes RENAME TO gone")
        broken = client.get("/readyz")
        assert (broken.status_code, broken.json()) == (503, {"status": "the catalog cannot be read"})
        assert client.get("/healthz").json() == {"status": "ok", "pid": os.getpid()}


def test_a_supervisor_needs_no_sign_in() -> None:
    assert {"/healthz", "/readyz"} <= set(PUBLIC)
