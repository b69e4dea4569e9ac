"""Whose page it is: looked up once for each run of a page, and again for the next."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from earmark.errors import Forbidden
from earmark.settings import load_settings
from earmark.types import Reader
from library.background import IngestProcess
from library.library import Library
from ui.access.signed_in import SIGNED_IN
from ui.web import state

pytestmark = pytest.mark.heavy

PASSWORD = "correct horse battery"


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    values = {"sign_in": {"require": "always"}, "offline": True}
    before = list(state._held)
    with Library.open(settings=load_settings(values, home=tmp_path, environ={})) as opened:
        opened.readers.add(Reader(id="ben", name="Ben", timezone="Asia/Tokyo"))
        opened.sign_in.set_password("ben", PASSWORD)
        state.put(state.AppState(opened, IngestProcess(tmp_path)))
        yield opened
    state._held[:] = before


def test_a_run_of_a_page_is_one_readers_and_the_next_run_asks_again(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = library.sign_in.with_password("ben", PASSWORD)
    monkeypatch.setattr(state, "_headers", lambda: {SIGNED_IN: f"session {session}"})
    with state.seen_by_one() as app:
        assert state.current() is app and app.library.reader.id == "ben"
        library.sign_in.end(session)
        assert state.current() is app and str(state.days().zone) == "Asia/Tokyo"
    for ask in (state.current, state.days, state.seen_by_one().__enter__):
        with pytest.raises(Forbidden, match="signed out"):
            ask()
