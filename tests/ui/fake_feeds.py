"""Feeds of the fake library, in a dict by their secrets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from briefs.entries import Entry
from earmark.errors import NotFound, UsageError
from earmark.types import Brief, Insight, ReaderFeed, Selection, SelectionKind

__all__ = ["FakeFeeds"]


class FakeFeeds:
    """All made at one time, of today's brief or of insights in a list."""

    def __init__(self, brief: Callable[[], Brief], insights: Sequence[Insight], now: datetime) -> None:
        self._brief = brief
        self._insights = insights
        self._now = now
        self._feeds: dict[str, ReaderFeed] = {}
        self._digests: dict[tuple[str, str], datetime] = {}

    def every(self) -> list[ReaderFeed]:
        return list(self._feeds.values())

    def add(self, selection: Selection) -> tuple[str, ReaderFeed]:
        wants = selection.kind not in {SelectionKind.BRIEF, SelectionKind.SAVED}
        if wants is not bool(selection.value):
            raise UsageError("say which", subject=selection.kind.value)
        number = len(self._feeds)
        feed = ReaderFeed(
            id=f"feed{number}",
            reader_id="local",
            selection=selection,
            title=selection.value or selection.kind.value.capitalize(),
            created_at=self._now,
        )
        self._feeds[f"secret{number}"] = feed
        return f"secret{number}", feed

    def remove(self, feed_id: str) -> None:
        for secret, feed in self._feeds.items():
            if feed.id == feed_id:
                del self._feeds[secret]
                return
        raise NotFound("is no feed of yours", subject=feed_id)

    def opened(self, secret: str) -> ReaderFeed | None:
        return self._feeds.get(secret)

    def entries(self, selection: Selection) -> list[Entry]:
        if selection.kind is SelectionKind.BRIEF:
            brief = self._brief()
            return [
                Entry(insight=item.insight, at=brief.created_at, day=brief.date, why=item.why, related=item.related)
                for item in brief.items
            ]
        return [Entry(insight=insight, at=insight.published or self._now) for insight in self._insights]

    def same_since(self, feed: ReaderFeed, digest: str) -> datetime:
        return self._digests.setdefault((feed.id, digest), self._now)
