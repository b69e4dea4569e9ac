"""A library with the facade's parts over the invented corpus, or over nothing: for the pages, without models."""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from earmark.catalog.moving import CatalogMove
from earmark.errors import EarmarkError, FetchRefused, NotFound, UsageError
from earmark.llm.servers import FoundServer
from earmark.settings import Settings
from earmark.timeline import AS_WRITTEN, Timeline
from earmark.types import (
    Answer,
    Because,
    Brief,
    BriefItem,
    Citation,
    Conversation,
    Echo,
    Episode,
    Filters,
    Hit,
    Insight,
    Question,
    Reader,
    Related,
    Role,
    Show,
    ShowStatus,
    Stage,
    Theme,
    ThemePoint,
    Transcript,
    Turn,
    Withdrawal,
    Withdrawn,
)
from library.around import part_around
from library.backups.writing import BackupReport
from library.doctor import Check
from library.keeping import TidyReport
from library.model_report import ModelReport
from library.models import LocalModelState
from library.ports import LibraryPort
from library.shows import ImportReport, RefreshReport
from library.spending import SpendingReport
from library.status import ShowSummary, Status
from library.timeline import TimelineClaim
from library.values import (
    Delivery,
    Event,
    Facet,
    Facets,
    Forecast,
    IngestReport,
    Job,
    JobState,
    LinkCheck,
    ModelWait,
    Refreshed,
    RemovalReport,
    SearchPage,
    ThemesReport,
    TranscriptPart,
)
from retrieval.search.query import TermKind, parse
from tests.ui import corpus
from tests.ui.fake_alerts import FakeAlerts
from tests.ui.fake_feeds import FakeFeeds
from tests.ui.fake_mail import FakeMail, FakeTakeout
from tests.ui.fake_people import FakePeople
from tests.ui.fake_profile import FakeProfile
from tests.ui.fake_publishing import FakePublished, FakeSharing
from tests.ui.fake_readers import FakeMarks, FakeReaders, FakeSchedule, FakeSignIn, FakeTokens
from tests.ui.fake_undelivered import FakeUndelivered

__all__ = ["Corpus", "FakeIndex", "FakeLibrary", "FixedClock"]


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


class FakeLibrary:
    """The facade over lists. ``hostile`` puts a show first whose every text is an attack."""

    def __init__(
        self, settings: Settings, *, empty: bool = False, hostile: bool = False, many_ways: bool = False
    ) -> None:
        shows = [] if empty else list(corpus.SHOWS)
        insights = [] if empty else list(corpus.INSIGHTS)
        if hostile:
            shows.insert(0, corpus.HOSTILE_SHOW)
            insights.insert(0, corpus.HOSTILE)
        if many_ways:
            shows = corpus.in_many_ways(shows)
        held = Corpus(shows=shows, insights=insights, episodes=corpus.episodes_of(insights))
        self.asked = held.asked
        self.settings = settings
        self.clock = FixedClock()
        self.reader = Reader(id="local", name=settings.brief.reader_name, role=Role.OWNER)
        self.readers = FakeReaders(self.reader)
        self.sign_in = FakeSignIn(self.reader)
        self.tokens = FakeTokens()
        self.shows = FakeShows(held)
        self.episodes = FakeEpisodes(held)
        self.links = FakeLinks()
        self.work = FakeWork(held)
        self.index = FakeIndex(held)
        self.insights = FakeInsights(held)
        self.marks = FakeMarks(self.insights.get, corpus.NOW)
        self.profile = FakeProfile(held, self.marks)
        self.search = FakeSearch(held)
        self.answers = FakeAnswers(held, self.search)
        self.conversations = FakeConversations(held)
        self.themes = FakeThemes(held)
        self.people = FakePeople(held.insights, self.insights.related)
        self.briefs = FakeBriefs(held, self.insights)
        self.schedule = FakeSchedule(self.reader, self.briefs, corpus.NOW)
        self.mail = FakeMail(self.reader)
        self.takeout = FakeTakeout(self.reader)
        self.undelivered = FakeUndelivered()
        self.alerts = FakeAlerts(corpus.NOW)
        self.feeds = FakeFeeds(self.briefs.get, held.insights, corpus.NOW)
        self.models = FakeModels()
        self.sharing = FakeSharing(self.insights.get)
        self.published = FakePublished(self, self.sharing)

    def for_reader(self, reader_id: str) -> FakeLibrary:
        if reader_id != self.reader.id:
            raise NotFound("no reader has this id", subject=reader_id)
        return self

    def status(self) -> Status:
        episodes = self.shows.summaries()
        return Status(
            shows=tuple(episodes),
            episodes_by_stage={Stage.INSIGHTS.value: sum(summary.done for summary in episodes)},
            failures=(),
            feed_failures=(),
            chunks=0,
            insights=len(self.insights.newest(limit=None)),
            dropped={},
            index_points=len(self.insights.newest(limit=None)),
            index_behind=0,
        )

    def doctor(self) -> list[Check]:
        return [Check(name="corpus", ok=True, message="invented")]

    def backup(self, path: Path, *, with_secrets: bool = False, force: bool = False) -> BackupReport:
        raise UsageError("an invented library is in no file", subject=str(path))

    def move(self, url: str, *, on_table: Callable[[str, int], None] | None = None) -> CatalogMove:
        raise UsageError("an invented library is in no database", subject="the library")

    def close(self) -> None:
        """Nothing is held."""


