"""While a command waits for a language model, other commands have the index."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from earmark.errors import IndexBusy
from earmark.settings import load_settings
from earmark.types import Filters, Question
from library.library import Library
from tests.retrieval.library import fill
from tests.scripted_llm import Request, ScriptedLLM

pytestmark = pytest.mark.heavy


class _Desk:
    """A model that is so slow that others finish their work while it is waited for."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.seen: list[str] = []

    def __call__(self, request: Request) -> str:
        try:
            with opened(self.home) as other:
                hits = other.search.hits("kelp carbon", filters=Filters(), limit=1)
            self.seen.append(hits[0].show)
        except IndexBusy as error:
            self.seen.append(str(error))
        return "{}"


def opened(home: Path, **llm: Any) -> Library:
    values = {"index": {"wait_s": 0.0}, "llm": llm} if llm else {"index": {"wait_s": 0.0}}
    return Library.open(settings=load_settings(values, home=home, environ={}))


@pytest.fixture
def llm() -> Iterator[ScriptedLLM]:
    with ScriptedLLM() as server:
        yield server


@pytest.mark.slow
def test_a_second_command_is_served_while_the_first_waits_for_its_model(tmp_path: Path, llm: ScriptedLLM) -> None:
    desk = _Desk(tmp_path / "home")
    llm.answer = desk
    with opened(desk.home, model="scripted", base_url=llm.url) as library:
        fill(library.catalog)
        insight = next(kept for kept in library.insights.newest() if "kelp" in kept.claim.lower())
        entries = library.insights.related(insight.id)
        library.answers.ask(Question(text="What does kelp do with carbon?"))
        assert library.search.hits("kelp carbon", filters=Filters(), limit=1)
    assert entries
    assert len(desk.seen) >= 2
    assert set(desk.seen) == {"Tideline"}
