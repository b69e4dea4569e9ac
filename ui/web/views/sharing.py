"""The button by which an owner shares an insight with everybody, where the settings let strangers read what is shared."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from earmark.types import Role
from ui.web.views.telling import act

if TYPE_CHECKING:
    from earmark.types import Insight
    from library.ports import LibraryPort

__all__ = ["share_button"]


def share_button(library: LibraryPort, insight: Insight) -> None:
    """Shares the insight, or no longer if it is shared."""
    if library.reader.role is not Role.OWNER or library.settings.publish.what != "shared":
        return
    shared = any(other.id == insight.id for other in library.sharing.every())
    label = "Shared with everybody" if shared else "Share it with everybody"
    told = (
        "Only readers of this library see it now."
        if shared
        else "Anybody who has the address of its page can read it now."
    )
    with st.container(key=f"marks-share-{insight.id}"):
        st.button(
            label, key=f"share-{insight.id}", on_click=act,
            args=(lambda: library.sharing.share(insight.id, on=not shared), told),
        )  # fmt: skip
