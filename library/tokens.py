"""The tokens with which programs ask for a reader: shown once, kept as hashes, revocable."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from earmark.catalog.readers import accounts, api_tokens
from earmark.clean import cut, plain
from earmark.errors import NotFound, UsageError
from earmark.types import ApiToken
from library.bearer_secrets import key_of, new_secret
from library.sight import Sight

if TYPE_CHECKING:
    from earmark.catalog import Catalog
    from earmark.ports import Clock

__all__ = ["Tokens"]

_PREFIX = "earmark_"
"""By which scanners of leaked secrets, and people, recognise one."""
_MOST = 50
"""Tokens of a reader."""
_LONGEST_NAME = 80
_OTHERS = "the tokens of others"


class Tokens:
    """Makes, lists and revokes tokens. A reader who is no owner has to do with their own alone."""

    def __init__(self, catalog: Catalog, clock: Clock, sight: Sight) -> None:
        self._catalog = catalog
        self._clock = clock
        self._sight = sight

    def every(self, reader_id: str) -> list[ApiToken]:
        """The tokens of a reader, oldest first; raises ``NotFound`` or ``Forbidden``."""
        self._sight.require_self(reader_id, _OTHERS)
        with self._catalog.read() as tx:
            accounts.get(tx, reader_id)
            return api_tokens.every(tx, reader_id)

    def add(self, reader_id: str, name: str) -> tuple[str, ApiToken]:
        """A new token of a reader: its secret, which nothing can show again, and what is kept of it.

        Raises:
            NotFound: no such reader.
            UsageError: it has no name, or the reader has too many tokens.
            Forbidden: it is another reader's, and the asking reader is no owner.
        """
        self._sight.require_self(reader_id, _OTHERS)
        label = cut(plain(name), _LONGEST_NAME)
        if not label:
            raise UsageError("give the token a name that says what it is for")
        secret = f"{_PREFIX}{new_secret()}"
        with self._catalog.write() as tx:
            accounts.get(tx, reader_id)
            if len(api_tokens.every(tx, reader_id)) >= _MOST:
                raise UsageError(f"a reader has at most {_MOST} tokens; revoke one first", subject=reader_id)
            token_id = secrets.token_hex(4)
            kept = api_tokens.add(tx, reader_id, token_id, key_of(secret), name=label, now=self._clock.now())
        return secret, kept

    def revoke(self, reader_id: str, token_id: str) -> None:
        """Makes a token void at once; raises ``NotFound`` or ``Forbidden``."""
        self._sight.require_self(reader_id, _OTHERS)
        with self._catalog.write() as tx:
            if not api_tokens.revoke(tx, reader_id, token_id):
                raise NotFound("is no token of this reader", subject=token_id)

    def reader_of(self, token: str) -> str | None:
        """The id of the reader whose token this is, noting its use; ``None`` for nobody's."""
        if not token.startswith(_PREFIX):
            return None
        now = self._clock.now()
        with self._catalog.read() as tx:
            owner = api_tokens.reader_of(tx, key_of(token))
        if owner is None:
            return None
        reader_id, kept = owner
        if not api_tokens.is_noted(kept.used_at, now):
            with self._catalog.write() as tx:
                api_tokens.note_use(tx, kept.id, now=now)
        return reader_id
