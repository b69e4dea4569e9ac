"""What a reader of a transcript format hands over."""

from __future__ import annotations

from dataclasses import dataclass

from earmark.types import Segment

__all__ = ["Content"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """The segments in the order of the file, uncleaned, and its headings.

    A heading is the number of segments before it, and its words.
    """

    segments: list[Segment]
    headings: tuple[tuple[int, str], ...] = ()
