"""The next brief as it would be now: ideas can be left out of it, or swapped for others, before it comes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import streamlit as st

from library.schedule_words import next_words
from ui.web import state
from ui.web.templating import render
from ui.web.views.parts import title
from ui.web.views.telling import act, said

if TYPE_CHECKING:
    from library.ports import LibraryPort

__all__ = ["coming", "show"]


def show() -> None:
    """The ideas, each with its two buttons, and those that were taken out."""
    library = state.current().library
    title("The next brief")
    said()
    with st.spinner("Choosing the ideas …", show_time=False):
        brief = library.briefs.preview()
    st.html(render("coming_head.html", brief=brief, coming=coming(library)))
    for number, item in enumerate(brief.items, 1):
        st.html(render("idea.html", item=item, number=number))
        _buttons(library, item.insight.id)
    gone = library.briefs.dropped()
    if gone:
        st.html(render("saved_section.html", heading="Taken out"))
    for insight in gone:
        st.html(render("insight_line.html", insight=insight))
        st.button("Let it come", key=f"undrop-{insight.id}", on_click=act, args=(_back(library, insight.id), ""))


def coming(library: LibraryPort) -> str:
    """When the reader's next brief comes; empty while nothing keeps the schedule."""
    status = library.schedule.status()
    own = [entry for entry in status.readers if entry.reader_id == library.reader.id]
    return next_words(own[0]) if status.running and own else ""


def _buttons(library: LibraryPort, key: str) -> None:
    with st.container(key=f"drops-{key}", horizontal=True, gap="small"):
        st.button("Leave out", key=f"drop-{key}", on_click=act, args=(_out(library, key, swap=False), ""))
        st.button("Swap for another", key=f"swap-{key}", on_click=act, args=(_out(library, key, swap=True), ""))


def _out(library: LibraryPort, key: str, *, swap: bool) -> Callable[[], object]:
    return lambda: library.briefs.drop(key, swap=swap)


def _back(library: LibraryPort, key: str) -> Callable[[], object]:
    return lambda: library.briefs.undrop(key)
