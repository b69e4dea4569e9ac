"""The worker: what it does with failures, waits, stops and lost leases; and a small campaign of kills and zombies."""

from __future__ import annotations

import errno
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from earmark.catalog import Catalog
from earmark.catalog.content import episodes, transcripts
from earmark.catalog.feeds import shows
from earmark.catalog.schema import jobs as table
from earmark.catalog.work import jobs, troubles
from earmark.clock import FixedClock, SystemClock
from earmark.errors import FetchError, NotYet, StorageFull, TranscriptError
from earmark.settings import Settings, load_settings
from earmark.types import Episode, EpisodeData, Segment, Stage, Transcript
from ingest.limits.budget import Budget
from ingest.limits.listening import heard, resumable
from ingest.run import work
from ingest.work.worker import Event, Worker

SECRET = "sk-not-for-anybody-0123456789"


class Bench:
    """Stages that do what a test says at each step, and store a transcript."""

    def __init__(self, catalog: Catalog, settings: Settings, act: Callable[[Episode], None] = lambda _episode: None):
        self.catalog = catalog
        self.settings = settings
        self.budget = Budget(catalog, settings, SystemClock())
        self._act = act

    def next(self, episode: Episode, report: Callable[[str], None]) -> tuple[Stage, Callable[[sa.Connection], None]]:
        report("working")
        self._act(episode)
        text = Transcript(segments=(Segment(text="Kettles hum."),), source="vtt")
        following = list(Stage)[list(Stage).index(episode.stage) + 1]
        first = following is Stage.TRANSCRIPT
        return following, lambda tx: transcripts.put(tx, episode.id, text) if first else None

    def finished(self, episode: Episode, stage: Stage) -> None:
        """Nothing is left behind."""

    def sweep(self) -> None:
        """Nothing is left behind."""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    values = {"ingest": {"attempts": 2, "workers": 2, "lease_s": 30}, "llm": {"api_key": SECRET}}
    return load_settings(values, home=tmp_path, environ={})


def follow(catalog: Catalog, count: int = 1) -> None:
    now = SystemClock().now()
    data = [
        EpisodeData(guid=str(n), title=f"One {n}", duration_s=100, audio_url="https://kettle.example/a.mp3")
        for n in range(count)
    ]
    with catalog.write() as tx:
        show, _ = shows.add(tx, "https://kettle.example/feed", title="Kettles", now=now)
        episodes.add_new(tx, show.id, data, language="en", now=now)


def worker(stages: Bench, clock: FixedClock, **options: object) -> Worker:
    return Worker(stages.catalog, stages, clock, **options)  # type: ignore[arg-type]


def state(catalog: Catalog) -> sa.Row[tuple[object, ...]]:
    with catalog.read() as tx:
        return tx.execute(sa.select(table)).one()


def test_all_is_done_and_told(catalog: Catalog, clock: FixedClock, settings: Settings) -> None:
    follow(catalog, 3)
    told: list[Event] = []
    points: list[str] = []

    def listen(episode: Episode) -> None:
        if episode.stage is Stage.DISCOVERED:
            heard(50, 100)

    bench = Bench(catalog, settings, listen)
    report = worker(bench, clock, on_event=told.append, at=points.append).run()
    assert (report.done, report.failures, report.interrupted) == (3, [], False)
    with catalog.read() as tx:
        assert episodes.by_stage(tx)["insights"] == 3
        assert jobs.owners(tx) == []
    assert {"stage", "progress", "episode"} == {event.kind for event in told}
    assert {event.share for event in told} == {None, 0.5}
    assert max(event.done for event in told) == max(event.total for event in told) == 3
    assert {event.episode_id for event in told if event.kind == "episode"} == {seen.episode_id for seen in told}
    for stage in ("transcript", "chunks", "insights"):
        assert {f"{word} {stage}" for word in ("computing", "computed", "writing", "committed")} <= set(points)
    assert {"claimed", "released"} <= set(points)


def test_a_failure_is_tried_again_and_then_kept_with_its_traceback(
    catalog: Catalog, clock: FixedClock, settings: Settings
) -> None:
    follow(catalog)

    def fail(_episode: Episode) -> None:
        try:
            raise OSError(f"the cable to https://user:{SECRET}@kettle.example/x?token=abcdef123 broke")
        except OSError as error:
            raise FetchError("no answer", subject="kettle.example", retry_after_s=30) from error

    bench = Bench(catalog, settings, fail)
    first = worker(bench, clock).run()
    assert [failure.gives_up for failure in first.failures] == [False]
    assert state(catalog).not_before == clock.now() + timedelta(seconds=30)
    assert worker(bench, clock).run().failures == []
    clock.at += timedelta(seconds=31)
    assert [failure.gives_up for failure in worker(bench, clock).run().failures] == [True]
    with catalog.read() as tx:
        (dead,) = troubles.troubles(tx)
    line, _, detail = dead.note.partition("\n")
    assert line.startswith("kettle.example: no answer")
    assert "Traceback (most recent call last)" in detail
    assert "in fail" in detail
    assert (dead.attempts, dead.at, dead.failed) == (2, clock.now(), True)
    for secret in (SECRET, "abcdef123"):
        assert secret not in dead.note
        assert secret not in first.failures[0].reason


