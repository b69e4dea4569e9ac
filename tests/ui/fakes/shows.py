"""Shows, their episodes, and where in a file things are said."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from earmark.errors import EarmarkError, FetchRefused, NotFound, UsageError
from earmark.timeline import AS_WRITTEN, Timeline
from earmark.types import Episode, Show, ShowStatus, Stage, Transcript
from library.around import part_around
from library.shows import ImportReport, RefreshReport
from library.status import ShowSummary
from library.values import Event, FeedCheck, LinkCheck, RemovalReport, TranscriptPart
from tests.ui import corpus
from tests.ui.fakes.held import Corpus

__all__ = ["FakeEpisodes", "FakeLinks", "FakeShows"]


class FakeShows:
    """Shows in a list."""

    def __init__(self, held: Corpus) -> None:
        self._held = held

    def add(self, url: str, *, folder: str = "", backfill: str = "", private: bool = False) -> Show:
        if not url.startswith(("http://", "https://")):
            raise UsageError("is not a web address", subject=url)
        if "private" in url:
            raise FetchRefused("a private address is not fetched", subject=url)
        number = len(self._held.shows)
        show = Show(
            id=f"new{number}", feed_url=url, title="A New Show", folder=folder, added_at=corpus.NOW, backfill=backfill,
            private=private,
        )  # fmt: skip
        self._held.shows.append(show)
        return show

    def add_all(
        self, urls: Sequence[str], *, folder: str = "", backfill: str = "", private: bool = False
    ) -> ImportReport:
        added: list[Show] = []
        failed: list[tuple[str, str]] = []
        for url in urls:
            try:
                added.append(self.add(url, folder=folder, backfill=backfill, private=private))
            except EarmarkError as error:
                failed.append((url, str(error)))
        return ImportReport(added=tuple(added), failed=tuple(failed))

    def import_opml(self, body: bytes, *, on_each: Callable[[str], None] | None = None) -> ImportReport:
        if b"<opml" not in body:
            raise UsageError("is not an OPML file", subject="upload")
        show = self.add("https://imported.example/feed.xml")
        if on_each:
            on_each(show.title)
        return ImportReport(added=(show,), failed=(("https://gone.example/feed", "the server answered 404"),))

    def export_opml(self, *, with_secrets: bool = False) -> str:
        shown = [show for show in self._held.shows if with_secrets or not show.private]
        outlines = "".join(f'<outline xmlUrl="{show.feed_url}"/>' for show in shown)
        return f'<opml version="2.0"><body>{outlines}</body></opml>'

    def every(self) -> list[Show]:
        return list(self._held.shows)

    def summaries(self) -> list[ShowSummary]:
        return [self._summary(show) for show in self._held.shows]

    def on_this_machine(self, address: str) -> bool:
        return address.startswith(("/", "file:"))

    def find(self, text: str) -> Show:
        for show in self._held.shows:
            if text in {show.id, show.title, show.feed_url}:
                return show
        raise NotFound("no show is followed by that name", subject=text)

    def pause(self, show_id: str) -> Show:
        return self._change(show_id, status=ShowStatus.PAUSED)

    def resume(self, show_id: str) -> Show:
        return self._change(show_id, status=ShowStatus.ACTIVE, failures=0, last_error="")

    def set_backfill(self, show_id: str, backfill: str) -> Show:
        return self._change(show_id, backfill=backfill)

    def refresh(
        self, show_ids: Sequence[str] = (), *, on_event: Callable[[Event], None] | None = None
    ) -> RefreshReport:
        shows = [show for show in self._held.shows if show.id in show_ids]
        if on_event is not None:
            for show in shows:
                on_event(Event(kind="feed", subject=show.title, message="2 new"))
        return RefreshReport(checked=tuple(FeedCheck(show=show, new_episodes=2) for show in shows))

    def remove(self, show_id: str) -> RemovalReport:
        held, show = self._held, self.find(show_id)
        episode_ids = tuple(episode.id for episode in held.episodes if episode.show_id == show_id)
        kept = [insight for insight in held.insights if insight.show_id != show_id]
        removed = len(held.insights) - len(kept)
        held.shows.remove(show)
        held.insights[:] = kept
        return RemovalReport(title=show.title, episode_ids=episode_ids, insights=removed, passages=40, briefs=1)

    def _change(self, show_id: str, **values: Any) -> Show:
        changed: Show = replace(self.find(show_id), **values)
        self._held.shows[:] = [changed if show.id == show_id else show for show in self._held.shows]
        return changed

    def _summary(self, show: Show) -> ShowSummary:
        own = [episode for episode in self._held.episodes if episode.show_id == show.id]
        return ShowSummary(
            show=show,
            episodes=len(own),
            done=sum(episode.stage is Stage.INSIGHTS for episode in own),
            failed=sum(episode.failed for episode in own),
            insights=sum(insight.show_id == show.id for insight in self._held.insights),
            newest=max((episode.data.published for episode in own if episode.data.published), default=None),
        )


class FakeEpisodes:
    """Episodes in a list; none of their recordings lies on this machine."""

    def __init__(self, held: Corpus) -> None:
        self._held = held

    def of_show(self, show_id: str, *, shown: bool = False) -> list[Episode]:
        return [episode for episode in self._held.episodes if episode.show_id == show_id]

    def get(self, episode_id: str) -> Episode:
        for episode in self._held.episodes:
            if episode.id == episode_id:
                return episode
        raise NotFound("no episode has that id", subject=episode_id)

    def transcript(self, episode_id: str) -> Transcript:
        for insight in self._held.insights:
            if insight.episode_id == episode_id:
                return corpus.transcript_of(insight)
        raise NotFound("there is no transcript yet", subject=episode_id)

    def shown(self, episode: Episode) -> Episode:
        return episode

    def around(
        self, episode_id: str, *, second: float | None = None, near: str = "", number: int = 0, span_s: float = 90.0
    ) -> TranscriptPart:
        transcript = self.transcript(episode_id)
        return part_around(self.get(episode_id), transcript, second=second, near=near, number=number, span_s=span_s)

    def timeline(self, episode_id: str) -> Timeline:
        return AS_WRITTEN

    def local_audio(self, episode_id: str) -> Path | None:
        return None


class FakeLinks:
    """Every file is the one that was heard."""

    def check(
        self,
        names: Sequence[str] = (),
        *,
        again: bool = False,
        on_check: Callable[[LinkCheck], None] | None = None,
        stop: threading.Event | None = None,
    ) -> list[LinkCheck]:
        return []

    tended = 0

    def tend(self) -> bool:
        self.tended += 1
        return False
