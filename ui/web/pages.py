"""The pages of the app, each named once: their addresses, the navigation, Streamlit's pages and the script follow from it.

To add a page, write a view in `ui/web/views` with a template, and add a row here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ui.web.views import ask, brief, coming, insight, moment, profile, saved, search, shows, theme, themes, week

__all__ = ["NAVIGATION", "PAGES", "WebPage"]


@dataclass(frozen=True, slots=True, kw_only=True)
class WebPage:
    """A page: its address without the slash, its name in the navigation, what shows it, and whether it is listed there."""

    path: str
    name: str
    show: Callable[[], None]
    listed: bool = False


PAGES = (
    WebPage(path="", name="Brief", show=brief.show, listed=True),
    WebPage(path="next", name="Next brief", show=coming.show),
    WebPage(path="week", name="Your week", show=week.show),
    WebPage(path="insight", name="Insight", show=insight.show),
    WebPage(path="moment", name="Moment", show=moment.show),
    WebPage(path="ask", name="Ask", show=ask.show, listed=True),
    WebPage(path="search", name="Search", show=search.show, listed=True),
    WebPage(path="themes", name="Themes", show=themes.show, listed=True),
    WebPage(path="theme", name="Theme", show=theme.show),
    WebPage(path="saved", name="Saved", show=saved.show, listed=True),
    WebPage(path="profile", name="Profile", show=profile.show),
    WebPage(path="shows", name="Shows", show=shows.show, listed=True),
)
"""Every page; the first is the one without a path. Paths have one part: links between pages are relative to it."""

NAVIGATION = tuple(page for page in PAGES if page.listed)
"""The pages that the masthead leads to, in its order."""
