"""How many insights an episode may give."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from earmark.settings import InsightSettings
    from earmark.types import Transcript

__all__ = ["WORDS_PER_HOUR", "most_insights"]

WORDS_PER_HOUR = 9_000
"""Words of an hour of conversation (150 a minute)."""


def most_insights(transcript: Transcript, settings: InsightSettings) -> int:
    """The most that an episode of this length may give by the settings."""
    words = sum(len(segment.text.split()) for segment in transcript.segments)
    return min(settings.per_episode, max(settings.short, math.ceil(settings.per_hour * words / WORDS_PER_HOUR)))
