"""What a reader keeps, likes and shares."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from earmark.types import (
    Archive,
    Brief,
    Click,
    Direction,
    Insight,
    InsightState,
    Related,
    Selection,
    Show,
    Theme,
    Withdrawn,
)

if TYPE_CHECKING:
    from briefs.exports.notes import NotesReport
    from library.profile import BriefChange, Learned, ReaderProfile
    from library.roles import PersonShow

__all__ = ["MarksPort", "ProfilePort", "PublishedPort", "SharingPort", "TakeoutPort"]


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
    """`library.published.PublishedLibrary`."""

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

    def person_shows(self, name: str) -> tuple[PersonShow, ...]:
        """Where somebody says something that is published, and whether as host or guest."""
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
