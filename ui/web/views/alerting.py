"""The button that has new claims on what a page shows told, and that ends it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from ui.web.views.telling import act, said

if TYPE_CHECKING:
    from earmark.types import Selection
    from library.ports import LibraryPort

__all__ = ["alert_button"]


def alert_button(library: LibraryPort, selection: Selection) -> None:
    """The button of a selection; an alert that is there is ended by the same button."""
    alerts = library.alerts
    there = next((alert for alert in alerts.every() if alert.selection == selection), None)
    said()
    if there is None:
        words = "You are told after your brief, from the next one on. Your account lists your alerts."
        st.button("Tell me of new claims", key="alert", on_click=act, args=(lambda: alerts.add(selection), words))
    else:
        words = "You are not told of it any more."
        key = there.id
        st.button(
            "No longer tell me of new claims", key="alert", on_click=act, args=(lambda: alerts.remove(key), words)
        )
