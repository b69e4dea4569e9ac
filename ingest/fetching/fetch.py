"""The one HTTP client: polite, bounded in bytes and time, and unable to reach a private address.

Fetcher(settings.fetch, offline=settings.offline).get("https://example.org/feed.xml")
"""

from __future__ import annotations

import functools
import random
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

import stamina

from earmark import __version__
from earmark.errors import FetchError, FetchRefused, NotYet
from earmark.net import redact, without_userinfo
from earmark.private import is_private, with_login
from earmark.settings import FetchSettings
from ingest.fetching.download import Download, DownloadedFile, Progress
from ingest.fetching.http_guard import AddressGuard, Exchange, check_scheme
from ingest.fetching.parts import FilePart, ServedFile, read_part, served_file, wanted_part
from ingest.fetching.politeness import HOST_HOLD, Schedule, fresh_s, retry_after_s
from ingest.fetching.turns import HostTurn, HostTurns

__all__ = ["DownloadedFile", "Fetcher", "Response", "retry_after_s"]

MAX_REDIRECTS = 5
PATIENCE_S = 10.0
"""A Retry-After up to this long is waited for; a longer one is handed to the caller, who has other hosts to go to."""
SLOWEST_BYTES_PER_S = 32_000
"""A download may take as long as its limit takes at this rate (the bitrate of poor audio is about 4,000)."""

_REDIRECTS = {301, 302, 303, 307, 308}
_PERMANENT = {301, 308}
_PASSING = {408, 425, 429, 500, 502, 503, 504, 507, 509, 520, 521, 522, 523, 524, 529, 530}
_REFUSALS = {
    401: "wants a login; give it with: earmark add --login NAME ADDRESS",
    403: "forbids the fetch",
    404: "there is nothing at this address",
    410: "is gone for good",
}

_WITHOUT_HEAD = {400, 403, 404, 405, 406, 501}
"""What servers answer to HEAD though they would give the file."""

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """What a server answered.

    ``url`` is the final address, without userinfo. ``status`` is 200, or 304 with an empty body. ``etag`` and
    ``last_modified`` are as served, to be sent back unchanged. ``permanent_url`` is the final address where every
    redirect on the way to it was permanent (301, 308), else empty; with the login of the address asked for, if that went
    along: then it is as secret as that. ``moved_away`` is that address, without secrets, where the login did not go along.
    ``fresh_s`` is how long the server calls the answer fresh, in seconds.
    """

    url: str
    status: int
    body: bytes = b""
    content_type: str = ""
    etag: str = ""
    last_modified: str = ""
    permanent_url: str = ""
    moved_away: str = ""
    fresh_s: float | None = None


