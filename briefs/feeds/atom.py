"""A feed as Atom (RFC 4287).

It is built as a tree by the standard library, which escapes every text: feedgen, the usual library, would bring lxml for
the same sixty lines.
"""

from __future__ import annotations

from datetime import UTC, datetime
from xml.etree import ElementTree as ET

from briefs.feeds.document import FeedDocument, FeedEntry

__all__ = ["to_atom"]


def to_atom(feed: FeedDocument) -> bytes:
    """The feed as an Atom document in UTF-8."""
    root = ET.Element("feed", {"xmlns": "http://www.w3.org/2005/Atom", "xml:lang": "en"})
    _text(root, "id", feed.id)
    _text(root, "title", feed.title)
    _text(root, "updated", _time(feed.updated))
    _text(ET.SubElement(root, "author"), "name", "Earmark")
    _text(root, "generator", "Earmark")
    _link(root, "alternate", feed.home)
    _link(root, "self", feed.atom)
    for entry in feed.entries:
        _entry(root, entry)
    document: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return document


def _entry(root: ET.Element, entry: FeedEntry) -> None:
    node = ET.SubElement(root, "entry")
    _text(node, "id", entry.id)
    _text(node, "title", entry.title)
    _text(node, "updated", _time(entry.at))
    _text(node, "published", _time(entry.at))
    _text(ET.SubElement(node, "author"), "name", entry.author)
    for tag in entry.tags:
        ET.SubElement(node, "category", {"term": tag})
    _link(node, "alternate", entry.url)
    _link(node, "related", entry.source_url)
    _text(node, "content", entry.content).set("type", "html")


def _text(parent: ET.Element, name: str, text: str) -> ET.Element:
    node = ET.SubElement(parent, name)
    node.text = text
    return node


def _link(parent: ET.Element, relation: str, url: str) -> None:
    if url:
        ET.SubElement(parent, "link", {"rel": relation, "href": url})


def _time(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
