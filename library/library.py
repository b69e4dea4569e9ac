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
from earmark.clock import SystemClock
from earmark.settings import Settings, load_settings
from library.answers import Answers, Conversations
from library.briefs import Briefs
from library.episodes import Episodes
from library.index import Index
from library.insights import Insights
from library.readers import find_reader, local_reader
from library.search import Search
from library.shows import Shows
from library.status import Status, read_status
from library.themes import Themes
from library.wiring import Wiring
from library.work import Work

if TYPE_CHECKING:
    from earmark.ports import Clock
    from earmark.types import Subscriber
    from library.doctor import Check

__all__ = ["Library"]


class Library:
    """A library as one reader sees it. Thread-safe; raises only ``EarmarkError`` for what a user can cause."""

    def __init__(self, wiring: Wiring, reader: Subscriber | None = None) -> None:
        """Joins the parts; without a ``reader`` they serve the local one."""
        self.wiring = wiring
        self.settings, self.catalog, self.clock = wiring.settings, wiring.catalog, wiring.clock
        self.reader = reader or local_reader(wiring.settings)
        settings, catalog, clock, owner = self.settings, self.catalog, self.clock, wiring.owner
        self.shows = Shows(catalog, settings, clock, fetcher=wiring.fetcher)
        self.episodes = Episodes(catalog)
        self.work = Work(catalog, settings, clock, fetcher=wiring.fetcher, stages=wiring.stages)
        self.index = Index(settings, catalog, owner)
        self.insights = Insights(catalog, clock, owner=owner, reader=self.reader)
        self.search = Search(owner)
        self.answers = Answers(owner)
        self.conversations = Conversations(catalog)
        self.themes = Themes(catalog, keeper=wiring.theme_keeper, regrouper=wiring.regrouper)
        self.briefs = Briefs(catalog, settings, clock, owner=owner, reader=self.reader)

    @classmethod
    def open(cls, home: Path | None = None, *, settings: Settings | None = None, clock: Clock | None = None) -> Self:
        """The library in a folder (by default that of the settings), created if it is not there."""
        chosen = settings or load_settings(home=home)
        return cls(Wiring(chosen, open_catalog(chosen.catalog_url), clock or SystemClock()))

    def for_reader(self, reader_id: str) -> Library:
        """The same library as another reader sees it; both are closed together.

        Raises:
            NotFound: no reader has this id.
        """
        return Library(self.wiring, find_reader(self.catalog, self.settings, reader_id))

    def status(self) -> Status:
        """Counts of everything, failures with their reasons, and how far the index is behind."""
        from retrieval.index import read_watermark

        return read_status(self.catalog, read_watermark(self.settings), now=self.clock.now())

    def doctor(self) -> list[Check]:
        """Whether each part that Earmark needs is there and works."""
        from library.doctor import examine

        return examine(self.wiring)

    def close(self) -> None:
        """Lets go of the index and the catalog."""
        self.wiring.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
