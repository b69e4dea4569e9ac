"""The HTTP client against real sockets on loopback."""

from __future__ import annotations

import errno
import gzip
import os
import socket
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from earmark.errors import FetchError, FetchRefused, SettingsError, StorageFull
from earmark.net import redact
from earmark.settings import FetchSettings
from ingest.fetching.fetch import Fetcher, retry_after_s

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def settings(**changes: object) -> FetchSettings:
    values: dict[str, object] = {"allow_private": ("127.0.0.1", "::1"), "timeout_s": 2.0, "attempts": 1}
    return FetchSettings.model_validate(values | changes)


@pytest.fixture
def fetcher() -> Fetcher:
    return Fetcher(settings(), now=lambda: NOW)


Handler = Callable[[socket.socket, bytes], None]


@contextmanager
def raw_server(*handlers: Handler) -> Iterator[str]:
    """A server that gives each connection, in turn, to one of ``handlers``; for answers no HTTP library would send."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        for handler in handlers:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                try:
                    handler(connection, connection.recv(65_536))
                except OSError:
                    continue

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.close()


def test_body_type_and_validators_come_back_as_served(httpserver: HTTPServer, fetcher: Fetcher) -> None:
    headers = {"ETag": 'W/"ab c"', "Last-Modified": "Mon, 02 Mar 2026 10:00:00 GMT"}
    httpserver.expect_request("/feed").respond_with_data(b"<rss/>", content_type="text/xml; x=1", headers=headers)
    answer = fetcher.get(httpserver.url_for("/feed"))
    assert (answer.status, answer.body, answer.content_type) == (200, b"<rss/>", "text/xml; x=1")
    assert (answer.etag, answer.last_modified) == ('W/"ab c"', "Mon, 02 Mar 2026 10:00:00 GMT")
    assert answer.permanent_url == ""


def test_validators_are_sent_and_304_has_no_body(httpserver: HTTPServer, fetcher: Fetcher) -> None:
    httpserver.expect_request(
        "/feed", headers={"If-None-Match": 'W/"1"', "If-Modified-Since": "yesterday, as it was said"}
    ).respond_with_data(b"", status=304)
    answer = fetcher.get(httpserver.url_for("/feed"), etag='W/"1"', last_modified="yesterday, as it was said")
    assert (answer.status, answer.body) == (304, b"")


def test_304_without_having_asked_is_no_document(httpserver: HTTPServer, fetcher: Fetcher) -> None:
    httpserver.expect_request("/feed").respond_with_data(b"", status=304)
    with pytest.raises(FetchRefused, match="304"):
        fetcher.get(httpserver.url_for("/feed"))


def test_user_agent_says_who_we_are(httpserver: HTTPServer) -> None:
    seen: list[str] = []

    def handle(request: Request) -> Response:
        seen.append(f"{request.headers['User-Agent']} at {request.headers['Host']}")
        return Response(b"x")

    httpserver.expect_request("/").respond_with_handler(handle)
    Fetcher(settings(contact="https://example.org/me\r\n")).get(httpserver.url_for("/"))
    assert seen == [f"Earmark/0.1.0 (+https://example.org/me) at {httpserver.host}:{httpserver.port}"]


@pytest.mark.parametrize(("codes", "moved"), [((301,), True), ((308, 301), True), ((302,), False), ((301, 302), False)])
def test_only_permanent_redirects_give_a_permanent_url(
    httpserver: HTTPServer, fetcher: Fetcher, codes: tuple[int, ...], moved: bool
) -> None:
    for step, code in enumerate(codes):
        target = f"/{step + 1}"
        httpserver.expect_request(f"/{step}").respond_with_data(status=code, headers={"Location": target})
    httpserver.expect_request(f"/{len(codes)}").respond_with_data(b"here")
    answer = fetcher.get(httpserver.url_for("/0"))
    final = httpserver.url_for(f"/{len(codes)}")
    assert (answer.body, answer.url, answer.permanent_url) == (b"here", final, final if moved else "")


def test_endless_redirects_are_refused(httpserver: HTTPServer, fetcher: Fetcher) -> None:
    for step in range(8):
        httpserver.expect_request(f"/{step}").respond_with_data(status=302, headers={"Location": f"/{step + 1}"})
    with pytest.raises(FetchRefused, match="more than 5 times"):
        fetcher.get(httpserver.url_for("/0"))
    assert len(httpserver.log) == 6


def test_a_circle_is_gone_round_once(httpserver: HTTPServer, fetcher: Fetcher) -> None:
    httpserver.expect_request("/there").respond_with_data(status=302, headers={"Location": "/back"})
    httpserver.expect_request("/back").respond_with_data(status=302, headers={"Location": "/there"})
    with pytest.raises(FetchRefused, match="in a circle"):
        fetcher.get(httpserver.url_for("/there"))
    assert len(httpserver.log) == 2


@pytest.mark.parametrize(
    "target",
    ["http://10.0.0.1/", "http://169.254.169.254/latest", "http://[64:ff9b::a00:1]/", "http://[2002:a00:1::]/",
     "http://[::ffff:10.0.0.1]/", "http://[::7f00:1]/", "http://[fe80::1]/", "http://[::]/", "http://0.0.0.0/"],
)  # fmt: skip
def test_redirects_into_private_networks_are_refused(httpserver: HTTPServer, fetcher: Fetcher, target: str) -> None:
    httpserver.expect_request("/out").respond_with_data(status=302, headers={"Location": target})
    with pytest.raises(FetchRefused, match="private address"):
        fetcher.get(httpserver.url_for("/out"))


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "127.1", "[::1]", "[::ffff:7f00:1]"]
)
def test_loopback_needs_permission(httpserver: HTTPServer, host: str) -> None:
    with pytest.raises(FetchRefused, match="private address"):
        Fetcher(settings(allow_private=())).get(f"http://{host}:{httpserver.port}/")
    assert httpserver.log == []


def test_redirect_to_another_scheme_is_refused(httpserver: HTTPServer, fetcher: Fetcher) -> None:
    httpserver.expect_request("/out").respond_with_data(status=302, headers={"Location": "file:///etc/passwd"})
    with pytest.raises(FetchRefused, match="not an http"):
        fetcher.get(httpserver.url_for("/out"))


@pytest.mark.parametrize("url", ["", "feed", "ftp://example.org/", "http://", "http://[::1", "http://exa mple.org/"])
def test_unusable_addresses_are_refused(fetcher: Fetcher, url: str) -> None:
    with pytest.raises(FetchRefused):
        fetcher.get(url)


def test_a_wrong_permission_is_a_settings_error() -> None:
    with pytest.raises(SettingsError, match="allow_private"):
        Fetcher(settings(allow_private=("localhost",)))


def test_offline_opens_no_socket(httpserver: HTTPServer, tmp_path: Path) -> None:
    offline = Fetcher(settings(), offline=True)
    with pytest.raises(FetchRefused, match="offline"):
        offline.get(httpserver.url_for("/"))
    with pytest.raises(FetchRefused, match="offline"):
        offline.download(httpserver.url_for("/"), tmp_path / "a.mp3")
    assert httpserver.log == []


def test_the_environment_names_no_proxy(
    httpserver: HTTPServer, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.setenv("all_proxy", "http://127.0.0.1:1")
    httpserver.expect_request("/").respond_with_data(b"direct")
    assert fetcher.get(httpserver.url_for("/")).body == b"direct"


@pytest.mark.heavy
@pytest.mark.parametrize("layers", [1, 2])
def test_a_gzip_bomb_is_refused_in_little_memory(httpserver: HTTPServer, layers: int) -> None:
    bomb = gzip.compress(b"\0" * 200_000_000, compresslevel=9)
    for _ in range(layers - 1):
        bomb = gzip.compress(bomb)
    encoding = ", ".join(["gzip"] * layers)
    httpserver.expect_request("/").respond_with_data(bomb, headers={"Content-Encoding": encoding})
    tracemalloc.start()
    try:
        with pytest.raises(FetchRefused, match="larger than 1,000,000 bytes"):
            Fetcher(settings(feed_bytes=1_000_000)).get(httpserver.url_for("/"))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 30_000_000  # of 200 MB; the client takes 2 MB, the server in this process the rest


def test_too_large_is_known_from_the_length(httpserver: HTTPServer, fetcher: Fetcher) -> None:
    httpserver.expect_request("/").respond_with_data(b"x" * 5_000)
    with pytest.raises(FetchRefused, match="larger than 4,000 bytes"):
        fetcher.get(httpserver.url_for("/"), limit_bytes=4_000)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 451])
def test_refusals_carry_their_status_and_are_not_retried(httpserver: HTTPServer, status: int) -> None:
    httpserver.expect_request("/").respond_with_data(b"no", status=status)
    with pytest.raises(FetchRefused) as caught:
        Fetcher(settings(attempts=3)).get(httpserver.url_for("/"))
    assert caught.value.status == status
    assert len(httpserver.log) == 1


def test_passing_failures_are_retried(httpserver: HTTPServer) -> None:
    httpserver.expect_ordered_request("/").respond_with_data(b"", status=503)
    httpserver.expect_ordered_request("/").respond_with_data(b"", status=429, headers={"Retry-After": "0"})
    httpserver.expect_ordered_request("/").respond_with_data(b"at last")
    assert Fetcher(settings(attempts=3)).get(httpserver.url_for("/")).body == b"at last"


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("120", 120.0), ("Sun, 01 Mar 2026 12:05:00 GMT", 300.0), ("Sun, 01 Mar 2026 11:00:00 GMT", 0.0), ("soon", None)],
)
def test_retry_after_in_both_forms(value: str, seconds: float | None) -> None:
    assert retry_after_s(value, NOW) == seconds


def test_a_long_retry_after_is_handed_up(httpserver: HTTPServer) -> None:
    headers = {"Retry-After": "Sun, 01 Mar 2026 13:00:00 GMT"}
    httpserver.expect_request("/").respond_with_data(b"", status=429, headers=headers)
    with pytest.raises(FetchError, match="429") as caught:
        Fetcher(settings(attempts=3), now=lambda: NOW).get(httpserver.url_for("/"))
    assert caught.value.retry_after_s == 3600.0
    assert len(httpserver.log) == 1


@pytest.mark.heavy
def test_a_silent_server_is_left() -> None:
    left = threading.Event()

    def silent(_connection: socket.socket, _request: bytes) -> None:
        left.wait(600)

    with raw_server(silent) as url:
        with pytest.raises(FetchError, match="fell silent"):
            Fetcher(settings(timeout_s=0.3)).get(url)
        left.set()


@pytest.mark.heavy
@pytest.mark.parametrize("head", [b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\n\r\n",
                                  b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n"])  # fmt: skip
def test_a_dripping_server_is_cut_off(head: bytes) -> None:
    left = threading.Event()

    def drip(connection: socket.socket, _: bytes) -> None:
        connection.sendall(head)
        while not left.wait(0.05):
            connection.sendall(b"a")

    with raw_server(drip) as url:
        with pytest.raises(FetchError, match="took longer than"):
            Fetcher(settings(total_timeout_s=0.6)).get(url)
        left.set()


def test_a_truncated_body_is_an_error() -> None:
    def half(connection: socket.socket, _: bytes) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")

    with raw_server(half) as url, pytest.raises(FetchError, match="connection broke"):
        Fetcher(settings()).get(url)


@pytest.mark.parametrize(
    "answer", [b"", b"nonsense\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\nplain"]
)
def test_broken_answers_are_passing_failures(answer: bytes) -> None:
    with raw_server(lambda connection, _: connection.sendall(answer)) as url, pytest.raises(FetchError):
        Fetcher(settings()).get(url)


def test_logins_are_used_but_never_shown(httpserver: HTTPServer, fetcher: Fetcher) -> None:
    seen: list[str | None] = []

    def handle(request: Request) -> Response:
        seen.append(request.headers.get("Authorization"))
        return Response(b"", 404)

    httpserver.expect_request("/b").respond_with_handler(handle)
    httpserver.expect_request("/a").respond_with_data(status=301, headers={"Location": "/b"})
    secret = f"http://ann:hunter2@127.0.0.1:{httpserver.port}/a?token=abcdef&page=1"
    with pytest.raises(FetchRefused) as caught:
        fetcher.get(secret)
    assert "hunter2" not in str(caught.value)
    assert seen == ["Basic YW5uOmh1bnRlcjI="]
    refused = [
        secret.replace(":hunter2@", ":hunter2@[x"),
        secret.replace("http:", "ftp:"),
        secret.replace("127.0.0.1", "10.0.0.1"),
        secret.replace(str(httpserver.port), "1"),
    ]
    for url in refused:
        with pytest.raises((FetchRefused, FetchError)) as failed:
            fetcher.get(url)
        assert "hunter2" not in str(failed.value)
        assert "abcdef" not in str(failed.value)
    assert redact(secret) == f"http://127.0.0.1:{httpserver.port}/a?token=***&page=1"


def test_a_login_does_not_travel_to_another_port(httpserver: HTTPServer, fetcher: Fetcher) -> None:
    got: list[bytes] = []

    def collect(connection: socket.socket, request: bytes) -> None:
        got.append(request)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    with raw_server(collect) as other:
        httpserver.expect_request("/a").respond_with_data(status=302, headers={"Location": other})
        fetcher.get(f"http://ann:hunter2@127.0.0.1:{httpserver.port}/a")
    assert b"authorization" not in got[0].lower()


def test_one_connection_a_host(httpserver: HTTPServer, fetcher: Fetcher) -> None:
    active, most, lock = 0, 0, threading.Lock()

    def handle(_: Request) -> Response:
        nonlocal active, most
        with lock:
            active += 1
            most = max(most, active)
        time.sleep(0.03)
        with lock:
            active -= 1
        return Response(b"ok")

    httpserver.expect_request("/").respond_with_handler(handle)
    with ThreadPoolExecutor(8) as pool:
        bodies = list(pool.map(lambda _: fetcher.get(httpserver.url_for("/")).body, range(8)))
    assert bodies == [b"ok"] * 8
    assert most == 1


SOUND = bytes(range(256)) * 1_000


def test_download_is_whole_and_leaves_nothing_beside_it(
    httpserver: HTTPServer, fetcher: Fetcher, tmp_path: Path
) -> None:
    httpserver.expect_request("/a").respond_with_data(SOUND, content_type="audio/mpeg")
    steps: list[tuple[int, int | None]] = []
    done = fetcher.download(httpserver.url_for("/a"), tmp_path / "x" / "a", progress=lambda *step: steps.append(step))
    assert (done.bytes, done.content_type) == (len(SOUND), "audio/mpeg")
    assert done.path.read_bytes() == SOUND
    assert [p.name for p in done.path.parent.iterdir()] == ["a"]
    assert steps[-1] == (len(SOUND), len(SOUND))


def broken_then(resumed: Handler) -> tuple[Handler, Handler]:
    def broken(connection: socket.socket, _: bytes) -> None:
        head = f'HTTP/1.1 200 OK\r\nETag: "one"\r\nContent-Length: {len(SOUND)}\r\n\r\n'
        connection.sendall(head.encode() + SOUND[:100_000])

    return broken, resumed


def test_a_truncated_download_goes_on_from_where_it_ended(tmp_path: Path) -> None:
    def rest(connection: socket.socket, request: bytes) -> None:
        assert b'If-Range: "one"\r\n' in request
        start = int(request.split(b"Range: bytes=")[1].split(b"-")[0])
        assert start == 100_000
        size = len(SOUND)
        head = (
            f"HTTP/1.1 206 Partial\r\nContent-Range: bytes {start}-{size - 1}/{size}\r\nContent-Length: {size - start}"
        )
        connection.sendall(head.encode() + b"\r\n\r\n" + SOUND[start:])

    with raw_server(*broken_then(rest)) as url:
        with pytest.raises(FetchError):
            Fetcher(settings()).download(url, tmp_path / "a.mp3")
        assert not (tmp_path / "a.mp3").exists()
        Fetcher(settings()).download(url, tmp_path / "a.mp3")
    assert (tmp_path / "a.mp3").read_bytes() == SOUND
    assert [p.name for p in tmp_path.iterdir()] == ["a.mp3"]


@pytest.mark.heavy
def test_a_changed_file_starts_over(tmp_path: Path) -> None:
    other = SOUND[::-1]

    def changed(connection: socket.socket, _: bytes) -> None:
        connection.sendall(f"HTTP/1.1 200 OK\r\nContent-Length: {len(other)}\r\n\r\n".encode() + other)

    with raw_server(*broken_then(changed)) as url:
        Fetcher(settings(attempts=2)).download(url, tmp_path / "a.mp3")
    assert (tmp_path / "a.mp3").read_bytes() == other


@pytest.mark.heavy
def test_a_range_that_does_not_fit_starts_over(tmp_path: Path) -> None:
    def wrong(connection: socket.socket, _: bytes) -> None:
        connection.sendall(b"HTTP/1.1 206 Partial\r\nContent-Range: bytes 5-9/10\r\nContent-Length: 5\r\n\r\n12345")

    def whole(connection: socket.socket, request: bytes) -> None:
        assert b"Range" not in request
        connection.sendall(f"HTTP/1.1 200 OK\r\nContent-Length: {len(SOUND)}\r\n\r\n".encode() + SOUND)

    with raw_server(*broken_then(wrong), whole) as url:
        Fetcher(settings(attempts=3)).download(url, tmp_path / "a.mp3")
    assert (tmp_path / "a.mp3").read_bytes() == SOUND


def test_a_download_above_the_limit_leaves_nothing(httpserver: HTTPServer, fetcher: Fetcher, tmp_path: Path) -> None:
    httpserver.expect_request("/known").respond_with_data(SOUND)
    httpserver.expect_request("/unknown").respond_with_handler(lambda _: Response(iter([SOUND, SOUND])))
    for path in ("/known", "/unknown"):
        with pytest.raises(FetchRefused, match="larger than 100,000 bytes"):
            fetcher.download(httpserver.url_for(path), tmp_path / "a.mp3", limit_bytes=100_000)
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_said_so(
    httpserver: HTTPServer, fetcher: Fetcher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    httpserver.expect_request("/a").respond_with_data(SOUND)
    with pytest.raises(StorageFull, match="make room"):
        fetcher.download(httpserver.url_for("/a"), tmp_path / "a.mp3")
    assert not (tmp_path / "a.mp3").exists()
