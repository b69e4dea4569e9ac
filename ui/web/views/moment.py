"""A moment: what was said around one second of an episode."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from earmark.clean import plain
from earmark.errors import NotFound
from earmark.types import Segment
from library.around import holding
from ui.web import state
from ui.web.templating import render
from ui.web.views.parts import audio_of, notice, player, title

__all__ = ["TranscriptTurn", "around", "show"]

_BEFORE_S = 60.0
_AFTER_S = 120.0
_SEGMENTS = 24
"""Segments shown of a transcript without times."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TranscriptTurn:
    """What one speaker said in one go; ``here`` is whether it holds the moment."""

    speaker: str
    start_s: float | None
    text: str
    here: bool


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
    given = params.get("t", "")
    # Nine digits of seconds are thirty years; more is not a time.
    at = float(given) if given.isascii() and given.isdigit() and len(given) < 10 else None
    turns = around(transcript.segments, at, params.get("near", ""))
    title(episode.data.title)
    st.html(render("moment_head.html", episode=episode, at=at))
    player(audio_of(library, episode.id), at, key=f"{episode.id}-{given}")
    st.html(render("moment.html", episode=episode, turns=turns, at=at, before_s=_BEFORE_S, after_s=_AFTER_S))


def around(segments: Sequence[Segment], at: float | None, near: str) -> list[TranscriptTurn]:
    """The turns around a second, or around the segment that holds the words ``near``; else those of the beginning."""
    if at is not None and any(segment.start_s is not None for segment in segments):
        timed = [(number, segment.start_s) for number, segment in enumerate(segments) if segment.start_s is not None]
        here = max((number for number, start in timed if start <= at + 1.0), default=timed[0][0])
        shown = [number for number, start in timed if at - _BEFORE_S <= start <= at + _AFTER_S] or [here]
        first, last = min(*shown, here), max(*shown, here) + 1
    else:
        here = holding(segments, near) or 0
        first = max(here - _SEGMENTS // 3, 0)
        last = first + _SEGMENTS
    turns: list[TranscriptTurn] = []
    for number in range(first, min(last, len(segments))):
        segment, is_here = segments[number], number == here
        speaker = plain(segment.speaker or "")
        same = turns and turns[-1].speaker == speaker and not (is_here or turns[-1].here)
        if same and len(turns[-1].text) < 600:
            whole = f"{turns[-1].text} {plain(segment.text)}"
            turns[-1] = TranscriptTurn(speaker=speaker, start_s=turns[-1].start_s, text=whole, here=False)
        else:
            turns.append(
                TranscriptTurn(speaker=speaker, start_s=segment.start_s, text=plain(segment.text), here=is_here)
            )
    return turns
