"""Parts that several views share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from earmark.errors import NotFound
from earmark.timeline import moved
from ui.web.audio import audio_address
from ui.web.links import AppLinks
from ui.web.templating import outward, render

if TYPE_CHECKING:
    from earmark.types import Episode, Insight
    from library.ports import LibraryPort

__all__ = ["audio_of", "empty_library", "episode_button", "insight_button", "notice", "title"]

_TITLE_CHARACTERS = 80


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


def audio_of(library: LibraryPort, episode_id: str) -> str:
    """Where an episode's audio is played from: its publisher's address, or ours for a file of a local show; else empty.

    The address of a private feed's audio is in no insight, but in its episode.
    """
    try:
        path = library.episodes.local_audio(episode_id)
        if path is not None:
            return audio_address(episode_id) if path.is_file() else ""
        return outward(library.episodes.get(episode_id).data.audio_url)
    except (NotFound, OSError):
        return ""


def insight_button(library: LibraryPort, insight: Insight) -> str:
    """The button that plays an insight from its second, as HTML; empty where there is no audio."""
    audio = audio_of(library, insight.episode_id)
    if not audio:
        return ""
    page = AppLinks().insight(insight.id)
    title = insight.headline or insight.claim
    return render(
        "play.html",
        audio=audio,
        at=insight.audio_s,
        about=insight.about,
        key=insight.id,
        title=title,
        show=insight.show,
        page=page,
    )


def episode_button(library: LibraryPort, episode: Episode, at: float | None) -> str:
    """The button that plays an episode from a second of its transcript, as HTML; empty where there is no audio."""
    audio = audio_of(library, episode.id)
    if not audio:
        return ""
    page = AppLinks().moment(episode.id, at)
    shift = library.episodes.timeline(episode.id).at(at)
    return render(
        "play.html",
        audio=audio,
        at=moved(at, shift.shift_s),
        about=shift.about,
        key=episode.id,
        title=episode.data.title,
        show=episode.show,
        page=page,
    )
