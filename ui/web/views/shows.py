"""The followed shows: adding, importing, fetching, and the state of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import streamlit as st

from earmark.errors import EarmarkError
from earmark.net import is_loopback
from earmark.types import Role
from library.schedule_words import status_lines
from library.spending import in_words
from library.standing import standing
from ui.web import state
from ui.web.templating import render
from ui.web.views.fetching import fetching
from ui.web.views.one_show import REMOVED, one_show
from ui.web.views.parts import notice, title

if TYPE_CHECKING:
    from library.ports import LibraryPort
    from library.status import ShowSummary

__all__ = ["show"]


def show() -> None:
    """All shows, or the episodes of ``?show=``."""
    library = state.current().library
    wanted = st.query_params.get("show", "")
    if wanted:
        one_show(library, wanted)
        return
    title("Shows")
    # Adding comes first in the code so that the list below has what was added, and second on the page.
    head, listed = st.container(key="shows-head"), st.container(key="shows-list")
    owner = library.reader.role is Role.OWNER
    with st.container(key="shows-add"):
        if owner:
            _add(library)
            _import(library)
    summaries = library.shows.summaries()
    with head:
        removed = st.session_state.pop(REMOVED, None)
        if removed is not None:
            st.html(render("removed.html", removed=removed))
        st.html(render("shows_head.html", shows=summaries))
        if summaries and owner:
            fetching()
            _model(library)
            lines = status_lines(library.schedule.status(), library.reader.timezone)
            st.html(render("schedule.html", lines=list(lines)))
    if owner:
        _offer(library)
    if summaries:
        listed.html(render("shows.html", folders=_by_folder(library, summaries), now=library.clock.now()))


def _model(library: LibraryPort) -> None:
    """What waits for the language model, and the bill; nothing where there is neither."""
    report = library.work.spending()
    bill = [(when, in_words(spent)) for when, spent in (("Today", report.today), ("This month", report.month))]
    shown = {
        "waits": library.work.waiting_for_model(),
        "bill": [(when, words) for when, words in bill if words],
        "near_limits": report.near_limits,
    }
    if any(shown.values()):
        st.html(render("model.html", **shown))


def _offer(library: LibraryPort) -> None:
    """A model server on this machine, with the line that makes Earmark use it; nothing if a model is set up."""
    for server in library.models.offers()[:1]:
        text = f"{server.name} has {server.models[0]}. To have it write your ideas, add this line to the top of {library.settings.home / 'earmark.toml'} and start Earmark again."
        notice("There is a language model on this machine", text, level=3)
        st.code(server.toml, language="toml")


def _by_folder(library: LibraryPort, summaries: Sequence[ShowSummary]) -> list[tuple[str, list[Any]]]:
    """Folders with their shows and each show's state: shows without a folder first, then by name."""
    now = library.clock.now()
    folders: dict[str, list[Any]] = {"": []}
    for summary in summaries:
        folders.setdefault(summary.show.folder, []).append((summary, standing(summary.show, now)))
    return [(name, folders[name]) for name in sorted(folders, key=str.casefold) if folders[name]]


def _add(library: LibraryPort) -> None:
    with (
        st.form("add", border=False, clear_on_submit=True),
        st.container(key="line", horizontal=True, vertical_alignment="bottom"),
    ):
        url = st.text_input(
            "Follow a show by the address of its feed",
            placeholder="https://example.org/feed.xml, or a folder of recordings",
            max_chars=2_000,
        )
        if not st.form_submit_button("Follow"):
            return
    if not url.strip():
        return
    if library.shows.on_this_machine(url) and not is_loopback(f"http://{library.settings.app.host}/"):
        notice("That show could not be added", "Folders are added on the machine itself: earmark add FOLDER", level=3)
        return
    try:
        with st.spinner("Fetching the feed …", show_time=False):
            added = library.shows.add(url.strip())
    except EarmarkError as error:
        notice("That show could not be added", str(error), level=3)
        return
    st.html(render("added.html", shows=[added], later=(), known=(), failed=()))


def _import(library: LibraryPort) -> None:
    with st.expander("Import subscriptions from another app (OPML)"):
        with st.form("opml", border=False, clear_on_submit=True):
            upload = st.file_uploader("An OPML file, which most podcast apps can export", type=["opml", "xml"])
            submitted = st.form_submit_button("Import")
        if not submitted or upload is None:
            return
        try:
            with st.spinner("Fetching the feeds …", show_time=False):
                report = library.shows.import_opml(upload.getvalue())
        except EarmarkError as error:
            notice("That file could not be imported", str(error), level=3)
            return
        outcome = {"shows": report.added, "later": report.later, "known": report.known, "failed": report.failed}
        st.html(render("added.html", **outcome))
