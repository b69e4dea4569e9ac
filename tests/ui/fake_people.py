"""The people of the fake library: those of its insights, each in no theme."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from earmark.errors import NotFound, UsageError
from earmark.types import Insight, Related, ThemeMonth
from library.people import Example, Person, PersonShow, PersonTheme, Speaker, Tie, TimelineClaim

__all__ = ["FakePeople"]


class FakePeople:
    """Reads the insights that are held."""

    def __init__(self, insights: list[Insight], related: Callable[[str], list[Related]]) -> None:
        self._insights = insights
        self._related = related

    def every(self) -> list[Speaker]:
        names = sorted({insight.speaker for insight in self._insights if insight.speaker})
        return [self._speaker(name) for name in names]

    def get(self, name: str, *, claims: int = 10) -> Person:
        said = self._said(name)
        theme = PersonTheme(theme_id="", label="", count=len(said), insights=tuple(said[:claims]))
        months = [ThemeMonth(month="2026-11", count=len(said))]
        return Person(
            name=name,
            spellings=(self._speaker(name),),
            themes=(theme,),
            months=tuple(months),
            shows=self.shows(name),
        )

    def shows(self, name: str) -> tuple[PersonShow, ...]:
        """The host of the first show on which they speak, and a guest elsewhere."""
        places: dict[str, list[Insight]] = {}
        for insight in self._insights:
            if insight.speaker == name:
                places.setdefault(insight.show_id, []).append(insight)
        return tuple(
            PersonShow(
                show_id=show_id,
                show=said[0].show,
                role="guest" if place else "host",
                episode_ids=tuple(dict.fromkeys(insight.episode_id for insight in said)),
            )
            for place, (show_id, said) in enumerate(places.items())
        )

    def ties(self, name: str) -> list[Tie]:
        insight = self._said(name)[0]
        (entry,) = self._related(insight.id)[:1]
        examples = (Example(insight=insight, other=entry),)
        return [Tie(name="Somebody Else", agreements=1, differences=0, examples=examples)]

    def timeline(self, name: str) -> list[TimelineClaim]:
        said = [insight for insight in self._said(name) if insight.published]
        return [
            TimelineClaim(
                insight=insight, prediction=not place, due="by 2030", later=tuple(self._related(insight.id)[:2])
            )
            for place, insight in enumerate(said)
        ]

    def rename(self, name: str, to: str, *, show: str = "") -> Person:
        if not to.strip():
            raise UsageError("a name has letters; say what they are called", subject=to)
        for place, insight in enumerate(self._insights):
            if insight.speaker == name:
                self._insights[place] = replace(insight, speaker=to)
        return self.get(to)

    def confirm(self, name: str) -> Person:
        return replace(self.get(name), confirmed=True)

    def join(self, name: str, other: str, *, show: str = "") -> Person:
        self.get(name)
        return self.rename(other, name)

    def split(self, name: str, written: str, *, called: str = "", show: str = "") -> Person:
        self.get(name)
        return self.rename(written, called or written)

    def _said(self, name: str) -> list[Insight]:
        said = [insight for insight in self._insights if insight.speaker == name]
        if not said:
            raise NotFound("nobody of this name speaks in your shows", subject=name)
        return said

    def _speaker(self, name: str) -> Speaker:
        said = self._said(name)
        episodes = {insight.episode_id for insight in said}
        shows = {insight.show_id for insight in said}
        times = sorted(insight.published for insight in said if insight.published)
        return Speaker(
            name=name,
            insights=len(said),
            episodes=len(episodes),
            shows=len(shows),
            first=times[0] if times else None,
            last=times[-1] if times else None,
        )
