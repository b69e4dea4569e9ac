"""Every trick that leads to a private address: a listener counts who came, an audit hook counts who tried."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from earmark.errors import EarmarkError
from earmark.settings import FetchSettings
from ingest.fetching.fetch import Fetcher
from tests.loopback import Answer, running

__all__ = ["LITERALS", "attempt_all", "private_addresses"]

_PUBLIC = "127.0.0.9"
"""Stands for a public host: the only address that may be dialled, because it alone is allowed."""

LITERALS = (
    # this machine, as text
    "127.0.0.1", "127.1", "127.0.1", "127.0.0.1.", "127.255.255.254", "localhost", "LOCALHOST", "localhost.",
    "2130706433", "0x7f000001", "0x7f.0.0.1", "0x7f.1", "017700000001", "0177.0.0.1", "0177.1", "00000177.0.0.1",
    "0", "0.0.0.0", "0x0", "4294967295", "\u2460\u2461\u2466.\u24ea.\u24ea.\u2460", "\uff11\uff12\uff17.0.0.1",
    "127\u30020\u30020\u30021",
    # this machine, in IPv6
    "[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[0:0:0:0:0:ffff:7f00:1]",
    "[::127.0.0.1]", "[::7f00:1]", "[64:ff9b::127.0.0.1]", "[64:ff9b::7f00:1]", "[64:ff9b:1::7f00:1]",
    "[2002:7f00:1::]", "[2002:7f00:0001::1]", "[2001:0:4136:e378:8000:63bf:80ff:fffe]", "[::ffff:0:127.0.0.1]",
    "[::1%25lo]", "[fe80::1]", "[fe80::1%25lo]",
    # private networks, link-local, cloud metadata
    "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.0.1", "192.168.255.255", "100.64.0.1", "100.100.100.200",
    "169.254.169.254", "169.254.170.2", "2852039166", "0xa9fea9fe", "0251.0376.0251.0376", "[::ffff:169.254.169.254]",
    "[::ffff:a9fe:a9fe]", "[64:ff9b::a9fe:a9fe]", "[2002:a9fe:a9fe::]", "[fd00:ec2::254]", "[fc00::1]", "[fd12:3456::1]",
    "[fec0::1]", "[::ffff:10.0.0.1]", "[64:ff9b::a00:1]", "[2002:c0a8:1::]", "192.0.0.192", "168.63.129.16",
    # nobody's: documentation, benchmarks, multicast, reserved
    "192.0.0.1", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "192.88.99.1", "224.0.0.1", "239.255.255.250",
    "240.0.0.1", "255.255.255.255", "[ff02::1]", "[2001:db8::1]", "[100::1]",
)  # fmt: skip
"""Hosts as an address names them, each of them private or nobody's."""

_TARGETS = (
    "http://{host}:{port}/", "http://example.org@{host}:{port}/", "http://{host}:{port}#@example.org/",
    "http://user:pass@{host}:{port}/", "HTTP://{host}:{port}/", "http://{host}:{port}\\@example.org/",
)  # fmt: skip
"""Ways of writing an address around its host."""

ANSWERS: dict[str, tuple[str, ...]] = {
    "private-only.test": ("127.0.0.1",),
    "private-v6.test": ("::1",),
    "mapped.test": ("::ffff:127.0.0.1",),
    "mixed-first.test": ("127.0.0.1", _PUBLIC),
    "mixed-last.test": (_PUBLIC, "127.0.0.1"),
    "mixed-v6.test": (_PUBLIC, "::1"),
    "mixed-metadata.test": (_PUBLIC, "169.254.169.254"),
    "nat64.test": ("64:ff9b::7f00:1",),
    "6to4.test": ("2002:7f00:1::",),
    "unspecified.test": ("0.0.0.0",),
    "none.test": (),
}
"""What a hostile name server answers."""

_REBINDING = "rebinding.test"
"""The public address at the first look-up, this machine at every later one."""


def private_addresses() -> dict[str, Any]:
    """Tries everything in a process of its own; returns how many tricks there were and what came through."""
    with _listening() as (port, came), running([_PUBLIC], lambda _: Answer(body=b"reached")) as public:
        command = [sys.executable, "-c", _CODE, str(port), str(public.port)]
        run = subprocess.run(command, stdout=subprocess.PIPE, text=True, timeout=300, check=True)
        tried: dict[str, Any] = json.loads(run.stdout)
    return tried | {"connections": came[0]}