class Fetcher:
    """Fetches for all threads of a process, with one connection a host at a time.

    Args:
        settings: limits, User-Agent contact, what private addresses are allowed.
        offline: refuse everything, without opening a socket.
        now: the time, for Retry-After.
        rng: for the jitter of the schedule.
    """

    def __init__(
        self,
        settings: FetchSettings,
        *,
        offline: bool = False,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        rng: random.Random | None = None,
    ) -> None:
        self._settings = settings
        self._now = now
        contact = "".join(c for c in settings.contact if c.isascii() and c.isprintable() and c not in "()")
        agent = f"Earmark/{__version__}" + (f" (+{contact})" if contact else "")
        self._guard = AddressGuard(allow_private=settings.allow_private, user_agent=agent)
        self._turns = HostTurns()
        self.offline = offline
        self.schedule = Schedule(least_s=settings.least_interval_s, rng=rng or random.Random())
        """When feeds are asked next."""
        self._holds: dict[str, datetime] = {}
        self._holds_lock = threading.Lock()

    def get(
        self,
        url: str,
        *,
        etag: str = "",
        last_modified: str = "",
        accept: str = "",
        limit_bytes: int | None = None,
        once: bool = False,
    ) -> Response:
        """What is at ``url``; conditional where validators are given.

        Args:
            url: an http or https address.
            etag: the validator of the copy at hand, as served.
            last_modified: the same, of the other kind.
            accept: the Accept header.
            limit_bytes: most bytes after decompression; ``fetch.feed_bytes`` where not given.
            once: a request that has reached a server is not repeated, whatever became of it: the caller comes back later.

        Raises:
            FetchRefused: offline, a private address, too large, too many redirects, 401, 403, 404, 410 and the like.
            FetchError: it failed in passing, after all tries; ``retry_after_s`` is what the server asked for.
            NotYet: its host has asked to be left alone until a time; no connection was opened.
        """
        limit = self._settings.feed_bytes if limit_bytes is None else limit_bytes
        headers = {"Accept": accept or "*/*"}
        if etag and _header_safe(etag):
            headers["If-None-Match"] = etag
        if last_modified and _header_safe(last_modified):
            headers["If-Modified-Since"] = last_modified
        return self._retrying(lambda: self._get_once(url, headers, limit), once=once)

    def download(
        self, url: str, path: Path, *, limit_bytes: int | None = None, progress: Progress | None = None
    ) -> DownloadedFile:
        """Puts what is at ``url`` into the file ``path``, whole or not at all.

        The bytes gather in ``path`` + ``.part``; a broken download goes on from there if the server still has the
        same thing (Range, If-Range).

        Args:
            url: an http or https address.
            path: where it goes; replaced if there.
            limit_bytes: most bytes; ``fetch.audio_bytes`` where not given.
            progress: called with bytes so far and bytes in all (``None`` if the server does not say).

        Raises:
            FetchRefused: as for ``get``.
            FetchError: as for ``get``; what came so far is kept.
            NotYet: as for ``get``.
            StorageFull: no space is left.
            PermanentError: the file cannot be written.
        """
        limit = self._settings.audio_bytes if limit_bytes is None else limit_bytes
        job = Download(url=url, path=path, limit_bytes=limit, progress=progress)
        total_s = self._settings.total_timeout_s + limit / SLOWEST_BYTES_PER_S

        def attempt() -> DownloadedFile:
            with self._follow(url, job.headers(), total_s=total_s, long=True) as (answer, permanent, turn):
                if answer.status not in {206, 416}:
                    self._check(answer, permanent)
                return job.receive(answer, turn.give_way)

        return self._retrying(attempt)

    def look(self, url: str) -> ServedFile:
        """What the server says of the file at ``url``, which is not fetched; raises as ``get``.

        A server that does not answer HEAD is asked for the file's first byte.
        """

        def attempt(headers: Mapping[str, str], *, head: bool) -> ServedFile:
            total_s = self._settings.total_timeout_s
            with self._follow(url, headers, total_s=total_s, long=True, head=head) as (answer, permanent, _):
                if answer.status != 206:
                    self._check(answer, permanent)
                return served_file(answer)

        try:
            return self._retrying(lambda: attempt({}, head=True))
        except (FetchError, FetchRefused) as error:
            if error.status not in _WITHOUT_HEAD:
                raise
        return self._retrying(lambda: attempt(wanted_part(0, 1), head=False))

    def part(self, url: str, first: int, count: int) -> FilePart:
        """At most ``count`` bytes of the file at ``url``, from ``first`` on; raises as ``get``.

        Raises:
            FetchRefused: also where the server gives whole files only.
        """
        total_s = self._settings.total_timeout_s + count / SLOWEST_BYTES_PER_S

        def attempt() -> FilePart:
            headers = wanted_part(first, count)
            with self._follow(url, headers, total_s=total_s, long=True) as (answer, permanent, turn):
                if answer.status != 206:
                    self._check(answer, permanent)
                return read_part(answer, first, count, turn.give_way)

        return self._retrying(attempt)

    def hold(self, host: str, until: datetime) -> None:
        """Lets nothing of this process ask a host before ``until``, as its Retry-After wished."""
        with self._holds_lock:
            self._holds[host] = max(until, self._holds.get(host, until))

    def _get_once(self, url: str, headers: Mapping[str, str], limit: int) -> Response:
        with self._follow(url, headers, total_s=self._settings.total_timeout_s) as (answer, permanent, _):
            if not (answer.status == 304 and {"If-None-Match", "If-Modified-Since"} & set(headers)):
                self._check(answer, permanent)
            final = without_userinfo(answer.url)
            # An address with a login or token is not replaced by one without: the next fetch would be refused.
            keeps_login = (without_userinfo(url) == url) == (final == answer.url)
            keeps_login = keeps_login and (is_private(answer.url) or not is_private(url))
            moved = permanent and final != without_userinfo(url)
            response = Response(
                url=final,
                status=answer.status,
                content_type=answer.headers.get("Content-Type", ""),
                etag=answer.headers.get("ETag", ""),
                last_modified=answer.headers.get("Last-Modified", ""),
                permanent_url=answer.url if moved and keeps_login else "",
                moved_away=redact(final) if moved and not keeps_login else "",
                fresh_s=fresh_s(answer.headers, self._now()),
            )
            if answer.status == 304:
                return response
            return replace(response, body=_read(answer, limit))

    @contextmanager
    def _follow(
        self, url: str, headers: Mapping[str, str], *, total_s: float, long: bool = False, head: bool = False
    ) -> Iterator[tuple[Exchange, bool, HostTurn]]:
        """The answer at the end of all redirects, whether each was permanent, and the turn at its host, held meanwhile.

        The time spent waiting for a turn does not count.
        """
        if self.offline:
            raise FetchRefused("offline mode opens no connection; turn the setting offline off", subject=redact(url))
        left_s, permanent, current = total_s, True, url
        seen: set[str] = set()
        while len(seen) <= MAX_REDIRECTS:
            if current in seen:
                raise FetchRefused("redirects in a circle", subject=redact(url))
            seen.add(current)
            check_scheme(current)
            host = (urlsplit(current).hostname or "").lower()
            turn = self._turns.of(host)
            with turn.held(long=long):
                self._refuse_held(host, current)
                started = time.monotonic()
                with self._guard.open(
                    current,
                    headers,
                    silence_s=self._settings.timeout_s,
                    total_s=left_s,
                    compressed=not long,
                    head=head,
                ) as answer:
                    if answer.status not in _REDIRECTS or not answer.location:
                        yield answer, permanent, turn
                        return
                    permanent = permanent and answer.status in _PERMANENT
                    current = with_login(current, answer.location)
                left_s -= time.monotonic() - started
            if left_s <= 0:
                raise FetchError(f"took longer than {total_s:.0f} s", subject=redact(url))
        raise FetchRefused(f"redirects more than {MAX_REDIRECTS} times", subject=redact(url))

    def _refuse_held(self, host: str, url: str) -> None:
        with self._holds_lock:
            until = self._holds.get(host)
            if until is None:
                return
            if until <= self._now():
                del self._holds[host]
                return
        raise NotYet(
            f"its host asks to be left alone until {until:%Y-%m-%d %H:%M} UTC", until=until, subject=redact(url)
        )

    def _check(self, answer: Exchange, permanent: bool) -> None:
        """Raises unless the answer is 200 with a body to read. Behind a temporary redirect nothing is gone for good."""
        status, subject = answer.status, redact(answer.url)
        if status in {200, 203}:
            return
        if status in _PASSING or status >= 500:
            wait_s = retry_after_s(answer.headers.get("Retry-After", ""), now := self._now())
            if wait_s is not None:
                until = min(now + timedelta(seconds=wait_s), now + HOST_HOLD)
                self.hold((urlsplit(answer.url).hostname or "").lower(), until)
            said = f"the server answered {status}; try again later"
            raise FetchError(said, subject=subject, retry_after_s=wait_s, status=status)
        message = _REFUSALS.get(status, "the server did not give the document")
        told = status if permanent or status != 410 else None
        raise FetchRefused(f"{message} (HTTP {status})", subject=subject, status=told)

    def _retrying(self, attempt: Callable[[], _T], *, once: bool = False) -> _T:
        # By default stamina logs every retry, with structlog even to stdout, where documents are printed.
        stamina.instrumentation.set_on_retry_hooks([])
        for trial in stamina.retry_context(
            on=functools.partial(_worth_retrying, once=once),
            attempts=self._settings.attempts,
            timeout=None,
            wait_initial=0.2,
            wait_max=3.0,
            wait_jitter=0.2,
        ):
            with trial:
                return attempt()
        raise FetchError("was not tried")  # pragma: no cover - stamina raises the last error


def _read(answer: Exchange, limit: int) -> bytes:
    subject = redact(answer.url)
    too_large = f"is larger than {limit:,} bytes; fetch.feed_bytes allows more"
    declared = answer.headers.get("Content-Length", "")
    if declared.isascii() and declared.isdigit() and int(declared) > limit:
        raise FetchRefused(too_large, subject=subject)
    body = bytearray()
    for piece in answer.chunks(limit):
        body += piece
        if len(body) > limit:
            raise FetchRefused(too_large, subject=subject)
    return bytes(body)


def _worth_retrying(error: Exception, *, once: bool) -> bool | float:
    """Whether to try again at once, and after how long where the server says."""
    if not isinstance(error, FetchError) or (once and error.reached):
        return False
    if error.retry_after_s is None:
        return True
    return error.retry_after_s if error.retry_after_s <= PATIENCE_S else False


def _header_safe(value: str) -> bool:
    return value.isprintable() and all(ord(c) < 256 for c in value)
