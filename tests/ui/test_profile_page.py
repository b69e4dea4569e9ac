"""The page of a reader's profile, by Streamlit's own test runner."""

from __future__ import annotations

from typing import Any

import pytest

from earmark.types import Direction
from tests.ui import corpus
from tests.ui.fakes import FakeLibrary
from tests.ui.test_wrong_page import library as library  # noqa: PLC0414 - a fixture
from tests.ui.test_wrong_page import page, words

pytestmark = pytest.mark.heavy

FIRST = corpus.INSIGHTS[0]


def _profile() -> None:
    from ui.web.views import profile

    profile.show()


def _press(run: Any, label: str) -> Any:
    next(button for button in run.button if button.label == label).click().run()
    assert not run.exception
    return run


def test_a_text_is_tried_kept_taken_back_and_emptied(library: FakeLibrary) -> None:
    run = page(_profile)
    run.text_area[0].set_value("## Interests\n- queues <b>of</b> people")
    shown = words(_press(run, "See what it changes"))
    assert "It is not kept yet." in shown and "You follow “queues &lt;b&gt;of&lt;/b&gt; people”." in shown
    assert library.profile.get().version == 0
    assert "It is kept." in words(_press(run, "Keep it"))
    run = _press(page(_profile), "Undo the last change")
    assert "The text before the last change is back." in words(run)
    library.marks.wish(FIRST.id, Direction.MORE)
    _press(page(_profile), "Empty the profile")
    assert len(library.marks.wishes()) == 1


def test_what_makes_no_sense_is_said_with_its_line_and_not_kept(library: FakeLibrary) -> None:
    run = page(_profile)
    run.text_area[0].set_value("## Interests\nqueues")
    assert "line 2: is no entry" in words(_press(run, "Keep it"))
    assert library.profile.get().version == 0


def test_ten_ideas_or_a_pasted_text_begin_it(library: FakeLibrary) -> None:
    run = page(_profile)
    run.checkbox(key=f"seed-{FIRST.id}").check()
    shown = words(_press(run, "I want more like these"))
    assert [(i.id, click.direction) for i, click in library.marks.wishes()] == [(FIRST.id, Direction.MORE)]
    assert "More: Queues and waiting" in shown
    run = page(_profile)
    run.text_area[1].set_value("I follow the physics of kettles.")
    _press(run, "Take its subjects")
    assert "- the physics of kettles" in run.text_area[0].value
    assert library.profile.get().version == 0


def test_no_address_changes_the_profile(library: FakeLibrary) -> None:
    page(_profile, text="## Interests\n- x", reset="1", learned="1")
    assert library.profile.get().version == 0
