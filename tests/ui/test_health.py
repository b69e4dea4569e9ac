"""What a supervisor asks the app: whether it answers, and whether it can serve its library."""

from __future__ import annotations

import os
from pathlib import Path

from starlette.applications import Starlette
from starlette.testclient import TestClient

from earmark.settings import load_settings
from library.library import Library
from tests.earmark.test_migrations import run
from tests.ui.appcontext import app_context
from ui.access.signed_in import PUBLIC
from ui.app import health


def test_the_app_is_ready_while_its_catalog_can_be_read(tmp_path: Path) -> None:
    settings = load_settings(home=tmp_path, environ={})
    with Library.open(settings=settings) as library:
        context = app_context(library)
        client = TestClient(Starlette(routes=health.make_face(context).routes))
        ready = client.get("/readyz")
        assert (ready.status_code, ready.json()) == (200, {"status": "ok"})
        run(settings.catalog_url, "ALTER TABLE changes RENAME TO gone")
        broken = client.get("/readyz")
        assert (broken.status_code, broken.json()) == (503, {"status": "the catalog cannot be read"})
        assert client.get("/healthz").json() == {"status": "ok", "pid": os.getpid()}


def test_a_supervisor_needs_no_sign_in() -> None:
    assert {"/healthz", "/readyz"} <= set(PUBLIC)
