"""Where to go after signing in: to a page of this app, never elsewhere."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

__all__ = ["safe_target"]

_PATH = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]*")
"""One slash and then no second one, nor what browsers take for a slash, nor what they drop from addresses."""


def safe_target(wanted: str) -> str:
    """The address if it is a path of this app, else its front page."""
    if len(wanted) > 2_000 or not _PATH.fullmatch(wanted):
        return "/"
    try:
        parts = urlsplit(wanted)
    except ValueError:
        return "/"
    return "/" if parts.scheme or parts.netloc else wanted
