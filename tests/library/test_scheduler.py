"""The thread that keeps the schedule: when it has feeds asked, when it stands by, and that it goes on after trouble."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from earmark.errors import EarmarkError, IndexBusy
from earmark.settings import Settings, load_settings
from library.schedule import ReaderSchedule
from library.scheduler import Scheduler
from tests.ui.fake_readers import FakeSchedule
from tests.ui.fakes import FakeLibrary
from tests.waiting import until


class WatchedSchedule(FakeSchedule):
    """A schedule that notes what it is asked, and raises what it is given."""

    due = False

    def __init__(self, other: FakeSchedule, trouble: list[EarmarkError]) -> None:
        self.__dict__ |= vars(other)
        self.asked: list[str] = []
        self.trouble = trouble

    def fetch_is_due(self) -> bool:
        return self.due

    def send_due(self, owner: str, stop: threading.Event | None = None) -> list[ReaderSchedule]:
        self.asked.append(owner)
        if self.trouble:
            raise self.trouble.pop()
        return list(self.status().readers)


def _library(
    home: Path, trouble: tuple[EarmarkError, ...] = (), groups: dict[str, object] | None = None
) -> tuple[FakeLibrary, WatchedSchedule]:
    settings: Settings = load_settings(groups or {}, home=home, environ={})
    library = FakeLibrary(settings)
    watched = WatchedSchedule(library.schedule, list(trouble))
    library.schedule = watched
    return library, watched


def test_it_fetches_when_that_is_due_and_not_again_at_once(tmp_path: Path) -> None:
    library, schedule = _library(tmp_path)
    fetched: list[int] = []

    def fetch() -> bool:
        fetched.append(1)
        return True

    made: list[ReaderSchedule] = []
    scheduler = Scheduler(library, fetch=fetch, done=made.extend)
    assert scheduler.step()
    assert (len(fetched), len(made)) == (0, 1)
    schedule.due = True
    assert scheduler.step() and scheduler.step()
    assert len(fetched) == 1
    assert schedule.asked == [schedule.keeper] * 3


def test_links_are_looked_after_once_the_process_has_settled(tmp_path: Path) -> None:
    library, _ = _library(tmp_path)
    assert Scheduler(library, fetch=lambda: True).step()
    assert library.links.tended == 0
    assert Scheduler(library, fetch=lambda: True, links_after_s=0.0).step()
    assert library.links.tended == 1


@pytest.mark.parametrize("groups", [{"offline": True}, {"schedule": {"send": False}}])
def test_settings_keep_it_from_fetching_and_from_sending(tmp_path: Path, groups: dict[str, object]) -> None:
    library, schedule = _library(tmp_path, groups=groups)
    schedule.due = True
    fetched: list[int] = []

    def fetch() -> bool:
        fetched.append(1)
        return True

    Scheduler(library, fetch=fetch).step()
    assert len(fetched) == (0 if "offline" in groups else 1)
    assert len(schedule.asked) == (1 if "offline" in groups else 0)


def test_it_stands_by_for_another_and_for_the_app(tmp_path: Path) -> None:
    library, schedule = _library(tmp_path)
    schedule.keeper = "another"
    scheduler = Scheduler(library, fetch=lambda: True)
    assert not scheduler.step()
    schedule.keeper = ""
    assert scheduler.step()
    app = [True]
    beside = Scheduler(library, fetch=lambda: True, elsewhere=lambda: app[0])
    assert not beside.step()
    scheduler.stop()
    assert schedule.keeper == ""
    app[0] = False
    assert beside.step()
    app[0] = True
    assert not beside.step()
    assert schedule.keeper == ""


def test_the_thread_goes_on_after_trouble_and_says_it_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    library, schedule = _library(tmp_path, (IndexBusy("in use"), IndexBusy("in use")))
    scheduler = Scheduler(library, fetch=lambda: True, every_s=0.01, begin_s=0.0)
    scheduler.start()
    until(lambda: len(schedule.asked) > 3)
    scheduler.stop()
    assert [record.message for record in caplog.records] == ["the schedule is not kept: in use"]
    assert schedule.keeper == ""
