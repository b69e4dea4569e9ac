"""Secrets that open something for whoever has them: sessions, invitations, tokens. Only their hashes are kept."""

from __future__ import annotations

import hashlib
import secrets

__all__ = ["key_of", "new_secret"]

_BYTES = 32


def new_secret() -> str:
    """A secret that nobody guesses."""
    return secrets.token_urlsafe(_BYTES)


def key_of(secret: str) -> str:
    """What a secret is kept as. It is random and long: a plain hash cannot be turned back."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
