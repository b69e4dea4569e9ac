"""The reading parts of the pages: Jinja templates in which every value is cleaned and escaped.

Feeds, transcripts and models write what is shown here, so nothing of theirs is ever HTML or Markdown: each value goes
through `earmark.clean.plain`, then through autoescape, and links out are http or https or no link.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from earmark.clean import plain
from earmark.language.links import web_url
from earmark.language.marks import STAND_IN_MARK
from earmark.language.numbers import spelled
from earmark.language.quotation import shown_quote
from earmark.language.spans import ago, clock, counted, plural
from earmark.relations import RELATION_WORDS, Utterance, utterance
from ui.web.state import days

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = [
    "insight_url",
    "marked",
    "moment_url",
    "outward",
    "related_url",
    "render",
    "theme_url",
    "unquoted",
]

_TEMPLATES = Path(__file__).parent / "templates"

_NEAR_CHARACTERS = 80


def render(template: str, **values: Any) -> str:
    """A template of `ui/web/templates` with these values, as HTML that is safe to show."""
    return _environment().get_template(template).render(**values)


def insight_url(insight_id: str) -> str:
    """The page of an insight."""
    return f"/insight?{urlencode({'id': insight_id})}"


def moment_url(episode_id: str, start_s: float | None, quote: str = "") -> str:
    """The page of a moment in an episode; where the transcript has no times it is found by the words of ``quote``."""
    query: dict[str, str] = {"episode": episode_id}
    if start_s is not None:
        query["t"] = str(int(start_s))
    elif quote:
        query["near"] = plain(quote)[:_NEAR_CHARACTERS]
    return f"/moment?{urlencode(query)}"


def related_url(heard: Utterance) -> str:
    """The page of an entry of a related list: of its insight, or of its moment."""
    return (
        insight_url(heard.insight_id) if heard.insight_id else moment_url(heard.episode_id, heard.start_s, heard.text)
    )


def theme_url(theme_id: str) -> str:
    """The page of a theme."""
    return f"/theme?{urlencode({'id': theme_id})}"


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
    when = days().of(when) if isinstance(when, datetime) else when
    name = f"{when:%A}, " if weekday else ""
    return f"{name}{when.day} {when:%B}" + (f" {when.year}" if year else "")


def _iso(when: datetime) -> str:
    return days().text(when)


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
        "insight_url": insight_url,
        "moment_url": moment_url,
        "related_url": related_url,
        "shown_quote": shown_quote,
        "relation_words": RELATION_WORDS,
        "utterance": utterance,
        "theme_url": theme_url,
        "urlencode": urlencode,
    }
    return environment