_CODE = (
    "import json, sys; from tests.campaigns.fetching.private import attempt_all;"
    "print(json.dumps(attempt_all(int(sys.argv[1]), int(sys.argv[2]))))"
)


def attempt_all(port: int, public_port: int) -> dict[str, Any]:
    """Fetches every trick; meant for a process of its own, because it listens to every connection and every look-up."""
    dialled: list[str] = []
    _watch(dialled)
    fetcher = Fetcher(FetchSettings(allow_private=(_PUBLIC,), attempts=1, timeout_s=2.0, total_timeout_s=5.0))
    reached = fetcher.get(f"http://{_PUBLIC}:{public_port}/").body == b"reached"
    _answer_look_ups()
    let_through: list[str] = []
    crashed: dict[str, str] = {}
    tricks = [*_direct(port), *_redirected(port)]
    with running([_PUBLIC], lambda request: _redirect(request.path, port)) as hop:
        for name, url in tricks:
            try:
                fetcher.get(url.replace("{hop}", f"http://{_PUBLIC}:{hop.port}"))
            except EarmarkError:
                continue
            except Exception as error:
                crashed[name] = f"{type(error).__name__}: {error}"
            else:
                let_through.append(name)
        with suppress(EarmarkError):  # what rebinds is dialled where it was checked: at the public address
            fetcher.get(f"http://{_REBINDING}:{public_port}/")
            fetcher.get(f"http://{_REBINDING}:{port}/")
    elsewhere = sorted({address for address in dialled if address != _PUBLIC})
    return {
        "tricks": len(tricks) + 1,
        "public_reached": reached,
        "let_through": let_through,
        "dialled_elsewhere": elsewhere,
        "crashed": crashed,
    }


def _direct(port: int) -> Iterator[tuple[str, str]]:
    for host in (*LITERALS, *ANSWERS):
        for form in _TARGETS:
            url = form.format(host=host, port=port)
            yield url, url


def _redirected(port: int) -> Iterator[tuple[str, str]]:
    for number, host in enumerate((*LITERALS, *ANSWERS)):
        for status in (301, 302, 307, 308):
            yield f"{status} to {host}:{port}", f"{{hop}}/{status}/{number}"
            yield f"302 and {status} to {host}:{port}", f"{{hop}}/twice/{status}/{number}"


def _redirect(path: str, port: int) -> Answer:
    *hops, status, number = path.strip("/").split("/")
    if hops:
        return Answer(status=302, headers={"Location": f"/{status}/{number}"})
    host = (*LITERALS, *ANSWERS)[int(number)]
    location = f"http://{host}:{port}/".encode().decode("latin-1")
    return Answer(status=int(status), headers={"Location": location})


def _watch(dialled: list[str]) -> None:
    """Notes every address that this process tries to connect to, whoever does it."""

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "socket.connect" and isinstance(arguments[1], tuple):
            dialled.append(str(arguments[1][0]))

    sys.addaudithook(hook)


def _answer_look_ups() -> None:
    """Puts the hostile name server in place of the system's; literals are looked up as ever."""
    usual, asked = socket.getaddrinfo, [0]

    def look_up(host: Any, port: Any, *rest: Any, **named: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else str(host)
        if name == _REBINDING:
            asked[0] += 1
            return _found([_PUBLIC if asked[0] == 1 else "127.0.0.1"])
        if name in ANSWERS:
            return _found(ANSWERS[name])
        return usual(host, port, *rest, **named)

    socket.getaddrinfo = look_up


def _found(answers: Sequence[str]) -> list[Any]:
    family = {True: socket.AF_INET6, False: socket.AF_INET}
    return [(family[":" in address], socket.SOCK_STREAM, 6, "", (address, 0)) for address in answers]


@contextmanager
def _listening() -> Iterator[tuple[int, list[int]]]:
    """A listener on this machine, IPv4 and IPv6 at one port, with the count of who came."""
    came = [0]
    first = socket.create_server(("127.0.0.1", 0))
    port = int(first.getsockname()[1])
    listeners = [first]
    with suppress(OSError):
        listeners.append(socket.create_server(("::1", port), family=socket.AF_INET6))

    def accept(listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                came[0] += 1
                connection.close()

    for listener in listeners:
        threading.Thread(target=accept, args=(listener,), daemon=True).start()
    try:
        yield port, came
    finally:
        for listener in listeners:
            listener.close()
