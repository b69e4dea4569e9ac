"""A question in flight while the index changes over to another model: it is answered from the new one."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, cast

import pytest

from earmark.catalog import Catalog
from earmark.catalog.readers import accounts
from earmark.clock import FixedClock
from earmark.errors import IndexBusy
from earmark.settings import Settings
from earmark.types import Answer, Filters, Question
from library.desk import LocalDesk
from library.engines import Engines


class ChangingEngines:
    """Engines that are changed for others while the first question is under way."""

    def __init__(self, *, breaks: bool) -> None:
        self.breaks = breaks
        self.old = self._engines("old", before=self._change)
        self.new = self._engines("new", before=lambda: None)
        self.current = self.old
        self.asked: list[str] = []

    def _change(self) -> None:
        self.current = self.new
        if self.breaks:
            raise ValueError("a vector of another length")

    def _change_again(self) -> None:
        self.new = self._engines("new", before=self._change_again)
        self._change()

    def _engines(self, name: str, *, before: Callable[[], None]) -> Engines:
        def search(*_: object, **__: object) -> list[str]:
            self.asked.append(name)
            before()
            return [name]

        def stream(question: Question, *, history: object, marked_as: object) -> Any:
            yield Answer(question=question.text, answer=f"{name} …", abstained=False)
            search()
            yield Answer(question=question.text, answer=name, abstained=False)

        parts = SimpleNamespace(
            searcher=SimpleNamespace(search=search),
            finder=SimpleNamespace(related=search),
            answerer=SimpleNamespace(stream=stream),
        )
        parts.within = lambda *_: parts
        return cast("Engines", parts)


@pytest.fixture
def desk_over(catalog: Catalog, clock: FixedClock) -> Callable[[ChangingEngines], LocalDesk]:
    with catalog.read() as tx:
        reader = accounts.get(tx, accounts.LOCAL)

    def desk(engines: ChangingEngines) -> LocalDesk:
        return LocalDesk(Settings(), catalog, clock, reader, engines=lambda: engines.current, follow=lambda: 0)

    return desk


@pytest.mark.parametrize("breaks", [True, False])
def test_a_search_in_flight_is_made_again_with_the_new_model(
    desk_over: Callable[[ChangingEngines], LocalDesk], breaks: bool
) -> None:
    engines = ChangingEngines(breaks=breaks)
    hits = desk_over(engines).search("kelp", filters=Filters(), limit=3)
    assert hits == cast("Any", ["new"])
    assert engines.asked == ["old", "new"]


@pytest.mark.parametrize("breaks", [True, False])
def test_an_answer_in_flight_is_given_by_the_new_model(
    desk_over: Callable[[ChangingEngines], LocalDesk], breaks: bool
) -> None:
    engines = ChangingEngines(breaks=breaks)
    *_, last = desk_over(engines).ask_stream(Question(text="Why kelp?"))
    assert last.answer == "new"


@pytest.mark.parametrize("breaks", [True, False])
def test_an_index_that_never_rests_is_given_up(desk_over: Callable[[ChangingEngines], LocalDesk], breaks: bool) -> None:
    engines = ChangingEngines(breaks=breaks)
    engines.new = engines._engines("new", before=engines._change_again)
    desk = desk_over(engines)
    with pytest.raises(IndexBusy, match="each time"):
        desk.search("kelp", filters=Filters(), limit=3)
    assert engines.asked == ["old", "new", "new"]
    with pytest.raises(IndexBusy, match="each time"):
        list(desk.ask_stream(Question(text="Why kelp?")))


def test_what_fails_without_a_change_fails(desk_over: Callable[[ChangingEngines], LocalDesk]) -> None:
    engines = ChangingEngines(breaks=True)
    engines.new = engines.old
    with pytest.raises(ValueError, match="another length"):
        desk_over(engines).search("kelp", filters=Filters(), limit=3)
