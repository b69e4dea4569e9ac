"""The library: what Earmark does, in parts that every face calls.

    library = Library.open()
    library.shows.add("https://example.org/feed.xml")
    library.work.ingest()
    print(library.briefs.get())

The command line, the pages and the REST interface call nothing else; `library.ports` says what they may call.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Self

from earmark.catalog import open_catalog
from earmark.catalog.clock import SharedClock
from earmark.clock import SystemClock
from earmark.settings import Settings, load_settings
from library.alerts import Alerts
from library.answers import Answers, Conversations
from library.briefs import Briefs
from library.episodes import Episodes
from library.feeds import Feeds
from library.index import Index
from library.insights import Insights
from library.links import Links
from library.mail import Mail
from library.marks import Marks
from library.models import Models
from library.people import People
from library.profile import ProfilePart
from library.published import PublishedLibrary
from library.readers import Readers, find_reader, local_reader
from library.schedule import Schedule
from library.search import Search
from library.selections import Selections
from library.sharing import Sharing
from library.shows import Shows
from library.sight import Sight
from library.sign_in import SignIn
from library.status import Status, read_status
from library.takeout import Takeout
from library.themes import Themes
from library.tokens import Tokens
from library.undelivered import UndeliveredLetters
from library.wiring import Wiring
from library.work import Work

if TYPE_CHECKING:
    from collections.abc import Callable

    from earmark.catalog.moving import CatalogMove
    from earmark.ports import Clock
    from earmark.types import Reader
    from library.backups.writing import BackupReport
    from library.doctor import Check
    from library.owner import Desk

__all__ = ["Library"]


class Library:
    """A library as one reader sees it. Thread-safe; raises only ``EarmarkError`` for what a user can cause."""

    def __init__(self, wiring: Wiring, reader: Reader | None = None) -> None:
        """Joins the parts; without a ``reader`` they serve the local one."""
        self.wiring = wiring
        self.settings, self.catalog, self.clock = wiring.settings, wiring.catalog, wiring.clock
        self.reader = reader or local_reader(wiring.catalog, wiring.settings)
        settings, catalog, clock = self.settings, self.catalog, self.clock
        sight = self._sight = Sight(catalog, self.reader)

        def desk() -> Desk:
            return wiring.owner().desk(self.reader)

        self.readers = Readers(catalog, settings, clock, sight)
        self.sign_in = SignIn(catalog, clock, sight)
        self.tokens = Tokens(catalog, clock, sight)
        self.shows = Shows(catalog, settings, clock, sight=sight, fetcher=wiring.fetcher)
        self.episodes = Episodes(catalog, sight)
        self.work = Work(catalog, settings, clock, sight=sight, fetcher=wiring.fetcher, stages=wiring.stages)
        self.index = Index(settings, catalog, sight, owner=wiring.owner, let_go=wiring.let_go)
        self.insights = Insights(catalog, clock, sight, desk=desk)
        self.marks = Marks(catalog, clock, sight)
        self.sharing = Sharing(catalog, clock, sight)
        self.published = PublishedLibrary(
            catalog, settings, owner=wiring.owner, voices=wiring.usual_voices, counted=wiring.published_themes
        )
        self.profile = ProfilePart(catalog, settings.home, clock, sight, desk=desk)
        self.search = Search(desk)
        self.answers = Answers(desk)
        self.conversations = Conversations(catalog, self.reader.id)
        self.models = Models(wiring, sight)
        self.people = People(catalog, clock, sight, desk=desk, voices=wiring.usual_voices)
        self.themes = Themes(catalog, sight, keeper=wiring.theme_keeper, regrouper=wiring.regrouper, desk=desk)
        self.briefs = Briefs(catalog, settings, clock, desk=desk, reader=self.reader)
        self.schedule = Schedule(
            catalog,
            settings,
            clock,
            sight=sight,
            briefs=lambda reader: self.for_reader(reader.id).briefs,
            alerts=lambda reader: self.for_reader(reader.id).alerts,
        )
        self.links = Links(
            catalog,
            settings,
            clock,
            sight=sight,
            checker=wiring.link_checker,
            briefs=lambda reader: self.for_reader(reader.id).briefs,
            aside=wiring.link_check,
        )
        selections = Selections(
            catalog, sight, briefs=self.briefs, insights=self.insights, marks=self.marks, themes=self.themes
        )
        self.mail = Mail(catalog, settings, clock, sight)
        self.alerts = Alerts(catalog, settings, clock, sight, selections, desk=desk)
        self.undelivered = UndeliveredLetters(
            catalog, clock, sight, briefs=lambda: self.briefs, alerts=lambda: self.alerts
        )
        self.feeds = Feeds(catalog, clock, sight, selections)
        self.takeout = Takeout(catalog, settings, clock, sight, selections)

    @classmethod
    def open(cls, home: Path | None = None, *, settings: Settings | None = None, clock: Clock | None = None) -> Self:
        """The library in a folder (by default that of the settings), created if it is not there."""
        chosen = settings or load_settings(home=home)
        catalog = open_catalog(chosen.catalog_url)
        return cls(Wiring(chosen, catalog, clock or SharedClock(catalog, SystemClock())))

    def for_reader(self, reader_id: str) -> Library:
        """The same library as another reader sees it; both are closed together.

        Raises:
            NotFound: no reader has this id.
            Forbidden: the reader is switched off.
        """
        return Library(self.wiring, find_reader(self.catalog, self.settings, reader_id))

    def status(self) -> Status:
        """Counts of everything, failures with their reasons, and how far the index is behind; for an owner."""
        from retrieval.index import read_watermark

        self._sight.require_owner("the state of the library")
        return read_status(self.settings, self.catalog, read_watermark(self.settings), now=self.clock.now())

    def doctor(self) -> list[Check]:
        """Whether each part that Earmark needs is there and works; for an owner."""
        from library.doctor import examine

        self._sight.require_owner("the state of the library")
        return examine(self.wiring)

    def backup(self, path: Path, *, with_secrets: bool = False, force: bool = False) -> BackupReport:
        """Writes the library into one file while everything runs, for an owner; see `library.backups.writing`."""
        from library.backups.writing import write_backup

        self._sight.require_owner("a backup")
        return write_backup(self.settings, self.catalog, self.clock, path, with_secrets=with_secrets, force=force)

    def move(self, url: str, *, on_table: Callable[[str, int], None] | None = None) -> CatalogMove:
        """Copies the library into another database, for an owner; see `library.moving`."""
        from library.moving import move_library

        self._sight.require_owner("a move of the library")
        return move_library(self.settings, self.catalog, self.clock, url, on_table=on_table)

    def close(self) -> None:
        """Lets go of the index and the catalog."""
        self.wiring.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
