"""A moment: what was said around one second of an episode."""

from __future__ import annotations

import streamlit as st

from earmark.errors import NotFound
from ui.web import state
from ui.web.templating import render
from ui.web.turns import AFTER_S, BEFORE_S, around, heard_around, second_in
from ui.web.views.parts import episode_button, notice, title

__all__ = ["show"]


def show() -> None:
    """The moment ``?t=`` of ``?episode=``; in a transcript without times, the moment with the words ``?near=``."""
    library = state.current().library
    params = st.query_params
    try:
        episode = library.episodes.get(params.get("episode", ""))
        transcript = library.episodes.transcript(episode.id)
    except NotFound:
        title("Not found")
        links = (("/shows", "Your shows"), ("/search", "Search"))
        notice("This moment is not here", "The episode is not in your library, or has not been read yet.", links=links)
        return
    at = second_in(params.get("t", ""))
    timeline = library.episodes.timeline(episode.id)
    turns = around(transcript.segments, at, params.get("near", ""), timeline)
    title(episode.data.title)
    st.html(render("moment_head.html", episode=episode, heard=heard_around(timeline, at)))
    if play := episode_button(library, episode, at):
        with st.container(key="player"):
            st.html(play)
    st.html(render("moment.html", episode=episode, turns=turns, at=at, before_s=BEFORE_S, after_s=AFTER_S))
