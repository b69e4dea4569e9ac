"""One HTTP exchange that cannot be led to a private address, cannot outlast its time and cannot outgrow its limit.

The only module that knows ``requests``, ``urllib3`` and ``AntiSSRF``. Redirects are not followed here: ``ingest.fetching.fetch``
follows them, so that every hop passes the guard.
"""

from __future__ import annotations

import functools
import http.client
import socket
import threading
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
import urllib3
from AntiSSRF import AntiSSRFError, AntiSSRFPolicy, PolicyConfigOptions
from AntiSSRF._antissrf_agent import _AntiSSRFAdapter  # the public session drops the port from the Host header
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from earmark.errors import FetchError, FetchRefused, SettingsError
from earmark.net import redact
from ingest.fetching.inflate import OFFERED, Inflater, codings_of
from ingest.fetching.lookups import LookupTimeout, is_literal, within

__all__ = ["AddressGuard", "Exchange"]

CONNECT_S = 10.0
"""The longest wait for a connection: three of TCP's own tries (after 1, 3 and 7 s); who needs more is not there."""
CHUNK_BYTES = 65_536
"""What is read at once: small beside any limit, large beside a packet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """An answer whose body has not been read yet. Header names are matched whatever their case."""

    url: str
    status: int
    headers: Mapping[str, str]
    location: str
    _raw: Any
    _watch: _Watchdog

    def chunks(self, wire_limit: int) -> Iterator[bytes]:
        """The body after decompression, piece by piece, none above ``CHUNK_BYTES``.

        Args:
            wire_limit: about how many bytes before decompression are read at most: a stream that unpacks to nothing
                has to end too.

        Raises:
            FetchRefused: it is longer than that, or compressed in a way that was not offered.
            FetchError: the connection broke, fell silent, ran out of time, or ended before ``Content-Length``.
        """
        subject = redact(self.url)
        inflaters = [
            Inflater(coding) for coding in codings_of(self.headers.get("Content-Encoding", ""), subject=subject)
        ]
        came = 0
        while True:
            try:
                wire = self._raw.read1(CHUNK_BYTES, decode_content=False)
            except (urllib3.exceptions.HTTPError, http.client.HTTPException, OSError, ValueError) as error:
                raise FetchError(self._watch.why(error), subject=subject) from None
            if self._watch.expired:
                raise FetchError(self._watch.why(None), subject=subject)
            if not wire:
                break
            came += len(wire)
            if came > wire_limit + CHUNK_BYTES:
                raise FetchRefused(f"is larger than {wire_limit:,} bytes", subject=subject)
            try:
                yield from _inflated(wire, inflaters)
            except zlib.error:
                raise FetchError("its compressed data is damaged; try again later", subject=subject) from None
        for inflater in inflaters:
            inflater.end(subject)


def _inflated(data: bytes, inflaters: Sequence[Inflater]) -> Iterator[bytes]:
    if not inflaters:
        yield data
        return
    for piece in inflaters[0].feed(data, CHUNK_BYTES):
        yield from _inflated(piece, inflaters[1:])


class AddressGuard:
    """Opens addresses that policy allows: public ones, and those named in ``allow_private``. Safe across threads."""

    def __init__(self, *, allow_private: Sequence[str] = (), user_agent: str) -> None:
        self._policy = AntiSSRFPolicy(PolicyConfigOptions.EXTERNAL_ONLY_LATEST)
        self._policy.allow_plain_text_http = True
        self._policy.add_xff_header = False
        # Only 2000::/3 is in public use (IANA). Outside of it lie more forms that carry an IPv4 address than the policy
        # knows: IPv4-compatible (::127.0.0.1, RFC 4291 2.5.5.1), IPv4-translated (::ffff:0:127.0.0.1, RFC 2765 2.1).
        self._policy.add_denied_addresses(["::/3", "4000::/2", "8000::/1"])
        if allow_private:
            try:
                self._policy.add_allowed_addresses(list(allow_private))
            except AntiSSRFError as error:
                message = "holds something that is no address or network, such as 127.0.0.1 or 10.0.0.0/8"
                raise SettingsError(message, subject="fetch.allow_private") from error
        self._user_agent = user_agent

    @contextmanager
    def open(
        self,
        url: str,
        headers: Mapping[str, str],
        *,
        silence_s: float,
        total_s: float,
        compressed: bool = True,
        body: bytes | None = None,
        head: bool = False,
    ) -> Iterator[Exchange]:
        """One GET, HEAD or POST of a body, without following redirects; the connection ends with the ``with`` block.

        Args:
            url: absolute; userinfo becomes Basic authentication.
            headers: further request headers.
            silence_s: longest wait for the host's address, for the connection and for each read, in seconds.
            total_s: longest time for everything, in seconds; the connection is cut then, whatever it is doing.
            compressed: whether gzip and deflate are offered.
            body: what is posted; ``None`` to get.
            head: whether only the head of the answer is asked for.

        Raises:
            FetchRefused: no usable address, or an address that policy forbids.
            FetchError: no connection, no answer, no time.
        """
        check_scheme(url)
        watch = _Watchdog(total_s)
        session = self._session(watch, min(silence_s, total_s))
        try:
            with _explained(url, watch):
                answer = session.request(
                    "HEAD" if head else "GET" if body is None else "POST",
                    url,
                    data=body,
                    headers={"Accept-Encoding": OFFERED if compressed else "identity", **headers},
                    timeout=(min(silence_s, total_s, CONNECT_S), min(silence_s, total_s)),
                    allow_redirects=False,
                    stream=True,
                )
            with answer:
                target = session.get_redirect_target(answer)
                yield Exchange(
                    url=url,
                    status=answer.status_code,
                    headers=answer.headers,
                    location=urljoin(url, target.strip()) if target else "",
                    _raw=answer.raw,
                    _watch=watch,
                )
        finally:
            session.close()
            watch.stop()

    def check_host(self, host: str, *, lookup_s: float) -> None:
        """Looks a host up, for a library that dials by itself and has to be told before.

        Raises:
            FetchRefused: it is, or leads to, an address that policy forbids.
            FetchError: it was not found.
        """
        url = f"http://[{host}]/" if ":" in host else f"http://{host}/"
        check_scheme(url)
        watch = _Watchdog(lookup_s)
        try:
            with _explained(url, watch):
                request = requests.Request("GET", url).prepare()
                _Adapter(self._policy, watch, lookup_s).build_connection_pool_key_attributes(request, verify=True)
        finally:
            watch.stop()

    def _session(self, watch: _Watchdog, lookup_s: float) -> requests.Session:
        session = requests.Session()
        session.trust_env = False  # no proxy, no .netrc, no certificates from the environment
        session.headers["User-Agent"] = self._user_agent
        session.headers["Connection"] = "close"
        for prefix in ("http://", "https://"):
            session.mount(prefix, _Adapter(self._policy, watch, lookup_s))
        return session


def check_scheme(url: str) -> None:
    """Raises ``FetchRefused`` unless ``url`` is ``http(s)://host…``."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme.lower() in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        usable = False
    if not usable:
        raise FetchRefused("is not an http or https address", subject=redact(url))


