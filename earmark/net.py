"""What can be told from an address alone."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

__all__ = ["is_loopback"]


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
