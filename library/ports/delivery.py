"""What comes to a reader by itself: briefs, mails, alerts and feeds."""

from __future__ import annotations

import threading
from datetime import date, datetime
from typing import TYPE_CHECKING, Protocol

from earmark.types import (
    Alert,
    Brief,
    ComingNews,
    Insight,
    Mailing,
    Reader,
    ReaderFeed,
    Selection,
    ToldNews,
    UndeliveredLetter,
)

if TYPE_CHECKING:
    from briefs.entries import Entry
    from library.schedule import PlannedBrief, ReaderSchedule, ScheduleStatus
    from library.values import Delivery

__all__ = ["AlertsPort", "BriefsPort", "FeedsPort", "MailPort", "SchedulePort", "UndeliveredPort"]


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

    def plan(self) -> list[PlannedBrief]:
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
    """`library.undelivered.UndeliveredLetters`."""

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