class _Watchdog:
    """Cuts connections when their time is up.

    Timeouts of sockets start again with every byte, so a server that drips bytes outlasts them. A duplicate of the
    socket is kept because TLS detaches the original; shutting down the duplicate wakes whoever reads.
    """

    def __init__(self, total_s: float) -> None:
        self.total_s = total_s
        self.expired = False
        self._lock = threading.Lock()
        self._sockets: list[socket.socket] = []
        self._timer = threading.Timer(max(total_s, 0.0), self._expire)
        self._timer.daemon = True
        self._timer.start()

    def add(self, sock: socket.socket) -> None:
        """Watches a connection."""
        with self._lock:
            self._sockets.append(sock.dup())
            if self.expired:
                self._cut()

    def stop(self) -> None:
        """Stops watching and lets go of all connections."""
        self._timer.cancel()
        with self._lock:
            for sock in self._sockets:
                sock.close()
            self._sockets.clear()

    def why(self, error: Exception | None) -> str:
        """What happened, in words that hold no address."""
        if self.expired:
            return f"took longer than {self.total_s:.0f} s; fetch.total_timeout_s allows more"
        if isinstance(error, (requests.Timeout, urllib3.exceptions.TimeoutError, TimeoutError)):
            return "the server fell silent; fetch.timeout_s allows more"
        return f"the connection broke ({type(error).__name__}); try again later"

    def _expire(self) -> None:
        with self._lock:
            self.expired = True
            self._cut()

    def _cut(self) -> None:
        for sock in self._sockets:
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)


