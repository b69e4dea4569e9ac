"""What a face may ask of a library: the parts of `library.library.Library` as protocols.

Faces depend on these alone, so a substitute with the same parts serves them as well. The parts themselves say what each
method returns, takes and raises.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from earmark.timeline import Timeline
from earmark.types import (
    Alert,
    Answer,
    ApiToken,
    Archive,
    Brief,
    Click,
    ComingNews,
    Conversation,
    Direction,
    Episode,
    Filters,
    Hit,
    Insight,
    InsightState,
    Mailing,
    Question,
    Reader,
    ReaderFeed,
    Related,
    Selection,
    Show,
    Theme,
    ThemePoint,
    ToldNews,
    Transcript,
    Turn,
    UndeliveredLetter,
    Withdrawn,
)

if TYPE_CHECKING:
    from briefs.entries import Entry
    from briefs.exports.notes import NotesReport
    from earmark.catalog.moving import CatalogMove
    from earmark.llm.servers import FoundServer
    from earmark.ports import Clock
    from earmark.settings import Settings
    from library.backups.writing import BackupReport
    from library.doctor import Check
    from library.keeping import TidyReport
    from library.model_report import ModelReport
    from library.models import LocalModelState
    from library.people import Person, Speaker, Tie, TimelineClaim
    from library.profile import BriefChange, Learned, ReaderProfile
    from library.schedule import Planned, ReaderSchedule, ScheduleStatus
    from library.shows import ImportReport, RefreshReport
    from library.spending import SpendingReport
    from library.status import ShowSummary, Status
    from library.values import (
        Delivery,
        Event,
        Forecast,
        IngestReport,
        Job,
        JobState,
        LinkCheck,
        ModelWait,
        RemovalReport,
        SearchPage,
        ThemesReport,
        TranscriptPart,
    )

__all__ = [
    "AlertsPort",
    "AnswersPort",
    "BriefsPort",
    "ConversationsPort",
    "EpisodesPort",
    "FeedsPort",
    "IndexPort",
    "InsightsPort",
    "LibraryPort",
    "LinksPort",
    "MailPort",
    "MarksPort",
    "ModelsPort",
    "PeoplePort",
    "ProfilePort",
    "PublishedPort",
    "ReadersPort",
    "SchedulePort",
    "SearchPort",
    "SharingPort",
    "ShowsPort",
    "SignInPort",
    "TakeoutPort",
    "ThemesPort",
    "TokensPort",
    "UndeliveredPort",
    "WorkPort",
]


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


class ReadersPort(Protocol):
    """`library.readers.Readers`."""

    def every(self) -> list[Reader]:
        """All readers."""
        ...

    def get(self, reader_id: str) -> Reader:
        """A reader."""
        ...

    def shows(self, reader_id: str) -> list[Show] | None:
        """The shows that a reader sees; ``None`` for all."""
        ...

    def add(self, reader: Reader, *, show_ids: Sequence[str] = ()) -> Reader:
        """Adds a reader."""
        ...

    def change(self, reader: Reader) -> Reader:
        """Changes a reader."""
        ...

    def show_only(self, reader_id: str, show_ids: Sequence[str]) -> Reader:
        """Has a reader see these shows alone."""
        ...

    def remove(self, reader_id: str) -> None:
        """Removes a reader with everything that is the reader's own."""
        ...


class SignInPort(Protocol):
    """`library.sign_in.SignIn`."""

    def with_password(self, name: str, password: str) -> str:
        """The secret of a new session for a name and a password."""
        ...

    def as_email(self, email: str) -> str:
        """The secret of a new session for an address that is vouched for."""
        ...

    def reader_named(self, name: str) -> Reader | None:
        """The reader whom a trusted proxy names."""
        ...

    def reader_of(self, session: str) -> str | None:
        """The id of a session's reader."""
        ...

    def end(self, session: str) -> None:
        """Ends a session."""
        ...

    def end_all(self, reader_id: str) -> int:
        """Ends every session of a reader."""
        ...

    def set_password(self, reader_id: str, password: str) -> None:
        """Gives a reader another password."""
        ...

    def invite(self, reader_id: str) -> str:
        """The secret of an invitation."""
        ...

    def invited(self, invitation: str) -> Reader:
        """The reader whom an invitation is for."""
        ...

    def accept(self, invitation: str, password: str) -> str:
        """Uses an invitation; the secret of a new session."""
        ...


