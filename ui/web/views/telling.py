"""What a button did, said by the next run of the page."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from earmark.errors import EarmarkError
from ui.web.templating import render

__all__ = ["act", "done", "said", "tell"]

_SAID = "said-of-button"
"""Where the session keeps what was done until the next run of the page has said it."""


def said() -> None:
    """Says once what the last button did."""
    words = st.session_state.pop(_SAID, "")
    if words:
        st.html(render("told.html", text=words))


def tell(words: str) -> None:
    """Keeps words until the next run of the page says them."""
    st.session_state[_SAID] = words


def act(do: Callable[[], object], words: str = "") -> None:
    """Does what a button is for; the next run of the page says the words, or what went wrong."""
    try:
        do()
    except EarmarkError as error:
        words = str(error)
    if words:
        tell(words)


def done(do: Callable[[], object], words: str = "") -> None:
    """Does it and runs the page again, which shows the outcome and says the words, or what went wrong."""
    act(do, words)
    st.rerun()
