"""Parts that several views share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from earmark.errors import NotFound
from earmark.language.spans import clock
from ui.web.templating import outward, render

if TYPE_CHECKING:
    from library.ports import LibraryPort

__all__ = ["audio_of", "empty_library", "notice", "player", "title"]

_TITLE_CHARACTERS = 80
_PLAYED_BYTES = 200_000_000
"""Largest file of this machine that is played in the page: Streamlit holds it in memory meanwhile."""


def title(text: str) -> None:
    """Names the browser's tab."""
    from earmark.clean import cut, plain

    st.set_page_config(page_title=f"{cut(plain(text), _TITLE_CHARACTERS)} · Earmark")


def notice(heading: str, text: str, *, links: tuple[tuple[str, str], ...] = (), level: int = 1) -> None:
    """A plain message, with where to go next: ``links`` are ``(address, words)``."""
    st.html(render("notice.html", heading=heading, text=text, links=links, level=level))


def empty_library(*, followed: bool) -> None:
    """The first step: follow shows, or fetch their episodes if some are followed."""
    st.html(render("empty.html", followed=followed))


def audio_of(library: LibraryPort, episode_id: str) -> str | Path:
    """Where an episode's audio is played from: an address, or the file of a local show; else an empty text.

    The address of a private feed's audio is in no insight, but in its episode.
    """
    try:
        path = library.episodes.local_audio(episode_id)
        if path is not None:
            return path if path.stat().st_size <= _PLAYED_BYTES else ""
        return outward(library.episodes.get(episode_id).data.audio_url)
    except (NotFound, OSError):
        return ""


def player(source: str | Path, start_s: float | None, *, key: str) -> None:
    """A quiet button that brings a player. Nothing is loaded before the click: hosts count a load as a download."""
    if not source:
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
        st.audio(source, start_time=int(start_s or 0), autoplay=True)
