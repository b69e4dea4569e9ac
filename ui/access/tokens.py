"""Whose a token is: the one place that decides it, for every face that programs use.

Today a library has one reader, and the settings may give that reader a token. A store of many readers with many tokens
takes the place of `SettingsTokens`; nothing else has to know.
"""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from earmark.settings import AppSettings

__all__ = ["SettingsTokens", "TokenStore"]


class TokenStore(Protocol):
    """Tokens and their readers."""

    def reader_of(self, token: str) -> str | None:
        """The id of the reader whose token this is; ``None`` if nobody has it, or has it no longer."""
        ...


class SettingsTokens:
    """The token of ``app.token``, which is the one reader's; without one nobody has a token."""

    def __init__(self, settings: AppSettings, reader: str) -> None:
        self._token = settings.token.get_secret_value().encode()
        self._reader = reader

    def reader_of(self, token: str) -> str | None:
        """The one reader, for the token of the settings."""
        given = token.encode()
        return self._reader if self._token and hmac.compare_digest(given, self._token) else None
