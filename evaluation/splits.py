"""Which judged items may be tuned on and which are only for reporting, for data that comes without such parts."""

from __future__ import annotations

import hashlib

__all__ = ["PARTS", "part"]

PARTS = ("tune", "test")


def part(group: str) -> str:
    """``tune`` or ``test``, about half each, for all items of a group (a meeting, an article, an episode).

    The first bit of the group's SHA-256, so it never changes and items that share a source are never on both sides.
    """
    return PARTS[hashlib.sha256(group.encode("utf-8")).digest()[0] >> 7]
