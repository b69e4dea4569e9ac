"""Subscription lists in OPML, read and written. The only module that knows ``listparser``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit
from xml.sax.saxutils import quoteattr

import listparser

from earmark.clean import plain
from earmark.errors import UsageError
from earmark.language.plaintext import decode
from earmark.types import Show

__all__ = ["OpmlFeed", "read_opml", "write_opml"]

_DOCTYPE = re.compile(r"<!DOCTYPE[^<>\[]*(?:\[[^\]]*\])?[^<>]*>", re.IGNORECASE)
_PROLOG = re.compile(r"\A\s*<\?xml[^>]*\?>")
_OUTLINE = re.compile(r"<outline\b[^<>]*>", re.IGNORECASE)
_TITLE, _TEXT = (
    re.compile(rf"""(?<=\s){name}\s*=\s*((["'])((?:(?!\2)[^<])*)\2)""", re.IGNORECASE) for name in ("title", "text")
)
_LONG_NAME = 60
"""Characters up to which a text is a name that somebody gave."""
_SLASH = "\u2215"
"""The replacement of a slash inside the name of a folder, because slashes separate nested folders."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpmlFeed:
    """One subscription: its address, and title and folder where the list gives them (nested folders as ``a/b``)."""

    url: str
    title: str = ""
    folder: str = ""


def read_opml(body: bytes) -> list[OpmlFeed]:
    """The distinct feeds of a subscription list, in its order.

    Raises:
        UsageError: no http(s) feed address is in it.
    """
    # listparser would take a string that looks like an address for one and fetch it; bytes it only parses.
    text = _DOCTYPE.sub("", _PROLOG.sub("", decode(body), count=1))
    document = '<?xml version="1.0" encoding="utf-8"?>' + _OUTLINE.sub(_named, text)
    try:
        result = listparser.parse(document.encode("utf-8", "replace"))
    # listparser raises whatever its parsers raise on damaged input; for the caller it is one thing.
    except Exception as error:  # noqa: BLE001
        raise UsageError(f"this is no OPML that can be read ({type(error).__name__})") from None
    feeds = {feed.url.rstrip("/"): feed for feed in reversed(list(_usable(result.get("feeds") or ())))}
    if not feeds:
        raise UsageError("no feed was found in it; export your subscriptions as OPML and try that file")
    return list(reversed(feeds.values()))


def _named(match: re.Match[str]) -> str:
    """An outline whose text, where that is a description beside a title, is the title: listparser takes the text."""
    title, text = _TITLE.search(match[0]), _TEXT.search(match[0])
    if title is None or text is None or len(text[3]) <= max(_LONG_NAME, 2 * len(title[3])) or not title[3].strip():
        return match[0]
    return f"{match[0][: text.start()]}text={title[1]}{match[0][text.end() :]}"


def _usable(entries: Iterable[Any]) -> Iterator[OpmlFeed]:
    for feed in entries:
        url = re.sub(r"\s", "", str(feed.get("url") or ""))
        url = re.sub(r"^(?:feed|podcast|itpc|pcast):(?://)?(?=https?://)", "", url)
        url = re.sub(r"^(?:feed|podcast|itpc|pcast)://", "https://", url)
        try:
            usable = urlsplit(url).scheme.lower() in {"http", "https"} and bool(urlsplit(url).hostname)
        except ValueError:
            usable = False
        if usable:
            folders: list[Any] = next((path for path in feed.get("categories") or () if any(path)), [])
            folder = "/".join(filter(None, (plain(str(name)).replace("/", _SLASH) for name in folders)))
            yield OpmlFeed(url=url, title=plain(str(feed.get("title") or ""))[:500], folder=folder[:200])


def write_opml(shows: Iterable[Show], *, title: str = "Earmark subscriptions") -> str:
    """An OPML 2.0 document of the shows in their order, in nested folders; folders in the order of their first show."""
    root = _Folder()
    for show in shows:
        folder = root
        for name in filter(None, show.folder.split("/")):
            folder = folder.inner(name)
        folder.held.append(show)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<opml version="2.0">',
        f"  <head><title>{_attribute(title)[1:-1]}</title></head>",
        "  <body>",
        *root.lines("    "),
        "  </body>",
        "</opml>",
        "",
    ]
    return "\n".join(lines)


@dataclass(slots=True)
class _Folder:
    """A folder while the document is put together: shows and folders in the order in which they came."""

    name: str = ""
    held: list[Show | _Folder] = field(default_factory=list)

    def inner(self, name: str) -> _Folder:
        for entry in self.held:
            if isinstance(entry, _Folder) and entry.name == name:
                return entry
        made = _Folder(name=name)
        self.held.append(made)
        return made

    def lines(self, indent: str) -> Iterator[str]:
        for entry in self.held:
            if isinstance(entry, Show):
                yield indent + _outline(entry)
            else:
                yield f"{indent}<outline text={_attribute(entry.name.replace(_SLASH, '/'))}>"
                yield from entry.lines(indent + "  ")
                yield f"{indent}</outline>"


def _outline(show: Show) -> str:
    name = _attribute(show.title)
    link = f" htmlUrl={_attribute(show.link)}" if show.link else ""
    return f'<outline type="rss" text={name} title={name} xmlUrl={_attribute(show.feed_url)}{link}/>'


def _attribute(value: str) -> str:
    return quoteattr(plain(value), {'"': "&quot;"})
