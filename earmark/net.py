"""What can be told from an address alone."""

from __future__ import annotations

import ipaddress
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from earmark.secret_names import names_secret

__all__ = ["is_loopback", "is_near", "redact", "without_userinfo"]

_NEAR = frozenset(["local", "localhost", "lan", "home", "internal", "arpa"])
"""Last labels of names in networks of one's own."""


def is_loopback(url: str) -> bool:
    """Whether a URL's host is this machine by its very name: ``localhost``, 127.0.0.0/8 or ``::1``.

    Other names are not looked up: what a name resolves to can change between the look and the call.
    """
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return False
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def is_near(url: str) -> bool:
    """Whether a URL's host is this machine, or by its name in a network of one's own.

    That is a private address, a name without a dot, or one such as ``nas.local``. No name is looked up, as in `is_loopback`.
    """
    try:
        host = (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return False
    if is_loopback(url):
        return True
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return bool(host) and ("." not in host or host.rpartition(".")[2] in _NEAR)


def without_userinfo(url: str) -> str:
    """``url`` without ``user:password@``."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url.rsplit("@", maxsplit=1)[-1] if "@" in url else url
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def redact(url: str) -> str:
    """``url`` as it may be shown: no userinfo, and ``***`` for query values whose names speak of secrets."""
    url = without_userinfo(url)
    head, mark, query = url.partition("?")
    pairs = parse_qsl(query, keep_blank_values=True)
    if not any(names_secret(name) for name, _ in pairs):
        return head + mark + query
    hidden = [(name, "***" if names_secret(name) else value) for name, value in pairs]
    return f"{head}?{urlencode(hidden, safe='*', quote_via=quote)}"