def test_a_bug_ends_one_episode_and_not_the_run(catalog: Catalog, clock: FixedClock, settings: Settings) -> None:
    follow(catalog, 2)

    def stumble(episode: Episode) -> None:
        if episode.data.guid == "0":
            raise ZeroDivisionError("oh")
        if episode.stage is Stage.CHUNKS and not episode.attempts:
            raise TranscriptError("odd")

    report = worker(Bench(catalog, settings, stumble), clock).run()
    assert report.stopped_by is None
    assert {failure.reason for failure in report.failures} == {"unexpected: ZeroDivisionError: oh", "odd"}
    with catalog.read() as tx:
        assert {trouble.stage for trouble in troubles.troubles(tx)} == {Stage.DISCOVERED, Stage.CHUNKS}
        assert "in stumble" in troubles.troubles(tx)[0].note


def test_what_must_wait_waits(catalog: Catalog, clock: FixedClock, settings: Settings) -> None:
    follow(catalog)
    until = clock.now() + timedelta(hours=5)

    def wait(_episode: Episode) -> None:
        raise NotYet("today's budget is spent", until=until)

    report = worker(Bench(catalog, settings, wait), clock).run()
    assert (report.failures, report.done) == ([], 0)
    assert [(episode.reason, episode.until) for episode in report.postponed] == [("today's budget is spent", until)]
    row = state(catalog)
    assert (row.attempts, row.owner, row.waits, row.last_error) == (0, "", "today's budget is spent", "")
    clock.at = until
    assert worker(Bench(catalog, settings), clock).run().done == 1


@pytest.mark.parametrize("full", [StorageFull("make room"), OSError(errno.ENOSPC, "No space left on device")])
def test_a_full_disk_uses_up_no_attempt_and_the_work_goes_on_when_there_is_room(
    catalog: Catalog, clock: FixedClock, settings: Settings, full: Exception
) -> None:
    """More often than a failure would be tried, since it is no fault of the episode."""
    follow(catalog)

    def write(_episode: Episode) -> None:
        raise full

    for _ in range(settings.ingest.attempts + 1):
        report = worker(Bench(catalog, settings, write), clock).run()
        assert (report.failures, report.done, report.stopped_by) == ([], 0, None)
        assert [episode.reason for episode in report.postponed] == [
            "no space is left on the disk; it goes on when there is room"
        ]
        row = state(catalog)
        assert (row.attempts, row.failed, row.owner, row.last_error) == (0, False, "", "")
        assert worker(Bench(catalog, settings), clock).run().done == 0, "not at once: the disk is as full as before"
        clock.at = clock.now() + timedelta(minutes=5)
    assert worker(Bench(catalog, settings), clock).run().done == 1


def test_an_odd_error_of_the_system_is_a_failure(catalog: Catalog, clock: FixedClock, settings: Settings) -> None:
    follow(catalog)

    def read(_episode: Episode) -> None:
        raise OSError(errno.EIO, "Input/output error")

    report = worker(Bench(catalog, settings, read), clock).run()
    assert len(report.failures) == 1 and report.postponed == []


def test_a_stop_ends_a_long_computation_and_counts_nothing(
    catalog: Catalog, clock: FixedClock, settings: Settings
) -> None:
    follow(catalog)
    stop = threading.Event()
    told: list[Event] = []
    windows: list[int] = []

    def transcribe(_episode: Episode) -> None:
        for window in range(1000):
            windows.append(window)
            if window == 2:
                stop.set()
            heard(window, 1000)

    report = worker(Bench(catalog, settings, transcribe), clock, stop=stop, on_event=told.append).run()
    assert report.interrupted
    assert len(windows) == 3
    assert told[-1].kind == "ended"
    row = state(catalog)
    assert (row.owner, row.attempts, row.lease_until, row.last_error) == ("", 0, None, "")


def test_a_stop_does_not_wait_for_what_is_kept_as_it_goes(
    catalog: Catalog, clock: FixedClock, settings: Settings
) -> None:
    follow(catalog)
    stop, goes_on, ended = threading.Event(), threading.Event(), threading.Event()

    def transcribe(_episode: Episode) -> None:
        with resumable():
            stop.set()
            goes_on.wait(20)
        ended.set()

    report = worker(Bench(catalog, settings, transcribe), clock, stop=stop).run()
    assert report.interrupted
    assert not ended.is_set()
    row = state(catalog)
    assert (row.owner, row.attempts) == ("", 0)
    goes_on.set()
    for thread in [running for running in threading.enumerate() if running.name.startswith("worker-")]:
        thread.join(20)
    with catalog.read() as tx:
        assert episodes.by_stage(tx)["discovered"] == 1


def test_a_worker_that_lost_its_lease_writes_nothing(catalog: Catalog, clock: FixedClock, settings: Settings) -> None:
    follow(catalog)

    def dawdle(_episode: Episode) -> None:
        with catalog.write() as tx:
            tx.execute(table.update().values(owner="another", fence=table.c.fence + 1))

    report = worker(Bench(catalog, settings, dawdle), clock).run()
    assert (report.done, report.failures) == (0, [])
    row = state(catalog)
    assert (row.owner, row.attempts) == ("another", 0)
    with catalog.read() as tx:
        assert episodes.by_stage(tx)["discovered"] == 1


@pytest.mark.heavy
def test_one_that_waits_for_work_finds_what_comes(catalog: Catalog, clock: FixedClock, settings: Settings) -> None:
    stop = threading.Event()

    def tell(event: Event) -> None:
        if event.kind == "episode":
            stop.set()

    bench = Bench(catalog, settings)
    comes = threading.Timer(0.2, follow, (catalog,))
    comes.start()
    report = work(catalog, lambda: bench, clock, forever=True, on_event=tell, stop=stop, every_s=0.05)  # type: ignore[arg-type,return-value]
    comes.join()
    assert (report.episodes_done, report.interrupted) == (1, True)
