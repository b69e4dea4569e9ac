"""The table of faces: a new face is one file and one row."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from earmark.settings import load_settings
from library.address import AppAddress, read_address
from tests.ui import corpus, toy_face
from tests.ui.fakes import FakeLibrary
from ui.app.faces import FACES
from ui.app.serve import build_app

pytestmark = pytest.mark.heavy


def test_a_new_face_is_one_file_and_one_row(tmp_path: Path) -> None:
    settings = load_settings(home=tmp_path, environ={})
    address = AppAddress(url="http://localhost:1", pid=os.getpid(), token="secret")
    app = build_app(FakeLibrary(settings), address=address, faces=(*FACES, toy_face.make_face))
    with TestClient(app, base_url="http://localhost") as client:
        assert toy_face.running == [str(tmp_path)]
        assert read_address(tmp_path) == address
        toy = client.get("/toy")
        assert toy.text.splitlines() == [show.title for show in corpus.SHOWS]
        assert "frame-ancestors 'none'" in toy.headers["content-security-policy"]  # the guard is before it too
        assert client.get("/toy", headers={"Host": "evil.example"}).status_code == 421
        assert client.get("/healthz").json()["pid"] == os.getpid()
        assert client.get("/api/v1/themes").status_code == 401
        assert "<title>Earmark</title>" in client.get("/ask").text
    assert toy_face.running == []
    assert read_address(tmp_path) is None
