"""The tests' one web server, on one loopback address or many, each a host of its own to a client; it answers as a function says and keeps a log.

Linux takes all of 127.0.0.0/8 for this machine, so that 253 podcast hosts fit on it without a name server.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

__all__ = ["Answer", "Request", "Server", "addresses", "free_port", "running", "serve"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What was asked: the address that was dialled, the path, the headers with names in lower case."""

    host: str
    path: str
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What is answered; ``raw`` is written in place of everything else. After ``delay_s``."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    delay_s: float = 0.0
    raw: Callable[[asyncio.StreamWriter], Awaitable[None]] | None = None


@dataclass(slots=True)
class Server:
    """A running server."""

    port: int

    def url(self, path: str, host: str = "127.0.0.2") -> str:
        """The address of a path on one of the hosts."""
        return f"http://{host}:{self.port}{path}"


def addresses(count: int) -> list[str]:
    """The first ``count`` loopback addresses after 127.0.0.1."""
    return [f"127.0.{number // 250}.{number % 250 + 2}" for number in range(count)]


def free_port(hosts: Sequence[str]) -> int:
    """A port that is free on the first of the hosts (and, as nobody uses them, on the others)."""
    with socket.create_server((hosts[0], 0)) as probe:
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def running(hosts: Sequence[str], answer: Callable[[Request], Answer], *, port: int = 0) -> Iterator[Server]:
    """Serves in a thread while the block runs; ``answer`` is called in that thread. Port 0 takes a free one."""
    port = port or free_port(hosts)
    loop = asyncio.new_event_loop()
    ready, stop = threading.Event(), asyncio.Event()

    def work() -> None:
        asyncio.set_event_loop(loop)
        loop.run_until_complete(serve(hosts, port, answer, ready.set, stop))
        loop.close()

    thread = threading.Thread(target=work, name="loopback", daemon=True)
    thread.start()
    ready.wait(10)
    try:
        yield Server(port=port)
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(10)


async def serve(
    hosts: Sequence[str],
    port: int,
    answer: Callable[[Request], Answer],
    on_ready: Callable[[], None],
    stop: asyncio.Event,
) -> None:
    """Serves until ``stop``; every connection carries one request."""
    tasks: set[asyncio.Task[None]] = set()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            tasks.add(task)
            task.add_done_callback(tasks.discard)
        with contextlib.suppress(OSError, ValueError, asyncio.IncompleteReadError, asyncio.CancelledError):
            await _exchange(reader, writer, answer)
        with contextlib.suppress(OSError):
            writer.close()

    server = await asyncio.start_server(handle, list(hosts), port, backlog=1024)
    on_ready()
    async with server:
        await stop.wait()
    for task in list(tasks):
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _exchange(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, answer: Callable[[Request], Answer]
) -> None:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    named = (line.partition(":") for line in head[1:] if ":" in line)
    headers = {name.strip().lower(): value.strip() for name, _, value in named}
    host = str(writer.get_extra_info("sockname")[0])
    given = answer(Request(host=host, path=head[0].split(" ")[1], headers=headers))
    if given.delay_s:
        await asyncio.sleep(given.delay_s)
    if given.raw is not None:
        await given.raw(writer)
        return
    lines = [f"HTTP/1.1 {given.status} Answer", *(f"{name}: {value}" for name, value in given.headers.items())]
    if given.status != 304:
        lines.append(f"Content-Length: {len(given.body)}")
    writer.write("\r\n".join([*lines, "Connection: close", "", ""]).encode("latin-1") + given.body)
    await writer.drain()
