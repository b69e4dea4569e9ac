"""One insight under an address of its own, and what other shows said about the same thing."""

from __future__ import annotations

import streamlit as st

from earmark.errors import EarmarkError, NotFound
from ui.web import state
from ui.web.templating import render
from ui.web.views.marking import MarkButtons
from ui.web.views.parts import notice, title
from ui.web.views.sharing import share_button
from ui.web.views.telling import said
from ui.web.views.wrong import withdraw, withdrawn_insight

__all__ = ["show"]

_RELATED = 10


def show() -> None:
    """The insight of ``?id=``."""
    library = state.current().library
    wanted = st.query_params.get("id", "")
    try:
        # Nothing is the beginning of every id, so an address without one is not looked up.
        insight = library.insights.get(wanted) if wanted else None
    except NotFound:
        insight = None
    if insight is None and wanted:
        try:
            withdrawn_insight(library, library.insights.find_withdrawn(wanted))
        except NotFound:
            pass
        else:
            return
    if insight is None:
        title("Not found")
        links = (("/", "Today's brief"), ("/search", "Search"))
        notice("This insight is not here", "It may have been replaced when its episode was read again.", links=links)
        return
    title(insight.claim)
    said()
    st.html(render("insight.html", insight=insight))
    MarkButtons(library, [insight]).show(insight)
    share_button(library, insight)
    withdraw(library, [insight])
    try:
        with st.spinner("Looking for what others said …", show_time=False):
            related = library.insights.related(insight.id, limit=_RELATED)
    except EarmarkError as error:
        # The insight itself can be read even if the index fails.
        notice("What others said cannot be shown now", str(error), level=2)
        return
    st.html(render("related.html", related=related, insight=insight, searching=True))