class TokensPort(Protocol):
    """`library.tokens.Tokens`."""

    def every(self, reader_id: str) -> list[ApiToken]:
        """The tokens of a reader."""
        ...

    def add(self, reader_id: str, name: str) -> tuple[str, ApiToken]:
        """A new token with its secret."""
        ...

    def revoke(self, reader_id: str, token_id: str) -> None:
        """Makes a token void."""
        ...

    def reader_of(self, token: str) -> str | None:
        """The id of the reader whose token this is."""
        ...


class ShowsPort(Protocol):
    """`library.shows.Shows`."""

    def add(self, url: str, *, folder: str = "", backfill: str = "", private: bool = False) -> Show:
        """Follows the show at an address."""
        ...

    def add_all(
        self, urls: Sequence[str], *, folder: str = "", backfill: str = "", private: bool = False
    ) -> ImportReport:
        """Follows the shows at several addresses."""
        ...

    def import_opml(self, body: bytes, *, on_each: Callable[[str], None] | None = None) -> ImportReport:
        """Follows every feed of an OPML file."""
        ...

    def export_opml(self, *, with_secrets: bool = False) -> str:
        """The followed shows as OPML."""
        ...

    def every(self) -> list[Show]:
        """The followed shows by title, without what is counted of each."""
        ...

    def summaries(self) -> list[ShowSummary]:
        """The followed shows by title."""
        ...

    def on_this_machine(self, address: str) -> bool:
        """Whether an address names a folder or file of this machine."""
        ...

    def find(self, text: str) -> Show:
        """The show that a text means."""
        ...

    def pause(self, show_id: str) -> Show:
        """Stops asking a show for new episodes."""
        ...

    def resume(self, show_id: str) -> Show:
        """Asks a show again."""
        ...

    def set_backfill(self, show_id: str, backfill: str) -> Show:
        """Changes which episodes are taken of a show."""
        ...

    def refresh(
        self, show_ids: Sequence[str] = (), *, on_event: Callable[[Event], None] | None = None
    ) -> RefreshReport:
        """Checks feeds now."""
        ...

    def remove(self, show_id: str) -> RemovalReport:
        """Removes a show with everything that came from it."""
        ...


class EpisodesPort(Protocol):
    """`library.episodes.Episodes`."""

    def of_show(self, show_id: str, *, shown: bool = False) -> list[Episode]:
        """The episodes of a show, newest first."""
        ...

    def get(self, episode_id: str) -> Episode:
        """An episode."""
        ...

    def transcript(self, episode_id: str) -> Transcript:
        """The transcript of an episode."""
        ...

    def shown(self, episode: Episode) -> Episode:
        """An episode as it may leave this machine."""
        ...

    def around(
        self, episode_id: str, *, second: float | None = None, near: str = "", number: int = 0, span_s: float = 90.0
    ) -> TranscriptPart:
        """What was said around a second."""
        ...

    def timeline(self, episode_id: str) -> Timeline:
        """Where a listener hears the seconds of a transcript."""
        ...

    def local_audio(self, episode_id: str) -> Path | None:
        """The recording of an episode, if it is a file of this machine."""
        ...


class LinksPort(Protocol):
    """`library.links.Links`."""

    def check(
        self,
        names: Sequence[str] = (),
        *,
        again: bool = False,
        on_check: Callable[[LinkCheck], None] | None = None,
        stop: threading.Event | None = None,
    ) -> list[LinkCheck]:
        """Looks whether links still lead to the second, and moves those that do not."""
        ...

    def tend(self) -> bool:
        """Starts the daily check when it is due."""
        ...


