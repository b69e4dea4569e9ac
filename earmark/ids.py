"""Names that follow from content: the same input has the same id in every run and on every machine."""

from __future__ import annotations

import hashlib

__all__ = ["content_hash", "make_id"]


def make_id(*parts: str) -> str:
    """16 hex characters (64 bits: a collision among 10 million ids has odds of 1 in 370,000)."""
    return content_hash(*parts)[:16]


def content_hash(*parts: str) -> str:
    """The SHA-256 of the parts in hex."""
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
