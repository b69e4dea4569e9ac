"""Damage done to feeds: what transfers, editors, databases and careless generators do to them, by a seeded generator."""

from __future__ import annotations

import random
from collections.abc import Callable

__all__ = ["KINDS", "mutated"]

_ENTITIES = (
    b"&nbsp;", b"&bogus;", b"&#0;", b"&#xD800;", b"&#99999999;", b"&", b"&amp;amp;", b"<![CDATA[", b"]]>", b"<!--", b"-->",
    b"<!DOCTYPE x [<!ENTITY a 'b'>]>", b"<?xml version='1.0'?>", b"\x00", b"\x0b", b"\xff\xfe", b"\xed\xa0\x80", b"<", b">",
    b"\"", b"'", b"</item>", b"<item>", b"</channel>", b"<entry>", b"xmlns:podcast='x'", b"<podcast:transcript url='",
)  # fmt: skip
_ENCODINGS = (
    b"utf-16",
    b"iso-8859-1",
    b"windows-1252",
    b"shift_jis",
    b"utf-7",
    b"idna",
    b"no-such",
    b"big5",
    b"ascii",
    b"",
)
_TAGS = (
    b"item",
    b"entry",
    b"title",
    b"channel",
    b"guid",
    b"link",
    b"enclosure",
    b"pubDate",
    b"description",
    b"rss",
    b"feed",
)


def mutated(body: bytes, random_: random.Random) -> tuple[bytes, str]:
    """The document with one to four damages, and their kinds in words."""
    data = bytearray(body)
    names = []
    for _ in range(random_.randint(1, 4)):
        name = random_.choice(list(KINDS))
        data = KINDS[name](data, random_) or data
        names.append(name)
    return bytes(data), " + ".join(names)


def _flip(data: bytearray, random_: random.Random) -> bytearray:
    for _ in range(random_.randint(1, 40)):
        data[random_.randrange(len(data))] ^= 1 << random_.randrange(8)
    return data


def _cut_off(data: bytearray, random_: random.Random) -> bytearray:
    return data[: random_.randrange(1, len(data) + 1)]


def _cut_out(data: bytearray, random_: random.Random) -> bytearray:
    at = random_.randrange(len(data))
    return data[:at] + data[at + random_.randint(1, max(2, len(data) // 10)) :]


def _repeat(data: bytearray, random_: random.Random) -> bytearray:
    at = random_.randrange(len(data))
    part = data[at : at + random_.randint(1, max(2, len(data) // 4))]
    return data[:at] + part * random_.choice((2, 2, 3)) + data[at + len(part) :]


def _insert(data: bytearray, random_: random.Random) -> bytearray:
    for _ in range(random_.randint(1, 20)):
        at = random_.randrange(len(data))
        data[at:at] = random_.choice(_ENTITIES)
    return data


def _swap_tags(data: bytearray, random_: random.Random) -> bytearray:
    tag, other = random_.sample(_TAGS, 2)
    mark = random_.choice((b"<", b"</"))
    return data.replace(mark + tag, mark + other, random_.choice((1, 3, -1)))


def _lie(data: bytearray, random_: random.Random) -> bytearray:
    """Says another encoding than it has, or has another than it says."""
    if random_.random() < 0.5:
        head = b'<?xml version="1.0" encoding="' + random_.choice(_ENCODINGS) + b'"?>'
        end = data.find(b"?>")
        return bytearray(head) + (data[end + 2 :] if 0 <= end < 200 else data)
    text = bytes(data).decode("utf-8", "replace")
    return bytearray(text.encode(random_.choice(("utf-16", "utf-16-be", "latin-1", "cp1252", "utf-32")), "replace"))


def _reverse(data: bytearray, random_: random.Random) -> bytearray:
    at = random_.randrange(len(data))
    size = random_.randint(2, 400)
    data[at : at + size] = data[at : at + size][::-1]
    return data


KINDS: dict[str, Callable[[bytearray, random.Random], bytearray]] = {
    "bits flipped": _flip,
    "cut off": _cut_off,
    "a stretch cut out": _cut_out,
    "a stretch repeated": _repeat,
    "entities and marks put in": _insert,
    "tags swapped": _swap_tags,
    "a lie about the encoding": _lie,
    "a stretch reversed": _reverse,
}
"""Each takes a document that is not empty and gives back another."""
