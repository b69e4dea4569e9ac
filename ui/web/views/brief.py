"""The brief: today's five ideas, and those of past days."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import streamlit as st

from briefs.view import minutes_to_read
from earmark.errors import NotFound
from ui.web import state
from ui.web.sharing import brief_share
from ui.web.templating import render
from ui.web.views.coming import coming
from ui.web.views.marking import MarkButtons
from ui.web.views.parts import empty_library, notice, title
from ui.web.views.telling import said
from ui.web.views.wrong import withdraw

if TYPE_CHECKING:
    from earmark.types import Brief
    from library.ports import LibraryPort

__all__ = ["head_values", "neighbours", "show"]

_LISTED = 30
"""Past days in the list; older ones are reached day by day."""


def show() -> None:
    """The brief of ``?date=``, or of today."""
    library = state.current().library
    wanted = _wanted(st.query_params.get("date", ""))
    today = library.briefs.today()
    if wanted is None and not library.shows.every():
        title("Welcome")
        empty_library(followed=False)
        return
    if wanted is None and not library.insights.newest(limit=1):
        title("Welcome")
        empty_library(followed=True)
        return
    try:
        with st.spinner("Choosing the ideas of the day …", show_time=False):
            brief = library.briefs.get(wanted)
    except NotFound:
        title("No brief")
        links = (("/", "Today's brief"),)
        notice(
            "No brief that day", "There is a brief only of days on which this page was opened or mailed.", links=links
        )
        return
    dates = library.briefs.dates()
    earlier, later = neighbours(brief.date, dates, today)
    title("The brief")
    said()
    st.html(render("brief_head.html", **head_values(library, brief)))
    ideas = [item.insight for item in brief.items]
    buttons = MarkButtons(library, ideas)
    for number, item in enumerate(brief.items, 1):
        st.html(render("idea.html", item=item, number=number))
        buttons.show(item.insight)
    others = [day for day in dates if day != brief.date][:_LISTED]
    st.html(
        render(
            "brief_foot.html",
            brief=brief,
            today=today,
            earlier=earlier,
            later=later,
            dates=others,
            coming=coming(library),
            share=brief_share(library, brief) if brief.items else None,
        )
    )
    withdraw(library, ideas)


def head_values(library: LibraryPort, brief: Brief) -> dict[str, Any]:
    """What ``brief_head.html`` tells of a brief."""
    return {
        "brief": brief,
        "shows": len({item.insight.show_id for item in brief.items}),
        "minutes": minutes_to_read(brief),
        "name": library.reader.name,
        "today": library.briefs.today(),
    }


def neighbours(day: date, dates: list[date], today: date) -> tuple[date | None, date | None]:
    """The nearest day with a brief before a day and after it; today counts as one."""
    known = {*dates, today}
    return max((other for other in known if other < day), default=None), min(
        (other for other in known if other > day), default=None
    )


def _wanted(given: str) -> date | None:
    try:
        return date.fromisoformat(given) if given else None
    except ValueError:
        raise NotFound("is not a day; one is written like 2026-11-02", subject=given) from None
