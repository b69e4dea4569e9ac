"""What the publisher says matters in an episode: chapter titles, bullets of the description.

A span that says in full what a title or a bullet names is likelier to be what an editor would have chosen.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ingest.insights.words import content_words

if TYPE_CHECKING:
    from earmark.types import Chapter, EpisodeData

__all__ = ["Evidence", "highlights"]

FEWEST = 2
"""Content words that a span must share with a line: one word in common is a subject, not a point."""
MOST = 0.8
"""What a line that a span holds wholly adds to the span's log odds."""
LONGEST = 30
"""Words of a line from which on it is prose, not a highlight."""
_BULLET = re.compile(r"^\s*(?:[-*•–—▪◦►»]|\d{1,2}[.)]|\(?\d{1,2}:\d\d(?::\d\d)?\)?)\s*[-–—:]?\s*(.+)$")


def highlights(data: EpisodeData, chapters: Sequence[Chapter]) -> list[str]:
    """The titles of chapters and the bullets of the description, in that order, each once."""
    bullets = [match[1].strip() for line in data.description.splitlines() if (match := _BULLET.match(line))]
    titles = [chapter.title for chapter in (*chapters, *data.chapters)]
    return [line for line in dict.fromkeys([*titles, *bullets]) if line and len(line.split()) <= LONGEST]


class Evidence:
    """The highlights of an episode, for asking how much of one a text holds."""

    def __init__(self, lines: Sequence[str] = ()) -> None:
        bags = [frozenset(content_words(line)) for line in lines]
        self._bags = [bag for bag in bags if len(bag) >= FEWEST]

    def of(self, text: str) -> float:
        """What the best line that a text holds adds to its log odds, in 0..`MOST`."""
        if not self._bags:
            return 0.0
        words = frozenset(content_words(text))
        shares = [len(bag & words) / len(bag) for bag in self._bags if len(bag & words) >= FEWEST]
        return MOST * max(shares, default=0.0)
