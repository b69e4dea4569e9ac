"""Addresses from feeds as links: which may be shown (http and https, in plain ASCII), and the second in them."""

from __future__ import annotations

from urllib.parse import quote, urlsplit, urlunsplit

__all__ = ["at_second", "moment_link", "web_url"]

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


def at_second(url: str, start_s: float | None) -> str:
    """The address with the media fragment ``#t=SECONDS`` (W3C Media Fragments URI 1.0).

    The address stays as it is without a time, and with a fragment of its own. It need not be an address that may be shown.
    """
    if start_s is None or not url:
        return url
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    return url if parts.fragment else urlunsplit(parts._replace(fragment=f"t={int(start_s)}"))


def moment_link(audio_url: str, page_url: str, start_s: float | None) -> str:
    """A link that may be shown, to the second: into the audio if its address is known, else into the page; or empty."""
    if start_s is None or not 0 <= start_s < 1e7:
        return ""
    for url in (web_url(audio_url), web_url(page_url)):
        if url:
            return f"{url.partition('#')[0]}#t={int(start_s)}"
    return ""
