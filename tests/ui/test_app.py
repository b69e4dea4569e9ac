"""The app as a process: who it answers, what its answers carry, and what it leaves behind."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser

from earmark.errors import IndexBusy, NotFound, UsageError
from earmark.settings import load_settings
from earmark.types import Filters, Question
from library.address import AppAddress, read_address, remove_address, write_address
from library.remote import RemoteLibrary, find_app
from tests.ui import corpus
from tests.ui.conftest import ROOT, RunningApp, serve
from tests.ui.fakes import FakeLibrary
from ui.app.serve import serve as run_app

pytestmark = pytest.mark.heavy

FIRST = corpus.INSIGHTS[0]


def ask(served: RunningApp, path: str, *, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
    """A request with these headers (``_`` for ``-``): status, headers in lower case, body."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    connection = http.client.HTTPConnection(urlsplit(served.url).netloc, timeout=10)
    try:
        connection.request(method, path, headers=given)
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    finally:
        connection.close()


def token(served: RunningApp) -> str:
    address = read_address(served.home)
    assert address is not None
    return address.token


def remote(served: RunningApp) -> RemoteLibrary:
    running = find_app(served.home)
    assert running is not None
    return running


@pytest.mark.parametrize(
    "path", ["/", "/insight?id=x", "/healthz", "/api/v1/briefs/today", "/_stcore/health", "/nowhere", "/earmark.js"]
)
def test_every_answer_carries_the_security_headers(rich: RunningApp, path: str) -> None:
    _, headers, _ = ask(rich, path)
    policy = dict(part.strip().split(" ", 1) for part in headers["content-security-policy"].split(";"))
    assert policy["default-src"] == "'self'"
    assert policy["img-src"] == "'self' data:"
    assert policy["font-src"] == "'self' data:"
    assert policy["frame-ancestors"] == "'none'"
    assert "unsafe" not in policy["script-src"]
    assert policy["connect-src"].split()[1].startswith("ws://127.0.0.1:")
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"


def test_health_is_json_with_the_process(rich: RunningApp) -> None:
    status, _, body = ask(rich, "/healthz")
    assert (status, json.loads(body)) == (200, {"status": "ok", "pid": rich.process.pid})


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "evil.example:80", "a@127.0.0.1", "", "127.0.0.1:x"]
)
def test_a_foreign_host_name_is_refused(rich: RunningApp, host: str) -> None:
    status, headers, _ = ask(rich, "/", Host=host)
    assert status in {400, 421}
    assert status == 400 or "content-security-policy" in headers


@pytest.mark.parametrize("host", ["localhost:1", "LOCALHOST", "127.0.0.1", "[::1]:8501"])
def test_loopback_names_are_answered(rich: RunningApp, host: str) -> None:
    assert ask(rich, "/healthz", Host=host)[0] == 200


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec_Fetch_Site": "cross-site"}]
)
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_writing_from_another_site_is_refused(rich: RunningApp, method: str, headers: dict[str, str]) -> None:
    assert ask(rich, "/_stcore/upload_file/a/b", method=method, **headers)[0] == 403


def test_a_socket_from_another_site_is_refused(rich: RunningApp) -> None:
    status, _, _ = ask(
        rich, "/_stcore/stream", Origin="https://evil.example", Connection="Upgrade", Upgrade="websocket",
        Sec_WebSocket_Version="13", Sec_WebSocket_Key="dGhlIHNhbXBsZSBub25jZQ==",
    )  # fmt: skip
    assert status == 403


@pytest.mark.parametrize("path", ["interact", "openapi.json", "mcp", ""])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_programs_cannot_drive_the_pages(rich: RunningApp, path: str, method: str) -> None:
    assert ask(rich, f"/_stcore/agent/{path}", method=method)[0] == 404


def test_what_a_proxy_must_do_is_said(rich: RunningApp) -> None:
    assert b"app.allowed_hosts" in ask(rich, "/", Host="earmark.example.org")[2]
    _, _, body = ask(rich, "/_stcore/upload_file/a/b", method="PUT", Origin="https://earmark.example.org")
    assert b"let it pass the Host header on (docs/proxy.md)" in body


@pytest.mark.parametrize("given", ["", "Bearer ", "Bearer wrong", "Basic {token}", "{token}"])
def test_a_token_that_is_given_has_to_be_right(rich: RunningApp, given: str) -> None:
    status, _, body = ask(rich, "/api/v1/briefs/today", Authorization=given.format(token=token(rich)))
    assert status == 401
    assert "error" in json.loads(body)
    assert ask(rich, "/api/v1/briefs/today", Authorization=f"Bearer {token(rich)}")[0] == 200


def test_the_remote_library_answers_like_the_library(rich: RunningApp) -> None:
    app = remote(rich)
    hits = app.search("queue", filters=Filters(shows=("harbour",)), limit=5)
    assert [hit.show for hit in hits] == ["Harbour Talk"]
    page = app.search_page("quueue", limit=5)
    assert (str(page.query), page.asked) == ("queue", "quueue")
    assert [(facet.label, facet.count) for facet in page.facets.shows] == [(hit.show, 1) for hit in page.hits]
    assert not app.search_page("quueue", correct=False).hits
    assert app.related(FIRST, limit=2)[0].insight == corpus.INSIGHTS[1]
    assert app.related(FIRST.id[:12], limit=1)[0].insight == corpus.INSIGHTS[1]
    assert app.novelty([FIRST]) == {FIRST.id: 0.5}
    answer = app.ask(Question(text="Who races a queue?"))
    assert answer.citations[0].show == "Harbour Talk"
    assert app.ask(Question(text="zebra")).abstained
    assert app.brief().items[0].insight == FIRST
    assert app.brief(day=corpus.TODAY) == app.brief(day=corpus.TODAY, settle=True) == app.brief()
    assert app.follow() == 0


