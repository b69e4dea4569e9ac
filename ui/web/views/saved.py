"""What a reader keeps: saved with notes and tags, asked for more or less of, hidden."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from earmark.types import InsightState
from library.marks import LONGEST_NOTE, LONGEST_TAG, MOST_TAGS
from ui.web import state
from ui.web.templating import render
from ui.web.views.marking import MarkButtons
from ui.web.views.parts import title
from ui.web.views.telling import act, said

if TYPE_CHECKING:
    from earmark.types import Insight
    from library.ports import LibraryPort

__all__ = ["show"]

_LISTED = 50
"""Insights of a kind on the page; `earmark saved` lists them all."""


def show() -> None:
    """The lists, each insight with its buttons."""
    library = state.current().library
    saved, hidden = library.marks.saved(limit=_LISTED), library.marks.hidden(limit=_LISTED)
    wishes = library.marks.wishes(limit=_LISTED)
    title("Saved")
    said()
    st.html(render("saved_head.html", nothing=not (saved or wishes or hidden)))
    sections = {
        "Saved": saved,
        "Asked for": [(insight, InsightState(insight_id=insight.id)) for insight, _ in wishes],
        "Hidden": hidden,
    }
    buttons = MarkButtons(library, [insight for pairs in sections.values() for insight, _ in pairs])
    listed: set[str] = set()
    for heading, pairs in sections.items():
        # What an earlier list has is left out, since its buttons are there.
        _section(library, heading, [pair for pair in pairs if pair[0].id not in listed], buttons)
        listed |= {insight.id for insight, _ in pairs}


def _section(
    library: LibraryPort, heading: str, pairs: Sequence[tuple[Insight, InsightState]], buttons: MarkButtons
) -> None:
    """A list; nothing where it is empty."""
    if not pairs:
        return
    st.html(render("saved_section.html", heading=heading))
    for insight, mark in pairs:
        st.html(render("saved.html", insight=insight, state=mark))
        buttons.show(insight)
        if mark.saved_at is not None:
            _note(library, insight, mark)


def _note(library: LibraryPort, insight: Insight, mark: InsightState) -> None:
    with st.expander("Note and tags"), st.form(f"note-{insight.id}", border=False):
        note = st.text_area("Note", mark.note, max_chars=LONGEST_NOTE)
        tags = st.text_input("Tags, with commas between them", ", ".join(mark.tags), max_chars=MOST_TAGS * LONGEST_TAG)
        if st.form_submit_button("Keep"):
            act(lambda: library.marks.annotate(insight.id, note=note, tags=tags.split(",")))
            st.rerun()
