"""The script that Streamlit runs for every view: masthead, then the page of the address."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from earmark.errors import EarmarkError
from ui.web import state
from ui.web.templating import render
from ui.web.views import ask, brief, insight, moment, search, shows, theme, themes
from ui.web.views.parts import notice

_STYLE = Path(__file__).parent / "style.css"

_NAV = (("", "Brief"), ("ask", "Ask"), ("search", "Search"), ("themes", "Themes"), ("shows", "Shows"))


def main() -> None:
    """Shows the page of the address; what goes wrong is said in a sentence."""
    st.set_page_config(page_title="Earmark", layout="centered")
    pages = [
        st.Page(brief.show, title="Brief", url_path="", default=True),
        st.Page(insight.show, title="Insight", url_path="insight"),
        st.Page(moment.show, title="Moment", url_path="moment"),
        st.Page(ask.show, title="Ask", url_path="ask"),
        st.Page(search.show, title="Search", url_path="search"),
        st.Page(themes.show, title="Themes", url_path="themes"),
        st.Page(theme.show, title="Theme", url_path="theme"),
        st.Page(shows.show, title="Shows", url_path="shows"),
    ]
    page = st.navigation(pages, position="hidden")
    st.html(_STYLE)
    st.html(render("masthead.html", items=_NAV, current=page.url_path))
    try:
        page.run()
    except EarmarkError as error:
        notice("Something is in the way", str(error))
    state.current().first_page.set()


main()
