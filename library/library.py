"""The library: the one wiring that every face calls.

    library = Library.open()
    library.add("https://example.org/feed.xml")
    library.ingest()
    print(library.brief())

Read this file to see how the parts meet: `ingest` writes the catalog; `retrieval` follows the catalog into the index
and answers from it; `briefs` picks a reader's five ideas. The command line, the pages and the REST interface call
nothing else.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Self

from earmark.catalog import Catalog, open_catalog
from earmark.catalog.content import episodes, insights, themes, transcripts
from earmark.catalog.feeds import shows
from earmark.catalog.readers import briefs as stored_briefs
from earmark.catalog.readers import conversations, subscribers
from earmark.clock import SystemClock
from earmark.errors import IndexBusy, NotFound, UsageError
from earmark.settings import Settings, load_settings
from earmark.types import (
    Answer,
    Brief,
    Conversation,
    Episode,
    Filters,
    Hit,
    Insight,
    Related,
    Subscriber,
    Theme,
    ThemePoint,
    Transcript,
    Turn,
)
from library.regrouping import AT_ONCE, Regrouper
from library.shows import Following, ImportReport
from library.status import Status, read_status

if TYPE_CHECKING:
    from earmark.catalog.readers.deliveries import Delivery
    from earmark.ports import Clock, Encoder
    from ingest.fetching.fetch import Fetcher
    from ingest.forecast.estimate import Forecast
    from ingest.run import IngestReport
    from ingest.stages import Stages
    from ingest.work.worker import Event
    from library.answers import Reading
    from library.doctor import Check
    from retrieval.search.facets import SearchPage
    from retrieval.themes.keeper import ThemeKeeper, ThemesReport

__all__ = ["ImportReport", "Library"]

_OPENING_S = 5.0
"""How long a page waits for the thread that opens the index, which may be waiting for another command to let go."""


class Library(Following):
    """One reader's library. Thread-safe; raises only `earmark.errors.EarmarkError` for what a user can cause."""

    def __init__(self, settings: Settings, catalog: Catalog, clock: Clock) -> None:
        self.settings = settings
        self.catalog = catalog
        self.clock = clock
        self._lock = threading.RLock()
        self._opening = threading.Lock()
        self._encoder: Encoder | None = None
        self._client: Fetcher | None = None
        self._reading: Reading | None = None
        self._themes: ThemeKeeper | None = None
        self._regrouper: Regrouper | None = None

    @classmethod
    def open(cls, home: Path | None = None, *, settings: Settings | None = None, clock: Clock | None = None) -> Self:
        """The library in a folder (by default that of the settings), made if it is not there."""
        chosen = settings or load_settings(home=home)
        return cls(chosen, open_catalog(chosen.catalog_url), clock or SystemClock())

    def close(self) -> None:
        """Lets go of the index and the catalog."""
        if self._regrouper is not None:
            self._regrouper.close()
        with self._opening:
            if self._reading is not None:
                self._reading.close()
                self._reading = None
        self.catalog.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # following shows: `library.shows`

    def episodes(self, show_id: str) -> list[Episode]:
        """The episodes of a show, newest first."""
        with self.catalog.read() as tx:
            shows.get(tx, show_id)
            return episodes.of_show(tx, show_id)

    # work

    def ingest(
        self,
        *,
        shows: Sequence[str] = (),
        all_feeds: bool = False,
        on_event: Callable[[Event], None] | None = None,
        stop: threading.Event | None = None,
    ) -> IngestReport:
        """Checks the feeds that are due and works on what is waiting; what fails is in the report, and the rest goes on.

        With ``all_feeds``, and of shows that are named, feeds are asked whether or not they are due.
        """
        from ingest.run import ingest

        return ingest(
            self.catalog,
            self._fetcher(),
            self._stages,
            self.clock,
            self.settings,
            shows=shows,
            all_feeds=all_feeds,
            on_event=on_event,
            stop=stop,
        )

    def forecast(self, *, shows: Sequence[str] = (), all_feeds: bool = False) -> Forecast:
        """What `ingest` would fetch, transcribe and spend now; asks the feeds, stores nothing and fetches no audio."""
        from ingest.forecast.dry_run import dry_run

        return dry_run(self.catalog, self._fetcher(), self.clock, self.settings, shows=shows, all_feeds=all_feeds)

    def work(
        self,
        *,
        shows: Sequence[str] = (),
        forever: bool = False,
        on_event: Callable[[Event], None] | None = None,
        stop: threading.Event | None = None,
    ) -> IngestReport:
        """Works on what is waiting and asks no feed; any number of these may run side by side on one library.

        With ``forever`` it waits for more work until ``stop``.
        """
        from ingest.run import work

        return work(self.catalog, self._stages, self.clock, shows=shows, forever=forever, on_event=on_event, stop=stop)

    def retry(self, names: Sequence[str] = ()) -> int:
        """Lets what failed or waits be tried again by the next ingest; returns how many episodes.

        ``names`` narrow it to shows (as in ``find_show``) and episodes (an id, or its first characters); raises
        ``NotFound``.
        """
        from earmark.catalog.work import jobs

        with self.catalog.write() as tx:
            ids: list[str] = []
            of: list[str] = []
            for name in names:
                found = jobs.find(tx, name)
                if found:
                    ids.append(found)
                else:
                    of.append(shows.find(tx, name).id)
            return jobs.retry(tx, shows=of, ids=ids)

    def follow(self, on_progress: Callable[[int, int], None] | None = None) -> int:
        """Applies what changed in the catalog to the index, where this process holds it; returns how many changes."""
        return self._read().follow(on_progress)

    def tend(self) -> None:
        """Sees to the generations of the index, where this process holds it: builds beside it, changes over when done."""
        self._read().tend()

    def index_behind(self) -> int:
        """How many changes of the catalog the index has not applied yet; does not open it."""
        from earmark.catalog import changes
        from retrieval.index.watermark import read_watermark

        with self.catalog.read() as tx:
            return changes.behind(tx, read_watermark(self.settings).seq)

    def reindex(self, *, on_progress: Callable[[int, int], None] | None = None) -> int:
        """Builds the index anew from the catalog; returns how many points it holds."""
        return self._read().rebuild(on_progress)

    # reading

    def insights(self, *, show: str = "", limit: int | None = 50) -> list[Insight]:
        """Insights, newest episode first; ``show`` narrows to one, named as in ``find_show``."""
        with self.catalog.read() as tx:
            show_id = shows.find(tx, show).id if show else ""
            return insights.listed(tx, show_id=show_id, limit=limit)

    def insight(self, insight_id: str) -> Insight:
        """The insight whose id is, or alone begins with, that text; raises ``NotFound``."""
        with self.catalog.read() as tx:
            return insights.find(tx, insight_id)

    def related(self, insight_id: str, *, limit: int = 10) -> list[Related]:
        """What other shows said about the same thing, best first."""
        return self._read().related(self.insight(insight_id), limit=limit)

    def themes(self) -> list[Theme]:
        """What the library is about: groups of insights, most insights first, newcomers included."""
        keeper = self._theme_keeper()
        keeper.update(at_most=AT_ONCE)
        return keeper.themes()

    def theme(self, theme_id: str) -> Theme:
        """The theme whose id is, or alone begins with, that text, or the one it went up in; raises ``NotFound``."""
        self._theme_keeper().update(at_most=AT_ONCE)
        with self.catalog.read() as tx:
            return themes.find(tx, theme_id)

    def theme_insights(self, theme_id: str, *, limit: int | None = None) -> list[Insight]:
        """The insights of the theme with that very id, most central first."""
        with self.catalog.read() as tx:
            return themes.central(tx, theme_id, limit=limit)

    def theme_map(self, *, limit: int | None = None) -> list[ThemePoint]:
        """Insights with their places on the map, those on their own included: all, or a fair sample of so many."""
        self._theme_keeper().update(at_most=AT_ONCE)
        with self.catalog.read() as tx:
            return themes.points(tx, limit=limit)

    def theme_sizes(self) -> tuple[int, int]:
        """How many insights have been looked at for themes, and how many of them stand on their own."""
        with self.catalog.read() as tx:
            return themes.sizes(tx)

    def update_themes(self) -> ThemesReport:
        """Lets new insights join the themes, or clusters all where that is due; where a thread does so, returns at once."""
        return self._theme_keeper().update()

    def tend_themes(self) -> None:
        """The same beside the pages: what takes long is done in a process of its own."""
        if self._theme_keeper().update(at_most=AT_ONCE).due:
            with self._lock:
                if self._regrouper is None:
                    self._regrouper = Regrouper(self.settings)
            self._regrouper.start()

    def rebuild_themes(self, on_step: Callable[[str], None] | None = None) -> ThemesReport:
        """Clusters all insights anew; themes that stay keep their ids."""
        return self._theme_keeper().rebuild(on_step)

    def novelty(self, found: Sequence[Insight]) -> dict[str, float]:
        """How unlike everything said before on other shows each insight is, in 0..1, by id."""
        return self._read().novelty(found)

    def search(self, query: str, *, filters: Filters | None = None, limit: int = 10) -> list[Hit]:
        """Passages for a query, best first."""
        return self._read().search(query, filters=filters or Filters(), limit=limit)

    def search_page(
        self, query: str, *, filters: Filters | None = None, limit: int = 10, correct: bool = True
    ) -> SearchPage:
        """The moments for a query with their facets and the query as it was understood.

        Args:
            query: words, or the syntax of `retrieval.search.query`.
            filters: what the search is narrowed to beside what the query says.
            limit: how many moments are wanted at most.
            correct: whether names that are typed nearly right are corrected.
        """
        return self._read().search_page(query, filters=filters or Filters(), limit=limit, correct=correct)

    def ask(
        self, question: str, *, filters: Filters | None = None, conversation: str = "", narrowing: bool = True
    ) -> Answer:
        """An answer in which every sentence cites what was said, or one that abstains.

        Args:
            question: what is asked.
            filters: what the search is narrowed to.
            conversation: the id of the one that it belongs to, new or not: the question is understood from what was
                asked before, and kept there with its answer. Without one it stands alone and is not kept.
            narrowing: whether the question's own words ("last year", "what did Ines say") narrow the search too.
        """
        return self._read().ask(question, filters=filters or Filters(), conversation=conversation, narrowing=narrowing)

    def ask_stream(
        self, question: str, *, filters: Filters | None = None, conversation: str = "", narrowing: bool = True
    ) -> Iterator[Answer]:
        """The answer as far as it has come, each to be shown in place of the one before; the last is what ``ask`` gives."""
        return self._read().ask_stream(
            question, filters=filters or Filters(), conversation=conversation, narrowing=narrowing
        )

    def conversations(self, *, limit: int | None = None) -> list[Conversation]:
        """The conversations that are kept, the one last spoken in first."""
        with self.catalog.read() as tx:
            return conversations.every(tx, limit=limit)

    def conversation(self, conversation_id: str) -> tuple[Conversation, list[Turn]]:
        """A conversation with its questions and answers; raises ``NotFound``."""
        with self.catalog.read() as tx:
            return conversations.get(tx, conversation_id), conversations.turns(tx, conversation_id)

    def rename_conversation(self, conversation_id: str, title: str) -> None:
        """Gives a conversation another title; raises ``NotFound``, or ``UsageError`` for an empty one."""
        with self.catalog.write() as tx:
            conversations.rename(tx, conversation_id, title)

    def forget_conversations(self, conversation_ids: Sequence[str]) -> int:
        """Removes conversations with all that was said in them; returns how many there were."""
        with self.catalog.write() as tx:
            return conversations.remove(tx, conversation_ids)

    def transcript(self, episode_id: str) -> Transcript:
        """The transcript of an episode; raises ``NotFound`` where there is none yet."""
        with self.catalog.read() as tx:
            return transcripts.get(tx, episode_id)

    def episode(self, episode_id: str) -> Episode:
        """The episode with that id; raises ``NotFound``."""
        with self.catalog.read() as tx:
            return episodes.get(tx, episode_id)

    # the brief

    def reader(self) -> Subscriber:
        """The one reader of this library."""
        brief, mail = self.settings.brief, self.settings.mail
        reader = Subscriber(id=subscribers.LOCAL, name=brief.reader_name, email=mail.to, timezone=brief.timezone)
        with self.catalog.read() as tx:
            known = reader in subscribers.every(tx)
        if not known:
            with self.catalog.write() as tx:
                subscribers.put(tx, reader)
        return reader

    def today(self) -> date:
        """The reader's day."""
        from briefs.make import local_day

        return local_day(self.clock.now(), self.settings.brief.timezone)

    def brief(self, day: date | None = None) -> Brief:
        """The brief of a day. Today's is made when it is first asked for; a past one is what was given that day.

        Raises:
            NotFound: there was no brief on that day.
        """
        reader = self.reader()
        today = self.today()
        wanted = day or today
        with self.catalog.read() as tx:
            stored = stored_briefs.get(tx, reader.id, wanted)
        if stored is not None:
            return stored
        if wanted != today:
            raise NotFound("there is no brief of this day", subject=wanted.isoformat())
        return self._read().brief(reader, today)

    def brief_dates(self) -> list[date]:
        """The days that have a brief, newest first."""
        with self.catalog.read() as tx:
            return stored_briefs.dates(tx, subscribers.LOCAL)

    def send_brief(self) -> Delivery:
        """Mails today's brief, at most once a day; a day already sent is returned as it was."""
        from briefs.outbox import send_brief
        from briefs.smtp import SmtpMailer

        mail = self.settings.mail
        if not (mail.host and mail.sender and mail.to):
            raise UsageError("set mail.host, mail.sender and mail.to first (see docs/settings.md)", subject="mail")
        mailer = SmtpMailer(mail, self.clock, offline=self.settings.offline)
        brief = self.brief()
        if brief.items and brief.date not in self.brief_dates():
            raise UsageError("episodes are still being read; send it when earmark ingest is done", subject="brief")
        return send_brief(self.catalog, mailer, brief, self.reader(), sender=mail.sender, clock=self.clock)

    # state

    def status(self) -> Status:
        """Counts of everything, what failed and why, and how far the index is behind."""
        from retrieval.index.watermark import read_watermark

        return read_status(self.catalog, read_watermark(self.settings), now=self.clock.now())

    def doctor(self) -> list[Check]:
        """Whether each part that Earmark needs is there and works."""
        from library.doctor import examine

        return examine(self)

    # wiring

    def encoder(self) -> Encoder:
        """The embedding model; its weights are loaded when it is first used."""
        from retrieval.encoders.encoder import open_encoder

        with self._lock:
            if self._encoder is None:
                self._encoder = open_encoder(self.settings)
            return self._encoder

    def _read(self) -> Reading:
        """Whoever can answer from the index: this process, or the app that holds it."""
        from library.answers import open_reading

        if self._reading is not None and not self._reading.gone():
            return self._reading
        # Only the one that opens it waits for another command that holds it; nothing else of the library does.
        if not self._opening.acquire(timeout=_OPENING_S):
            raise IndexBusy("the search index is still being opened; try again in a moment", subject="index")
        try:
            if self._reading is None or self._reading.gone():
                self._reading = open_reading(self.settings, self.catalog, self.encoder(), self.clock)
            return self._reading
        finally:
            self._opening.release()

    def _theme_keeper(self) -> ThemeKeeper:
        from earmark.llm import open_chat
        from ingest.limits.budget import Budget
        from retrieval.themes.keeper import ThemeKeeper

        with self._lock:
            if self._themes is None:
                chat = open_chat(self.settings, meter=Budget(self.catalog, self.settings, self.clock, one_run=False))
                self._themes = ThemeKeeper(self.catalog, self.encoder(), self.clock, chat=chat)
            return self._themes

    def _fetcher(self) -> Fetcher:
        """The one client of this library: whoever fetches knows which hosts asked to be left alone."""
        from ingest.feeds.check_notes import keep_holds
        from ingest.fetching.fetch import Fetcher

        with self._lock:
            if self._client is None:
                client = Fetcher(self.settings.fetch, offline=self.settings.offline, now=self.clock.now)
                with self.catalog.read() as tx:
                    keep_holds(tx, client, now=self.clock.now())
                self._client = client
            return self._client

    def _stages(self) -> Stages:
        from earmark.llm import open_chat
        from ingest.insights.extractors import open_extractor
        from ingest.limits.budget import Budget
        from ingest.speech.transcribe import open_transcriber
        from ingest.stages import Stages
        from ingest.voices import open_diariser

        budget = Budget(self.catalog, self.settings, self.clock)  # of this run
        return Stages(
            catalog=self.catalog,
            fetcher=self._fetcher(),
            encoder=self.encoder,
            extractor=open_extractor(self.settings, open_chat(self.settings, meter=budget)),
            transcriber=open_transcriber(self.settings) if self.settings.asr.enabled else None,
            settings=self.settings,
            budget=budget,
            clock=self.clock,
            model_lock=threading.Lock(),
            diariser=open_diariser(self.settings.asr) if self.settings.asr.enabled else None,
        )
