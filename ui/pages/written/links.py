"""Links among the files of a written site: relative, so that it works in any folder of any host, and from a disk."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from earmark.ids import make_id
from earmark.language.folding import fold

__all__ = ["FileLinks", "brief_file", "insight_file", "person_file", "show_file", "theme_file"]

_SLUG = 40
"""Characters of a name in a file's name; what tells files apart is behind them."""


def insight_file(insight_id: str) -> str:
    """The file of an insight, without its ending."""
    return f"i/{_safe(insight_id)}"


def brief_file(day: date) -> str:
    """The file of a day's brief, without its ending."""
    return f"b/{day.isoformat()}"


def show_file(show_id: str) -> str:
    """The file of a show, without its ending."""
    return f"s/{_safe(show_id)}"


def theme_file(theme_id: str) -> str:
    """The file of a theme, without its ending."""
    return f"t/{_safe(theme_id)}"


def person_file(name: str) -> str:
    """The file of who speaks under a name, without its ending: in letters that every disk and host takes, in any case."""
    slug = re.sub(r"[^a-z0-9]+", "-", fold(name)).strip("-")[:_SLUG]
    return f"p/{slug}-{make_id('person', name)[:8]}".replace("/-", "/")


@dataclass(frozen=True, slots=True, kw_only=True)
class FileLinks:
    """Links from a file that lies ``up`` (``../`` for one folder) below the site's own; ``ending`` is that of the files."""

    up: str = ""
    ending: str = ".html"

    def insight(self, insight_id: str) -> str:
        """As in `ui.web.links.Links`."""
        return f"{self.up}{insight_file(insight_id)}{self.ending}"

    def moment(self, episode_id: str, start_s: float | None, quote: str = "") -> str:
        """As in `ui.web.links.Links`: transcripts are not published."""
        return ""

    def theme(self, theme_id: str) -> str:
        """As in `ui.web.links.Links`."""
        return f"{self.up}{theme_file(theme_id)}{self.ending}"

    def show(self, show_id: str) -> str:
        """As in `ui.web.links.Links`."""
        return f"{self.up}{show_file(show_id)}{self.ending}"

    def person(self, name: str) -> str:
        """As in `ui.web.links.Links`."""
        return f"{self.up}{person_file(name)}{self.ending}"

    def brief(self, day: date) -> str:
        """As in `ui.web.links.Links`."""
        return f"{self.up}{brief_file(day)}{self.ending}"

    def themes(self) -> str:
        """As in `ui.web.links.Links`."""
        return f"{self.up}themes.html"

    def own_page(self, insight_id: str) -> str:
        """As in `ui.web.links.Links`."""
        return ""


def _safe(key: str) -> str:
    """An id as a file's name: ids are letters and figures; what is not is told by its hash."""
    return key if re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9-]*", key) else make_id("file", key)
