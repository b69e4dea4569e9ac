"""The one HTTP client: polite, bounded in bytes and time, and unable to reach a private address.

Fetcher(settings.fetch, offline=settings.offline).get("https://example.org/feed.xml")
"""

from __future__ import annotations

import threading
import time
import weakref
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit, urlunsplit

import stamina

from earmark import __version__
from earmark.errors import FetchError, FetchRefused
from earmark.net import redact, without_userinfo
from earmark.settings import FetchSettings
from ingest.download import Download, Downloaded, Progress
from ingest.http_guard import Exchange, Guard, check_scheme

__all__ = ["Downloaded", "Fetcher", "Response", "retry_after_s"]

MAX_REDIRECTS = 5
PATIENCE_S = 10.0
"""A Retry-After up to this long is waited for; a longer one is handed to the caller, who has other hosts to go to."""
SLOWEST_BYTES_PER_S = 32_000
"""A download may take as long as its limit takes at this rate (the bitrate of poor audio is about 4,000)."""

_REDIRECTS = {301, 302, 303, 307, 308}
_PERMANENT = {301, 308}
_PASSING = {408, 425, 429, 500, 502, 503, 504, 507, 509, 520, 521, 522, 523, 524, 529, 530}
_REFUSALS = {
    401: "wants a login; put user:password@ into the address",
    403: "forbids the fetch",
    404: "there is nothing at this address",
    410: "is gone for good",
}

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """What a server answered.

    ``url`` is the final address, without userinfo. ``status`` is 200, or 304 with an empty body. ``etag`` and
    ``last_modified`` are as served, to be sent back unchanged. ``permanent_url`` is the final address where every
    redirect on the way to it was permanent (301, 308), else empty.
    """

    url: str
    status: int
    body: bytes = b""
    content_type: str = ""
    etag: str = ""
    last_modified: str = ""
    permanent_url: str = ""