class WorkPort(Protocol):
    """`library.work.Work`."""

    def ingest(
        self,
        *,
        shows: Sequence[str] = (),
        all_feeds: bool = False,
        on_event: Callable[[Event], None] | None = None,
        stop: threading.Event | None = None,
    ) -> IngestReport:
        """Checks feeds and works on what is waiting."""
        ...

    def tidy(self, *, dry_run: bool = False) -> TidyReport:
        """Removes what the settings no longer keep."""
        ...

    def forecast(self, *, shows: Sequence[str] = (), all_feeds: bool = False) -> Forecast:
        """What an ingest would do now."""
        ...

    def run(
        self,
        *,
        shows: Sequence[str] = (),
        forever: bool = False,
        on_event: Callable[[Event], None] | None = None,
        stop: threading.Event | None = None,
    ) -> IngestReport:
        """Works on what is waiting."""
        ...

    def jobs(
        self, *, state: JobState | None = None, show_id: str = "", after: str = "", limit: int | None = None
    ) -> list[Job]:
        """The work that is left."""
        ...

    def waiting_for_model(self) -> tuple[ModelWait, ...]:
        """How many episodes wait for the language model, by reason."""
        ...

    def spending(self) -> SpendingReport:
        """What was spent today and this month."""
        ...

    def retry(self, names: Sequence[str] = ()) -> int:
        """Lets the next ingest try again what failed or waits."""
        ...

    def rewrite(self, names: Sequence[str] = ()) -> int:
        """Has the next run write insights again."""
        ...


class IndexPort(Protocol):
    """`library.index.Index`."""

    def follow(self, on_progress: Callable[[int, int], None] | None = None) -> int:
        """Applies the catalog's changes."""
        ...

    def tend(self) -> None:
        """Looks after the generations of the index."""
        ...

    def let_go(self) -> None:
        """Lets other commands have the index."""
        ...

    def behind(self) -> int:
        """The number of changes not applied yet."""
        ...

    def rebuild(self, *, on_progress: Callable[[int, int], None] | None = None) -> int:
        """Rebuilds it."""
        ...

    def clear(self, *, rebuild_up_to: int = ...) -> bool:
        """Takes removed texts out of it."""
        ...


class InsightsPort(Protocol):
    """`library.insights.Insights`."""

    def newest(self, *, show: str = "", speaker: str = "", limit: int | None = 50, after: str = "") -> list[Insight]:
        """Insights, newest episode first."""
        ...

    def search(self, query: str, *, filters: Filters | None = None, limit: int = 10) -> list[Insight]:
        """The insights that fit a query best."""
        ...

    def get(self, insight_id: str) -> Insight:
        """An insight."""
        ...

    def related(self, insight_id: str, *, limit: int = 10) -> list[Related]:
        """What other shows said about the same thing."""
        ...

    def novelty(self, insights: Sequence[Insight]) -> dict[str, float]:
        """How new insights are, by id."""
        ...

    def withdraw(self, insight_id: str, *, because: str, note: str = "") -> Withdrawn:
        """Takes a wrong insight out of the library."""
        ...

    def restore(self, insight_id: str) -> Insight:
        """Puts a withdrawn insight back."""
        ...

    def withdrawn(self, *, limit: int | None = None) -> list[Withdrawn]:
        """The withdrawn insights, the latest first."""
        ...

    def find_withdrawn(self, insight_id: str) -> Withdrawn:
        """A withdrawn insight."""
        ...


class MarksPort(Protocol):
    """`library.marks.Marks`."""

    def of(self, insight_ids: Sequence[str]) -> dict[str, InsightState]:
        """The states of insights, by id."""
        ...

    def mark_read(self, insight_id: str, *, on: bool = True) -> InsightState:
        """Notes that an insight was read."""
        ...

    def save(self, insight_id: str, *, on: bool = True) -> InsightState:
        """Saves an insight."""
        ...

    def hide(self, insight_id: str, *, on: bool = True) -> InsightState:
        """Hides an insight."""
        ...

    def annotate(self, insight_id: str, *, note: str, tags: Sequence[str] = ()) -> InsightState:
        """Gives a saved insight a note and tags."""
        ...

    def read(self, *, limit: int | None = None) -> list[tuple[Insight, InsightState]]:
        """What was read, the latest first."""
        ...

    def saved(self, *, limit: int | None = None) -> list[tuple[Insight, InsightState]]:
        """What was saved, the latest first."""
        ...

    def hidden(self, *, limit: int | None = None) -> list[tuple[Insight, InsightState]]:
        """What was hidden, the latest first."""
        ...

    def wish(self, insight_id: str, direction: Direction) -> Click:
        """Asks for more or less like an insight."""
        ...

    def unwish(self, insight_id: str) -> Click | None:
        """Takes back what was asked of an insight."""
        ...

    def wishes(self, *, limit: int | None = None) -> list[tuple[Insight, Click]]:
        """What was asked for more or less of, the latest first."""
        ...


