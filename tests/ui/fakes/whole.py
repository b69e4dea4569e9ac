"""The library of these parts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from earmark.catalog.moving import CatalogMove
from earmark.errors import NotFound, UsageError
from earmark.settings import Settings
from earmark.types import Reader, Role, Stage
from library.backups.writing import BackupReport
from library.doctor import Check
from library.ports import LibraryPort
from library.status import Status
from tests.ui import corpus
from tests.ui.fake_alerts import FakeAlerts
from tests.ui.fake_feeds import FakeFeeds
from tests.ui.fake_mail import FakeMail, FakeTakeout
from tests.ui.fake_people import FakePeople
from tests.ui.fake_profile import FakeProfile
from tests.ui.fake_publishing import FakePublished, FakeSharing
from tests.ui.fake_readers import FakeMarks, FakeReaders, FakeSchedule, FakeSignIn, FakeTokens
from tests.ui.fake_undelivered import FakeUndelivered
from tests.ui.fakes.asking import FakeAnswers, FakeConversations, FakeSearch
from tests.ui.fakes.held import Corpus, FixedClock
from tests.ui.fakes.ideas import FakeBriefs, FakeInsights, FakeThemes
from tests.ui.fakes.machine import FakeIndex, FakeModels, FakeWork
from tests.ui.fakes.shows import FakeEpisodes, FakeLinks, FakeShows

__all__ = ["FakeLibrary"]


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


def _as_a_face_takes_it(library: FakeLibrary) -> LibraryPort:
    """Type-checked only: the fake has every part of the facade."""
    return library
