"""An idea on its way out of the library, to a feed, a message or a file."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from datetime import datetime

from earmark.types import BriefItem, Insight, Related

__all__ = ["Entry"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An insight with what a reader has of it.

    Attributes:
        insight: the insight.
        at: when it came: the making of its brief, the moment of saving, or the publication of its episode.
        day: of the brief that told it; ``None`` where it comes from no brief.
        why: why the reader gets it; may be empty.
        related: what other shows say.
        note: the reader's own words on it.
        tags: the reader's tags of it.
        theme: what the theme is called that it is in; empty where it is in none, or nobody asked.
    """

    insight: Insight
    at: datetime
    day: dt.date | None = None
    why: str = ""
    related: tuple[Related, ...] = ()
    note: str = ""
    tags: tuple[str, ...] = ()
    theme: str = ""

    @property
    def item(self) -> BriefItem:
        """It as an idea of a brief, as the renderings take it."""
        return BriefItem(insight=self.insight, why=self.why, novelty=0.0, related=self.related)
