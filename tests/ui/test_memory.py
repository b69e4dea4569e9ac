"""When garbage is collected: never while a page is run, soon after it, and all of it once in a while."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest

from ui.web.memory import GarbageCollector, PageActivity
from ui.web.theme import streamlit_options


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.seconds = 1_000.0

    def __call__(self) -> float:
        return self.seconds


class Knot:
    """Garbage that only a collection finds: it holds itself."""

    def __init__(self) -> None:
        self.myself = self


@pytest.fixture(autouse=True)
def _no_collection_by_itself() -> Iterator[None]:
    gc.disable()
    yield
    gc.enable()
    gc.unfreeze()
    gc.freeze()  # as it was when the tests had been read: collections of others need not look through all that


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def activity(clock: Clock) -> PageActivity:
    return PageActivity(now=clock)


@pytest.fixture
def loaded() -> threading.Event:
    return threading.Event()


@pytest.fixture
def collector(activity: PageActivity, loaded: threading.Event, clock: Clock) -> GarbageCollector:
    """After the pages were frozen at the start."""
    made = GarbageCollector(activity, loaded, now=clock)
    clock.seconds += 2
    made.step()
    gc.unfreeze()
    return made


def page(activity: PageActivity) -> weakref.ref[Knot]:
    """A page that leaves garbage."""
    with activity.page():
        return weakref.ref(Knot())


def test_streamlit_does_not_collect_after_each_page() -> None:
    assert streamlit_options(port=1)["runner.postScriptGC"] is False


@pytest.mark.heavy
def test_a_pages_garbage_goes_in_the_first_quiet_moment(
    activity: PageActivity, collector: GarbageCollector, clock: Clock
) -> None:
    left = page(activity)
    collector.step()
    assert left() is not None
    with activity.page():
        clock.seconds += 10
        collector.step()
        assert left() is not None
    clock.seconds += 2
    collector.step()
    assert left() is None


@pytest.mark.heavy
def test_without_a_page_nothing_is_collected(collector: GarbageCollector, clock: Clock) -> None:
    left = weakref.ref(Knot())
    clock.seconds += 50_000
    collector.step()
    assert left() is not None


@pytest.mark.slow
@pytest.mark.heavy
def test_readers_who_never_pause_do_not_fill_the_memory(activity: PageActivity, collector: GarbageCollector) -> None:
    left = [page(activity) for _ in range(1_000)]
    assert sum(ref() is not None for ref in left) == 1_000
    collector.step()
    assert not any(ref() for ref in left)


@pytest.mark.slow
@pytest.mark.heavy
def test_what_is_loaded_is_frozen_and_what_was_left_by_then_is_not(
    activity: PageActivity, collector: GarbageCollector, loaded: threading.Event, clock: Clock
) -> None:
    left = page(activity)
    loaded.set()
    collector.step()
    assert gc.get_freeze_count() == 0
    clock.seconds += 2
    collector.step()
    assert left() is None
    frozen = gc.get_freeze_count()
    assert frozen > 10_000
    clock.seconds += 100
    collector.step()
    assert gc.get_freeze_count() <= frozen  # nothing is frozen again; what has gone since counts no more


@pytest.mark.slow
@pytest.mark.heavy
def test_what_is_loaded_is_frozen_though_it_never_gets_quiet(
    activity: PageActivity, collector: GarbageCollector, loaded: threading.Event, clock: Clock
) -> None:
    loaded.set()
    with activity.page():
        collector.step()
        clock.seconds += 59
        collector.step()
        assert gc.get_freeze_count() == 0
        clock.seconds += 1
        collector.step()
        assert gc.get_freeze_count() > 0


@pytest.mark.slow
def test_a_tab_that_was_open_when_all_was_frozen_is_found_within_the_hour(
    activity: PageActivity, collector: GarbageCollector, loaded: threading.Event, clock: Clock
) -> None:
    open_tab = Knot()
    left = weakref.ref(open_tab)
    loaded.set()
    clock.seconds += 2
    collector.step()
    del open_tab
    page(activity)
    clock.seconds += 100
    collector.step()
    assert left() is not None
    page(activity)
    clock.seconds += 3_600
    collector.step()
    assert left() is None


def test_the_thread_ends_and_leaves_nothing_frozen(activity: PageActivity) -> None:
    collector = GarbageCollector(activity, threading.Event())
    collector.start()
    gc.freeze()
    collector.stop()
    assert gc.get_freeze_count() == 0
