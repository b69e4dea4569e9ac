"""The followed shows: add, import, fetch, and where each stands."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import streamlit as st

from earmark.errors import EarmarkError, NotFound
from earmark.types import Insight
from ui.web import state
from ui.web.templating import render
from ui.web.views.fetching import fetching
from ui.web.views.parts import notice, title

if TYPE_CHECKING:
    from ui.library import Library

__all__ = ["show"]

_EPISODES = 50
"""Episodes listed at once; ``?all=1`` lists every one."""


def show() -> None:
    """All shows, or the episodes of ``?show=``."""
    library = state.current().library
    wanted = st.query_params.get("show", "")
    if wanted:
        _one(library, wanted)
        return
    title("Shows")
    # Adding comes first in the code so that the list below has what was added, and second on the page.
    head, listed = st.container(key="shows-head"), st.container(key="shows-list")
    with st.container(key="shows-add"):
        _add(library)
        _import(library)
    summaries = library.shows()
    with head:
        st.html(render("shows_head.html", shows=summaries))
        if summaries:
            fetching()
    if summaries:
        listed.html(render("shows.html", shows=summaries, now=library.clock.now()))


def _add(library: Library) -> None:
    with (
        st.form("add", border=False, clear_on_submit=True),
        st.container(key="line", horizontal=True, vertical_alignment="bottom"),
    ):
        url = st.text_input(
            "Follow a show by the address of its feed", placeholder="https://example.org/feed.xml", max_chars=2_000
        )
        if not st.form_submit_button("Follow"):
            return
    if not url.strip():
        return
    try:
        with st.spinner("Fetching the feed …", show_time=False):
            added = library.add(url.strip())
    except EarmarkError as error:
        notice("That show could not be added", str(error), level=3)
        return
    st.html(render("added.html", shows=[added], known=(), failed=()))


def _import(library: Library) -> None:
    with st.expander("Import subscriptions from another app (OPML)"):
        with st.form("opml", border=False, clear_on_submit=True):
            upload = st.file_uploader("An OPML file, which most podcast apps can export", type=["opml", "xml"])
            submitted = st.form_submit_button("Import")
        if not submitted or upload is None:
            return
        try:
            with st.spinner("Fetching the feeds …", show_time=False):
                report = library.import_opml(upload.getvalue())
        except EarmarkError as error:
            notice("That file could not be imported", str(error), level=3)
            return
        st.html(render("added.html", shows=report.added, known=report.known, failed=report.failed))


def _one(library: Library, show_id: str) -> None:
    summary = next((one for one in library.shows() if one.show.id == show_id), None)
    if summary is None:
        title("Not found")
        notice("This show is not followed", "It may have been removed.", links=(("/shows", "Your shows"),))
        return
    title(summary.show.title)
    try:
        episodes = library.episodes(show_id)
    except NotFound:
        episodes = []
    every = bool(st.query_params.get("all"))
    said: dict[str, list[Insight]] = defaultdict(list)
    for insight in library.insights(show=show_id, limit=None):
        said[insight.episode_id].append(insight)
    shown = episodes if every else episodes[:_EPISODES]
    more = len(episodes) - len(shown)
    st.html(render("show.html", summary=summary, episodes=shown, said=said, more=more, now=library.clock.now()))
