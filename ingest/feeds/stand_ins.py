"""Substitutes for a GUID or a title that an item does not have, or that is too long to keep."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime
from urllib.parse import urlsplit, urlunsplit

from earmark.clean import plain

__all__ = ["bounded", "digest", "made_guid", "made_title"]

_LONGEST_GUID = 1_000


def bounded(guid: str) -> str:
    """A GUID of at most a thousand characters; of a longer one the beginning and a hash of all of it."""
    text = guid.strip()
    return text if len(text) <= _LONGEST_GUID else f"{text[:_LONGEST_GUID]}#{digest(text)}"


def made_guid(audio_url: str, title: str, link: str, published: datetime | None) -> str:
    """A guid from enclosure and title, without the query (it changes with every fetch on some hosts)."""
    parts = urlsplit(audio_url)
    audio = urlunsplit(parts._replace(query="", fragment="")) if "." in parts.path.rpartition("/")[2] else audio_url
    if not audio:
        return "made:" + digest(link, title, published.isoformat() if published and not link else "")
    return "made:" + digest(audio, title)


def made_title(address: str, published: datetime | None) -> str:
    """A title from the last words of an address, else from the day."""
    name = plain(urlsplit(address).path.rstrip("/").rpartition("/")[2].rpartition(".")[0] if address else "")
    words = re.sub(r"[-_+\s]+", " ", re.sub(r"%[0-9A-Fa-f]{2}", " ", name)).strip()
    if words:
        return f"Untitled ({words[:100]})"
    return f"Untitled ({published.date().isoformat()})" if published else "Untitled"


def digest(*parts: str) -> str:
    """A hash of texts, in 32 hexadecimal figures."""
    return hashlib.sha256("\x00".join(parts).encode("utf-8", "replace")).hexdigest()[:32]
