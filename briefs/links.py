"""Addresses from feeds, as links that may be shown: http and https only, in plain ASCII, with the second in them."""

from __future__ import annotations

from urllib.parse import quote, urlsplit, urlunsplit

__all__ = ["at_second", "clock", "web_url"]

_LONGEST = 2000
_KEPT = "/:?#[]@!$&*+,;=%~-._"
"""Characters of a URL that stay; quotes, brackets of Markdown and HTML, spaces and backslashes are percent-encoded."""


def web_url(url: str) -> str:
    """The address if it is a web address that may be linked, percent-encoded; else an empty string.

    Refused are other schemes, addresses without a host, with a name or password before the host (they pass one site
    off as another), and overlong ones.
    """
    url = url.strip()
    if len(url) > _LONGEST or not url.isprintable() or "\\" in url:
        return ""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
        if parts.scheme.lower() not in {"http", "https"} or not host or "@" in parts.netloc:
            return ""
        host = host if host.isascii() else host.encode("idna").decode("ascii")
        if any(c not in "abcdefghijklmnopqrstuvwxyz0123456789-._:" for c in host):
            return ""
        host = f"[{host}]" if ":" in host else host
        netloc = host if port is None else f"{host}:{port}"
        rest = [quote(part, safe=_KEPT) for part in (parts.path, parts.query, parts.fragment)]
    except ValueError:  # UnicodeError, of a host or of a lone surrogate, is one
        return ""
    return urlunsplit((parts.scheme.lower(), netloc, *rest))


def at_second(audio_url: str, page_url: str, start_s: float | None) -> str:
    """A link to the second (``#t=SECONDS``): into the audio where that is known, else into the page; or empty."""
    if start_s is None or not 0 <= start_s < 1e7:
        return ""
    for url in (web_url(audio_url), web_url(page_url)):
        if url:
            return f"{url.partition('#')[0]}#t={int(start_s)}"
    return ""


def clock(seconds: float | None) -> str:
    """``m:ss`` or ``h:mm:ss``; empty where no time is known."""
    if seconds is None or not 0 <= seconds < 1e7:
        return ""
    whole = int(seconds)
    hours, minutes = divmod(whole // 60, 60)
    return f"{hours}:{minutes:02}:{whole % 60:02}" if hours else f"{minutes}:{whole % 60:02}"
