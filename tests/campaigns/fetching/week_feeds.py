"""The feeds of the simulated week: what each answers at which hour, and what is written down of it."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from earmark.clock import FixedClock
from tests.campaigns.made_feeds import made_feed
from tests.loopback import Answer, Request, Server, addresses

__all__ = ["BEHAVIOURS", "COPIES", "Log", "TimedRequest", "WeekServer", "feeds"]

COPIES = 3
"""Feeds of each behaviour, each on a host of its own; but those that share one say so."""
_BEGIN = datetime(2026, 11, 16, tzinfo=UTC)
_SHARED = "127.0.200.1"
"""The host of the feeds named ``shared-…``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimedRequest:
    """One request: when by the fake clock, where, whether conditional, whether somebody wished it by hand."""

    at: datetime
    host: str
    path: str
    conditional: bool
    by_hand: bool


@dataclass(slots=True)
class Log:
    """What was asked since the week began, and what was asked against a Retry-After."""

    clock: FixedClock
    by_hand: bool = False
    server: Server | None = None
    asked: list[TimedRequest] = field(default_factory=list)
    wishes: int = 0
    against_wish: list[str] = field(default_factory=list)
    held: dict[str, datetime] = field(default_factory=dict)
    times: dict[str, int] = field(default_factory=dict)

    def week_begins(self, server: Server) -> None:
        """From here on feeds behave as they are named; before, all answer so that they can be followed."""
        self.server = server


@dataclass(frozen=True, slots=True, kw_only=True)
class _Turn:
    """One request as a behaviour sees it: the time, how often this feed was asked before, and the feed as it is now."""

    at: datetime
    times: int
    request: Request
    server: Server
    body: bytes

    @property
    def known(self) -> bool:
        return self.request.headers.get("if-none-match") == _etag(self.body)

    def usual(self, **headers: str) -> Answer:
        """200 with the feed, or 304 for its validator."""
        said = {"ETag": _etag(self.body)} | {name.replace("_", "-"): value for name, value in headers.items()}
        return Answer(status=304, headers=said) if self.known else Answer(headers=said, body=self.body)

    def elsewhere(self, status: int) -> Answer:
        """A redirect to the same feed under ``/there``."""
        return Answer(status=status, headers={"Location": self.server.url(f"/there{self.request.path}", "127.0.201.1")})

    def later(self, status: int, wait: timedelta, *, as_date: bool) -> Answer:
        """A refusal with a Retry-After."""
        value = format_datetime(self.at + wait, usegmt=True) if as_date else str(int(wait.total_seconds()))
        return Answer(status=status, headers={"Retry-After": value})


def _new_address(turn: _Turn) -> Answer:
    there = turn.server.url(f"/there{turn.request.path}", "127.0.201.1")
    head = f"<itunes:new-feed-url>{there}</itunes:new-feed-url>"
    return Answer(body=made_feed(turn.request.path, episodes=5, head=head))


def _overloaded(status: int, hours: float, *, as_date: bool) -> Callable[[_Turn], Answer]:
    """Every third request is refused for some hours."""

    def answer(turn: _Turn) -> Answer:
        if turn.times % 3 == 1:
            return turn.later(status, timedelta(hours=hours), as_date=as_date)
        return turn.usual()

    return answer


BEHAVIOURS: dict[str, Callable[[_Turn], Answer]] = {
    "unchanged": lambda turn: turn.usual(),
    "hourly-news": lambda turn: turn.usual(),
    "no-validators": lambda turn: Answer(body=turn.body),
    "ttl": lambda turn: turn.usual(),
    "max-age": lambda turn: turn.usual(Cache_Control="public, max-age=10800"),
    "max-age-30-days": lambda turn: turn.usual(Cache_Control="max-age=2592000"),
    "max-age-0": lambda turn: turn.usual(Cache_Control="max-age=0, must-revalidate"),
    "expires": lambda turn: turn.usual(
        Expires=format_datetime(turn.at + timedelta(hours=5), usegmt=True), Date=format_datetime(turn.at, usegmt=True)
    ),
    "429-seconds": _overloaded(429, 7, as_date=False),
    "429-date": _overloaded(429, 30, as_date=True),
    "503-seconds": _overloaded(503, 2, as_date=False),
    "503-date": _overloaded(503, 11, as_date=True),
    "shared-429": _overloaded(429, 5, as_date=False),
    "shared-quiet": lambda turn: turn.usual(),
    "500": lambda _: Answer(status=500),
    "500-and-200": lambda turn: Answer(status=500) if turn.times % 2 else turn.usual(),
    "404": lambda _: Answer(status=404),
    "a-web-page": lambda _: Answer(body=b"<html><body>parked</body></html>"),
    "silent": lambda _: Answer(delay_s=2.0),
    "gone": lambda _: Answer(status=410),
    "moved-301": lambda turn: turn.elsewhere(301),
    "moved-308": lambda turn: turn.elsewhere(308),
    "moved-302": lambda turn: turn.elsewhere(302),
    "new-address": _new_address,
}


class WeekServer:
    """Answers as the feeds are named, and writes down what was asked."""

    def __init__(self, log: Log) -> None:
        self._log = log

    @staticmethod
    def hosts() -> list[str]:
        """All addresses that are served."""
        return [*addresses(len(BEHAVIOURS) * COPIES), _SHARED, "127.0.201.1"]

    def answer(self, request: Request) -> Answer:
        """The answer to one request, by the behaviour in its path."""
        log, now = self._log, self._log.clock.now()
        kind = request.path.split("/")[-2]
        body = _body(kind, request.path, now)
        if log.server is None:
            return Answer(headers={"ETag": _etag(body)}, body=body)
        conditional = "if-none-match" in request.headers
        log.asked.append(
            TimedRequest(at=now, host=request.host, path=request.path, conditional=conditional, by_hand=log.by_hand)
        )
        if (until := log.held.get(request.host)) is not None and now < until:
            log.against_wish.append(request.path)
        times = log.times[request.path] = log.times.get(request.path, -1) + 1
        behave = BEHAVIOURS["unchanged"] if request.path.startswith("/there/") else BEHAVIOURS[kind]
        given = behave(_Turn(at=now, times=times, request=request, server=log.server, body=body))
        if "Retry-After" in given.headers:
            log.wishes += 1
            log.held[request.host] = now + _wish(given.headers["Retry-After"], now)
        return given


def feeds(server: Server) -> list[str]:
    """The addresses of all feeds."""
    hosts = iter(addresses(len(BEHAVIOURS) * COPIES))
    return [
        server.url(f"/{kind}/{copy}", _SHARED if kind.startswith("shared") else next(hosts))
        for kind in BEHAVIOURS
        for copy in range(COPIES)
    ]


def _body(kind: str, path: str, now: datetime) -> bytes:
    """The feed as it is now: news come every hour, all others are weekly."""
    if kind in {"hourly-news", "no-validators", "max-age-0", "500-and-200", "429-seconds", "shared-429"}:
        hour = now.replace(minute=0, second=0)
        return made_feed(path, episodes=20, last=hour, every=timedelta(hours=1))
    head = "<ttl>360</ttl>" if kind == "ttl" else ""
    last = _BEGIN - timedelta(days=1) + timedelta(days=7) * ((now - _BEGIN) // timedelta(days=7))
    return made_feed(path, episodes=5, last=last, head=head)


def _etag(body: bytes) -> str:
    return f'W/"{zlib.crc32(body):x}"'


def _wish(value: str, now: datetime) -> timedelta:
    if value.isdigit():
        return timedelta(seconds=int(value))
    from email.utils import parsedate_to_datetime

    return parsedate_to_datetime(value) - now
