"""The buttons under an idea and the page of what a reader keeps, by Streamlit's own test runner."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from earmark.types import Direction
from tests.ui import corpus
from tests.ui.fakes import FakeLibrary
from tests.ui.test_wrong_page import _brief, _insight, page, words
from tests.ui.test_wrong_page import library as library  # noqa: PLC0414 - a fixture

pytestmark = pytest.mark.heavy

FIRST, SECOND = corpus.INSIGHTS[:2]


def _saved() -> None:
    from ui.web.views import saved

    saved.show()


def _press(run: Any, key: str) -> Any:
    run.button(key=key).click().run()
    assert not run.exception
    return run


def test_an_idea_of_the_brief_is_saved_and_let_go_by_its_button(library: FakeLibrary) -> None:
    run = _press(page(_brief), f"save-{SECOND.id}")
    assert [insight.id for insight, _ in library.marks.saved()] == [SECOND.id]
    assert run.button(key=f"save-{SECOND.id}").label == "Saved"
    assert run.button(key=f"save-{FIRST.id}").label == "Save"
    _press(run, f"save-{SECOND.id}")
    assert library.marks.saved() == []


def test_more_and_less_take_each_others_place_and_are_taken_back(library: FakeLibrary) -> None:
    run = _press(page(_insight, id=FIRST.id), f"more-{FIRST.id}")
    assert [click.direction for _, click in library.marks.wishes()] == [Direction.MORE]
    assert "will hold more like it" in words(run)
    _press(run, f"less-{FIRST.id}")
    assert [click.direction for _, click in library.marks.wishes()] == [Direction.LESS]
    assert run.button(key=f"more-{FIRST.id}").label == "More like this"
    _press(run, f"less-{FIRST.id}")
    assert library.marks.wishes() == []


def test_the_page_lists_what_is_kept_and_takes_it_back(library: FakeLibrary) -> None:
    assert "Nothing yet" in words(page(_saved))
    library.marks.annotate(FIRST.id, note="<b>see</b>", tags=["sea"])
    library.marks.wish(FIRST.id, Direction.MORE)
    library.marks.hide(SECOND.id)
    run = page(_saved)
    shown = words(run)
    assert "&lt;b&gt;see" in shown and "#sea" in shown and ">Hidden</h2>" in shown and ">Asked for</h2>" not in shown
    run.text_area[0].set_value("another")
    run.text_input[0].set_value("sky, tea")
    next(button for button in run.button if button.label == "Keep").click().run()
    ((_, state),) = library.marks.saved()
    assert (state.note, [tag.strip() for tag in state.tags]) == ("another", ["sky", "tea"])
    _press(run, f"hide-{SECOND.id}")
    assert library.marks.hidden() == [] and ">Hidden</h2>" not in words(run)


@pytest.mark.parametrize("params", [{}, {"save": "1", "hide": "1", "more": "1", "wish": "more"}])
def test_no_address_changes_anything(library: FakeLibrary, params: dict[str, str]) -> None:
    page(_insight, id=FIRST.id, **params)
    page(_brief, date=date(2026, 11, 20).isoformat(), **params)
    page(_saved, **params)
    marks = library.marks
    assert (marks.saved(), marks.hidden(), marks.wishes()) == ([], [], [])
