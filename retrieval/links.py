"""Addresses that open at the second a thing was said."""

from __future__ import annotations

from urllib.parse import urlsplit, urlunsplit

__all__ = ["at_second"]


def at_second(url: str, start_s: float | None) -> str:
    """The address with the media fragment ``#t=seconds``; as it is without a time, or with a fragment of its own."""
    if start_s is None or not url:
        return url
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    return url if parts.fragment else urlunsplit(parts._replace(fragment=f"t={int(start_s)}"))
