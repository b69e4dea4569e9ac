"""The addresses of what can be read on a page of its own: the one place that makes them, for pages, mail, feeds and programs.

They are paths of the app; `absolute` puts the name before them under which readers open it. An address stays good as long as
what it leads to: ids follow from content, and a theme that another took over leads there.
"""

from __future__ import annotations

import re
from datetime import date
from urllib.parse import quote, urlencode

from earmark.clean import plain

__all__ = [
    "absolute",
    "brief_page",
    "insight_page",
    "moment_page",
    "near_words",
    "person_named",
    "person_page",
    "show_page",
    "theme_page",
]

_NEAR_CHARACTERS = 80
"""Of the words by which a moment is looked for: enough to tell it from any other of its episode."""
_SIGNS = {"~": "~0", "_": "~1", "/": "~2", "%": "~3", "\\": "~4", " ": "_"}
"""How signs of a name are written that servers and proxies read in ways of their own, encoded or not."""
_ENDING = re.compile(r"\.(?=(md|png|html)$)")
"""A dot that would begin another form of the page, where it is part of the name."""


def insight_page(insight_id: str) -> str:
    """The page of an insight."""
    return f"/i/{quote(insight_id, safe='')}"


def brief_page(day: date) -> str:
    """The page of a day's brief."""
    return f"/b/{day.isoformat()}"


def show_page(show_id: str) -> str:
    """The page of a show."""
    return f"/s/{quote(show_id, safe='')}"


def theme_page(theme_id: str) -> str:
    """The page of a theme."""
    return f"/t/{quote(theme_id, safe='')}"


def person_page(name: str) -> str:
    """The page of who speaks under that name, spaces written as underscores.

    Empty for no name, and for one with signs that are not seen: no address carries it as it is.

    >>> person_page("Yara Lindgren")
    '/p/Yara_Lindgren'
    """
    spaced = plain(name)
    if spaced != name:
        return ""
    for sign, written in _SIGNS.items():
        spaced = spaced.replace(sign, written)
    return f"/p/{quote(_ENDING.sub('~5', spaced), safe='~')}" if spaced else ""


def person_named(part: str) -> str:
    """The name that the last part of a person's address stands for, as a server hands it on: decoded."""
    name = part.replace("~5", ".")
    for sign, written in reversed(_SIGNS.items()):
        name = name.replace(written, sign)
    return name


def moment_page(episode_id: str, start_s: float | None, quote_of: str = "") -> str:
    """The page of a moment in an episode; where the transcript has no times, by the words of ``quote_of``."""
    path = f"/m/{quote(episode_id, safe='')}"
    if start_s is not None:
        return f"{path}/{int(start_s)}"
    near = near_words(quote_of)
    return f"{path}?{urlencode({'near': near})}" if near else path


def near_words(quote_of: str) -> str:
    """The words of a quote by which a moment is looked for where the transcript has no times."""
    return plain(quote_of)[:_NEAR_CHARACTERS]


def absolute(base: str, path: str) -> str:
    """The whole address of a page of the app that readers open at ``base``; empty where either is."""
    return f"{base.rstrip('/')}{path}" if base and path else ""
