"""Models fetched from a hub on loopback: resumed, checked, and thrown away if they are not the file that is known."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from earmark.errors import FetchError, FetchRefused, ModelNotFound, UsageError
from earmark.local_model import files as files_module
from earmark.local_model.choices import CHOICES
from earmark.local_model.download import download
from earmark.local_model.files import ModelFiles

BODY = b"GGUF" + bytes(range(256)) * 4_000
SHA = hashlib.sha256(BODY).hexdigest()


@dataclass
class Hub:
    """Serves one file, in parts where it is asked to, and hangs up after ``most`` bytes as often as ``breaks`` says."""

    body: bytes = BODY
    ranges: bool = True
    breaks: int = 0
    most: int = 300_000
    status: int = 0
    redirect: bool = False
    asked: list[str] = field(default_factory=list)


@contextmanager
def serving(hub: Hub) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            wanted = self.headers.get("Range", "")
            hub.asked.append(wanted)
            if hub.status:
                self.send_error(hub.status)
                return
            if hub.redirect and not self.path.startswith("/store"):
                self.send_response(302)
                self.send_header("Location", f"/store{self.path}")
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            part = re.fullmatch(r"bytes=(\d+)-", wanted) if hub.ranges else None
            start = int(part.group(1)) if part else 0
            self.send_response(206 if part else 200)
            if part:
                self.send_header("Content-Range", f"bytes {start}-{len(hub.body) - 1}/{len(hub.body)}")
            self.send_header("Content-Length", str(len(hub.body) - start))
            self.end_headers()
            end = len(hub.body)
            if hub.breaks:
                hub.breaks -= 1
                end = min(end, start + hub.most)
            self.wfile.write(hub.body[start:end])

        def log_message(self, *args: Any) -> None:
            """Silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/model.gguf"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def fetch(url: str, folder: Path, **options: Any) -> Path:
    target = folder / "model.gguf"
    download(url, target, size=len(BODY), sha256=SHA, part=folder / "model.part", **options)
    return target


@pytest.mark.parametrize("redirect", [False, True])
def test_a_file_is_fetched_and_progress_is_said(tmp_path: Path, redirect: bool) -> None:
    seen: list[tuple[int, int]] = []
    with serving(Hub(redirect=redirect)) as url:
        target = fetch(url, tmp_path, on_progress=lambda done, total: seen.append((done, total)))
    assert target.read_bytes() == BODY
    assert seen[-1] == (len(BODY), len(BODY))
    assert not (tmp_path / "model.part").exists()


def test_a_download_that_breaks_off_goes_on_where_it_was(tmp_path: Path) -> None:
    hub = Hub(breaks=2)
    with serving(hub) as url:
        fetch(url, tmp_path)
    assert hub.asked[0] == ""
    starts = [int(wanted.removeprefix("bytes=").rstrip("-")) for wanted in hub.asked[1:]]
    assert len(starts) == 2 and 0 < starts[0] < starts[1]


def test_a_later_command_goes_on_from_what_is_there(tmp_path: Path) -> None:
    (tmp_path / "model.part").write_bytes(BODY[:500_000])
    hub = Hub()
    with serving(hub) as url:
        assert fetch(url, tmp_path).read_bytes() == BODY
    assert hub.asked == ["bytes=500000-"]


def test_a_server_without_ranges_begins_again(tmp_path: Path) -> None:
    (tmp_path / "model.part").write_bytes(b"x" * 500_000)
    with serving(Hub(ranges=False)) as url:
        assert fetch(url, tmp_path).read_bytes() == BODY


def test_another_file_is_thrown_away(tmp_path: Path) -> None:
    with serving(Hub(body=BODY[:-1] + b"x")) as url, pytest.raises(FetchRefused, match="sha256"):
        fetch(url, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_part_is_thrown_away_too(tmp_path: Path) -> None:
    (tmp_path / "model.part").write_bytes(b"x" * 500_000)
    with serving(Hub()) as url:
        with pytest.raises(FetchRefused, match="sha256"):
            fetch(url, tmp_path)
        assert fetch(url, tmp_path).read_bytes() == BODY


@pytest.mark.parametrize(("status", "error"), [(404, FetchRefused), (403, FetchRefused), (500, FetchError)])
def test_refusals_and_failures_are_told_apart(tmp_path: Path, status: int, error: type[Exception]) -> None:
    hub = Hub(status=status)
    with serving(hub) as url, pytest.raises(error, match=str(status)):
        fetch(url, tmp_path, attempts=2)
    assert len(hub.asked) == (1 if error is FetchRefused else 2)


def test_a_hub_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FetchError, match="cannot be fetched"):
        fetch("http://127.0.0.1:9/model.gguf", tmp_path, attempts=1)


MODEL = replace(CHOICES[0], name="tiny-1b", size=len(BODY), sha256=SHA)


def test_a_disk_that_is_too_small_is_said_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = ModelFiles(tmp_path)
    files.check_space(MODEL)
    with pytest.raises(UsageError, match=r"needs .* GB on the disk"):
        files.check_space(replace(MODEL, size=10**18))


def test_files_are_found_by_name_and_by_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files_module, "choice", lambda name: MODEL if name == MODEL.name else None)
    files = ModelFiles(tmp_path)
    with pytest.raises(ModelNotFound, match="model fetch tiny-1b"):
        files.path("local:tiny-1b")
    with serving(Hub()) as url:
        files.check_space(MODEL)
        download(url, files.target(MODEL), size=MODEL.size, sha256=MODEL.sha256, part=files.part(MODEL))
    path = files.path("local:tiny-1b")
    assert path.read_bytes() == BODY
    assert files.path(f"local:{path}") == path
    assert files.fetched(MODEL)
    assert files.remove(MODEL) == len(BODY)
    assert not files.fetched(MODEL)
    with pytest.raises(ModelNotFound, match="full path"):
        files.path("local:model.gguf")


def test_what_is_listed_is_pinned_and_ordered_by_memory() -> None:
    memory = [model.memory_gb for model in CHOICES]
    assert memory == sorted(memory)
    for model in CHOICES:
        assert re.fullmatch(r"[0-9a-f]{64}", model.sha256) and re.fullmatch(r"[0-9a-f]{40}", model.revision)
        assert model.size < model.memory_gb * 1e9
        url = model.url("http://127.0.0.1:1/")
        assert url == f"http://127.0.0.1:1/{model.repository}/resolve/{model.revision}/{model.file}"