class FakeModels:
    """No model is set up, and none is on this machine."""

    def offers(self) -> list[FoundServer]:
        return []

    def examine(self, on_step: Callable[[str], None] | None = None) -> ModelReport:
        raise UsageError("no language model is set up (llm.model)")

    def local(self) -> list[LocalModelState]:
        return []

    def fetch(self, name: str, on_progress: Callable[[int, int], None] | None = None) -> LocalModelState:
        raise NotFound("no such model", subject=name)

    def use(self, name: str) -> str:
        raise NotFound("no such model", subject=name)

    def remove(self, name: str) -> int:
        raise NotFound("no such model", subject=name)


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
        return RefreshReport(checked=tuple(Refreshed(show=show, new_episodes=2) for show in shows))

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


class FakeWork:
    """Everything has been read, and nothing was spent."""

    def __init__(self, held: Corpus) -> None:
        self._held = held
        self.waits: tuple[ModelWait, ...] = ()
        self.left: list[Job] = []
        self.bill = SpendingReport()

    def ingest(
        self,
        *,
        shows: Sequence[str] = (),
        all_feeds: bool = False,
        on_event: Callable[[Event], None] | None = None,
        stop: threading.Event | None = None,
    ) -> IngestReport:
        return IngestReport(feeds=len(shows or self._held.shows))

    def tidy(self, *, dry_run: bool = False) -> TidyReport:
        return TidyReport(dry_run=dry_run)

    def forecast(self, *, shows: Sequence[str] = (), all_feeds: bool = False) -> Forecast:
        return Forecast(checked=True, shows=(), feeds_asked=len(shows or self._held.shows))

    def run(
        self,
        *,
        shows: Sequence[str] = (),
        forever: bool = False,
        on_event: Callable[[Event], None] | None = None,
        stop: threading.Event | None = None,
    ) -> IngestReport:
        return IngestReport()

    def jobs(
        self, *, state: JobState | None = None, show_id: str = "", after: str = "", limit: int | None = None
    ) -> list[Job]:
        left = [job for job in self.left if job.episode_id > after and state in {None, job.state}]
        return [job for job in left if show_id in {"", job.show_id}][:limit]

    def waiting_for_model(self) -> tuple[ModelWait, ...]:
        return self.waits

    def spending(self) -> SpendingReport:
        return self.bill

    def retry(self, names: Sequence[str] = ()) -> int:
        return 0

    def rewrite(self, names: Sequence[str] = ()) -> int:
        return 0


class FakeIndex:
    """An index that is always up to date; ``followed`` says that somebody had it follow."""

    def __init__(self, held: Corpus) -> None:
        self._held = held
        self.followed = threading.Event()

    def follow(self, on_progress: Callable[[int, int], None] | None = None) -> int:
        self.followed.set()
        return 0

    def tend(self) -> None:
        """Nothing to build."""

    def let_go(self) -> None:
        """Nobody waits for it."""

    def behind(self) -> int:
        return 0

    def rebuild(self, *, on_progress: Callable[[int, int], None] | None = None) -> int:
        return max(1, len(self._held.insights))

    def clear(self, *, rebuild_up_to: int = 100_000) -> bool:
        return len(self._held.insights) <= rebuild_up_to


