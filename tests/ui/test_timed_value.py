"""What is kept for a while: made once, for as long as it lasts."""

from __future__ import annotations

import threading
from itertools import count

import pytest

from earmark.errors import NotFound
from ui.timed_value import TimedValue


def test_it_is_made_once_for_a_while() -> None:
    now, made = [0.0], count(1)
    kept = TimedValue(lambda: next(made), 60.0, clock=lambda: now[0])
    assert [kept.get(), kept.get()] == [1, 1]
    now[0] = 59.9
    assert kept.get() == 1
    now[0] = 60.0
    assert [kept.get(), kept.get()] == [2, 2]


def test_who_asks_at_once_gets_the_same_value() -> None:
    begun, go_on = threading.Event(), threading.Event()
    made: list[int] = []

    def make() -> int:
        begun.set()
        go_on.wait(10)
        made.append(1)
        return len(made)

    kept = TimedValue(make, 60.0)
    got: list[int] = []
    askers = [threading.Thread(target=lambda: got.append(kept.get())) for _ in range(4)]
    for asker in askers:
        asker.start()
    assert begun.wait(10)
    go_on.set()
    for asker in askers:
        asker.join(10)
    assert (got, len(made)) == ([1, 1, 1, 1], 1)


def test_a_failure_is_not_kept() -> None:
    answers: list[NotFound | int] = [NotFound("is not published"), 7]

    def make() -> int:
        answer = answers.pop(0)
        if isinstance(answer, NotFound):
            raise answer
        return answer

    kept = TimedValue(make, 60.0)
    with pytest.raises(NotFound):
        kept.get()
    assert kept.get() == 7
