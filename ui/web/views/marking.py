"""Buttons under an idea: hear it, save it, hide it, ask for more or less like it, share it. No address does any of that."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from earmark.types import Direction, InsightState
from ui.web.sharing import insight_share
from ui.web.templating import render
from ui.web.views.parts import insight_button
from ui.web.views.telling import act

if TYPE_CHECKING:
    from earmark.types import Insight
    from library.ports import LibraryPort

__all__ = ["MarkButtons"]


class MarkButtons:
    """The buttons of some insights, with what the reader did with each so far."""

    def __init__(self, library: LibraryPort, insights: Sequence[Insight]) -> None:
        self._library = library
        self._states = library.marks.of([insight.id for insight in insights])
        self._wishes = {insight.id: click.direction for insight, click in library.marks.wishes()}

    def show(self, insight: Insight) -> None:
        """The row of one insight; what is done already is taken back by the same button."""
        marks, key = self._library.marks, insight.id
        state, wish = self._states.get(key, InsightState(insight_id=key)), self._wishes.get(key)
        saved, hidden = state.saved_at is not None, state.hidden_at is not None
        with st.container(key=f"marks-{key}", horizontal=True, gap="small"):
            if play := insight_button(self._library, insight):
                st.html(play, width="content")
            _button(f"save-{key}", "Saved" if saved else "Save", lambda: marks.save(key, on=not saved))
            for direction in Direction:
                asked = wish is direction
                words = f"{direction.capitalize()} like this"
                do: Callable[[], object] = partial(marks.unwish, key) if asked else partial(marks.wish, key, direction)
                told = "" if asked else f"Briefs from the next one on will hold {direction} like it."
                _button(f"{direction}-{key}", f"{words}: asked for" if asked else words, do, told)
            gone = "" if hidden else "It is hidden from your briefs and lists. The page Saved can show it again."
            _button(f"hide-{key}", "Show again" if hidden else "Hide", lambda: marks.hide(key, on=not hidden), gone)
            st.html(render("share.html", share=insight_share(self._library, insight)), width="content")


def _button(key: str, label: str, do: Callable[[], object], words: str = "") -> None:
    st.button(label, key=key, on_click=act, args=(do, words))
