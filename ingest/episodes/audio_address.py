"""An audio address without what changes though the file is the same: tracking prefixes, signatures, sessions.

Measuring services precede the real address as ``https://tracker.example/…/real.host/path.mp3``, one behind the
other. The rule needs no list of their paths: behind a known tracker the real address begins at the first part of the
path that is a host name. The services are those whose prefixes are met in feeds; one that is not
listed costs nothing but the audio key, and the other rules of `ingest.episodes.identity` still hold.
"""

from __future__ import annotations

import re
from urllib.parse import SplitResult, parse_qsl, unquote, urlencode, urlsplit

__all__ = ["audio_address", "without_trackers"]

_TRACKERS = (
    "podtrac.com", "chtbl.com", "chrt.fm", "chartable.com", "op3.dev", "pdst.fm", "podsights.com", "blubrry.com",
    "mgln.ai", "pscrb.fm", "podscribe.com", "claritaspod.com", "clrtpod.com", "arttrk.com", "pdcn.co", "vpixl.com",
    "adbarker.com", "swap.fm", "prfx.byspotify.com", "gum.fm", "podderapp.com", "podkite.com", "backtracks.fm",
)  # fmt: skip
_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9_-]{0,62})\.)+[a-z]{2,24}(?::\d{1,5})?", re.IGNORECASE)
_FILE = re.compile(r"\.(?:mp3|m4a|mp4|m4b|aac|ogg|oga|opus|flac|wav|wma|mka|m4v|mov|webm)\Z", re.IGNORECASE)
_WRITTEN_OUT = re.compile(r"/https?:/{1,2}", re.IGNORECASE)
_VOLATILE = re.compile(
    r"utm_\w+|_+from|from|source|src|ref|referr?er|platform|aw_\w+|awcollectionid|awepisodeid|adid|ads?|dest-id|"
    r"updated|t|ts|time|timestamp|expires?|exp|sig|signature|hash|token|auth|key(?:-pair-id)?|policy|session(?:id)?|sid|"
    r"uid|user\w*|x-amz-\w+|x-goog-\w+|v|ver|version|nocache|cb|rnd|random|listen\w*|client\w*|download|played_on",
    re.IGNORECASE,
)
_MOST_PREFIXES = 12


def without_trackers(url: str) -> str:
    """The address behind all measuring services; the address itself if it has no such service."""
    for _ in range(_MOST_PREFIXES):
        inner = _behind(url)
        if inner is None:
            return url
        url = inner
    return url


def audio_address(url: str) -> str:
    """What stays of an audio address while the file stays: host and path, without scheme, trackers and what varies.

    The query goes where the path names a file; where it does not (``/play?id=7``) it stays, but for the parameters
    that speak of time, signature, session or source. Empty for what is no http(s) address.
    """
    parts = _split(without_trackers(url.strip()))
    if parts is None:
        return ""
    host = (parts.hostname or "").lower().removeprefix("www.")
    path = re.sub(r"/{2,}", "/", unquote(parts.path)).rstrip("/")
    if _FILE.search(path) or not parts.query:
        return f"{host}{path}"
    kept = sorted((k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if not _VOLATILE.fullmatch(k))
    return f"{host}{path}?{urlencode(kept)}" if kept else f"{host}{path}"


def _behind(url: str) -> str | None:
    parts = _split(url)
    if parts is None or not _tracks(parts):
        return None
    tail = f"?{parts.query}" if parts.query else ""
    # Written out with its scheme: …/https://host/a.mp3 (also with one slash lost on the way), or in the query.
    if match := _WRITTEN_OUT.search(unquote(parts.path)):
        return "https://" + unquote(parts.path)[match.end() :] + tail
    if match := re.search(r"(?:\A|=)https?://(.+)", unquote(parts.query), re.IGNORECASE):
        return "https://" + match[1]
    whole = parts.path
    segments = whole.split("/")
    for place, segment in enumerate(segments[1:-1], start=1):
        if _HOST.fullmatch(segment) and not _FILE.search(segment):
            return "https://" + "/".join(segments[place:]) + tail
    return None


def _tracks(parts: SplitResult) -> bool:
    host = (parts.hostname or "").lower()
    return any(host == tracker or host.endswith(f".{tracker}") for tracker in _TRACKERS)


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        return parts if parts.scheme.lower() in {"http", "https"} and parts.hostname else None
    except ValueError:
        return None
