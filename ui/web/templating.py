"""The reading parts of the pages: Jinja templates in which every value is cleaned and escaped.

Feeds, transcripts and models write what is shown here, so nothing of theirs is ever HTML or Markdown: each value goes
through `earmark.clean.plain`, then through autoescape, and links out are http or https or no link.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from earmark.clean import plain
from earmark.days import Days
from earmark.language.links import moment_link, web_url
from earmark.language.marks import STAND_IN_MARK
from earmark.language.numbers import spelled
from earmark.language.quotation import shown_quote
from earmark.language.spans import ago, clock, counted, plural
from earmark.relations import RELATION_WORDS, published, utterance
from ui.nearest import NOTHING_BESIDE, nearest_search
from ui.web import state
from ui.web.links import AppLinks, Links, related_link
from ui.web.typeface import ASSETS, serif

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = ["led_by", "marked", "outward", "render", "unquoted"]

_TEMPLATES = Path(__file__).parent / "templates"


_APP: Links = AppLinks()
_setting: ContextVar[tuple[Links, Days] | None] = ContextVar("setting", default=None)
"""Where links lead and whose days they are; ``None`` in a page of the app, whose reader's they are."""


@contextmanager
def led_by(links: Links, days: Days) -> Iterator[None]:
    """While the block runs, what is rendered links there and has these days, not the app's."""
    token = _setting.set((links, days))
    try:
        yield
    finally:
        _setting.reset(token)


def render(template: str, **values: Any) -> str:
    """A template of `ui/web/templates` with these values, as HTML that is safe to show."""
    return _environment().get_template(template).render(**values)


def outward(url: str | None) -> str:
    """The address if it may be linked (see `earmark.language.links.web_url`), else an empty string."""
    return web_url(plain(url or ""))


def unquoted(quote: str) -> str:
    """A quote without the marks around it, because the page sets its own."""
    text = plain(quote)
    for opening, closing in (('"', '"'), ("“", "”"), ("«", "»")):
        inner = text[1:-1]
        if len(text) > 1 and text[0] == opening and text[-1] == closing and opening not in inner:
            return inner.strip()
    return text


def marked(text: str, words: Iterable[str]) -> list[tuple[str, bool]]:
    """The text in pieces, each with whether it is one of the words (so that a page can mark it).

    Words of four letters and more are found at the beginning of longer ones (*queue* in *queues*), shorter ones only
    as names are written, in capitals or figures: marking every *the* marks nothing.
    """
    given = sorted(set(words), key=len, reverse=True)
    wanted = [rf"{re.escape(word)}\w*" for word in given if len(word) > 3]
    wanted += [rf"{re.escape(word)}\b" for word in given if 1 < len(word) <= 3 and not word.islower()]
    if not wanted:
        return [(text, False)]
    pieces = re.split(rf"\b({'|'.join(wanted)})", text, flags=re.IGNORECASE)
    return [(piece, bool(number % 2)) for number, piece in enumerate(pieces) if piece]


def _day(when: date | datetime | None, *, year: bool = True, weekday: bool = False) -> str:
    if when is None:
        return ""
    when = _days().of(when) if isinstance(when, datetime) else when
    name = f"{when:%A}, " if weekday else ""
    return f"{name}{when.day} {when:%B}" + (f" {when.year}" if year else "")


def _iso(when: datetime) -> str:
    return _days().text(when)


def _days() -> Days:
    setting = _setting.get()
    return setting[1] if setting else state.days()


def _links() -> Links:
    setting = _setting.get()
    return setting[0] if setting else _APP


def _link(kind: str) -> Callable[..., str]:
    """What a template calls for a link of that kind: each time it asks where links lead now."""

    def address(*of: Any) -> str:
        made: str = getattr(_links(), kind)(*of)
        return made

    return address


def _month(month: str) -> str:
    """``2026-05`` as a reader says it; anything else as it is."""
    try:
        return f"{date.fromisoformat(f'{month}-01'):%B %Y}"
    except ValueError:
        return month


def _joined(parts: Sequence[str | None]) -> list[str]:
    return [cleaned for part in parts if part and (cleaned := plain(part))]


def _spaced(text: str) -> str:
    """The text cleaned, with a space kept at each end that had some: pieces of a sentence are set side by side."""
    cleaned = plain(text)
    if not cleaned:
        return " " if text and text.isspace() else ""
    return f"{' ' if text[0].isspace() else ''}{cleaned}{' ' if text[-1].isspace() else ''}"


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    def clean(value: Any) -> Any:
        return _spaced(value) if isinstance(value, str) and not isinstance(value, Markup) else value

    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=clean,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters |= {
        "clock": clock,
        "day": _day,
        "iso": _iso,
        "joined": _joined,
        "month": _month,
        "number": spelled,
        "outward": outward,
        "unquoted": unquoted,
    }
    environment.globals |= {
        "ago": ago,
        "counted": counted,
        "plural": plural,
        "stand_in_mark": STAND_IN_MARK,
        "brief_url": _link("brief"),
        "insight_url": _link("insight"),
        "moment_link": moment_link,
        "moment_url": _link("moment"),
        "own_page_url": _link("own_page"),
        "person_url": _link("person"),
        "published": published,
        "related_url": lambda heard: related_link(_links(), heard),
        "show_url": _link("show"),
        "shown_quote": shown_quote,
        "relation_words": RELATION_WORDS,
        "utterance": utterance,
        "theme_url": _link("theme"),
        "themes_url": _link("themes"),
        "typeface": f"{ASSETS}/{font.name}" if (font := serif()) else "",
        "urlencode": urlencode,
        "nearest_search": nearest_search,
        "nothing_beside": NOTHING_BESIDE,
    }
    return environment