class SharingPort(Protocol):
    """`library.sharing.Sharing`."""

    def share(self, insight_id: str, *, on: bool = True) -> Insight:
        """Shares an insight, or shares it no longer."""
        ...

    def every(self) -> list[Insight]:
        """The shared insights, the latest first."""
        ...


class PublishedPort(Protocol):
    """`library.published.Published`."""

    def insight(self, insight_id: str) -> Insight:
        """The published insight with that id."""
        ...

    def related(self, insight_id: str) -> list[Related]:
        """What other shows said about the same thing and is published."""
        ...

    def withdrawn(self, insight_id: str) -> Withdrawn:
        """A published insight that was withdrawn."""
        ...

    def show(self, show_id: str) -> Show:
        """A show of which something is published."""
        ...

    def said(self, *, show_id: str = "", speaker: str = "", after: str = "", limit: int | None) -> list[Insight]:
        """Published insights, newest first."""
        ...

    def former_names(self) -> tuple[tuple[str, str], ...]:
        """Names that nobody who is published has any more, each with the present one."""
        ...

    def theme(self, theme_id: str, *, limit: int | None) -> tuple[Theme, list[Insight]]:
        """A theme as what is published of it makes it."""
        ...

    def themes(self) -> list[Theme]:
        """The themes of what is published."""
        ...

    def brief(self, day: date) -> Brief:
        """The published ideas of a day's brief."""
        ...

    def days(self, *, latest: int | None = None) -> list[date]:
        """The days whose brief has any, among the latest briefs or all."""
        ...

    def neighbours(self, day: date) -> tuple[date | None, date | None]:
        """The nearest such days before a day and after it."""
        ...


class ProfilePort(Protocol):
    """`library.profile.ProfilePart`."""

    def get(self) -> ReaderProfile:
        """The profile."""
        ...

    def set(self, text: str, *, after: int | None = None) -> ReaderProfile:
        """Changes the profile."""
        ...

    def undo(self) -> ReaderProfile:
        """Puts the text before the last change back."""
        ...

    def reset(self, *, learned: bool = False) -> ReaderProfile:
        """Empties the profile, and takes back every click if asked."""
        ...

    def compare(self, text: str) -> BriefChange:
        """What the next brief would be with this text in place of the profile."""
        ...

    def preview(self, day: date, profile: str) -> Brief:
        """The brief that would be made of a day now with this text in place of the profile."""
        ...

    def learned(self) -> list[Learned]:
        """What clicks taught, by themes."""
        ...

    def seeds(self) -> list[Insight]:
        """Ten ideas about different things to pick from."""
        ...

    def with_text(self, text: str) -> str:
        """The profile with the subjects of a text among its interests."""
        ...


class SearchPort(Protocol):
    """`library.search.Search`."""

    def hits(self, query: str, *, filters: Filters | None = None, limit: int = 10) -> list[Hit]:
        """The best moments."""
        ...

    def page(self, query: str, *, filters: Filters | None = None, limit: int = 10, correct: bool = True) -> SearchPage:
        """The best moments with their facets."""
        ...


class AnswersPort(Protocol):
    """`library.answers.Answers`."""

    def ask(self, question: Question) -> Answer:
        """An answer."""
        ...

    def stream(self, question: Question) -> Iterator[Answer]:
        """The answer as it grows."""
        ...