def test_the_remote_library_raises_what_the_app_raised(rich: RunningApp) -> None:
    with pytest.raises(NotFound, match="no insight has that id"):
        remote(rich).related("zzzz")
    with pytest.raises(UsageError):
        remote(rich).search("")
    assert remote(rich).rebuild() > 0
    with pytest.raises(UsageError, match="token"):
        RemoteLibrary(rich.url, "wrong").brief()
    with pytest.raises(IndexBusy, match="does not answer"):
        RemoteLibrary("http://127.0.0.1:9", "x").brief()


def test_a_proxy_in_the_environment_is_not_used(rich: RunningApp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert remote(rich).brief().items


@pytest.mark.slow
def test_the_address_is_private_and_goes_with_the_app(tmp_path: Path) -> None:
    with serve(tmp_path, "empty") as served:
        assert (tmp_path / "app.json").stat().st_mode & 0o777 == 0o600
        assert read_address(tmp_path) == AppAddress(url=served.url, pid=served.process.pid, token=token(served))
        running = find_app(tmp_path)
        assert running is not None
        assert not running.gone()
    assert running.gone()
    assert not (tmp_path / "app.json").exists()
    assert served.process.returncode == 0 or served.process.returncode == -signal.SIGTERM


@pytest.mark.slow
def test_an_address_whose_process_is_gone_is_passed_over(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as gone:
        pass
    write_address(tmp_path, AppAddress(url="http://127.0.0.1:9", pid=gone.pid, token="t"))
    assert read_address(tmp_path) is None
    assert find_app(tmp_path) is None
    with serve(tmp_path, "empty") as served:
        assert remote(served).url == served.url


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{", '{"url": 1}', '{"url":"ftp://x","pid":1,"token":"t"}', '{"url":"http://x","pid":-1,"token":"t"}'],
)
def test_a_broken_address_is_no_address(tmp_path: Path, text: str) -> None:
    (tmp_path / "app.json").write_text(text)
    assert read_address(tmp_path) is None


def test_a_process_does_not_find_itself_nor_a_stranger_on_its_port(tmp_path: Path, rich: RunningApp) -> None:
    write_address(tmp_path, AppAddress(url=rich.url, pid=os.getpid(), token="t"))
    assert find_app(tmp_path) is None
    # The port of an app that ended may be another program's by now: its number tells.
    write_address(tmp_path, AppAddress(url=rich.url, pid=os.getppid(), token="t"))
    assert find_app(tmp_path) is None
    remove_address(tmp_path, pid=os.getpid())
    assert (tmp_path / "app.json").exists()


def test_a_taken_port_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        settings = load_settings({"app": {"port": taken.getsockname()[1]}}, home=tmp_path, environ={})
        with pytest.raises(UsageError, match=r"the port is taken; free it, or choose another with app\.port"):
            run_app(FakeLibrary(settings))
    assert read_address(tmp_path) is None


@pytest.mark.slow
def test_a_taken_port_is_one_clear_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = _launch(tmp_path, str(port))
    assert done.returncode == 2
    assert done.stderr == f"earmark: 127.0.0.1:{port}: the port is taken; free it, or choose another with app.port\n"


def test_the_home_of_a_running_app_is_served_once(rich: RunningApp) -> None:
    with pytest.raises(UsageError, match="an app serves this library already"):
        run_app(FakeLibrary(load_settings({"app": {"port": 0}}, home=rich.home, environ={})))


@pytest.mark.slow
def test_a_second_app_on_the_same_home_is_refused(rich: RunningApp) -> None:
    done = _launch(rich.home, "0")
    assert done.returncode == 2
    assert "an app serves this library already" in done.stderr


def test_the_settings_of_a_folder_it_is_started_in_do_not_count(tmp_path: Path) -> None:
    (tmp_path / ".streamlit").mkdir()
    (tmp_path / ".streamlit" / "config.toml").write_text('[server]\nenableAgentApi = true\n[theme]\nbase = "dark"\n')
    code = (
        "from ui.web.theme import streamlit_options as o; from streamlit import config as c;"
        "c.get_config_options(force_reparse=True, options_from_flags=o(port=1));"
        "print(c.get_option('server.enableAgentApi'), c.get_option('browser.gatherUsageStats'))"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "STREAMLIT_BROWSER_GATHER_USAGE_STATS": "true"}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["False", "False"]


def test_importing_the_app_loads_nothing_heavy() -> None:
    code = "import sys, ui.app.serve, library.remote, library.background; print(*sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert not {"streamlit", "starlette", "uvicorn", "torch", "jinja2"} & set(done.stdout.split())


def _launch(home: Path, port: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.ui.launch", str(home), "empty", port]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=30, check=False)


@pytest.mark.slow
@pytest.mark.browser
def test_ctrl_c_ends_it_in_silence_with_a_page_open(tmp_path: Path, browser: Browser) -> None:
    command = [sys.executable, "-m", "tests.ui.launch", str(tmp_path), "rich"]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        url = process.stderr.readline().split()[3]
        page = browser.new_page()
        page.goto(url)
        page.wait_for_selector(".idea")
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
        page.close()
    assert process.returncode == 0
    assert said == ""
