"""The profile of the fake library: a text in memory, and a next brief that shows or lacks one idea."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from briefs.preferences import TEMPLATE, read, with_interests
from briefs.subjects import subjects_in
from earmark.errors import LeaseLost
from earmark.types import Brief, BriefItem, Insight
from library.profile import SEEDS, BriefChange, Learned, ReaderProfile
from tests.ui import corpus

if TYPE_CHECKING:
    from tests.ui.fake_readers import FakeMarks
    from tests.ui.fakes import Corpus

__all__ = ["FakeProfile"]


class FakeProfile:
    """Interests bring the corpus's last idea into the next brief."""

    def __init__(self, held: Corpus, marks: FakeMarks) -> None:
        self._held = held
        self._marks = marks
        self._text = ""
        self._before = ""
        self._version = 0

    def get(self) -> ReaderProfile:
        return ReaderProfile(
            text=self._text or TEMPLATE,
            version=self._version,
            says=read(self._text),
            undoable=self._before != self._text,
            path="/home/ada/.earmark/profiles/local.md",
            updated_at=corpus.NOW if self._version else None,
        )

    def set(self, text: str, *, after: int | None = None) -> ReaderProfile:
        read(text)
        if after is not None and after != self._version:
            raise LeaseLost("has been changed meanwhile; look at it again, then change it", subject="the profile")
        self._before, self._text, self._version = self._text, text, self._version + 1
        return self.get()

    def undo(self) -> ReaderProfile:
        if self._before == self._text:
            return self.get()
        return self.set(self._before)

    def reset(self, *, learned: bool = False) -> ReaderProfile:
        for insight, _ in self._marks.wishes() if learned else []:
            self._marks.unwish(insight.id)
        return self.set("")

    def compare(self, text: str) -> BriefChange:
        day = corpus.TODAY + timedelta(days=1)
        before, after = self.preview(day, self._text), self.preview(day, text)
        come = tuple(item for item in after.items if item not in before.items)
        return BriefChange(
            day=day,
            come=come,
            go=tuple(item for item in before.items if item not in after.items),
            stay=tuple(item for item in after.items if item not in come),
        )

    def preview(self, day: date, profile: str) -> Brief:
        says = read(profile)
        items = [BriefItem(insight=insight, why="", novelty=0.5) for insight in self._held.insights[:5]]
        if says.interests:
            why = f"You follow “{says.interests[0].words}”."
            items[-1:] = [replace(items[-1], insight=self._held.insights[-1], why=why)] if items else []
        return Brief(subscriber_id="local", date=day, items=tuple(items), created_at=corpus.NOW)

    def learned(self) -> list[Learned]:
        return [
            Learned(direction=click.direction, theme="Queues and waiting", insights=(insight,))
            for insight, click in self._marks.wishes()
        ]

    def seeds(self) -> list[Insight]:
        return self._held.insights[:SEEDS]

    def with_text(self, text: str) -> str:
        return with_interests(self.get().text, subjects_in(text))