class ConversationsPort(Protocol):
    """`library.answers.Conversations`."""

    def newest(self, *, limit: int | None = None) -> list[Conversation]:
        """Saved conversations, most recently used first."""
        ...

    def get(self, conversation_id: str) -> tuple[Conversation, list[Turn]]:
        """A conversation with its questions and answers."""
        ...

    def rename(self, conversation_id: str, title: str) -> None:
        """Gives it another title."""
        ...

    def forget(self, conversation_ids: Sequence[str]) -> int:
        """Removes conversations."""
        ...


class ThemesPort(Protocol):
    """`library.themes.Themes`."""

    def every(self) -> list[Theme]:
        """All themes."""
        ...

    def get(self, theme_id: str) -> Theme:
        """A theme."""
        ...

    def insights(self, theme_id: str, *, limit: int | None = None) -> list[Insight]:
        """A theme's insights."""
        ...

    def timeline(self, theme_id: str) -> list[TimelineClaim]:
        """A theme's claims by time, with what became of them."""
        ...

    def points(self, *, limit: int | None = None) -> list[ThemePoint]:
        """The map."""
        ...

    def sizes(self) -> tuple[int, int]:
        """The number of insights examined, and of those without a theme."""
        ...

    def update(self) -> ThemesReport:
        """Adds new insights to the themes."""
        ...

    def tend(self) -> None:
        """Adds new insights to the themes without holding up the pages."""
        ...

    def rebuild(self, on_step: Callable[[str], None] | None = None) -> ThemesReport:
        """Regroups all insights."""
        ...


class PeoplePort(Protocol):
    """`library.people.People`."""

    def every(self) -> list[Speaker]:
        """Everybody who says an insight."""
        ...

    def get(self, name: str, *, claims: int = 10) -> Person:
        """Somebody with their claims, by theme and by month."""
        ...

    def ties(self, name: str) -> list[Tie]:
        """Who agrees and differs with somebody."""
        ...

    def timeline(self, name: str) -> list[TimelineClaim]:
        """Somebody's claims by time, with what became of them."""
        ...

    def rename(self, name: str, to: str, *, show: str = "") -> Person:
        """Has somebody called otherwise from now on."""
        ...

    def confirm(self, name: str) -> Person:
        """Says that a name is right."""
        ...

    def join(self, name: str, other: str, *, show: str = "") -> Person:
        """Says that two names are one person's."""
        ...

    def split(self, name: str, written: str, *, called: str = "", show: str = "") -> Person:
        """Says that whoever is written one way is somebody else; the other."""
        ...


class BriefsPort(Protocol):
    """`library.briefs.Briefs`."""

    def today(self) -> date:
        """The reader's day."""
        ...

    def get(self, day: date | None = None, *, settle: bool = False) -> Brief:
        """The brief of a day."""
        ...

    def preview(self, day: date | None = None) -> Brief:
        """The brief that would be made of a day now."""
        ...

    def digest(self, day: date | None = None) -> Brief:
        """The week that ends with a day."""
        ...

    def drop(self, insight_id: str, *, swap: bool = False) -> Brief:
        """Takes an idea out of the next brief."""
        ...

    def undrop(self, insight_id: str) -> Brief:
        """Lets an idea come again."""
        ...

    def dropped(self) -> list[Insight]:
        """The ideas taken out of the next brief."""
        ...

    def dates(self) -> list[date]:
        """The days that have a brief."""
        ...

    def send(self, day: date | None = None) -> tuple[Delivery, ...]:
        """Sends the brief of a day through every channel that reaches the reader."""
        ...


class SchedulePort(Protocol):
    """`library.schedule.Schedule`."""

    def status(self) -> ScheduleStatus:
        """When briefs come and what became of the last."""
        ...

    def plan(self) -> list[Planned]:
        """What would be sent."""
        ...

    def take(self, owner: str) -> bool:
        """Whether a process keeps the schedule from now on."""
        ...

    def let_go(self, owner: str) -> None:
        """Lets another process keep it."""
        ...

    def fetch_is_due(self) -> bool:
        """Whether it is time to ask the feeds."""
        ...

    def send_due(self, owner: str, stop: threading.Event | None = None) -> list[ReaderSchedule]:
        """Makes and sends every brief that is due."""
        ...