class Fetcher:
    """Fetches for all threads of a process, with one connection a host at a time.

    Args:
        settings: limits, User-Agent contact, what private addresses are allowed.
        offline: refuse everything, without opening a socket.
        now: the time, for Retry-After dates.
    """

    def __init__(
        self,
        settings: FetchSettings,
        *,
        offline: bool = False,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._settings = settings
        self._offline = offline
        self._now = now
        contact = "".join(c for c in settings.contact if c.isascii() and c.isprintable() and c not in "()")
        agent = f"Earmark/{__version__}" + (f" (+{contact})" if contact else "")
        self._guard = Guard(allow_private=settings.allow_private, user_agent=agent)
        self._hosts: weakref.WeakValueDictionary[str, _HostLock] = weakref.WeakValueDictionary()
        self._hosts_lock = threading.Lock()

    def get(
        self, url: str, *, etag: str = "", last_modified: str = "", accept: str = "", limit_bytes: int | None = None
    ) -> Response:
        """What is at ``url``; conditional where validators are given.

        Args:
            url: an http or https address.
            etag: the validator of the copy at hand, as served.
            last_modified: the same, of the other kind.
            accept: the Accept header.
            limit_bytes: most bytes after decompression; ``fetch.feed_bytes`` where not given.

        Raises:
            FetchRefused: offline, a private address, too large, too many redirects, 401, 403, 404, 410 and the like.
            FetchError: it failed in passing, after all tries; ``retry_after_s`` is what the server asked for.
        """
        limit = self._settings.feed_bytes if limit_bytes is None else limit_bytes
        headers = {"Accept": accept or "*/*"}
        if etag and _header_safe(etag):
            headers["If-None-Match"] = etag
        if last_modified and _header_safe(last_modified):
            headers["If-Modified-Since"] = last_modified
        return self._retrying(lambda: self._get_once(url, headers, limit))

    def download(
        self, url: str, path: Path, *, limit_bytes: int | None = None, progress: Progress | None = None
    ) -> Downloaded:
        """Puts what is at ``url`` into the file ``path``, whole or not at all.

        The bytes gather in ``path`` + ``.part``; a broken download goes on from there if the server still has the
        same thing (Range, If-Range).

        Args:
            url: an http or https address.
            path: where it goes; replaced if there.
            limit_bytes: most bytes; ``fetch.audio_bytes`` where not given.
            progress: called with bytes so far and bytes in all (``None`` where the server does not say).

        Raises:
            FetchRefused: as for ``get``.
            FetchError: as for ``get``; what came so far is kept.
            StorageFull: no space is left.
            PermanentError: the file cannot be written.
        """
        limit = self._settings.audio_bytes if limit_bytes is None else limit_bytes
        job = Download(url=url, path=path, limit_bytes=limit, progress=progress)
        total_s = self._settings.total_timeout_s + limit / SLOWEST_BYTES_PER_S

        def attempt() -> Downloaded:
            with self._follow(url, job.headers(), total_s=total_s, compressed=False) as (answer, _):
                if answer.status not in {206, 416}:
                    self._check(answer)
                return job.receive(answer)

        return self._retrying(attempt)

    def _get_once(self, url: str, headers: Mapping[str, str], limit: int) -> Response:
        with self._follow(url, headers, total_s=self._settings.total_timeout_s) as (answer, permanent):
            if not (answer.status == 304 and {"If-None-Match", "If-Modified-Since"} & set(headers)):
                self._check(answer)
            final = without_userinfo(answer.url)
            # An address with a login is not replaced by one without: the next fetch would be refused.
            moved = permanent and final != without_userinfo(url) and without_userinfo(url) == url
            response = Response(
                url=final,
                status=answer.status,
                content_type=answer.headers.get("Content-Type", ""),
                etag=answer.headers.get("ETag", ""),
                last_modified=answer.headers.get("Last-Modified", ""),
                permanent_url=final if moved else "",
            )
            if answer.status == 304:
                return response
            return replace(response, body=_read(answer, limit))

    @contextmanager
    def _follow(
        self, url: str, headers: Mapping[str, str], *, total_s: float, compressed: bool = True
    ) -> Iterator[tuple[Exchange, bool]]:
        """The answer at the end of all redirects, and whether each of them was permanent; the host is held meanwhile."""
        if self._offline:
            raise FetchRefused("offline mode opens no connection; turn the setting offline off", subject=redact(url))
        left_s, permanent, current = total_s, True, url
        for _ in range(MAX_REDIRECTS + 1):
            check_scheme(current)
            lock = self._host_lock(current)
            with lock.held:
                started = time.monotonic()
                with self._guard.open(
                    current,
                    headers,
                    silence_s=self._settings.timeout_s,
                    total_s=left_s,
                    compressed=compressed,
                ) as answer:
                    if answer.status not in _REDIRECTS or not answer.location:
                        yield answer, permanent
                        return
                    permanent = permanent and answer.status in _PERMANENT
                    current = _carry_login(current, answer.location)
                left_s -= time.monotonic() - started
            if left_s <= 0:
                raise FetchError(f"took longer than {total_s:.0f} s", subject=redact(url))
        raise FetchRefused(f"redirects more than {MAX_REDIRECTS} times", subject=redact(url))

    def _check(self, answer: Exchange) -> None:
        """Raises unless the answer is 200 with a body to read."""
        status, subject = answer.status, redact(answer.url)
        if status in {200, 203}:
            return
        if status in _PASSING or status >= 500:
            wait = retry_after_s(answer.headers.get("Retry-After", ""), self._now())
            raise FetchError(f"the server answered {status}; try again later", subject=subject, retry_after_s=wait)
        message = _REFUSALS.get(status, "the server did not give the document")
        raise FetchRefused(f"{message} (HTTP {status})", subject=subject, status=status)

    def _retrying(self, attempt: Callable[[], _T]) -> _T:
        # By default stamina logs every retry, with structlog even to stdout, where documents are printed.
        stamina.instrumentation.set_on_retry_hooks([])
        for trial in stamina.retry_context(
            on=_worth_retrying,
            attempts=self._settings.attempts,
            timeout=None,
            wait_initial=0.2,
            wait_max=3.0,
            wait_jitter=0.2,
        ):
            with trial:
                return attempt()
        raise FetchError("was not tried")  # pragma: no cover - stamina raises the last error

    def _host_lock(self, url: str) -> _HostLock:
        host = (urlsplit(url).hostname or "").lower()
        with self._hosts_lock:
            lock = self._hosts.get(host)
            if lock is None:
                lock = self._hosts[host] = _HostLock()
            return lock


class _HostLock:
    """A lock that lives as long as somebody holds or waits for it."""

    __slots__ = ("__weakref__", "held")

    def __init__(self) -> None:
        self.held = threading.Lock()


def _read(answer: Exchange, limit: int) -> bytes:
    subject = redact(answer.url)
    too_large = f"is larger than {limit:,} bytes; fetch.feed_bytes allows more"
    declared = answer.headers.get("Content-Length", "")
    if declared.isascii() and declared.isdigit() and int(declared) > limit:
        raise FetchRefused(too_large, subject=subject)
    body = bytearray()
    for piece in answer.chunks():
        body += piece
        if len(body) > limit:
            raise FetchRefused(too_large, subject=subject)
    return bytes(body)


def _worth_retrying(error: Exception) -> bool | float:
    """Whether to try again at once, and after how long where the server says."""
    if not isinstance(error, FetchError):
        return False
    if error.retry_after_s is None:
        return True
    return error.retry_after_s if error.retry_after_s <= PATIENCE_S else False


def retry_after_s(value: str, now: datetime) -> float | None:
    """Seconds to wait by a Retry-After header, given in seconds or as a date (RFC 9110, 10.2.3); ``None`` without."""
    value = value.strip()
    if value.isascii() and value.isdigit():
        return float(min(int(value[:9]), 31_536_000))
    try:
        when = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    if when.tzinfo is None:
        when = when.replace(tzinfo=UTC)
    return max(0.0, (when - now).total_seconds())


def _header_safe(value: str) -> bool:
    return value.isprintable() and all(ord(c) < 256 for c in value)


def _carry_login(origin: str, target: str) -> str:
    """``target`` with the login of ``origin``, if it leads to the same scheme, host and port and names none itself."""
    old = urlsplit(origin)
    try:
        new = urlsplit(target)
        same = (old.scheme, old.hostname, old.port) == (new.scheme, new.hostname, new.port)
    except ValueError:
        return target
    login, at, _ = old.netloc.rpartition("@")
    if not (same and at) or "@" in new.netloc:
        return target
    return urlunsplit(new._replace(netloc=f"{login}@{new.netloc}"))
