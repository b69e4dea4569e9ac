"""Search over everything that was said: the query in its syntax or by the form, facets, and the moments found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from earmark.clean import cut, plain
from earmark.errors import NotFound
from earmark.types import Filters, Hit, Selection, SelectionKind
from library.excerpts import Excerpt, excerpt, marked_terms
from library.ports import LibraryPort
from library.search import SEARCH_EXAMPLES
from library.values import Facet, Facets, SearchPage
from ui.web import state
from ui.web.templating import render
from ui.web.views.alerting import alert_button
from ui.web.views.parts import empty_library, title

__all__ = ["FacetLine", "FacetLink", "facet_lines", "filters_of", "params_of", "show"]

_LIMIT = 20
_LONGEST = 1_000
_ALERT_LONGEST = 300
"""Characters of a search that an alert takes."""
_SUGGESTED = 3
_LABEL_CHARACTERS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetLink:
    """A value of a facet: its link narrows the search, or widens it again if the value is ``chosen``."""

    label: str
    count: int
    url: str
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetLine:
    """A facet with its values."""

    name: str
    links: tuple[FacetLink, ...]


def show() -> None:
    """The search box with its filters, and the moments for ``?q=``."""
    library = state.current().library
    title("Search")
    names = {show.id: cut(plain(show.title), 80) for show in library.shows.every()}
    if not names:
        empty_library(followed=False)
        return
    params = st.query_params
    query = params.get("q", "").strip()[:_LONGEST]
    st.html(render("search_head.html", asked=bool(query)))
    given = {**params.to_dict(), "show": params.get_all("show")}
    filters = filters_of(given, names)
    wanted = _form(query, filters, names)
    if wanted is not None:
        params.from_dict(wanted)
        st.rerun()
    if not query:
        st.html(render("search_help.html", examples=SEARCH_EXAMPLES))
        _suggest(library, names)
        return
    try:
        with st.spinner("Searching …", show_time=False):
            page = library.search.page(query, filters=filters, limit=_LIMIT, correct=params.get("exact") != "1")
    except NotFound as error:
        st.html(render("search_missing.html", reason=str(error)))
        return
    address = _address(query, filters)
    st.html(
        render(
            "search.html",
            moments=[_moment(hit, page) for hit in page.hits],
            page=page,
            lines=facet_lines(page.facets, address, filters),
            counted=page.facets.passages,
            narrowed=filters != Filters(),
            without_filters=_url({"q": query}),
            instead=_url(address | {"exact": "1"}),
            limit=_LIMIT,
        )
    )
    alert_button(library, Selection(kind=SelectionKind.SEARCH, value=query[:_ALERT_LONGEST]))


@dataclass(frozen=True, slots=True, kw_only=True)
class _MomentView:
    hit: Hit
    excerpt: Excerpt
    pieces: list[tuple[str, bool]]


def filters_of(params: Mapping[str, Any], names: Mapping[str, str]) -> Filters:
    """The filters of an address; what makes no sense (an unknown show, a bad date) does not narrow."""
    speaker = plain(str(params.get("speaker", "")))[:200]
    until = _date(params.get("until"))
    return Filters(
        shows=tuple(show_id for show_id in params.get("show", ()) if show_id in names),
        speakers=(speaker,) if speaker else (),
        after=_date(params.get("after")),
        # The page says "until" a day and means with it; the filter leaves out the day it names.
        before=until + timedelta(days=1) if until and until < date.max else None,
    )


def params_of(query: str, shows: list[str], speaker: str, after: date | None, until: date | None) -> dict[str, Any]:
    """The address of a search, without parameters that do not narrow."""
    values = {
        "q": query.strip(),
        "show": shows,
        "speaker": speaker.strip(),
        "after": after.isoformat() if after else "",
        "until": until.isoformat() if until else "",
    }
    return {name: value for name, value in values.items() if value}


def facet_lines(facets: Facets, address: Mapping[str, Any], filters: Filters) -> list[FacetLine]:
    """The facets that can still narrow, or that do, as links from the address of the search."""

    def line(name: str, values: Sequence[Facet], chosen: bool, keys: Sequence[str], link: Any) -> FacetLine:
        without = {key: value for key, value in address.items() if key not in keys}
        links = (
            FacetLink(
                label=cut(plain(value.label), _LABEL_CHARACTERS),
                count=value.count,
                url=_url(without if chosen else without | link(value.value)),
                chosen=chosen,
            )
            for value in values
        )
        return FacetLine(name=name, links=tuple(links))

    dated = bool(filters.after or filters.before)
    lines = [
        line("Shows", facets.shows, bool(filters.shows), ("show",), lambda value: {"show": [value]}),
        line("Speakers", facets.speakers, bool(filters.speakers), ("speaker",), lambda value: {"speaker": value}),
        line("Years", facets.years, dated, ("after", "until"), _year),
    ]
    return [line for line in lines if len(line.links) > 1 or any(link.chosen for link in line.links)]


def _year(value: str) -> dict[str, str]:
    return {"after": f"{value}-01-01", "until": f"{value}-12-31"}


def _address(query: str, filters: Filters) -> dict[str, Any]:
    until = filters.before - timedelta(days=1) if filters.before else None
    return params_of(query, list(filters.shows), (*filters.speakers, "")[0], filters.after, until)


def _url(params: Mapping[str, Any]) -> str:
    return f"/search?{urlencode(params, doseq=True)}"


def _moment(hit: Hit, page: SearchPage) -> _MomentView:
    seen = excerpt(hit)
    return _MomentView(hit=hit, excerpt=seen, pieces=marked_terms(seen.key, page.query.text, page.query.phrases))


def _suggest(library: LibraryPort, names: Mapping[str, str]) -> None:
    """Where to start: what was said lately, and the shows."""
    claims = [cut(plain(insight.claim), 160) for insight in library.insights.newest(limit=_SUGGESTED)]
    shows = [(name, _url({"q": f'show:"{name}"'})) for name in list(names.values())[: 2 * _SUGGESTED]]
    st.html(render("search_start.html", claims=[(claim, _url({"q": claim})) for claim in claims], shows=shows))


def _form(query: str, filters: Filters, names: Mapping[str, str]) -> dict[str, Any] | None:
    """The form; what it asks for as the parameters of an address, once it is submitted."""
    until = filters.before - timedelta(days=1) if filters.before else None
    with st.form("search", border=False):
        with st.container(key="line", horizontal=True, vertical_alignment="bottom"):
            typed = st.text_input("Words or a question", value=query, max_chars=_LONGEST)
            submitted = st.form_submit_button("Search")
        with st.expander("Narrow it down", expanded=False):
            chosen = st.multiselect("Shows", list(names), default=list(filters.shows), format_func=names.__getitem__)
            speaker = st.text_input("Speaker", value=filters.speakers[0] if filters.speakers else "", max_chars=200)
            left, right = st.columns(2)
            after = left.date_input("From", value=filters.after, format="YYYY-MM-DD")
            end = right.date_input("Until", value=until, format="YYYY-MM-DD")
            if query:
                st.html(render("search_help.html", examples=SEARCH_EXAMPLES))
    return params_of(typed, chosen, speaker, after, end) if submitted else None


def _date(given: Any) -> date | None:
    try:
        return date.fromisoformat(str(given)) if given else None
    except ValueError:
        return None