class FakeInsights:
    """Insights in a list, the newest first."""

    def __init__(self, held: Corpus) -> None:
        self._held = held

    def newest(self, *, show: str = "", speaker: str = "", limit: int | None = 50, after: str = "") -> list[Insight]:
        listed = [insight for insight in self._held.insights if show in {"", insight.show_id}]
        listed = [insight for insight in listed if speaker in {"", insight.speaker}]
        first = next((number for number, insight in enumerate(listed, start=1) if insight.id == after), 0)
        return listed[first:][:limit]

    def search(self, query: str, *, filters: Filters | None = None, limit: int = 10) -> list[Insight]:
        words = query.lower().split()
        return [insight for insight in self._held.insights if any(word in insight.claim.lower() for word in words)][
            :limit
        ]

    def get(self, insight_id: str) -> Insight:
        for insight in self._held.insights:
            if insight_id and insight.id.startswith(insight_id):
                return insight
        raise NotFound("no insight has that id", subject=insight_id)

    def related(self, insight_id: str, *, limit: int = 10) -> list[Related]:
        mine = self.get(insight_id)
        others = [insight for insight in self._held.insights if insight.show_id != mine.show_id]
        whys = [
            "Agrees: both say that showing the gap is what makes the rest believable.",
            "Extends: the same mechanism, seen from the people who wait.",
            "Disagrees: here the missing part is a fault to be fixed, not to be shown.",
        ]
        echo = (Echo(insight_id=corpus.INSIGHTS[-1].id, show="The Slow Machine", speaker="Lotte Brandvold"),)
        return [
            Related(
                insight=insight, score=0.9 - n / 10, why=whys[n % 3], also_said_by=echo * (n == 1), same_guest=n == 2
            )
            for n, insight in enumerate(others[:limit])
        ]

    def novelty(self, insights: Sequence[Insight]) -> dict[str, float]:
        return {insight.id: 0.5 for insight in insights}

    def withdraw(self, insight_id: str, *, because: str, note: str = "") -> Withdrawn:
        insight = self.get(insight_id)
        word = Withdrawal(
            insight_id=insight.id, show_id=insight.show_id, show=insight.show, episode=insight.episode,
            because=Because(because), note=note, by="local", at=corpus.NOW,
        )  # fmt: skip
        self._held.insights.remove(insight)
        self._held.wrong.insert(0, Withdrawn(withdrawal=word, insight=insight))
        return self._held.wrong[0]

    def restore(self, insight_id: str) -> Insight:
        entry = self.find_withdrawn(insight_id)
        self._held.wrong.remove(entry)
        self._held.insights.insert(0, entry.insight)
        return entry.insight

    def withdrawn(self, *, limit: int | None = None) -> list[Withdrawn]:
        return self._held.wrong[:limit]

    def find_withdrawn(self, insight_id: str) -> Withdrawn:
        for entry in self._held.wrong:
            if insight_id and entry.insight.id.startswith(insight_id):
                return entry
        raise NotFound("no withdrawn insight has that id", subject=insight_id)


class FakeSearch:
    """Finds words by their letters."""

    def __init__(self, held: Corpus) -> None:
        self._held = held

    def hits(self, query: str, *, filters: Filters | None = None, limit: int = 10) -> list[Hit]:
        wanted = filters or Filters()
        words = [word for word in re.findall(r"\w+", query.lower()) if len(word) > 2]
        hits = []
        for insight in self._held.insights:
            text = f"{insight.body} {insight.quote}"
            score = sum(word in text.lower() or word in insight.claim.lower() for word in words)
            if score and _wanted(insight, wanted):
                hits.append(_hit(insight, f"{insight.quote} {insight.body}", float(score)))
        return sorted(hits, key=lambda hit: -hit.score)[:limit]

    def page(self, query: str, *, filters: Filters | None = None, limit: int = 10, correct: bool = True) -> SearchPage:
        parsed = parse(query.replace("quueue", "queue") if correct else query)
        if parsed.values(TermKind.SPEAKER) == ("Nobody",):
            raise NotFound("no speaker has this name; the closest are Imogen Farr", subject="Nobody")
        hits = self.hits(parsed.text, filters=filters, limit=limit)
        shows = Counter((hit.show_id, hit.show) for hit in hits)
        facets = tuple(Facet(value=key, label=label, count=count) for (key, label), count in shows.most_common())
        years = Counter(str(hit.published.year) for hit in hits if hit.published)
        return SearchPage(
            hits=tuple(hits),
            query=parsed,
            asked=query if str(parsed) != query and "quueue" in query else "",
            facets=Facets(
                shows=facets,
                speakers=tuple(
                    Facet(value=name, label=name, count=1) for name in {hit.speaker for hit in hits if hit.speaker}
                ),
                years=tuple(Facet(value=year, label=year, count=count) for year, count in years.items()),
                passages=len(hits),
            ),
        )


