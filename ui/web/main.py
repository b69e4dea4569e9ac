"""The script that Streamlit runs for every view: masthead, then the page of the address."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from earmark.errors import EarmarkError, Forbidden
from ui.web import state
from ui.web.pages import NAVIGATION, PAGES
from ui.web.templating import render
from ui.web.views.parts import notice

_READER = "reader"
"""Where the session keeps whose it is."""
_STYLE = Path(__file__).parent / "style.css"


def main() -> None:
    """Shows the page of the address; what goes wrong is said in a sentence."""
    st.set_page_config(page_title="Earmark", layout="centered")
    pages = [st.Page(page.show, title=page.name, url_path=page.path, default=not page.path) for page in PAGES]
    page = st.navigation(pages, position="hidden")
    st.html(_STYLE)
    try:
        # What goes wrong in the page is said there: a Forbidden that comes out is of nobody who is signed in.
        with state.seen_by_one() as app:
            _show(app, page)
    except Forbidden as error:
        st.session_state.clear()
        notice("You are signed out", str(error), links=(("/sign-in", "Sign in"),))


def _show(app: state.AppState, page: st.Page) -> None:
    """The masthead and the page, for the reader whose it is."""
    reader = app.library.reader
    if st.session_state.setdefault(_READER, reader.id) != reader.id:
        # Somebody else signed in on the same page: what the one before typed is not theirs.
        st.session_state.clear()
        st.session_state[_READER] = reader.id
    st.html(render("masthead.html", pages=NAVIGATION, current=page.url_path))
    try:
        with app.activity.page():
            page.run()
    except EarmarkError as error:
        notice("Something is in the way", str(error))
    app.first_page.set()


main()
