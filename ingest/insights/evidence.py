"""What the publisher says matters in an episode: soundbites, chapter titles, bullets of the description.

A span that says in full what a title or a bullet names, or that lies in a soundbite, is likelier to be what an editor would
have chosen. Without a model it is ranked higher; a model is told of it in a few words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ingest.insights.words import content_words

if TYPE_CHECKING:
    from earmark.types import Chapter, EpisodeData, Soundbite

__all__ = ["MOST", "POINTED_OUT", "Evidence", "highlights"]

FEWEST = 2
"""Content words that a span must share with a line: one word in common is a subject, not a point."""
MOST = 0.8
"""What a line that a span holds wholly, or a soundbite in which it lies, adds to the span's log odds."""
POINTED_OUT = 0.6 * MOST
"""What the evidence for a span is at least where a model is told that the publisher points it out."""
LONGEST = 30
"""Words of a line from which on it is prose, not a highlight."""
_BULLET = re.compile(r"^\s*(?:[-*•–—▪◦►»]|\d{1,2}[.)]|\(?\d{1,2}:\d\d(?::\d\d)?\)?)\s*[-–—:]?\s*(.+)$")


def highlights(data: EpisodeData, chapters: Sequence[Chapter]) -> list[str]:
    """The titles of soundbites and chapters and the bullets of the description, in that order, each once."""
    bullets = [match[1].strip() for line in data.description.splitlines() if (match := _BULLET.match(line))]
    titles = [*(bite.title for bite in data.soundbites), *(chapter.title for chapter in (*chapters, *data.chapters))]
    lines = dict.fromkeys(line for line in (*titles, *bullets) if line != data.title)
    return [line for line in lines if line and len(line.split()) <= LONGEST]


class Evidence:
    """The highlights of an episode, for asking how much of one a span holds."""

    def __init__(self, lines: Sequence[str] = (), soundbites: Sequence[Soundbite] = ()) -> None:
        bags = [frozenset(content_words(line)) for line in lines]
        self._bags = [bag for bag in bags if len(bag) >= FEWEST]
        self._soundbites = soundbites

    @classmethod
    def given(cls, data: EpisodeData, chapters: Sequence[Chapter]) -> Evidence:
        """What the publisher of an episode points out."""
        return cls(highlights(data, chapters), data.soundbites)

    def of(self, text: str, start_s: float | None = None, end_s: float | None = None) -> float:
        """What the publisher's pointing adds to the log odds of a span, in 0..`MOST`.

        Args:
            text: the span.
            start_s: when it begins; without times only its words count.
            end_s: when it ends.
        """
        return MOST * max(self._held(text), self._heard(start_s, end_s))

    def _held(self, text: str) -> float:
        """The share of words that a text holds of the line that it holds most of."""
        if not self._bags:
            return 0.0
        words = frozenset(content_words(text))
        shares = [len(bag & words) / len(bag) for bag in self._bags if len(bag & words) >= FEWEST]
        return max(shares, default=0.0)

    def _heard(self, start_s: float | None, end_s: float | None) -> float:
        """The share of a span that lies in a soundbite."""
        if start_s is None or end_s is None or end_s <= start_s:
            return 0.0
        ends = ((bite.start_s, bite.start_s + bite.duration_s) for bite in self._soundbites)
        inside = max((min(end_s, last) - max(start_s, first) for first, last in ends), default=0.0)
        return max(0.0, inside) / (end_s - start_s)
