"""Makes the pages of insights, briefs, shows, people, themes and moments, for one visitor."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from briefs.calendar_words import date_words
from earmark.addresses import absolute
from earmark.clean import cut, plain
from earmark.days import Days
from earmark.errors import EarmarkError, NotFound
from earmark.language.spans import counted
from earmark.timeline import Timeline
from earmark.types import Disagreement, Episode, Insight, Related, Segment
from library.people import Person, Tie, TimelineClaim
from library.ports import PublishedPort
from ui.pages import twins
from ui.pages.page import Head, Page
from ui.roles import role_words
from ui.web.links import Links
from ui.web.turns import AFTER_S, BEFORE_S, around, heard_around

__all__ = ["PageMaker", "PageMoved"]

_TITLE = 110
_DESCRIPTION = 200
"""Characters: what cards and lists of results show of each before they cut it themselves."""
_LISTED = 40
"""Insights on a page of a list: about 10 KB."""


class PageMoved(Exception):
    """A page has another address by now, which is carried."""

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.address = address


@dataclass(frozen=True, slots=True, kw_only=True)
class PageMaker:
    """Makes pages.

    Attributes:
        reading: what the visitor may see.
        links: where the links in pages lead.
        twin_links: where those in twins lead.
        days: the visitor's days.
        talk: gives an episode with its transcript and where that is heard; ``None`` where nobody may read one.
        base: the address under which the pages are known, put before their own; empty where nobody said.
        places: where each page lies below that, and ``ending`` what its name ends with there.
        most: insights on a page of a list; ``None`` for all.
        naming: whether the visitor may say what people are called.
        somebody: gives who speaks under a name, with or without an insight; ``None`` where only those with one are told of.
        timeline: gives somebody's claims by time; ``None`` where nobody may read what others said beside them.
        theme_timeline: the same of a theme, by its id.
        ties: gives whom somebody agrees and differs with; ``None`` as for ``timeline``.
        disagreements: gives who contradicts whom; ``None`` as for ``timeline``.
    """

    reading: PublishedPort
    links: Links
    twin_links: Links
    days: Days
    places: Links
    talk: Callable[[str], tuple[Episode, Sequence[Segment], Timeline]] | None = None
    base: str = ""
    ending: str = ""
    most: int | None = _LISTED
    naming: bool = False
    somebody: Callable[[str], Person] | None = None
    timeline: Callable[[str], list[TimelineClaim]] | None = None
    theme_timeline: Callable[[str], list[TimelineClaim]] | None = None
    ties: Callable[[str], list[Tie]] | None = None
    disagreements: Callable[[], list[Disagreement]] | None = None

    def insight(self, insight_id: str) -> Page:
        """The page of an insight; raises ``NotFound``, also where it was withdrawn (see `withdrawn`)."""
        insight = self.reading.insight(insight_id)
        related = self._related(insight)
        place = self.places.insight(insight.id)
        title = cut(plain(insight.headline or insight.claim), _TITLE)
        told = insight.claim if insight.headline else insight.body or insight.quote
        who = ", ".join(plain(part) for part in (insight.speaker, insight.show) if part)
        head = Head(
            title=title,
            description=f"{cut(plain(told), _DESCRIPTION)} ({cut(who, 80)})",
            kind="article",
            published=insight.published,
            picture=absolute(self.base, f"{place}.png"),
            address=self._address(place),
            twin=_twin(place),
        )
        day = date_words(self.days.of(insight.published)) if insight.published else ""
        return Page(
            head=head,
            template="site_insight.html",
            values={"insight": insight, "related": related},
            twin=lambda: twins.insight_twin(insight, related or (), self.twin_links, day),
        )

    def withdrawn(self, insight_id: str) -> Page:
        """The page that says that an insight was withdrawn; raises ``NotFound`` where it was not."""
        entry = self.reading.withdrawn(insight_id)
        said = "This insight has been withdrawn."
        head = Head(title="Withdrawn", description=said)
        if self.talk is None:  # what it said, and what a reader noted, is not for strangers any more
            because = f"Since {date_words(self.days.of(entry.withdrawal.at))}: {entry.withdrawal.because.words}."
            notice: dict[str, object] = {"heading": said, "text": because, "links": []}
            return Page(head=head, template="site_notice.html", values=notice, status=410)
        values = {"word": entry.withdrawal, "insight": entry.insight}
        return Page(head=head, template="site_withdrawn.html", values=values, status=410)

    def brief(self, day: date) -> Page:
        """The page of a day's brief; raises ``NotFound``."""
        brief = self.reading.brief(day)
        earlier, later = self.reading.neighbours(brief.date)
        first = brief.items[0].insight if brief.items else None  # whose picture stands for the brief
        claims = " · ".join(plain(item.insight.headline or item.insight.claim) for item in brief.items)
        head = Head(
            title=f"The brief of {date_words(brief.date)}",
            description=cut(claims or plain(brief.note), _DESCRIPTION),
            kind="article",
            picture=absolute(self.base, f"{self.places.insight(first.id)}.png") if first else "",
            address=self._address(self.places.brief(brief.date)),
            twin=_twin(self.places.brief(brief.date)),
        )
        values = {
            "brief": brief,
            "shows": len({item.insight.show_id for item in brief.items}),
            "earlier": earlier,
            "later": later,
        }
        return Page(
            head=head,
            template="site_brief.html",
            values=values,
            twin=lambda: twins.brief_twin(brief, self.twin_links, date_words(brief.date)),
        )

    def show(self, show_id: str, *, after: str = "") -> Page:
        """The page of a show with what was said on it, newest first; raises ``NotFound``."""
        show = self.reading.show(show_id)
        about = "" if show.private else cut(plain(show.description), 280)
        return self._list(
            name=show.title,
            kicker="Show",
            about=about,
            website="" if show.private else show.link,
            place=self.places.show(show.id),
            after=after,
            insights=self.reading.said(show_id=show.id, after=after, limit=self._wanted()),
        )

    def person(self, name: str, *, after: str = "") -> Page:
        """The page of who speaks under a name; of whoever says no insight it tells where they speak.

        Raises:
            NotFound: nobody does, nothing that they say is published, or nothing is older.
            PageMoved: they are called otherwise by now.
        """
        place = self.places.person(name)  # a name that no address carries has none
        insights = self.reading.said(speaker=name, after=after, limit=self._wanted()) if place else []
        if not insights and self.somebody is None:
            raise NotFound("nothing of theirs is published", subject=name)
        called = insights[0].speaker or name if insights or self.somebody is None else self.somebody(name).name
        if called != name and (moved := self.places.person(called)):
            raise PageMoved(moved)
        if after and not insights:
            raise NotFound("nothing of theirs is older than what you asked for; their page has all of it", subject=name)
        shown = role_words(self.reading.person_shows(name)) if not after else ""
        return self._list(
            name=name,
            kicker="Who said it",
            about=shown,
            place=place,
            after=after,
            insights=insights,
            by_show=True,
            names=f"{place}/names" if self.naming else "",
            timeline=f"{place}/timeline" if insights and self.timeline is not None else "",
            ties=f"{place}/ties" if insights and self.ties is not None else "",
        )

    def over_time(self, name: str) -> Page:
        """The page of somebody's claims by time, which has no twin; raises ``NotFound``."""
        if self.timeline is None:
            raise NotFound("is not published", subject=name)
        claims = self.timeline(name)
        called = claims[0].insight.speaker or name if claims else name
        head = Head(
            title=cut(f"{plain(called)} over time", _TITLE),
            description="What they said when, what they foretold, and what was said later about it.",
        )
        values = {"name": called, "place": self.places.person(called), "claims": claims, "named": False}
        return Page(head=head, template="site_timeline.html", values=values)

    def agreeing(self, name: str) -> Page:
        """The page of whom somebody agrees and differs with, which has no twin; raises ``NotFound``."""
        if self.ties is None:
            raise NotFound("is not published", subject=name)
        ties = self.ties(name)
        called = next((example.insight.speaker for tie in ties for example in tie.examples), None) or name
        head = Head(
            title=cut(f"Whom {plain(called)} agrees and differs with", _TITLE),
            description="Who says the same on other shows, and who the opposite.",
        )
        values = {"name": called, "place": self.places.person(called), "ties": ties}
        return Page(head=head, template="site_ties.html", values=values)

    def contradicting(self) -> Page:
        """The page of who contradicts whom, which has no twin; raises ``NotFound``."""
        if self.disagreements is None:
            raise NotFound("is not published")
        head = Head(title="Disagreements", description="Who contradicts whom on two shows, with both quotes.")
        return Page(head=head, template="site_disagreements.html", values={"pairs": self.disagreements()})

    def theme(self, theme_id: str) -> Page:
        """The page of a theme; raises ``NotFound``."""
        theme, insights = self.reading.theme(theme_id, limit=self.most)
        place = self.places.theme(theme.id)
        timeline = f"{place}/timeline" if self.theme_timeline is not None else ""
        head = Head(
            title=cut(plain(theme.label), _TITLE),
            description=cut(plain(theme.claim), _DESCRIPTION),
            address=self._address(place),
            twin=_twin(place),
        )
        return Page(
            head=head,
            template="site_theme.html",
            values={"theme": theme, "insights": insights, "more": 0, "timeline": timeline},
            twin=lambda: twins.theme_twin(theme, insights, self.twin_links),
        )

    def theme_over_time(self, theme_id: str) -> Page:
        """The page of a theme's claims by time, which has no twin; raises ``NotFound``."""
        if self.theme_timeline is None:
            raise NotFound("is not published", subject=theme_id)
        theme, _ = self.reading.theme(theme_id, limit=0)
        head = Head(
            title=cut(f"{plain(theme.label)} over time", _TITLE),
            description="What was said of it when, what was foretold, and what was said later about it.",
        )
        claims = self.theme_timeline(theme.id)
        values = {"name": theme.label, "place": self.places.theme(theme.id), "claims": claims, "named": True}
        return Page(head=head, template="site_timeline.html", values=values)

    def moment(self, episode_id: str, at: float | None, near: str) -> Page:
        """The page of a moment, which has no twin; raises ``NotFound``."""
        if self.talk is None:
            raise NotFound("is not published", subject=episode_id)
        episode, segments, timeline = self.talk(episode_id)
        turns = around(segments, at, near, timeline)
        here = next((turn.text for turn in turns if turn.here), "")
        head = Head(
            title=cut(plain(episode.data.title), _TITLE),
            description=cut(here, _DESCRIPTION),
            address=absolute(self.base, self.places.moment(episode.id, at, near)),
        )
        said = self.reading.said(show_id=episode.show_id, limit=None)
        values = {
            "episode": episode,
            "turns": turns,
            "at": at,
            "heard": heard_around(timeline, at),
            "before_s": BEFORE_S,
            "after_s": AFTER_S,
            "ideas": [insight for insight in said if insight.episode_id == episode.id],
        }
        return Page(head=head, template="site_moment.html", values=values)

    def _list(
        self, *, name: str, kicker: str, about: str, place: str, after: str, insights: Sequence[Insight],
        website: str = "", by_show: bool = False, names: str = "", timeline: str = "", ties: str = "",
    ) -> Page:  # fmt: skip
        shown = insights if self.most is None else insights[: self.most]
        facts = [counted(len(shown), "insight")] if len(shown) == len(insights) and not after else []
        described = about or (shown[0].claim if shown else "")
        values = {
            "kicker": kicker,
            "name": name,
            "about": about,
            "facts": facts,
            "website": website,
            "names": names,
            "timeline": timeline,
            "ties": ties,
            "by_show": by_show,
            "episodes": _by_episode(shown),
            "older": f"{place}?after={shown[-1].id}" if len(shown) < len(insights) else "",
        }
        head = Head(
            title=cut(plain(name), _TITLE),
            description=cut(plain(described), _DESCRIPTION),
            kind="website",
            address=self._address(place),
            twin=_twin(place),
        )
        return Page(
            head=head,
            template="site_list.html",
            values=values,
            twin=lambda: twins.list_twin(name, about, shown, self.twin_links),
        )

    def _related(self, insight: Insight) -> Sequence[Related] | None:
        """What others said; ``None`` where the index cannot say it now: the insight can be read all the same."""
        try:
            return self.reading.related(insight.id)
        except NotFound:
            raise
        except EarmarkError:
            return None

    def _address(self, place: str) -> str:
        """The whole address of a page."""
        return absolute(self.base, f"{place}{self.ending}")

    def _wanted(self) -> int | None:
        # One more than is shown tells whether there is more.
        return None if self.most is None else self.most + 1


def _twin(place: str) -> str:
    """The twin of a page, which lies beside it."""
    return f"{place.rpartition('/')[2]}.md"


def _by_episode(insights: Sequence[Insight]) -> list[tuple[str, list[Insight]]]:
    groups = groupby(insights, key=lambda insight: insight.episode_id)
    return [(listed[0].episode, listed) for _, group in groups if (listed := list(group))]
