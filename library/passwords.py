"""Passwords as hashes: argon2id with the parameters of RFC 9106 for little memory (64 MiB, three passes)."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from earmark.errors import UsageError

if TYPE_CHECKING:
    from argon2 import PasswordHasher

__all__ = ["LONGEST_PASSWORD", "SHORTEST_PASSWORD", "hashed", "matches", "outdated"]

SHORTEST_PASSWORD = 10
"""Characters; NIST SP 800-63B asks for eight where nothing else is asked for, and tries here are limited besides."""
LONGEST_PASSWORD = 256
"""Characters; more is no password, and would be hashed at our cost."""
_NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$Z+gfLgdSOG9v/IOmv90BWA$GCghjT9wV8oMLQZsl6qTEEl/YLvq1zdSP2DO/Ihn5z0"
"""The hash of nobody's password: what a try is compared with where the name is unknown, so that it takes as long."""


def hashed(password: str) -> str:
    """The hash that a password is kept as, with its parameters and salt.

    Raises:
        UsageError: it is too short or too long.
    """
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise UsageError(f"a password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters")
    return _hasher().hash(password)


def matches(password: str, kept: str) -> bool:
    """Whether a password is that of a hash; with an empty hash never, and it takes as long to say so."""
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        _hasher().verify(kept or _NOBODY, password[:LONGEST_PASSWORD])
    except (VerificationError, InvalidHashError):
        return False
    return bool(kept)


def outdated(kept: str) -> bool:
    """Whether a hash was made with other parameters than one would be now."""
    return _hasher().check_needs_rehash(kept)


@cache
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher

    return PasswordHasher()
