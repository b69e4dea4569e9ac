"""Search over every passage, narrowed to shows, a speaker or dates."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import streamlit as st

from earmark.clean import cut, plain
from earmark.types import Filters
from ui.web import state
from ui.web.templating import marked, render
from ui.web.views.parts import empty_library, title

__all__ = ["filters_of", "params_of", "show"]

_LIMIT = 20
_LONGEST = 1_000
_PASSAGE_CHARACTERS = 700


def show() -> None:
    """The search box with its filters, and the passages for ``?q=``."""
    library = state.current().library
    title("Search")
    names = {one.show.id: cut(plain(one.show.title), 80) for one in library.shows()}
    if not names:
        empty_library(followed=False)
        return
    st.html(render("search_head.html"))
    params = st.query_params
    query = params.get("q", "").strip()[:_LONGEST]
    filters = filters_of({**params.to_dict(), "show": params.get_all("show")}, names)
    wanted = _form(query, filters, names)
    if wanted is not None:
        params.from_dict(wanted)
        st.rerun()
    if not query:
        return
    with st.spinner("Searching …", show_time=False):
        hits = library.search(query, filters=filters, limit=_LIMIT)
    words = re.findall(r"\w+", query)
    passages = [(hit, marked(cut(plain(hit.text, newlines=True), _PASSAGE_CHARACTERS), words)) for hit in hits]
    st.html(render("search.html", query=query, passages=passages, narrowed=filters != Filters(), limit=_LIMIT))


def filters_of(params: Mapping[str, Any], names: Mapping[str, str]) -> Filters:
    """The filters of an address; what makes no sense (an unknown show, a bad date) does not narrow."""
    speaker = plain(str(params.get("speaker", "")))[:200]
    until = _date(params.get("until"))
    return Filters(
        shows=tuple(one for one in params.get("show", ()) if one in names),
        speakers=(speaker,) if speaker else (),
        after=_date(params.get("after")),
        # The page says "until" a day and means with it; the filter leaves out the day it names.
        before=until + timedelta(days=1) if until and until < date.max else None,
    )


def params_of(query: str, shows: list[str], speaker: str, after: date | None, until: date | None) -> dict[str, Any]:
    """The address of a search, without what does not narrow."""
    values = {
        "q": query.strip(),
        "show": shows,
        "speaker": speaker.strip(),
        "after": after.isoformat() if after else "",
        "until": until.isoformat() if until else "",
    }
    return {name: value for name, value in values.items() if value}


def _form(query: str, filters: Filters, names: Mapping[str, str]) -> dict[str, Any] | None:
    """The form; what it asks for as the parameters of an address, once it is submitted."""
    until = filters.before - timedelta(days=1) if filters.before else None
    with st.form("search", border=False):
        with st.container(key="line", horizontal=True, vertical_alignment="bottom"):
            typed = st.text_input("Words or a question", value=query, max_chars=_LONGEST)
            submitted = st.form_submit_button("Search")
        with st.expander("Narrow it down", expanded=filters != Filters()):
            chosen = st.multiselect("Shows", list(names), default=list(filters.shows), format_func=names.__getitem__)
            speaker = st.text_input("Speaker", value=filters.speakers[0] if filters.speakers else "", max_chars=200)
            left, right = st.columns(2)
            after = left.date_input("From", value=filters.after, format="YYYY-MM-DD")
            end = right.date_input("Until", value=until, format="YYYY-MM-DD")
    return params_of(typed, chosen, speaker, after, end) if submitted else None


def _date(given: Any) -> date | None:
    try:
        return date.fromisoformat(str(given)) if given else None
    except ValueError:
        return None
