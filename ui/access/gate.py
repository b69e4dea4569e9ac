"""Who asks: the reader behind a request of a program, over REST, MCP or the OpenAI-compatible interface.

no token, from this machine, served for this machine only     the local reader
the token of app.json                                         our own commands, for any reader
a token of the store                                          its reader
anything else                                                 nobody
"""

from __future__ import annotations

import hmac
import math
from copy import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from earmark.errors import UsageError
from earmark.net import is_loopback
from library.remote import READER_HEADER
from ui.access.limits import Limiter
from ui.access.tokens import LibraryTokens, SettingsTokens

if TYPE_CHECKING:
    from starlette.types import Scope

    from earmark.settings import AppSettings
    from library.ports import LibraryPort
    from ui.access.tokens import TokenStore

__all__ = ["Caller", "Gate", "Refused", "open_gate", "serves_this_machine_only"]

_FORWARDED = frozenset({"forwarded", "via", "x-forwarded-for", "x-real-ip"})
"""Headers by which a proxy says that a request comes from elsewhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who asks: for which reader, and whether it is a command of this library's own user."""

    reader: str
    own: bool = False


class Refused(UsageError):
    """A request that is not answered; ``status`` is that of HTTP, ``retry_after_s`` when to ask again, where that helps."""

    def __init__(
        self, message: str, *, subject: str = "", status: int = 401, retry_after_s: float | None = None
    ) -> None:
        super().__init__(message, subject=subject)
        self.status = status
        self.retry_after_s = retry_after_s


class Gate:
    """Tells callers apart.

    Args:
        library: whose reader asks from this machine.
        tokens: the tokens of readers.
        own_token: that of ``app.json``, which only the files of this library's user hold.
        limiter: how often a reader may ask.
    """

    def __init__(self, library: LibraryPort, *, tokens: TokenStore, own_token: str, limiter: Limiter) -> None:
        self._library = library
        self._tokens = tokens
        self._own_token = own_token.encode()
        self._limiter = limiter
        settings = library.settings
        self._this_machine_only = serves_this_machine_only(settings.app) and settings.sign_in.require != "always"

    def open_here(self) -> Gate:
        """The same gate, at which programs of this machine need no token even if the app serves others too."""
        opened = copy(self)
        opened._this_machine_only = True
        return opened

    def admit(self, scope: Scope) -> Caller:
        """The caller of an HTTP request.

        Raises:
            Refused: nobody who may ask, or somebody who asks too often.
        """
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        caller = self._caller(scope, headers)
        if caller is not None and caller.own:
            return caller
        self._take(f"reader {caller.reader}" if caller else f"address {_address(scope)}", 1)
        if caller is None:
            raise Refused("a token is needed: Authorization: Bearer … (docs/api.md says which)")
        return caller

    def charge(self, caller: Caller, requests: int) -> None:
        """Counts what takes long as so many more requests; raises ``Refused`` where the caller has too few left."""
        if not caller.own:
            self._take(f"reader {caller.reader}", requests)

    def _take(self, name: str, requests: int) -> None:
        wait_s = self._limiter.wait_s(name, requests)
        if wait_s:
            raise Refused(
                f"too many requests; ask again in {math.ceil(wait_s)} s",
                subject="app.requests_per_minute",
                status=429,
                retry_after_s=wait_s,
            )

    def library_for(self, caller: Caller) -> LibraryPort:
        """The library as the caller's reader sees it; raises ``NotFound``."""
        mine = self._library.reader.id
        return self._library if caller.reader == mine else self._library.for_reader(caller.reader)

    def _caller(self, scope: Scope, headers: dict[str, str]) -> Caller | None:
        given = headers.get("authorization")
        if given is None:
            return Caller(reader=self._library.reader.id) if self._is_here(scope, headers) else None
        scheme, _, token = given.partition(" ")
        token = token.strip()
        if scheme.lower() != "bearer" or not token:
            return None
        if hmac.compare_digest(token.encode(), self._own_token):
            return Caller(reader=headers.get(READER_HEADER.lower(), "") or self._library.reader.id, own=True)
        reader = self._tokens.reader_of(token)
        return None if reader is None else Caller(reader=reader)

    def _is_here(self, scope: Scope, headers: dict[str, str]) -> bool:
        """Whether a request comes from a program of this machine: not through a proxy, and not from a page of a site."""
        host = headers.get("host", "")
        return (
            self._this_machine_only
            and is_loopback(f"//{_address(scope)}")
            and is_loopback(f"//{host}")
            and not _FORWARDED.intersection(headers)
            and headers.get("sec-fetch-site", "none") in {"none", "same-origin"}
            and urlsplit(headers.get("origin", f"//{host}")).netloc.lower() == host.lower()
        )


def open_gate(library: LibraryPort, *, own_token: str) -> Gate:
    """The gate of an app over a library, with the tokens and the limit of its settings."""
    app = library.settings.app
    tokens = LibraryTokens(library, SettingsTokens(app, library.reader.id))
    return Gate(library, tokens=tokens, own_token=own_token, limiter=Limiter(app.requests_per_minute))


def serves_this_machine_only(app: AppSettings) -> bool:
    """Whether the settings mean the app for this machine: it listens on loopback and answers to no other name."""
    host = f"[{app.host}]" if ":" in app.host else app.host
    return is_loopback(f"//{host}") and not app.allowed_hosts


def _address(scope: Scope) -> str:
    client = scope.get("client")
    host = str(client[0]) if client else ""
    return f"[{host}]" if ":" in host else host
