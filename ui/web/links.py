"""Where the links of a page lead: to other pages of the app, or to those of a site that is written or served."""

from __future__ import annotations

from datetime import date
from typing import Protocol
from urllib.parse import urlencode

from earmark.addresses import insight_page, near_words
from earmark.relations import Utterance

__all__ = ["AppLinks", "Links", "related_link"]


class Links(Protocol):
    """Makes the addresses in a page. An empty one is no link: the page has the words without it."""

    def insight(self, insight_id: str) -> str:
        """The page of an insight."""
        ...

    def moment(self, episode_id: str, start_s: float | None, quote: str = "") -> str:
        """The page of a moment in an episode; where the transcript has no times it is found by the words of ``quote``."""
        ...

    def theme(self, theme_id: str) -> str:
        """The page of a theme."""
        ...

    def show(self, show_id: str) -> str:
        """The page of a show."""
        ...

    def person(self, name: str) -> str:
        """The page of who speaks under a name."""
        ...

    def brief(self, day: date) -> str:
        """The page of a day's brief."""
        ...

    def themes(self) -> str:
        """The page of all themes."""
        ...

    def own_page(self, insight_id: str) -> str:
        """The page of an insight to link and quote; empty on that page itself."""
        ...


class AppLinks:
    """Pages of the app itself, which follow one another without loading it again."""

    def insight(self, insight_id: str) -> str:
        """As in `Links`."""
        return f"/insight?{urlencode({'id': insight_id})}"

    def moment(self, episode_id: str, start_s: float | None, quote: str = "") -> str:
        """As in `Links`."""
        query: dict[str, str] = {"episode": episode_id}
        if start_s is not None:
            query["t"] = str(int(start_s))
        elif quote:
            query["near"] = near_words(quote)
        return f"/moment?{urlencode(query)}"

    def theme(self, theme_id: str) -> str:
        """As in `Links`."""
        return f"/theme?{urlencode({'id': theme_id})}"

    def show(self, show_id: str) -> str:
        """As in `Links`."""
        return f"/shows?{urlencode({'show': show_id})}"

    def person(self, name: str) -> str:
        """As in `Links`: the app has no page of a person."""
        return ""

    def brief(self, day: date) -> str:
        """As in `Links`."""
        return f"/?{urlencode({'date': day.isoformat()})}"

    def themes(self) -> str:
        """As in `Links`."""
        return "/themes"

    def own_page(self, insight_id: str) -> str:
        """As in `Links`."""
        return insight_page(insight_id)


def related_link(links: Links, heard: Utterance) -> str:
    """The page of an entry of a related list: of its insight, or of its moment."""
    if heard.insight_id:
        return links.insight(heard.insight_id)
    return links.moment(heard.episode_id, heard.start_s, heard.text)
