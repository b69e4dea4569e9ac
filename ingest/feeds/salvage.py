"""What can be read of a feed at which the parser itself fails: the feed without the items that break it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

__all__ = ["harmless", "salvaged", "spared"]

_REFERENCE = re.compile(r"&#(?:[xX]([0-9a-fA-F]+)|(\d+));?")
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_ITEM = re.compile(r"<(/?)(?:item|entry)\b[^<>]*>", re.IGNORECASE)
_ROOT = re.compile(r"<(?:rss|feed|rdf:RDF)\b[^<>]*>(?:\s*<channel\b[^<>]*>)?", re.IGNORECASE)
_TITLE = re.compile(r"<title\b[^<>]*>[^<>]{1,500}</title>", re.IGNORECASE)
_DTD = re.compile(r"<!DOCTYPE\b[^\[<>]*\[.*?\]\s*>", re.DOTALL | re.IGNORECASE)
_DECLARATION = re.compile(r"<!ENTITY\b[^<>]*>")
_RUN = re.compile(r"<([A-Za-z][\w.:-]*)>(?:\s*<\1>){31,}")
_BRACKETS = re.compile(r"<{32,}")
_LONG_TAG = re.compile(r"<([A-Za-z][\w.:-]*)\s[^<>]{4000,}>")
_MOST_ATTRIBUTES = 300
_HEAD = 4_096
_UNREAD = re.compile(
    r"<(itunes:(?:subtitle|author|explicit|keywords|image|episodeType|season|episode|order|block)|fireside:\w+|googleplay:\w+)"
    r"(?:\s[^<>]{0,2000})?(?:/>|(?<!/)>[^<]{0,2000}(?:<!\[CDATA\[[^\]<]{0,500}\]\]>[^<]{0,100})?</\1\s{0,9}>)",
)
"""Bounded at every turn: what is longer stays, and the parser sees it."""
_MOST_FAILURES = 64
"""After so many failed attempts the rest is given up: a feed broken at every item is not worth minutes."""


def harmless(text: str) -> str:
    """The text without characters, and references to characters, that XML forbids and parsers stumble over.

    Without an internal DTD too (entities that blow up), and with runs of one opening tag or bracket, which no feed has,
    as one.
    """
    clean = _REFERENCE.sub(_reference, _FORBIDDEN.sub("", text))
    if "<!DOCTYPE" in clean[:_HEAD] or "<!ENTITY" in clean:
        clean = _DECLARATION.sub("", _DTD.sub("", clean))
    return _RUN.sub(r"<\1>", _LONG_TAG.sub(_bounded, _BRACKETS.sub("<", clean)))


def _bounded(match: re.Match[str]) -> str:
    """A tag without attributes where it has hundreds, over which parsers take quadratic time."""
    return match[0] if match[0].count("=") < _MOST_ATTRIBUTES else f"<{match[1]}>"


def spared(text: str) -> str:
    """The text without those elements of its items that nothing here reads: the parser spends a third of its time on them."""
    first = _ITEM.search(text)
    if first is None:
        return text
    return text[: first.start()] + _UNREAD.sub("", text[first.start() :])


def _reference(match: re.Match[str]) -> str:
    digits = match[1] or match[2]
    number = int(digits, 16 if match[1] else 10) if len(digits) < 10 else 0
    allowed = (
        number in {9, 10, 13} or 0x20 <= number < 0xD800 or 0xE000 <= number < 0xFFFE or 0x10000 <= number < 0x110000
    )
    return match[0] if allowed else "\ufffd"


def salvaged(text: str, parse: Callable[[str], Any]) -> tuple[Any, list[Any], int]:
    """The feed as parsed from its head, all entries that can be read, and how many items could not.

    Args:
        text: the document, at which ``parse`` raises.
        parse: raises anything on what it cannot take.

    Raises:
        ValueError: not even a bare head can be parsed.
    """
    head, items = _split(text)
    title = _TITLE.search(head)
    root = _ROOT.search(head)
    bare = (root[0] if root else '<rss version="2.0"><channel>') + (title[0] if title else "")
    for candidate in (head, bare):
        try:
            feed = parse(candidate)
        except Exception:  # noqa: BLE001, S112 - whatever it is, the next candidate may do
            continue
        entries, lost = _Collector(candidate, parse).collect(items)
        return feed, entries, lost
    raise ValueError("no head")


class _Collector:
    def __init__(self, head: str, parse: Callable[[str], Any]) -> None:
        self.head, self.parse, self.failures = head, parse, 0

    def collect(self, items: list[str]) -> tuple[list[Any], int]:
        """Entries and number of items lost; halves what fails until the culprits are alone."""
        if not items or self.failures > _MOST_FAILURES:
            return [], len(items)
        try:
            return list(self.parse(self.head + "".join(items)).entries), 0
        except Exception:  # noqa: BLE001 - the parser raises almost anything; what fails is halved
            self.failures += 1
        if len(items) == 1:
            return [], 1
        middle = len(items) // 2
        first, lost_first = self.collect(items[:middle])
        second, lost_second = self.collect(items[middle:])
        return first + second, lost_first + lost_second


def _split(text: str) -> tuple[str, list[str]]:
    items: list[str] = []
    begin: int | None = None
    head_end: int | None = None
    for match in _ITEM.finditer(text):
        if not match[1] and begin is None:
            begin = match.start()
            head_end = begin if head_end is None else head_end
        elif match[1] and begin is not None:
            items.append(text[begin : match.end()])
            begin = None
    return text[: len(text) if head_end is None else head_end], items
