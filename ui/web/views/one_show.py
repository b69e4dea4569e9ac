"""One show: its episodes with what was said in them, and pausing, refreshing, widening or removing it."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import streamlit as st

from earmark.errors import EarmarkError, NotFound
from earmark.language.spans import counted
from earmark.types import Insight, Role, Show, ShowStatus
from library.standing import standing, taken
from ui.web.templating import render
from ui.web.views import telling
from ui.web.views.parts import notice, title

if TYPE_CHECKING:
    from library.ports import LibraryPort
    from library.status import ShowSummary

__all__ = ["REMOVED", "one_show"]

_EPISODES = 50
"""Episodes listed at once; ``?all=1`` lists every one."""
REMOVED = "removed-show"
"""The session's key for a removal, until the list of shows has reported it."""
_SURE = "sure-to-remove"


def one_show(library: LibraryPort, show_id: str) -> None:
    """The page of a show."""
    summary = next((candidate for candidate in library.shows.summaries() if candidate.show.id == show_id), None)
    if summary is None:
        title("Not found")
        notice("This show is not followed", "It may have been removed.", links=(("/shows", "Your shows"),))
        return
    title(summary.show.title)
    try:
        episodes = library.episodes.of_show(show_id)
    except NotFound:
        episodes = []
    every = bool(st.query_params.get("all"))
    said: dict[str, list[Insight]] = defaultdict(list)
    for insight in library.insights.newest(show=show_id, limit=None):
        said[insight.episode_id].append(insight)
    shown = episodes if every else episodes[:_EPISODES]
    now = library.clock.now()
    newest = library.settings.ingest.backfill
    words = taken(summary.show, newest)
    head = {"summary": summary, "now": now, "state": standing(summary.show, now), "takes": words}
    st.html(render("show_head.html", **head))
    with st.container(key="told"):  # always there: what follows would else be another widget, and closed again
        telling.said()
    if library.reader.role is Role.OWNER:
        _tend(library, summary, words)
    st.html(render("show.html", summary=summary, episodes=shown, said=said, more=len(episodes) - len(shown)))


def _tend(library: LibraryPort, summary: ShowSummary, words: str) -> None:
    show = summary.show
    if st.session_state.get(_SURE) == show.id:
        _sure(library, summary)
        return
    with st.expander("Refresh, pause or remove this show"), st.container(key="tend-show"):
        with st.container(horizontal=True):
            if show.status is ShowStatus.ACTIVE:
                if st.button("Ask for new episodes now"):
                    _refresh(library, show)
                if st.button("Pause it"):
                    telling.done(lambda: library.shows.pause(show.id))
            elif st.button("Follow it again"):
                telling.done(lambda: library.shows.resume(show.id))
            if st.button("Remove it …"):
                st.session_state[_SURE] = show.id
                st.rerun()
        _backfill(library, show, words)


def _backfill(library: LibraryPort, show: Show, words: str) -> None:
    now = library.clock.now()
    choices = {
        "": f"As it is: {words}",
        "newest:10": "The newest 10",
        "newest:25": "The newest 25",
        "newest:100": "The newest 100",
        f"since:{now.year}-01-01": f"Those of {now.year}",
        f"since:{now.year - 1}-{now.month:02}-01": "Those of the last twelve months",
        "all": "All there are",
    }
    with (
        st.form("backfill", border=False),
        st.container(key="line", horizontal=True, vertical_alignment="bottom"),
    ):
        chosen = st.selectbox("Which episodes to read", list(choices), format_func=lambda key: choices[key])
        if st.form_submit_button("Change") and chosen:
            done = "From the next fetch on. Episodes that are here already stay."
            telling.done(lambda: library.shows.set_backfill(show.id, chosen), done)


def _refresh(library: LibraryPort, show: Show) -> None:
    with st.spinner("Asking …", show_time=False):
        try:
            report = library.shows.refresh([show.id])
        except EarmarkError as error:
            telling.tell(str(error))
            st.rerun()
    new = sum(check.new_episodes for check in report.checked)
    words = f"{counted(new, 'new episode')}. Fetch to read {'them' if new != 1 else 'it'}."
    said = words if new else "Nothing new."
    if report.held:
        said = "Its server has asked to be left alone for a while, so it was not asked."
    if report.failed:
        said = report.failed[0].reason
    telling.tell(said)
    st.rerun()


def _sure(library: LibraryPort, summary: ShowSummary) -> None:
    st.html(render("remove.html", summary=summary))
    with st.container(key="sure", horizontal=True):
        removed = st.button("Remove all of it")
        kept = st.button("Keep it")
    if not (removed or kept):
        return
    st.session_state.pop(_SURE, None)
    if removed:
        try:
            with st.spinner("Removing …", show_time=False):
                st.session_state[REMOVED] = library.shows.remove(summary.show.id)
                library.index.clear()
        except EarmarkError as error:
            telling.tell(str(error))
        else:
            st.query_params.clear()
    st.rerun()
