"""Whose a token is: the one place that decides it, for every face that programs use.

Readers have tokens in the catalog; the settings may give one more to the reader of this machine.
"""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from earmark.settings import AppSettings
    from library.ports import LibraryPort

__all__ = ["LibraryTokens", "SettingsTokens", "TokenStore"]


class TokenStore(Protocol):
    """Tokens and their readers."""

    def reader_of(self, token: str) -> str | None:
        """The id of the reader whose token this is; ``None`` if nobody has it, or has it no longer."""
        ...


class LibraryTokens:
    """The tokens of a library's readers, and those of another store beside them."""

    def __init__(self, library: LibraryPort, beside: TokenStore) -> None:
        self._library = library
        self._beside = beside

    def reader_of(self, token: str) -> str | None:
        """The reader whose token this is."""
        return self._beside.reader_of(token) or self._library.tokens.reader_of(token)


class SettingsTokens:
    """The token of ``app.token``, which is that of the reader of this machine; without one nobody has it."""

    def __init__(self, settings: AppSettings, reader: str) -> None:
        self._token = settings.token.get_secret_value().encode()
        self._reader = reader

    def reader_of(self, token: str) -> str | None:
        """The reader of this machine, for the token of the settings."""
        given = token.encode()
        return self._reader if self._token and hmac.compare_digest(given, self._token) else None