class _Adapter(_AntiSSRFAdapter):  # type: ignore[misc]
    """The guarded adapter, with the port in the Host header, its connections watched and its look-ups bounded."""

    def __init__(self, policy: AntiSSRFPolicy, watch: _Watchdog, lookup_s: float) -> None:
        super().__init__(policy)
        self._lookup_s = lookup_s
        self.poolmanager.pool_classes_by_scheme = {
            "http": functools.partial(_pool, HTTPConnectionPool, functools.partial(_PlainConnection, watch)),
            "https": functools.partial(_pool, HTTPSConnectionPool, functools.partial(_TlsConnection, watch)),
        }

    def build_connection_pool_key_attributes(
        self, request: requests.PreparedRequest, verify: Any, cert: Any = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """As the parent: resolves the host, refuses what policy denies, and dials the very address it checked."""
        parts = urlsplit(request.url or "")
        checked = functools.partial(super().build_connection_pool_key_attributes, request, verify, cert)
        host, pool = checked() if is_literal(parts.hostname or "") else within(self._lookup_s, checked)
        request.headers["Host"] = str(parts.netloc).rpartition("@")[2]
        return host, pool


def _pool(pool_class: type[HTTPConnectionPool], connection: Any, *args: Any, **kwargs: Any) -> HTTPConnectionPool:
    pool = pool_class(*args, **kwargs)
    pool.ConnectionCls = connection
    return pool


class _PlainConnection(HTTPConnection):
    def __init__(self, watch: _Watchdog, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._watch = watch

    def _new_conn(self) -> socket.socket:
        sock = super()._new_conn()
        self._watch.add(sock)
        return sock


class _TlsConnection(HTTPSConnection):
    def __init__(self, watch: _Watchdog, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._watch = watch

    def _new_conn(self) -> socket.socket:
        sock = super()._new_conn()
        self._watch.add(sock)
        return sock


@contextmanager
def _explained(url: str, watch: _Watchdog) -> Iterator[None]:
    """Raises what goes wrong inside as an error of ours."""
    try:
        yield
    except (requests.RequestException, AntiSSRFError, OSError, ValueError, urllib3.exceptions.HTTPError) as error:
        # The cause is left out on purpose: its text may hold the address with its credentials.
        raise _explain(url, error, watch) from None


def _explain(url: str, error: Exception, watch: _Watchdog) -> FetchError | FetchRefused:
    subject = redact(url)
    if isinstance(error, AntiSSRFError) and "did not resolve" not in str(error):
        message = "leads to a private address, which is refused; fetch.allow_private can name it"
        return FetchRefused(message, subject=subject)
    if isinstance(error, (AntiSSRFError, LookupTimeout, socket.gaierror)):
        message = "its host was not found; check the address and the connection"
        return FetchError(message, subject=subject, reached=False)
    if isinstance(error, requests.exceptions.SSLError):
        return FetchError("its TLS certificate was not accepted", subject=subject)
    if watch.expired or isinstance(error, (requests.RequestException, OSError, urllib3.exceptions.HTTPError)):
        unusable = (
            requests.exceptions.InvalidURL,
            requests.exceptions.InvalidSchema,
            requests.exceptions.InvalidHeader,
        )
        if not isinstance(error, unusable):
            return FetchError(watch.why(error), subject=subject, reached=not _no_connection(error))
    return FetchRefused("is not a usable web address", subject=subject)


def _no_connection(error: Exception) -> bool:
    """Whether not even a connection came about, so that the server knows nothing of it."""
    if isinstance(error, requests.exceptions.ConnectTimeout):
        return True
    reason = getattr(error.args[0], "reason", None) if error.args else None
    return isinstance(reason, (urllib3.exceptions.NewConnectionError, urllib3.exceptions.ConnectTimeoutError))
