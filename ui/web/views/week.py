"""The digest of the week that ends today."""

from __future__ import annotations

import streamlit as st

from ui.web import state
from ui.web.templating import render
from ui.web.views.parts import title

__all__ = ["show"]


def show() -> None:
    """Its sections, each idea with what was said on it."""
    library = state.current().library
    title("Your week")
    with st.spinner("Looking through the week …", show_time=False):
        digest = library.briefs.digest()
    st.html(render("week_head.html", digest=digest))
    section = ""
    for number, item in enumerate(digest.items, 1):
        if item.section != section:
            section = item.section
            st.html(render("saved_section.html", heading=section))
        st.html(render("idea.html", item=item, number=number))
    for word in digest.withdrawn:
        st.html(render("withdrawn_line.html", word=word))
