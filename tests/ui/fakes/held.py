"""What the parts of one fake library share."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from earmark.types import Episode, Insight, Show, Turn, Withdrawn
from tests.ui import corpus

__all__ = ["Corpus", "FixedClock"]


@dataclass(frozen=True, slots=True)
class FixedClock:
    """It is always half past six on the corpus's day."""

    def now(self) -> datetime:
        return corpus.NOW


@dataclass(slots=True)
class Corpus:
    """What the parts of one fake library share."""

    shows: list[Show]
    insights: list[Insight]
    episodes: list[Episode]
    asked: list[str] = field(default_factory=list)
    talks: dict[str, list[Turn]] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    wrong: list[Withdrawn] = field(default_factory=list)
