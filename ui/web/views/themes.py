"""What the library is about: the themes as a table of contents, and a map of every insight."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from ui.web import state
from ui.web.templating import render
from ui.web.theme_map import MOST_POINTS, MapPicture, picture
from ui.web.views.parts import empty_library, notice, title

if TYPE_CHECKING:
    from library.ports import LibraryPort

__all__ = ["show"]

_THEMES = 60
"""Themes listed at once; ``?all=1`` lists every one."""
_CHART = "map"
_PICKED = "insight"


def show() -> None:
    """The themes, and the map of ``?map=1``."""
    library = state.current().library
    title("Themes")
    if not library.shows.every():
        empty_library(followed=False)
        return
    with st.spinner("Looking for what belongs together …", show_time=False):
        themes = library.themes.every()
        points = library.themes.points(limit=MOST_POINTS)
    count, alone = library.themes.sizes()
    if not points:
        if library.insights.newest(limit=1):
            notice(
                "The themes are being found", "A library of this size takes some minutes, once. Come back to this page."
            )
        else:
            empty_library(followed=True)
        return
    st.html(render("themes_head.html", themes=themes, insights=count, alone=alone))
    if not themes:
        notice(
            "Too little has been said for themes",
            "They appear by themselves once a dozen insights are here and some of them are about the same thing.",
            links=(("/shows", "Fetch more episodes"),),
            level=2,
        )
        return
    _map(library, picture(themes, points, dark=st.context.theme.type == "dark"), left_out=count - len(points))
    shown = themes if st.query_params.get("all") else themes[:_THEMES]
    st.html(render("themes.html", themes=shown, more=len(themes) - len(shown)))


def _map(library: LibraryPort, drawn: MapPicture, *, left_out: int) -> None:
    with st.container(key="theme-map"):
        event: Any = st.vega_lite_chart(
            spec=drawn.spec(),
            width="stretch",
            height=430,
            theme=None,
            on_select="rerun",
            key=_CHART,
            alt="A map of insights",
        )
        picked = event.selection.get("picked", []) if event else []
        chosen = next((str(item["id"]) for item in picked if isinstance(item, dict) and item.get("id")), "")
        insight = library.insights.get(chosen) if chosen in drawn.ids else None
        st.html(render("theme_map.html", insight=insight, left_out=left_out))
