"""One theme under an address of its own: its months, its shows and speakers, and what was said, most central first."""

from __future__ import annotations

import streamlit as st

from earmark.addresses import theme_page
from earmark.errors import NotFound
from earmark.types import Selection, SelectionKind
from ui.web import state
from ui.web.templating import render
from ui.web.views.alerting import alert_button
from ui.web.views.parts import notice, title

__all__ = ["show"]

_INSIGHTS = 40
"""Insights listed at once; ``?all=1`` lists every one."""


def show() -> None:
    """The theme of ``?id=``."""
    library = state.current().library
    wanted = st.query_params.get("id", "")
    try:
        theme = library.themes.get(wanted) if wanted else None
    except NotFound:
        theme = None
    if theme is None:
        title("Not found")
        links = (("/themes", "All themes"), ("/search", "Search"))
        notice("This theme is not here", "Its insights may have been read again, or gone to other themes.", links=links)
        return
    title(theme.label)
    every = bool(st.query_params.get("all"))
    insights = library.themes.insights(theme.id, limit=None if every else _INSIGHTS)
    more = 0 if every else theme.size - len(insights)
    over_time = f"{theme_page(theme.id)}/timeline"
    st.html(render("theme.html", theme=theme, insights=insights, more=more, timeline=over_time))
    alert_button(library, Selection(kind=SelectionKind.THEME, value=theme.id))
