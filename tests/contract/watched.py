"""An offline library at work in a network namespace, and what wanted to leave it; prints JSON.

    unshare --net python -m tests.contract.watched HOME

The namespace has its own loopback and no way out. Its kernel counts each packet and each connection that has no route, and
each datagram, which is how names are looked up, at whatever address: so nothing of Earmark watches itself. The library follows
shows elsewhere, has a language model elsewhere and a mail server elsewhere, and is told to be offline.
"""

from __future__ import annotations

import fcntl
import json
import socket
import struct
import sys
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from earmark.catalog import open_catalog
from earmark.catalog.content import episodes
from earmark.catalog.feeds import shows
from earmark.settings import load_settings
from earmark.types import EpisodeData, TranscriptLink
from evaluation.commands import earmark

__all__ = ["attempts", "main"]

_ELSEWHERE = "203.0.113.7"
_SETTINGS = f"""\
offline = true
[llm]
model = "far"
base_url = "http://{_ELSEWHERE}:9/v1"
[mail]
host = "{_ELSEWHERE}"
security = "none"
sender = "brief@earmark.example"
[publish]
what = "nothing"
"""
_COMMANDS = (
    ("ingest",),
    ("brief", "--send"),
    ("search", "night shifts"),
    ("ask", "What is said about night shifts?"),
    ("doctor",),
)
_SIOCGIFFLAGS, _SIOCSIFFLAGS, _IFF_UP = 0x8913, 0x8914, 0x1


def main(home: Path) -> dict[str, object]:
    """The attempts of all commands, whether the watch sees what is sent on purpose, and the commands that crashed."""
    _loopback_up()
    _follow_elsewhere(home)
    before, failed = attempts(), []
    for words in _COMMANDS:
        done = earmark(home, *words)
        if done.code not in {0, 1, 2, 3} or "Traceback" in done.err:
            failed.append(words[0])
    after = attempts()
    return {
        "attempts": after - before,
        "commands": [words[0] for words in _COMMANDS],
        "failed": failed,
        "control": _seen(),
    }


def attempts(proc: Path = Path("/proc/net")) -> int:
    """What the kernel of this namespace has counted: packets and connections without a route, and all datagrams."""
    return sum(
        _counters(proc / "snmp").get(name, 0) + _counters(proc / "snmp6").get(name, 0)
        for name in ("IpOutNoRoutes", "UdpOutDatagrams", "Ip6OutNoRoutes", "Udp6OutDatagrams")
    )


def _counters(path: Path) -> dict[str, int]:
    """The counters of a file under ``/proc/net``: one a line, or a line of names and a line of numbers."""
    counted: dict[str, int] = {}
    lines = [line.split() for line in path.read_text().splitlines()] if path.exists() else []
    for line, after in zip(lines, [*lines[1:], []], strict=True):
        if line[0].endswith(":"):
            if not line[1].lstrip("-").isdigit():
                names = (line[0][:-1] + name for name in line[1:])
                counted |= dict(zip(names, map(int, after[1:]), strict=True))
        else:
            counted[line[0]] = int(line[1])
    return counted


def _seen() -> bool:
    """Whether a connection that is tried on purpose, and a look-up, are counted."""
    counted = attempts()
    with suppress(OSError), socket.create_connection((_ELSEWHERE, 9), timeout=1):
        pass
    connected = attempts()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        asked.sendto(b"name?", ("127.0.0.53", 53))
    return counted < connected < attempts()


def _loopback_up() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as device:
        name = b"lo".ljust(16, b"\0")
        flags = struct.unpack("16sh", fcntl.ioctl(device, _SIOCGIFFLAGS, struct.pack("16sh", name, 0)))[1]
        fcntl.ioctl(device, _SIOCSIFFLAGS, struct.pack("16sh", name, flags | _IFF_UP))


def _follow_elsewhere(home: Path) -> None:
    """A show, an episode and its transcript at an address that nothing may be fetched from."""
    (home / "earmark.toml").write_text(_SETTINGS, encoding="utf-8")
    catalog, now = open_catalog(load_settings(home=home, environ={}).catalog_url), datetime.now(UTC)
    data = EpisodeData(
        guid="1",
        title="Elsewhere",
        published=now,
        audio_url=f"http://{_ELSEWHERE}/1.mp3",
        transcripts=(TranscriptLink(url=f"http://{_ELSEWHERE}/1.vtt", type="text/vtt"),),
    )
    with catalog.write() as tx:
        show, _ = shows.add(tx, f"http://{_ELSEWHERE}/feed.xml", title="Far", now=now)
        episodes.add_new(tx, show.id, [data], language="en", now=now)
    catalog.close()


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(Path(sys.argv[1]))))
