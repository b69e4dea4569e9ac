"""Saying that an insight is wrong, and taking that back. Both are buttons: no address does either."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from earmark.clean import cut, plain
from earmark.types import Because, Role
from ui.web.templating import render
from ui.web.views.parts import title
from ui.web.views.telling import done

if TYPE_CHECKING:
    from earmark.types import Insight, Withdrawn
    from library.ports import LibraryPort

__all__ = ["withdraw", "withdrawn_insight"]

_CLAIM = 90
"""Characters of a claim in a list of choices: one line of the page."""
_NOTE = 500
_REASONS = {
    Because.MISATTRIBUTED: "Somebody else said it, or nobody did",
    Because.NOT_MEANT: "It is not what was meant",
    Because.NOT_WORTH: "It is not worth the time",
}


def withdraw(library: LibraryPort, insights: Sequence[Insight]) -> None:
    """A form, closed until it is opened, that withdraws one of these insights; for owners, and where there is one."""
    if not insights or library.reader.role is not Role.OWNER:
        return
    claims = {insight.id: cut(plain(insight.claim), _CLAIM) for insight in insights}
    words = "Something is wrong with it" if len(insights) == 1 else "Something is wrong with one of them"
    # Of other insights it is another form: a click never falls on another idea because the list changed meanwhile.
    with st.expander(words), st.form(f"wrong-{'-'.join(claims)}", border=False):
        chosen: str | None = insights[0].id
        if len(insights) > 1:
            chosen = st.selectbox("Which idea", list(claims), format_func=lambda key: claims[key])
        because = st.radio("What is wrong", list(_REASONS), index=None, format_func=lambda reason: _REASONS[reason])
        note = st.text_input("In your own words, if you like", max_chars=_NOTE)
        if not st.form_submit_button("Withdraw it"):
            return
        if because is None:
            st.html(render("told.html", text="Say first what is wrong."))
    if chosen and because:
        done(lambda: library.insights.withdraw(chosen, because=because, note=note))


def withdrawn_insight(library: LibraryPort, entry: Withdrawn) -> None:
    """The page of an insight that was withdrawn, with the way back for owners."""
    title("Withdrawn")
    st.html(render("withdrawn.html", word=entry.withdrawal, insight=entry.insight))
    if library.reader.role is not Role.OWNER:
        return
    with st.container(key="restore"):
        if st.button("Bring it back"):
            done(lambda: library.insights.restore(entry.insight.id))
