"""What the client is spared: bombs of every packing, private addresses of every form, look-ups and downloads that last."""

from __future__ import annotations

import gzip
import random
import socket
import threading
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as run_with
from hypothesis import strategies as st
from pytest_httpserver import HTTPServer
from werkzeug import Response

from earmark.errors import FetchError, FetchRefused, NotYet
from earmark.settings import FetchSettings
from ingest.fetching.fetch import Fetcher
from ingest.fetching.inflate import Inflater, codings_of
from ingest.fetching.lookups import LookupTimeout, within
from ingest.fetching.turns import HostTurn, HostTurns
from tests.campaigns.fetching.private import LITERALS

PUBLIC = "127.0.0.9"
"""Stands for a public host."""


def fetcher(**changes: object) -> Fetcher:
    values: dict[str, object] = {"allow_private": ("127.0.0.1",), "timeout_s": 2.0, "attempts": 1}
    return Fetcher(FetchSettings.model_validate(values | changes))


# packing


def packed(data: bytes, coding: str) -> bytes:
    packer = zlib.compressobj(6, zlib.DEFLATED, {"gzip": 31, "zlib": 15, "raw": -15}[coding])
    return packer.compress(data) + packer.flush()


@run_with(max_examples=60, deadline=None)
@given(
    data=st.binary(max_size=3_000),
    coding=st.sampled_from(["gzip", "zlib", "raw"]),
    repeat=st.integers(1, 60),
    step=st.integers(1, 400),
    most=st.integers(1, 5_000),
)
def test_whatever_was_packed_comes_out_in_bounded_pieces(
    data: bytes, coding: str, repeat: int, step: int, most: int
) -> None:
    whole = data * repeat
    body = packed(whole, coding)
    inflater = Inflater("gzip" if coding == "gzip" else "deflate")
    pieces = [piece for at in range(0, len(body), step) for piece in inflater.feed(body[at : at + step], most)]
    inflater.end("")
    assert b"".join(pieces) == whole
    assert all(0 < len(piece) <= most for piece in pieces)


def test_members_after_members_and_garbage_after_them() -> None:
    body = gzip.compress(b"one ") + gzip.compress(b"") + gzip.compress(b"two") + b"\0" * 30
    for step in (1, 7, len(body)):
        inflater = Inflater("gzip")
        pieces = [piece for at in range(0, len(body), step) for piece in inflater.feed(body[at : at + step], 100)]
        inflater.end("")
        assert b"".join(pieces) == b"one two"


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "X-GZIP", "deflate, gzip", "identity", "utf-8", ""])
def test_usual_codings_are_taken_off(httpserver: HTTPServer, encoding: str) -> None:
    body = b"<rss>" * 1_000
    sent = body
    for name in [part.strip().lower() for part in encoding.split(",")]:
        sent = (
            packed(sent, {"deflate": "zlib", "gzip": "gzip", "x-gzip": "gzip"}[name])
            if "z" in name or name == ("deflate")
            else sent
        )
    httpserver.expect_request("/").respond_with_data(sent, headers={"Content-Encoding": encoding} if encoding else {})
    assert fetcher().get(httpserver.url_for("/")).body == body
    assert httpserver.log[0][0].headers["Accept-Encoding"] == "gzip, deflate"


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, BR", "compress", "gzip, gzip, gzip"])
def test_what_was_not_offered_is_refused(httpserver: HTTPServer, tmp_path: Path, encoding: str) -> None:
    httpserver.expect_request("/").respond_with_data(b"x" * 50, headers={"Content-Encoding": encoding})
    with pytest.raises(FetchRefused, match=r"is compressed"):
        fetcher().get(httpserver.url_for("/"))
    with pytest.raises(FetchRefused, match=r"is compressed"):
        fetcher().download(httpserver.url_for("/"), tmp_path / "a.mp3")
    assert list(tmp_path.iterdir()) == []


def test_names_that_are_no_compression_are_left_out() -> None:
    assert codings_of("identity, gzip, utf-8", subject="") == ("gzip",)
    assert codings_of("deflate, gzip", subject="") == ("gzip", "deflate")


