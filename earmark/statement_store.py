"""The statements of a passage as the catalog keeps them, beside its vectors: 16 bytes each."""

from __future__ import annotations

import struct
from collections.abc import Sequence

from earmark.ports import Statement

__all__ = ["STATEMENTS", "pack", "unpack"]

STATEMENTS = "statements-v1"
"""What statements are kept under, by the content hash of their passage. The number rises when other sentences become statements
or are worth something else: those of older rules are then no longer found, and the passages are read again."""
_ROW = struct.Struct("<IId")
"""Where a statement begins and ends in the passage, in characters, and its worth."""


def pack(statements: Sequence[Statement]) -> bytes:
    """Statements as bytes."""
    return b"".join(_ROW.pack(statement.start, statement.end, statement.worth) for statement in statements)


def unpack(kept: bytes) -> list[Statement]:
    """The statements that `pack` made these bytes of; raises ``ValueError`` if it made none."""
    if len(kept) % _ROW.size:
        raise ValueError(f"{len(kept)} bytes are not statements")
    return [Statement(start=start, end=end, worth=worth) for start, end, worth in _ROW.iter_unpack(kept)]