class FakeAnswers:
    """Answers with the quotes that the search finds."""

    def __init__(self, held: Corpus, search: FakeSearch) -> None:
        self._held = held
        self._search = search

    def ask(self, question: Question) -> Answer:
        *_, last = self.stream(question)
        return last

    def stream(self, question: Question) -> Iterator[Answer]:
        answer = self._answer(question)
        if question.conversation:
            turn = Turn(question=question.text, answer=answer, asked_at=corpus.NOW)
            self._held.talks.setdefault(question.conversation, []).append(turn)
            self._held.titles.setdefault(question.conversation, question.text)
        yield answer

    def _answer(self, question: Question) -> Answer:
        self._held.asked.append(question.text)
        hits = self._search.hits(question.text, filters=question.filters, limit=3)
        if not hits:
            words = "Nothing in your library answers that."
            return Answer(question=question.text, answer=words, abstained=True)
        citations = tuple(
            Citation(
                n=n, chunk_id=hit.chunk_id, episode_id=hit.episode_id, show=hit.show, episode=hit.episode,
                speaker=hit.speaker, start_s=hit.start_s, quote=hit.text.split(". ")[0] + ".", url=hit.url,
            )
            for n, hit in enumerate(hits, start=1)
        )  # fmt: skip
        text = " ".join(f"{citation.quote.rstrip('.')} [{citation.n}]." for citation in citations)
        return Answer(question=question.text, answer=text, abstained=False, citations=citations)


class FakeConversations:
    """Conversations in a dictionary."""

    def __init__(self, held: Corpus) -> None:
        self._held = held

    def newest(self, *, limit: int | None = None) -> list[Conversation]:
        return [self.get(key)[0] for key in reversed(self._held.talks)][:limit]

    def get(self, conversation_id: str) -> tuple[Conversation, list[Turn]]:
        if conversation_id not in self._held.talks:
            raise NotFound("no conversation has this id", subject=conversation_id)
        turns, title = self._held.talks[conversation_id], self._held.titles[conversation_id]
        return Conversation(
            id=conversation_id, title=title, created_at=corpus.NOW, updated_at=corpus.NOW, turns=len(turns)
        ), list(turns)

    def rename(self, conversation_id: str, title: str) -> None:
        self._held.titles[conversation_id] = title

    def forget(self, conversation_ids: Sequence[str]) -> int:
        return sum(self._held.talks.pop(key, None) is not None for key in conversation_ids)


class FakeThemes:
    """The corpus's themes, which are always up to date."""

    def __init__(self, held: Corpus) -> None:
        self._held = held

    def every(self) -> list[Theme]:
        return corpus.themes_of(self._held.insights)

    def get(self, theme_id: str) -> Theme:
        for theme in self.every():
            if theme_id and theme.id.startswith(theme_id):
                return theme
        raise NotFound("no theme has this id", subject=theme_id)

    def timeline(self, theme_id: str) -> list[TimelineClaim]:
        said = [insight for insight in self.insights(self.get(theme_id).id) if insight.published]
        return [
            TimelineClaim(insight=insight, prediction=not place, due="by 2030", later=())
            for place, insight in enumerate(said)
        ]

    def insights(self, theme_id: str, *, limit: int | None = None) -> list[Insight]:
        return [insight for insight in self._held.insights if corpus.theme_id_of(insight) == theme_id][:limit]

    def points(self, *, limit: int | None = None) -> list[ThemePoint]:
        return corpus.points_of(self._held.insights)[:limit]

    def sizes(self) -> tuple[int, int]:
        alone = sum(corpus.theme_id_of(insight) is None for insight in self._held.insights)
        return len(self._held.insights), alone

    def update(self) -> ThemesReport:
        return ThemesReport(themes=len(self.every()))

    def tend(self) -> None:
        """They are there."""

    def rebuild(self, on_step: Callable[[str], None] | None = None) -> ThemesReport:
        return ThemesReport(clustered=True, themes=len(self.every()))


