"""A library with the facade's API over the invented corpus, or over nothing: for the pages, without models."""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from earmark.errors import FetchRefused, NotFound, UsageError
from earmark.settings import Settings
from earmark.types import (
    Answer,
    Brief,
    BriefItem,
    Citation,
    Conversation,
    Echo,
    Episode,
    Filters,
    Hit,
    Insight,
    Related,
    Show,
    ShowStatus,
    Stage,
    Theme,
    ThemePoint,
    Transcript,
    Turn,
)
from ingest.feeds.refresh import Refreshed
from library.removal import Removed
from library.shows import RefreshReport
from library.status import ShowSummary
from retrieval.search.facets import Facet, Facets, SearchPage
from retrieval.search.query import Kind, parse
from tests.ui import corpus


@dataclass(frozen=True, slots=True, kw_only=True)
class FakeImport:
    """What an import did, in the shape of the facade's."""

    added: tuple[Show, ...] = ()
    known: tuple[Show, ...] = ()
    failed: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class FixedClock:
    """It is always half past six on the corpus's day."""

    def now(self) -> datetime:
        return corpus.NOW


class FakeLibrary:
    """The facade over lists. ``hostile`` puts a show first whose every text is an attack."""

    def __init__(
        self, settings: Settings, *, empty: bool = False, hostile: bool = False, many_ways: bool = False
    ) -> None:
        self.settings = settings
        self.clock = FixedClock()
        self.followed = threading.Event()
        self.asked: list[str] = []
        self._talks: dict[str, list[Turn]] = {}
        self._titles: dict[str, str] = {}
        self._shows: list[Show] = [] if empty else list(corpus.SHOWS)
        self._insights: list[Insight] = [] if empty else list(corpus.INSIGHTS)
        if hostile:
            self._shows.insert(0, corpus.HOSTILE_SHOW)
            self._insights.insert(0, corpus.HOSTILE)
        if many_ways:
            self._shows = corpus.in_many_ways(self._shows)
        self._episodes = corpus.episodes_of(self._insights)

    def close(self) -> None:
        """Nothing is held."""

    def reindex(self, *, on_progress: Callable[[int, int], None] | None = None) -> int:
        """How many points an index of it would hold."""
        return max(1, len(self.insights(limit=None)))

    def follow(self, _on_progress: Callable[[int, int], None] | None = None) -> int:
        self.followed.set()
        return 0

    def tend(self) -> None:
        """Nothing to build."""

    def tend_themes(self) -> None:
        """They are there."""

    def today(self) -> date:
        return corpus.TODAY

    # shows

    def add(self, url: str, *, folder: str = "") -> Show:
        if not url.startswith(("http://", "https://")):
            raise UsageError("is not a web address", subject=url)
        if "private" in url:
            raise FetchRefused("a private address is not fetched", subject=url)
        show = Show(id=f"new{len(self._shows)}", feed_url=url, title="A New Show", folder=folder, added_at=corpus.NOW)
        self._shows.append(show)
        return show

    def import_opml(self, body: bytes, *, on_each: Callable[[str], None] | None = None) -> FakeImport:
        if b"<opml" not in body:
            raise UsageError("is not an OPML file", subject="upload")
        show = self.add("https://imported.example/feed.xml")
        if on_each:
            on_each(show.title)
        return FakeImport(added=(show,), failed=(("https://gone.example/feed", "the server answered 404"),))

    def shows(self) -> list[ShowSummary]:
        return [
            ShowSummary(
                show=show,
                episodes=len(own := self.episodes(show.id)),
                done=sum(one.stage is Stage.INSIGHTS for one in own),
                failed=sum(one.failed for one in own),
                insights=len(self.insights(show=show.id)),
                newest=max((one.data.published for one in own if one.data.published), default=None),
            )
            for show in self._shows
        ]

    def pause_show(self, show_id: str) -> Show:
        return self._change(show_id, status=ShowStatus.PAUSED)

    def resume_show(self, show_id: str) -> Show:
        return self._change(show_id, status=ShowStatus.ACTIVE, failures=0, last_error="")

    def take_of_show(self, show_id: str, policy: str) -> Show:
        return self._change(show_id, backfill=policy)

    def refresh_shows(self, show_ids: Sequence[str] = ()) -> RefreshReport:
        shows = [one for one in self._shows if one.id in show_ids]
        return RefreshReport(checked=tuple(Refreshed(show=one, new_episodes=2) for one in shows))

    def remove_show(self, show_id: str) -> Removed:
        show = self.find_show(show_id)
        own = self.episodes(show_id)
        said = self.insights(show=show_id, limit=None)
        self._shows.remove(show)
        self._insights = [one for one in self._insights if one.show_id != show_id]
        ids = tuple(one.id for one in own)
        return Removed(title=show.title, episode_ids=ids, insights=len(said), passages=40, briefs=1)

    def local_audio(self, _episode_id: str) -> None:
        """None of it lies on this machine."""

    def clear_index(self) -> bool:
        return True

    def _change(self, show_id: str, **values: Any) -> Show:
        changed = replace(self.find_show(show_id), **values)
        self._shows = [changed if one.id == show_id else one for one in self._shows]
        return changed

    def find_show(self, text: str) -> Show:
        for show in self._shows:
            if text in {show.id, show.title, show.feed_url}:
                return show
        raise NotFound("no show is followed by that name", subject=text)

    def episodes(self, show_id: str) -> list[Episode]:
        return [one for one in self._episodes if one.show_id == show_id]

    def episode(self, episode_id: str) -> Episode:
        for one in self._episodes:
            if one.id == episode_id:
                return one
        raise NotFound("no episode has that id", subject=episode_id)

    def transcript(self, episode_id: str) -> Transcript:
        for one in self._insights:
            if one.episode_id == episode_id:
                return corpus.transcript_of(one)
        raise NotFound("there is no transcript yet", subject=episode_id)

    # reading

    def insights(self, *, show: str = "", limit: int | None = 50) -> list[Insight]:
        return [one for one in self._insights if not show or one.show_id == show][:limit]

    def insight(self, insight_id: str) -> Insight:
        for one in self._insights:
            if insight_id and one.id.startswith(insight_id):
                return one
        raise NotFound("no insight has that id", subject=insight_id)

    def related(self, insight_id: str, *, limit: int = 10) -> list[Related]:
        mine = self.insight(insight_id)
        others = [one for one in self._insights if one.show_id != mine.show_id]
        whys = [
            "Agrees: both say that showing the gap is what makes the rest believable.",
            "Extends: the same mechanism, seen from the people who wait.",
            "Disagrees: here the missing part is a fault to be fixed, not to be shown.",
        ]
        echo = (Echo(insight_id=corpus.INSIGHTS[-1].id, show="The Slow Machine", speaker="Lotte Brandvold"),)
        return [
            Related(insight=one, score=0.9 - n / 10, why=whys[n % 3], also_said_by=echo * (n == 1), same_guest=n == 2)
            for n, one in enumerate(others[:limit])
        ]

    def themes(self) -> list[Theme]:
        return corpus.themes_of(self._insights)

    def theme(self, theme_id: str) -> Theme:
        for one in self.themes():
            if theme_id and one.id.startswith(theme_id):
                return one
        raise NotFound("no theme has this id", subject=theme_id)

    def theme_insights(self, theme_id: str, *, limit: int | None = None) -> list[Insight]:
        return [one for one in self._insights if corpus.theme_id_of(one) == theme_id][:limit]

    def theme_map(self, *, limit: int | None = None) -> list[ThemePoint]:
        return corpus.points_of(self._insights)[:limit]

    def theme_sizes(self) -> tuple[int, int]:
        return len(self._insights), sum(corpus.theme_id_of(one) is None for one in self._insights)

    def novelty(self, found: Sequence[Insight]) -> dict[str, float]:
        return {one.id: 0.5 for one in found}

    def search(self, query: str, *, filters: Filters | None = None, limit: int = 10) -> list[Hit]:
        wanted = filters or Filters()
        words = [word for word in re.findall(r"\w+", query.lower()) if len(word) > 2]
        found = []
        for one in self._insights:
            text = f"{one.body} {one.quote}"
            score = sum(word in text.lower() or word in one.claim.lower() for word in words)
            if score and _wanted(one, wanted):
                found.append(_hit(one, f"{one.quote} {one.body}", float(score)))
        return sorted(found, key=lambda hit: -hit.score)[:limit]

    def search_page(
        self, query: str, *, filters: Filters | None = None, limit: int = 10, correct: bool = True
    ) -> SearchPage:
        parsed = parse(query.replace("quueue", "queue") if correct else query)
        if parsed.values(Kind.SPEAKER) == ("Nobody",):
            raise NotFound("no speaker has this name; the closest are Imogen Farr", subject="Nobody")
        hits = self.search(parsed.text, filters=filters, limit=limit)
        shows = Counter((hit.show_id, hit.show) for hit in hits)
        facets = tuple(Facet(value=key, label=label, count=count) for (key, label), count in shows.most_common())
        years = Counter(str(hit.published.year) for hit in hits if hit.published)
        return SearchPage(
            hits=tuple(hits),
            query=parsed,
            asked=query if str(parsed) != query and "quueue" in query else "",
            facets=Facets(
                shows=facets,
                speakers=tuple(Facet(value=n, label=n, count=1) for n in {h.speaker for h in hits if h.speaker}),
                years=tuple(Facet(value=year, label=year, count=count) for year, count in years.items()),
                passages=len(hits),
            ),
        )

    def ask(
        self, question: str, *, filters: Filters | None = None, conversation: str = "", narrowing: bool = True
    ) -> Answer:
        *_, last = self.ask_stream(question, filters=filters, conversation=conversation, narrowing=narrowing)
        return last

    def ask_stream(
        self, question: str, *, filters: Filters | None = None, conversation: str = "", narrowing: bool = True
    ) -> Iterator[Answer]:
        answer = self._answer(question, filters)
        if conversation:
            turn = Turn(question=question, answer=answer, asked_at=corpus.NOW)
            self._talks.setdefault(conversation, []).append(turn)
            self._titles.setdefault(conversation, question)
        yield answer

    def conversations(self, *, limit: int | None = None) -> list[Conversation]:
        return [self.conversation(key)[0] for key in reversed(self._talks)][:limit]

    def conversation(self, conversation_id: str) -> tuple[Conversation, list[Turn]]:
        if conversation_id not in self._talks:
            raise NotFound("no conversation has this id", subject=conversation_id)
        turns, title = self._talks[conversation_id], self._titles[conversation_id]
        return Conversation(
            id=conversation_id, title=title, created_at=corpus.NOW, updated_at=corpus.NOW, turns=len(turns)
        ), list(turns)

    def rename_conversation(self, conversation_id: str, title: str) -> None:
        self._titles[conversation_id] = title

    def forget_conversations(self, conversation_ids: Sequence[str]) -> int:
        return sum(self._talks.pop(key, None) is not None for key in conversation_ids)

    def _answer(self, question: str, filters: Filters | None) -> Answer:
        self.asked.append(question)
        hits = self.search(question, filters=filters, limit=3)
        if not hits:
            words = "Nothing in your library answers that."
            return Answer(question=question, answer=words, abstained=True)
        citations = tuple(
            Citation(
                n=n, chunk_id=hit.chunk_id, episode_id=hit.episode_id, show=hit.show, episode=hit.episode,
                speaker=hit.speaker, start_s=hit.start_s, quote=hit.text.split(". ")[0] + ".", url=hit.url,
            )
            for n, hit in enumerate(hits, start=1)
        )  # fmt: skip
        text = " ".join(f"{one.quote.rstrip('.')} [{one.n}]." for one in citations)
        return Answer(question=question, answer=text, abstained=False, citations=citations)

    # the brief

    def brief(self, day: date | None = None) -> Brief:
        wanted = day or self.today()
        if wanted not in self.brief_dates() and self._shows:
            raise NotFound("there is no brief of this day", subject=wanted.isoformat())
        if not self._insights:
            note = "No episode has been read yet."
            return Brief(subscriber_id="local", date=wanted, created_at=corpus.NOW, note=note)
        chosen = self._insights[:5] if wanted == self.today() else self._insights[3:7]
        whys = ["New on a show you read every week.", "You asked for more like this.", "Nobody else has said this yet."]
        items = tuple(
            BriefItem(insight=one, why=whys[n % 3], novelty=0.7, related=tuple(self.related(one.id, limit=2 + n % 2)))
            for n, one in enumerate(chosen)
        )
        note = "" if len(items) == 5 else "A quiet day: only four ideas were new to you."
        return Brief(subscriber_id="local", date=wanted, items=items, created_at=corpus.NOW, note=note)

    def brief_dates(self) -> list[date]:
        return [corpus.TODAY - timedelta(days=n) for n in (0, 1, 2, 5)] if self._insights else []


def _wanted(one: Insight, filters: Filters) -> bool:
    published = one.published.date() if one.published else corpus.TODAY
    return (
        (not filters.shows or one.show_id in filters.shows)
        and (not filters.speakers or one.speaker in filters.speakers)
        and (not filters.after or published >= filters.after)
        and (not filters.before or published < filters.before)
    )


def _hit(one: Insight, text: str, score: float) -> Hit:
    return Hit(
        chunk_id=f"c{one.id}", episode_id=one.episode_id, show_id=one.show_id, show=one.show, episode=one.episode,
        published=one.published, url=one.url, speaker=one.speaker, start_s=one.start_s, end_s=one.end_s, text=text,
        score=score, cosine=0.5, chunk_ids=(f"c{one.id}",), highlight=(0, len(one.quote)), highlight_s=one.start_s,
    )  # fmt: skip
