"""What a reader of a transcript format hands over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from earmark.language.plaintext import inline_text
from earmark.types import Chapter, Segment

__all__ = ["Content", "chapters_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """The segments in the order of the file, uncleaned, and its headings.

    A heading is the number of segments before it, and its words.
    """

    segments: list[Segment]
    headings: tuple[tuple[int, str], ...] = ()


def chapters_of(content: Content, finished: Sequence[Segment]) -> tuple[Chapter, ...]:
    """The headings as chapters, each from when the words under it begin; those without a time are left out.

    Args:
        content: as read.
        finished: its segments cleaned and placed.
    """
    chapters: list[Chapter] = []
    at = 0
    for place, title in {place: title for place, title in content.headings if place < len(content.segments)}.items():
        wanted = inline_text(content.segments[place].text)
        at = next((n for n in range(at, len(finished)) if finished[n].text == wanted), at)
        start = finished[at].start_s if finished[at].text == wanted else None
        if start is not None:
            chapters.append(Chapter(start_s=start, title=inline_text(title), source="transcript"))
    return tuple(chapters)