class FakeBriefs:
    """Today's brief and three earlier ones."""

    def __init__(self, held: Corpus, insights: FakeInsights) -> None:
        self._held = held
        self._insights = insights
        self._dropped: list[Insight] = []

    def today(self) -> date:
        return corpus.TODAY

    def get(self, day: date | None = None, *, settle: bool = False) -> Brief:
        held = self._held
        wanted = day or self.today()
        if wanted not in self.dates() and held.shows:
            raise NotFound("there is no brief of this day", subject=wanted.isoformat())
        if not held.insights:
            note = "No episode has been read yet."
            return Brief(subscriber_id="local", date=wanted, created_at=corpus.NOW, note=note)
        chosen = held.insights[:5] if wanted == self.today() else held.insights[3:7]
        whys = ["New on a show you read every week.", "You asked for more like this.", "Nobody else has said this yet."]
        items = tuple(
            BriefItem(
                insight=insight,
                why=whys[n % 3],
                novelty=0.7,
                related=tuple(self._insights.related(insight.id, limit=2 + n % 2)),
            )
            for n, insight in enumerate(chosen)
        )
        note = "" if len(items) == 5 else "A quiet day: only four ideas were new to you."
        gone = tuple(entry.withdrawal for entry in held.wrong)
        return Brief(subscriber_id="local", date=wanted, items=items, created_at=corpus.NOW, note=note, withdrawn=gone)

    def dates(self) -> list[date]:
        return [corpus.TODAY - timedelta(days=n) for n in (0, 1, 2, 5)] if self._held.insights else []

    def preview(self, day: date | None = None) -> Brief:
        brief = replace(self.get(), date=day or corpus.TODAY + timedelta(days=1))
        return replace(brief, items=tuple(item for item in brief.items if item.insight not in self._dropped))

    def digest(self, day: date | None = None) -> Brief:
        brief = self.get()
        items = tuple(
            replace(item, section="Theme: Queues" if n < 3 else "Disagreements") for n, item in enumerate(brief.items)
        )
        return replace(brief, items=items, title="Your week", note="From 12 ideas of this week's episodes.")

    def drop(self, insight_id: str, *, swap: bool = False) -> Brief:
        self._dropped.append(self._insights.get(insight_id))
        return self.preview()

    def undrop(self, insight_id: str) -> Brief:
        if self._insights.get(insight_id) not in self._dropped:
            raise NotFound("was not taken out of a brief", subject=insight_id)
        self._dropped.remove(self._insights.get(insight_id))
        return self.preview()

    def dropped(self) -> list[Insight]:
        return list(self._dropped)

    def send(self, day: date | None = None) -> tuple[Delivery, ...]:
        raise UsageError("set mail.host, mail.sender and mail.to first", subject="mail")


def _wanted(insight: Insight, filters: Filters) -> bool:
    published = insight.published.date() if insight.published else corpus.TODAY
    return (
        (not filters.shows or insight.show_id in filters.shows)
        and (not filters.speakers or insight.speaker in filters.speakers)
        and (not filters.after or published >= filters.after)
        and (not filters.before or published < filters.before)
    )


def _hit(insight: Insight, text: str, score: float) -> Hit:
    return Hit(
        chunk_id=f"c{insight.id}", episode_id=insight.episode_id, show_id=insight.show_id, show=insight.show,
        episode=insight.episode, published=insight.published, url=insight.url, speaker=insight.speaker,
        start_s=insight.start_s, end_s=insight.end_s, text=text, score=score, cosine=0.5,
        chunk_ids=(f"c{insight.id}",), highlight=(0, len(insight.quote)), highlight_s=insight.start_s,
    )  # fmt: skip


def _as_a_face_takes_it(library: FakeLibrary) -> LibraryPort:
    """Type-checked only: the fake has every part of the facade."""
    return library
