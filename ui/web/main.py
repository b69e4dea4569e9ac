"""The script that Streamlit runs for every view: masthead, then the page of the address."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from earmark.errors import EarmarkError
from ui.web import state
from ui.web.pages import NAVIGATION, PAGES
from ui.web.templating import render
from ui.web.views.parts import notice

_STYLE = Path(__file__).parent / "style.css"


def main() -> None:
    """Shows the page of the address; what goes wrong is said in a sentence."""
    st.set_page_config(page_title="Earmark", layout="centered")
    pages = [st.Page(page.show, title=page.name, url_path=page.path, default=not page.path) for page in PAGES]
    page = st.navigation(pages, position="hidden")
    st.html(_STYLE)
    st.html(render("masthead.html", pages=NAVIGATION, current=page.url_path))
    try:
        with state.current().activity.page():
            page.run()
    except EarmarkError as error:
        notice("Something is in the way", str(error))
    state.current().first_page.set()


main()
