"""JSON Feed (1 and 1.1, jsonfeed.org) to ``FeedData``: what RSS says, in JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from earmark.clean import plain
from earmark.language.plaintext import html_to_text, inline_text
from earmark.types import EpisodeData, FeedData
from ingest.dates.read import FeedDates
from ingest.feeds.durations import duration_s
from ingest.feeds.stand_ins import bounded, made_guid, made_title
from ingest.feeds.values import absolute, enclosure

__all__ = ["read_json_feed"]

_VERSIONS = ("https://jsonfeed.org/version/", "http://jsonfeed.org/version/")
_MOST_TEXT = 20_000
_DATES = ("date_published", "date_modified")

Values = Mapping[str, Any]


def read_json_feed(text: str, *, url: str) -> FeedData | None:
    """The contents of a JSON Feed; ``None`` if the document is something else, or damaged.

    Args:
        text: the document.
        url: where it came from; relative addresses are resolved against it.
    """
    if not text.lstrip("\ufeff \t\r\n").startswith("{"):
        return None
    try:
        feed = json.loads(text.lstrip("\ufeff"))
    except (ValueError, RecursionError):
        return None
    if (
        not isinstance(feed, dict)
        or not _text(feed, "version").startswith(_VERSIONS)
        or not isinstance(feed.get("items"), list)
    ):
        return None
    items = _mappings(feed, "items")
    language = plain(_text(feed, "language"))[:35]
    dates = FeedDates([_text(item, name) for item in items for name in _DATES], language)
    home = absolute(url, _text(feed, "home_page_url"))
    return FeedData(
        title=inline_text(_text(feed, "title"))[:500],
        description=html_to_text(_text(feed, "description"))[:_MOST_TEXT],
        author=_author(feed),
        link=home,
        language=language,
        image_url=absolute(url, _text(feed, "icon") or _text(feed, "favicon")),
        episodes=tuple(_episode(item, url, dates) for item in items),
    )


def _episode(item: Values, url: str, dates: FeedDates) -> EpisodeData:
    attached = _mappings(item, "attachments")
    named = [
        {
            "href": _text(attachment, "url"),
            "type": _text(attachment, "mime_type"),
            "length": attachment.get("size_in_bytes"),
        }
        for attachment in attached
    ]
    media = enclosure(url, named)
    heard = [
        attachment for attachment in attached if media.url and absolute(url, _text(attachment, "url")) == media.url
    ]
    link = absolute(url, _text(item, "url") or _text(item, "external_url"))
    title = inline_text(_text(item, "title"))[:500]
    published = next((moment for name in _DATES if (moment := dates.read(_text(item, name))) is not None), None)
    texts = [
        html_to_text(_text(item, "content_html")),
        plain(_text(item, "content_text"), newlines=True),
        html_to_text(_text(item, "summary")),
    ]
    return EpisodeData(
        guid=bounded(_text(item, "id")) or made_guid(media.url, title, link, published),
        title=title or made_title(link or media.url, published),
        description=max(texts, key=len)[:_MOST_TEXT].rstrip(),
        link=link,
        published=published,
        duration_s=duration_s(heard[0].get("duration_in_seconds") if heard else None),
        audio_url=media.url,
        audio_type=media.type,
        audio_bytes=media.bytes,
    )


def _author(feed: Values) -> str:
    """The name of its first author: a list since version 1.1."""
    single = feed.get("author")
    names = [*_mappings(feed, "authors"), *([single] if isinstance(single, Mapping) else [])]
    return inline_text(_text(names[0], "name"))[:200] if names else ""


def _text(values: Values, name: str) -> str:
    """A field as text; an identifier may be a number."""
    value = values.get(name)
    return (
        value
        if isinstance(value, str)
        else str(value)
        if isinstance(value, int) and not isinstance(value, bool)
        else ""
    )


def _mappings(values: Values, name: str) -> list[Values]:
    entries = values.get(name)
    return [entry for entry in entries if isinstance(entry, Mapping)] if isinstance(entries, list) else []
