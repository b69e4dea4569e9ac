"""The script that Streamlit runs for every view: masthead, then the page of the address."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from earmark.errors import EarmarkError, Forbidden
from ui.access.signed_in import sign_in_required
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
        reader = state.current().library.reader
    except Forbidden as error:
        st.session_state.clear()
        notice("You are signed out", str(error), links=(("/sign-in", "Sign in"),))
        return
    if st.session_state.setdefault(_READER, reader.id) != reader.id:
        # Somebody else signed in on the same page: what the one before typed is not theirs.
        st.session_state.clear()
        st.session_state[_READER] = reader.id
    signs_in = sign_in_required(state.current().library.settings)
    st.html(render("masthead.html", pages=NAVIGATION, current=page.url_path, account=signs_in))
    try:
        with state.current().activity.page():
            page.run()
    except EarmarkError as error:
        notice("Something is in the way", str(error))
    state.current().first_page.set()


main()
