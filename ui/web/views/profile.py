"""What a reader wants to read: the text that they write, what their clicks taught, and what a change does to the next brief."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from earmark.clean import cut, plain
from earmark.errors import EarmarkError
from earmark.types import Direction
from library.profile import LONGEST_PROFILE
from ui.web import state
from ui.web.templating import render
from ui.web.views.marking import MarkButtons
from ui.web.views.parts import notice, title
from ui.web.views.telling import done, said, tell

if TYPE_CHECKING:
    from library.ports import LibraryPort
    from library.profile import ReaderProfile

__all__ = ["show"]

_DRAFT = "profile-draft"
"""Where the session keeps a text that is to be looked at before it is kept."""
_CLAIM = 160


def show() -> None:
    """The text with its buttons, then how to begin, then what clicks taught."""
    library = state.current().library
    title("Profile")
    said()
    profile = library.profile.get()
    st.html(render("profile_head.html", profile=profile))
    _editor(library, profile)
    _take_back(library, profile)
    _begin(library)
    _learned(library)


def _editor(library: LibraryPort, profile: ReaderProfile) -> None:
    key = f"profile-text-{profile.version}"
    draft = st.session_state.pop(_DRAFT, None)
    if draft is not None:
        st.session_state[key] = draft
    elif key not in st.session_state:
        st.session_state[key] = profile.text
    with st.form("profile", border=False):
        text = st.text_area("Your profile, in Markdown", key=key, height=420, max_chars=LONGEST_PROFILE)
        with st.container(horizontal=True, gap="small"):
            tried = st.form_submit_button("See what it changes")
            kept = st.form_submit_button("Keep it")
    if not (tried or kept):
        return
    try:
        with st.spinner("Choosing the ideas of the next brief …", show_time=False):
            change = library.profile.compare(text)
        if kept:
            library.profile.set(text, after=profile.version)
    except EarmarkError as error:
        notice("It was not kept", str(error), level=2)
        return
    st.html(render("profile_change.html", change=change, kept=kept))


def _take_back(library: LibraryPort, profile: ReaderProfile) -> None:
    if not profile.version:
        return
    with st.expander("Take it back, or empty it"), st.container(key="profile-back"):
        if profile.undoable and st.button("Undo the last change"):
            done(library.profile.undo, "The text before the last change is back.")
        with st.form("profile-reset", border=False):
            learned = st.checkbox("Forget what my clicks taught too; this cannot be taken back")
            if st.form_submit_button("Empty the profile"):
                done(lambda: library.profile.reset(learned=learned), "Your profile is empty.")


def _begin(library: LibraryPort) -> None:
    with st.expander("Pick from ten ideas"), st.form("profile-seeds", border=False):
        ideas = library.profile.seeds()
        picked = [i for i in ideas if st.checkbox(cut(plain(i.claim), _CLAIM), key=f"seed-{i.id}")]
        if not ideas:
            st.html(render("told.html", text="There is nothing to pick from until an episode has been read."))
        if st.form_submit_button("I want more like these", disabled=not ideas) and picked:
            for insight in picked:
                library.marks.wish(insight.id, Direction.MORE)
            tell("Coming briefs will hold more like them.")
            st.rerun()
    with st.expander("Paste a text about what you read"), st.form("profile-paste", border=False):
        pasted = st.text_area("A list of subjects, or a few sentences", max_chars=LONGEST_PROFILE)
        if st.form_submit_button("Take its subjects") and pasted.strip():
            longer = library.profile.with_text(pasted)
            if longer == library.profile.get().text:
                tell("No new subject is named in that text.")
            else:
                st.session_state[_DRAFT] = longer
                tell("Its subjects are among your interests now. Look at them, then keep the profile.")
            st.rerun()


def _learned(library: LibraryPort) -> None:
    groups = library.profile.learned()
    st.html(render("profile_learned.html", nothing=not groups))
    buttons = MarkButtons(library, [insight for group in groups for insight in group.insights])
    for group in groups:
        st.html(render("profile_group.html", group=group))
        for insight in group.insights:
            st.html(render("profile_idea.html", insight=insight))
            buttons.show(insight)
