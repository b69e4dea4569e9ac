"""Fetching from the page: a button, and how far the worker process is."""

from __future__ import annotations

import streamlit as st

from library.background import IngestState
from ui.web import state
from ui.web.templating import render

__all__ = ["fetching"]

_EVERY_S = 1.0


def fetching() -> None:
    """The button, or the progress, which renews itself; when the work has ended the whole page is run once more."""
    app = state.current()
    if app.ingest.state().running:
        st.fragment(_running, run_every=_EVERY_S)()
    else:
        _idle(app.ingest.state())


def _idle(last: IngestState) -> None:
    with st.container(key="fetch"):
        if st.button("Fetch new episodes now"):
            state.current().ingest.start()
            st.rerun()
        if last.exit_code is not None:
            st.html(render("fetched.html", state=last))


def _running() -> None:
    app = state.current()
    now = app.ingest.state()
    if not now.running:
        st.rerun()
    with st.container(key="fetch"):
        st.progress(min(now.done / now.total, 1.0) if now.total else 0.0)
        st.html(render("fetching.html", state=now))
        if st.button("Stop after the current episodes", disabled=now.stopping):
            app.ingest.stop()
            st.rerun(scope="fragment")