@pytest.mark.parametrize("cut", [5, 12, 40])
def test_a_cut_stream_is_an_error_and_no_shorter_feed(httpserver: HTTPServer, cut: int) -> None:
    body = gzip.compress(random.Random(1).randbytes(200))[:-cut]
    httpserver.expect_request("/").respond_with_data(body, headers={"Content-Encoding": "gzip"})
    with pytest.raises(FetchError, match="ends in the middle"):
        fetcher().get(httpserver.url_for("/"))


def test_an_empty_body_that_claims_to_be_packed_is_empty(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/").respond_with_data(b"", headers={"Content-Encoding": "gzip"})
    assert fetcher().get(httpserver.url_for("/")).body == b""


@pytest.mark.parametrize("head", [b"\x78\x9c", b""])
def test_a_stream_that_unpacks_to_nothing_has_an_end(httpserver: HTTPServer, head: bytes) -> None:
    nothing = head + b"\x00\x00\x00\xff\xff" * 100_000
    httpserver.expect_request("/").respond_with_handler(
        lambda _: Response(iter([nothing]), headers={"Content-Encoding": "deflate"})
    )
    with pytest.raises(FetchRefused, match="larger than 100,000 bytes"):
        fetcher(feed_bytes=100_000).get(httpserver.url_for("/"))


# private addresses


@contextmanager
def listening() -> Iterator[tuple[int, list[object]]]:
    """A port of this machine, and who came to it."""
    came: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def accept() -> None:
            try:
                while True:
                    came.append(listener.accept())
            except OSError:
                return

        threading.Thread(target=accept, daemon=True).start()
        yield listener.getsockname()[1], came


@pytest.fixture
def dialled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses that anybody connects to."""
    seen: list[str] = []
    usual = socket.socket.connect

    def connect(self: socket.socket, address: Any) -> None:
        seen.append(address[0])
        usual(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect)
    return seen


@pytest.mark.parametrize("host", LITERALS)
def test_no_form_of_a_private_address_is_dialled(host: str, dialled: list[str]) -> None:
    with listening() as (port, came), pytest.raises((FetchRefused, FetchError)):
        fetcher(allow_private=(PUBLIC,)).get(f"http://{host}:{port}/")
    assert (came, dialled) == ([], [])


def name_server(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> None:
    """A name server that gives these answers in turn, the last one for ever."""
    waiting, usual = list(answers), socket.getaddrinfo

    def look_up(host: Any, *rest: Any, **named: Any) -> Any:
        if not str(host).endswith(".test"):
            return usual(host, *rest, **named)
        addresses = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        return [
            (socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 0))
            for address in addresses
        ]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)


@pytest.mark.parametrize(
    "answers",
    [["127.0.0.1"], [PUBLIC, "127.0.0.1"], ["127.0.0.1", PUBLIC], [PUBLIC, "::1"], [PUBLIC, "169.254.169.254"]],
)
def test_one_private_answer_of_a_name_server_is_enough(
    monkeypatch: pytest.MonkeyPatch, dialled: list[str], answers: list[str]
) -> None:
    name_server(monkeypatch, answers)
    with listening() as (port, came), pytest.raises(FetchRefused, match="private address"):
        fetcher(allow_private=(PUBLIC,)).get(f"http://host.test:{port}/")
    assert (came, dialled) == ([], [])


def test_what_was_checked_is_what_is_dialled(monkeypatch: pytest.MonkeyPatch, dialled: list[str]) -> None:
    with listening() as (port, came):
        name_server(monkeypatch, [PUBLIC], ["127.0.0.1"])
        with pytest.raises(FetchError):
            fetcher(allow_private=(PUBLIC,)).get(f"http://rebinding.test:{port}/")
        with pytest.raises(FetchRefused):
            fetcher(allow_private=(PUBLIC,)).get(f"http://rebinding.test:{port}/")
    assert came == []
    assert set(dialled) == {PUBLIC}


# time


def test_a_name_server_that_does_not_answer_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    answered = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answered.wait(5) and [])
    with pytest.raises(FetchError, match="host was not found") as caught:
        fetcher(timeout_s=0.2).get("http://slow.test/")
    answered.set()
    assert not caught.value.reached


def test_within_hands_over_results_and_errors() -> None:
    assert within(5.0, lambda: 7) == 7
    with pytest.raises(ZeroDivisionError):
        within(5.0, lambda: 1 // 0)
    with pytest.raises(LookupTimeout):
        within(0.01, lambda: time.sleep(0.2))


def test_a_held_host_is_asked_by_nobody(httpserver: HTTPServer, tmp_path: Path) -> None:
    now = [datetime(2026, 3, 1, tzinfo=UTC)]
    httpserver.expect_request("/").respond_with_data(b"ok")
    client = Fetcher(FetchSettings(allow_private=("127.0.0.1",)), now=lambda: now[0])
    client.hold("localhost", now[0] + timedelta(days=9))
    client.hold("127.0.0.1", now[0] + timedelta(hours=1))
    client.hold("127.0.0.1", now[0] + timedelta(minutes=1))  # a shorter wish takes nothing back
    url = f"http://127.0.0.1:{httpserver.port}/"
    for ask in (lambda: client.get(url), lambda: client.download(url, tmp_path / "a")):
        with pytest.raises(NotYet, match="left alone until 2026-03-01 01:00") as caught:
            ask()
        assert caught.value.until == now[0] + timedelta(hours=1)
    assert httpserver.log == []
    now[0] += timedelta(hours=1)
    assert client.get(url).body == b"ok"


# turns


def test_a_document_does_not_wait_for_the_end_of_a_download(tmp_path: Path) -> None:
    """The second half of the download is sent only once the document was fetched."""
    fetched = threading.Event()
    listener = socket.create_server(("127.0.0.1", 0))
    half = b"x" * 200_000

    def serve() -> None:
        long, _ = listener.accept()
        long.recv(65_536)
        long.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 400000\r\n\r\n" + half[:100_000])
        begun.set()
        listener.settimeout(10)
        # Pieces come until the document is asked for: a download gives way between two of them.
        sent = 100_000
        listener.setblocking(False)
        while sent < 300_000:
            try:
                short, _ = listener.accept()
            except BlockingIOError:
                long.sendall(b"x" * 10)
                sent += 10
                time.sleep(0.001)
                continue
            with short:
                short.setblocking(True)
                short.recv(65_536)
                short.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
            break
        fetched.wait(10)
        long.sendall(b"x" * (400_000 - sent))
        long.close()

    begun = threading.Event()
    threading.Thread(target=serve, daemon=True).start()
    url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
    client = fetcher(timeout_s=10)
    done: list[int] = []
    download = threading.Thread(target=lambda: done.append(client.download(url, tmp_path / "a.mp3").bytes))
    download.start()
    assert begun.wait(10)
    assert client.get(url).body == b"ok"
    assert done == []
    fetched.set()
    download.join(10)
    listener.close()
    assert done == [400_000]


def test_turns_go_to_documents_first_and_back_to_the_download_that_gave_way() -> None:
    turn, order = HostTurn(), []
    queued = [threading.Event() for _ in range(3)]

    def take(name: str, number: int, *, long: bool) -> threading.Thread:
        def work() -> None:
            queued[number].set()
            with turn.held(long=long):
                order.append(name)

        thread = threading.Thread(target=work)
        thread.start()
        assert queued[number].wait(5)
        time.sleep(0.05)  # from the announcement to the queue
        return thread

    with turn.held(long=True):
        threads = [take("download", 0, long=True), take("one", 1, long=False), take("two", 2, long=False)]
        turn.give_way()
        order.append("first again")
        turn.give_way()
    for thread in threads:
        thread.join(5)
    assert order == ["one", "two", "first again", "download"]
    with turn.held(), turn_is_taken(turn):
        pass


@contextmanager
def turn_is_taken(turn: HostTurn) -> Iterator[None]:
    got = threading.Event()

    def work() -> None:
        with turn.held():
            got.set()

    thread = threading.Thread(target=work)
    thread.start()
    assert not got.wait(0.05)
    yield
    threading.Timer(0, thread.join).start()


def test_a_turn_is_forgotten_with_its_last_holder() -> None:
    turns = HostTurns()
    held = turns.of("a")
    assert turns.of("a") is held
    assert turns.of("b") is not held
