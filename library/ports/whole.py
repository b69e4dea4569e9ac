"""A library as one reader sees it, with all its parts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from earmark.types import Reader

if TYPE_CHECKING:
    from earmark.catalog.moving import CatalogMove
    from earmark.ports import Clock
    from earmark.settings import Settings
    from library.backups.writing import BackupReport
    from library.doctor import Check
    from library.ports.asking import AnswersPort, ConversationsPort, SearchPort
    from library.ports.delivery import AlertsPort, BriefsPort, FeedsPort, MailPort, SchedulePort, UndeliveredPort
    from library.ports.ideas import InsightsPort, PeoplePort, ThemesPort
    from library.ports.people import ReadersPort, SignInPort, TokensPort
    from library.ports.shows import EpisodesPort, LinksPort, ShowsPort
    from library.ports.taste import MarksPort, ProfilePort, PublishedPort, SharingPort, TakeoutPort
    from library.ports.work import IndexPort, ModelsPort, WorkPort
    from library.status import Status

__all__ = ["LibraryPort"]


class LibraryPort(Protocol):
    """A library as one reader sees it."""

    @property
    def settings(self) -> Settings:
        """The settings of this library."""
        ...

    @property
    def clock(self) -> Clock:
        """The library's clock."""
        ...

    @property
    def reader(self) -> Reader:
        """The reader."""
        ...

    @property
    def readers(self) -> ReadersPort:
        """The readers of the library."""
        ...

    @property
    def sign_in(self) -> SignInPort:
        """The readers' passwords, sessions and invitations."""
        ...

    @property
    def tokens(self) -> TokensPort:
        """The readers' tokens for programs."""
        ...

    @property
    def shows(self) -> ShowsPort:
        """The shows that are followed."""
        ...

    @property
    def episodes(self) -> EpisodesPort:
        """Their episodes."""
        ...

    @property
    def links(self) -> LinksPort:
        """Their links to the second."""
        ...

    @property
    def work(self) -> WorkPort:
        """The work that turns episodes into insights."""
        ...

    @property
    def index(self) -> IndexPort:
        """The search index."""
        ...

    @property
    def insights(self) -> InsightsPort:
        """The insights."""
        ...

    @property
    def marks(self) -> MarksPort:
        """What the reader read, saved and hid."""
        ...

    @property
    def sharing(self) -> SharingPort:
        """The insights that an owner shares with strangers."""
        ...

    @property
    def published(self) -> PublishedPort:
        """What strangers may read."""
        ...

    @property
    def profile(self) -> ProfilePort:
        """What the reader wrote down about their interests, and what their clicks taught."""
        ...

    @property
    def search(self) -> SearchPort:
        """The search over everything that was said."""
        ...

    @property
    def answers(self) -> AnswersPort:
        """The answers to questions."""
        ...

    @property
    def conversations(self) -> ConversationsPort:
        """The saved conversations."""
        ...

    @property
    def people(self) -> PeoplePort:
        """Who speaks."""
        ...

    @property
    def themes(self) -> ThemesPort:
        """The themes."""
        ...

    @property
    def models(self) -> ModelsPort:
        """Language models."""
        ...

    @property
    def briefs(self) -> BriefsPort:
        """The reader's briefs."""
        ...

    @property
    def schedule(self) -> SchedulePort:
        """When briefs come, and the making and sending of those that are due."""
        ...

    @property
    def mail(self) -> MailPort:
        """The reader's mail."""
        ...

    @property
    def takeout(self) -> TakeoutPort:
        """What the reader takes out."""
        ...

    @property
    def alerts(self) -> AlertsPort:
        """What the reader is told of."""
        ...

    @property
    def undelivered(self) -> UndeliveredPort:
        """What did not go out to the reader."""
        ...

    @property
    def feeds(self) -> FeedsPort:
        """The reader's feeds, for feed readers."""
        ...

    def for_reader(self, reader_id: str) -> LibraryPort:
        """The same library as another reader sees it."""
        ...

    def status(self) -> Status:
        """Counts, failures, and how far the index is behind."""
        ...

    def backup(self, path: Path, *, with_secrets: bool = False, force: bool = False) -> BackupReport:
        """Writes the library into one file."""
        ...

    def move(self, url: str, *, on_table: Callable[[str, int], None] | None = None) -> CatalogMove:
        """Copies the library into another database."""
        ...

    def doctor(self) -> list[Check]:
        """Whether each part works."""
        ...

    def close(self) -> None:
        """Lets go of the index and the catalog."""
        ...