class MailPort(Protocol):
    """`library.mail.Mail`."""

    def state(self) -> Mailing | None:
        """The reader's wish for mail."""
        ...

    def ask(self) -> Mailing:
        """Asks the reader's address whether mail is wanted there."""
        ...

    def asked(self, secret: str) -> Reader:
        """The reader whose address a confirmation is about."""
        ...

    def confirm(self, secret: str) -> Reader:
        """Uses a confirmation up."""
        ...

    def leaving(self, key: str) -> Mailing:
        """The mailing that the link of a mail is about."""
        ...

    def leave(self, key: str) -> Mailing:
        """Ends the mails that a link is about."""
        ...

    def stop(self) -> Mailing:
        """Ends the reader's mails."""
        ...

    def test(self) -> str:
        """Sends a test; the address it went to."""
        ...

    def bounced(self, report: bytes) -> Reader | None:
        """Counts a report that a mail could not be delivered."""
        ...


class TakeoutPort(Protocol):
    """`library.takeout.Takeout`."""

    def notes(self, selection: Selection, folder: Path, *, by_day: bool = False, template: str = "") -> NotesReport:
        """Writes notes in Markdown."""
        ...

    def readwise_csv(self, selection: Selection) -> str:
        """A CSV file for Readwise."""
        ...

    def to_readwise(self, selection: Selection) -> int:
        """Sends highlights to Readwise."""
        ...

    def anki(self, selection: Selection) -> str:
        """A text file for Anki."""
        ...

    def everything(self) -> Archive:
        """All that is the reader's own."""
        ...

    def put_back(self, archive: Archive) -> int:
        """Adds what an archive holds to what the reader has."""
        ...


class AlertsPort(Protocol):
    """`library.alerts.Alerts`."""

    def every(self) -> list[Alert]:
        """The reader's alerts."""
        ...

    def add(self, selection: Selection) -> Alert:
        """The alert on a selection, made if there is none."""
        ...

    def remove(self, alert_id: str) -> None:
        """Ends an alert."""
        ...

    def coming(self) -> ComingNews:
        """What the next message would tell."""
        ...

    def told(self) -> list[ToldNews]:
        """What was told lately."""
        ...


class UndeliveredPort(Protocol):
    """`library.undelivered.Undelivered`."""

    def every(self) -> list[UndeliveredLetter]:
        """What did not go out to the reader."""
        ...

    def again(self, letter_id: str) -> None:
        """Sends it again."""
        ...

    def forget(self, letter_id: str) -> None:
        """Lets it be."""
        ...


class FeedsPort(Protocol):
    """`library.feeds.Feeds`."""

    def every(self) -> list[ReaderFeed]:
        """The reader's feeds."""
        ...

    def add(self, selection: Selection) -> tuple[str, ReaderFeed]:
        """A new feed with the secret of its address."""
        ...

    def remove(self, feed_id: str) -> None:
        """Makes the address of a feed void."""
        ...

    def opened(self, secret: str) -> ReaderFeed | None:
        """The feed that a secret opens."""
        ...

    def entries(self, selection: Selection) -> list[Entry]:
        """What a feed of a selection holds."""
        ...

    def same_since(self, feed: ReaderFeed, digest: str) -> datetime:
        """Since when a feed says what has this digest."""
        ...


class ModelsPort(Protocol):
    """`library.models.Models`."""

    def offers(self) -> list[FoundServer]:
        """Model servers on this machine, if no model is set up."""
        ...

    def examine(self, on_step: Callable[[str], None] | None = None) -> ModelReport:
        """Tries the model in use."""
        ...

    def local(self) -> list[LocalModelState]:
        """The models that are worth fetching."""
        ...

    def fetch(self, name: str, on_progress: Callable[[int, int], None] | None = None) -> LocalModelState:
        """Fetches a model."""
        ...

    def use(self, name: str) -> str:
        """Has a model used from now on."""
        ...

    def remove(self, name: str) -> int:
        """Removes a fetched model."""
        ...
