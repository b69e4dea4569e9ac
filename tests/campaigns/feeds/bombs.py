"""Feeds that are meant to eat memory or time, each parsed in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

__all__ = ["BOMBS", "MOST_MB", "bomb"]

MOST_MB = 20.0
_MEASURE = """
import resource, sys, time
from tests.campaigns.feeds.bombs import BOMBS
from ingest.feeds.parse import parse_feed
from earmark.errors import FeedError
for warm in (b'<rss><channel><title>a</title><item><title>a</title></item></channel></rss>', b'<rss><channel><item><title>&a;<b>'):
    parse_feed(warm, url='https://a.example/')  # both parsers loaded
body = BOMBS[sys.argv[1]]()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
began = time.monotonic()
try:
    feed = parse_feed(body, url='https://a.example/feed')
    said = f'{len(feed.episodes)} episodes'
except FeedError as error:
    said = 'refused'
print(len(body), time.monotonic() - began, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024, said, sep='|')
"""


def _feed(dtd: str, inside: str) -> bytes:
    text = f'<?xml version="1.0"?>{dtd}<rss version="2.0"><channel><title>A</title><item><title>{inside}</title></item></channel></rss>'
    return text.encode()


def _laughs() -> bytes:
    def ten(n: int) -> str:
        return f"&l{n};" * 10

    levels = "".join(f'<!ENTITY l{n} "{ten(n - 1)}">' for n in range(1, 11))
    return _feed(f'<!DOCTYPE r [<!ENTITY l0 "ha">{levels}]>', "&l10;")


def _quadratic() -> bytes:
    return _feed(f'<!DOCTYPE r [<!ENTITY a "{"a" * 50_000}">]>', "&a;" * 20_000)


def _external() -> bytes:
    return _feed(
        '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd"><!ENTITY % y SYSTEM "http://127.0.0.1:1/"> %y;]>', "&x;"
    )


def _deep() -> bytes:
    return _feed("", "<b>" * 100_000)


def _deep_items() -> bytes:
    return b"<rss><channel>" + b"<item>" * 50_000


def _attribute() -> bytes:
    return _feed("", "").replace(b"<item>", b'<item><enclosure url="https://a.example/' + b"a" * 2_000_000 + b'"/>')


def _attributes() -> bytes:
    return _feed("", "").replace(b"<item>", b"<item " + b" ".join(b'a%d="1"' % n for n in range(50_000)) + b">")


def _brackets() -> bytes:
    return _feed("", "<" * 500_000)


def _references() -> bytes:
    return _feed("", "&#1" * 300_000)


def _open_cdata() -> bytes:
    return _feed("", "<![CDATA[" * 100_000)


BOMBS = {
    "billion laughs": _laughs,
    "quadratic blow-up": _quadratic,
    "external entities": _external,
    "100,000 elements deep": _deep,
    "50,000 items deep": _deep_items,
    "an attribute of 2 MB": _attribute,
    "50,000 attributes": _attributes,
    "500,000 open brackets": _brackets,
    "300,000 bad references": _references,
    "100,000 open CDATA": _open_cdata,
}


def bomb(name: str) -> dict[str, Any]:
    """Seconds and growth of memory in MB of a bomb in a process of its own, which must end by itself."""
    done = subprocess.run(
        [sys.executable, "-c", _MEASURE, name], stdout=subprocess.PIPE, text=True, timeout=600, check=True
    )
    size, seconds, growth, outcome = done.stdout.strip().split("|")
    # A document is held as bytes and as text for a moment: what it weighs itself is no growth.
    return {
        "bytes": int(size),
        "seconds": round(float(seconds), 3),
        "growth_mb": round(float(growth), 1),
        "outcome": outcome,
    }
