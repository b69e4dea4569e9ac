"""1,000 unchanged feeds on 250 hosts, each answer 50 ms away: how long a look at all of them takes."""

from __future__ import annotations

import multiprocessing
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from earmark.catalog import open_catalog
from earmark.catalog.feeds import shows
from earmark.clock import FixedClock
from earmark.settings import load_settings
from ingest.feeds.checks import check_feeds, due
from ingest.feeds.refresh import follow_show
from ingest.fetching.fetch import Fetcher
from tests.campaigns.made_feeds import made_feed
from tests.loopback import Answer, Request, addresses, free_port, serve

__all__ = ["FEEDS", "scan"]

FEEDS = 1_000
HOSTS = 250
LATENCY_S = 0.05


def scan(*, feeds: int = FEEDS) -> dict[str, Any]:
    """Follows that many feeds, then checks them all once more two days later; returns seconds and requests."""
    hosts = addresses(HOSTS)
    port = free_port(hosts)
    ours, theirs = multiprocessing.Pipe()
    server = multiprocessing.get_context("spawn").Process(target=_serve, args=(hosts, port, theirs), daemon=True)
    server.start()
    try:
        ours.recv()
        return _measure([f"http://{hosts[n % HOSTS]}:{port}/{n}" for n in range(feeds)], ours)
    finally:
        server.terminate()
        server.join(10)


def _measure(urls: list[str], server: Connection) -> dict[str, Any]:
    settings = load_settings({"fetch": {"allow_private": ["127.0.0.0/8"]}}, environ={})
    clock = FixedClock(datetime.now(UTC))
    with tempfile.TemporaryDirectory() as folder:
        catalog = open_catalog(f"sqlite:///{Path(folder) / 'catalog.sqlite'}")
        fetcher = Fetcher(settings.fetch, now=clock.now)
        began = time.monotonic()
        with ThreadPoolExecutor(settings.fetch.parallel) as pool:
            list(pool.map(lambda url: follow_show(catalog, fetcher, url, default_backfill=5, clock=clock), urls))
        followed_s = time.monotonic() - began
        clock.at += timedelta(days=2)
        server.send("count")
        before = server.recv()
        with catalog.read() as tx:
            asked, _ = due(shows.every(tx), clock.now(), forced=False)
        began = time.monotonic()
        looked = check_feeds(catalog, fetcher, asked, clock, settings, lambda _: None, threading.Event())
        seconds = time.monotonic() - began
        server.send("count")
        after: Counter[int] = server.recv() - before
        catalog.close()
    return {
        "feeds": len(asked),
        "hosts": HOSTS,
        "latency_ms": LATENCY_S * 1000,
        "parallel": settings.fetch.parallel,
        "following_s": round(followed_s, 1),
        "seconds": round(seconds, 1),
        "feeds_per_s": round(len(asked) / seconds, 1),
        "requests": sum(after.values()),
        "statuses": {str(status): count for status, count in after.items()},
        "unchanged": sum(check.unchanged for check in looked.checked),
        "failures": len(looked.failures),
    }


def _serve(hosts: list[str], port: int, control: Connection) -> None:
    import asyncio

    statuses: Counter[int] = Counter()

    def answer(request: Request) -> Answer:
        status = 304 if request.headers.get("if-none-match") == '"1"' else 200
        statuses[status] += 1
        body = b"" if status == 304 else made_feed(request.path, episodes=5)
        return Answer(status=status, headers={"ETag": '"1"'}, body=body, delay_s=LATENCY_S)

    def talk() -> None:
        while control.recv() == "count":
            control.send(Counter(statuses))

    def ready() -> None:
        control.send("ready")
        threading.Thread(target=talk, daemon=True).start()

    asyncio.run(serve(hosts, port, answer, ready, asyncio.Event()))
