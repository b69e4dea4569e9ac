"""What several views show."""

from __future__ import annotations

import streamlit as st

from briefs.links import clock
from ui.web.templating import outward, render

__all__ = ["empty_library", "notice", "player", "title"]

_TITLE_CHARACTERS = 80


def title(text: str) -> None:
    """Names the browser's tab."""
    from earmark.clean import cut, plain

    st.set_page_config(page_title=f"{cut(plain(text), _TITLE_CHARACTERS)} · Earmark")


def notice(heading: str, text: str, *, links: tuple[tuple[str, str], ...] = (), level: int = 1) -> None:
    """A plain message, with where to go next: ``links`` are ``(address, words)``."""
    st.html(render("notice.html", heading=heading, text=text, links=links, level=level))


def empty_library(*, followed: bool) -> None:
    """What to do first: follow shows, or, where some are followed, fetch their episodes."""
    st.html(render("empty.html", followed=followed))


def player(url: str, start_s: float | None, *, key: str) -> None:
    """A quiet button that brings a player. Nothing is loaded before the click: hosts count a load as a download."""
    address = outward(url)
    if not address:
        return
    wanted = f"play-{key}"
    with st.container(key="player"):
        if not st.session_state.get(wanted):
            at = clock(start_s)
            if not st.button(
                f"Play from {at}" if at else "Play the episode", key=f"button-{key}", icon=":material/play_arrow:"
            ):
                return
            st.session_state[wanted] = True
            st.rerun()
        st.audio(address, start_time=int(start_s or 0), autoplay=True)
