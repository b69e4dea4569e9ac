"""A feed as JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/)."""

from __future__ import annotations

import json
from typing import Any

from briefs.feeds.document import FeedDocument, FeedEntry

__all__ = ["to_json_feed"]


def to_json_feed(feed: FeedDocument) -> bytes:
    """The feed as a JSON document in UTF-8."""
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.home,
        **({"feed_url": feed.json_feed} if feed.json_feed else {}),
        "language": "en",
        "items": [_item(entry) for entry in feed.entries],
    }
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


def _item(entry: FeedEntry) -> dict[str, Any]:
    item = {
        "id": entry.id,
        "title": entry.title,
        "url": entry.url,
        "external_url": entry.source_url,
        "content_html": entry.content,
        "date_published": entry.at.isoformat(),
        "authors": [{"name": entry.author}],
        "tags": list(entry.tags),
    }
    return {name: value for name, value in item.items() if value}
