"""Insights, themes and briefs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from earmark.errors import NotFound, UsageError
from earmark.types import (
    Because,
    Brief,
    BriefItem,
    Disagreement,
    Echo,
    Filters,
    Insight,
    Related,
    Theme,
    ThemePoint,
    Withdrawal,
    Withdrawn,
)
from library.timeline import TimelineClaim
from library.values import Delivery, ThemesReport
from tests.ui import corpus
from tests.ui.fakes.held import Corpus

__all__ = ["FakeBriefs", "FakeInsights", "FakeThemes"]


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

    def disagreements(self, *, show: str = "", since: date | None = None, limit: int = 20) -> list[Disagreement]:
        """The newest with the first of another show."""
        pairs = [
            Disagreement(insight=insight, other=replace(entry, relation="opposite", also_said_by=()))
            for insight in self._held.insights[:1]
            for entry in self.related(insight.id, limit=1)
            if show in {"", insight.show_id}
        ]
        return pairs[:limit]

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
