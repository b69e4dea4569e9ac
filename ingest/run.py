"""One run of ingest: check the feeds, many hosts side by side, then work on what is waiting."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from earmark.catalog import Catalog
from earmark.catalog.feeds import shows as shows_table
from earmark.catalog.work import troubles
from earmark.catalog.work.spending import Spending
from earmark.catalog.work.troubles import ModelWait
from earmark.ports import Clock
from earmark.settings import Settings
from earmark.types import ShowStatus
from ingest.cluster import OpenStages, run_on_cluster
from ingest.events import Silence, WorkReport
from ingest.feeds.check_notes import keep_holds
from ingest.feeds.checks import check_feeds, due, next_due
from ingest.fetching.fetch import Fetcher
from ingest.forecast.shortfall import shortfalls
from ingest.stages import Stages
from ingest.work.worker import Event, Failure, PostponedEpisode, Worker

__all__ = ["IngestReport", "ingest", "work"]

_LOOK_AGAIN_S = 15.0
"""How often a worker that waits for work looks whether there is some."""
_KEPT = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestReport:
    """What a run did.

    ``failures`` holds feeds (with an empty ``episode``) and episodes that went wrong, ``postponed`` episodes that wait
    for something (a transcript, tomorrow's budget).
    """

    feeds: int = 0
    feeds_unchanged: int = 0
    feeds_waiting: int = 0
    """Feeds that were not asked because it is too early; ``next_check`` is when the first of them is due."""
    next_check: datetime | None = None
    new_episodes: int = 0
    episodes_done: int = 0
    failures: tuple[Failure, ...] = ()
    postponed: tuple[PostponedEpisode, ...] = ()
    silent: tuple[Silence, ...] = ()
    """Episodes that were read and gave no insight, with the reason."""
    interrupted: bool = False
    stopped_by: str = ""
    seconds: float = 0.0
    waiting_for_model: tuple[ModelWait, ...] = ()
    """Of all episodes of the library, those that the language model has not answered for yet, by reason."""
    spent: Spending = field(default_factory=Spending)
    """What the run spent."""
    warnings: tuple[str, ...] = ()
    """Limits that were too small for what waited when it began, and limits of a run that are nearly reached."""


def ingest(
    catalog: Catalog,
    fetcher: Fetcher,
    make_stages: Callable[[], Stages],
    clock: Clock,
    settings: Settings,
    *,
    on_hosts: OpenStages | None = None,
    shows: Sequence[str] = (),
    all_feeds: bool = False,
    on_event: Callable[[Event], None] | None = None,
    stop: threading.Event | None = None,
) -> IngestReport:
    """Checks the feeds that are due of the active shows (or of those with the given ids), then works until nothing waits.

    Feeds of shows that are named, and with ``all_feeds`` every feed, are asked whether or not they are due; none is
    asked before the time that a Retry-After of its host gave.
    ``make_stages`` is called after the feeds are checked. Where the settings give the work to a cluster, ``on_hosts``
    opens the library on each machine of it. On ``stop`` it ends after what is in hand; the next run
    goes on from there.
    """
    began = time.monotonic()
    say = _deaf_safe(on_event) if on_event else (lambda _event: None)
    halt = stop or threading.Event()
    with catalog.read() as tx:
        followed = [show for show in shows_table.every(tx) if show.status is ShowStatus.ACTIVE]
        keep_holds(tx, fetcher, now=clock.now())
    chosen = [show for show in followed if not shows or show.id in shows]
    asked, waiting = due(chosen, clock.now(), forced=bool(shows) or all_feeds)
    looked = check_feeds(catalog, fetcher, asked, clock, settings, say, halt)
    stages = make_stages()
    short = shortfalls(catalog, settings, clock, shows=shows)
    work = _worked(catalog, stages, clock, on_hosts, shows, say, halt, embed_again=not shows)
    return IngestReport(
        feeds=len(asked) - looked.waiting,
        feeds_unchanged=sum(1 for check in looked.checked if check.unchanged),
        feeds_waiting=len(waiting) + looked.waiting,
        next_check=next_due(waiting),
        new_episodes=sum(check.new_episodes for check in looked.checked),
        episodes_done=work.done,
        failures=(*looked.failures, *work.failures),
        postponed=tuple(work.postponed),
        silent=tuple(work.silent),
        interrupted=work.interrupted or (halt.is_set() and work.stopped_by is None),
        stopped_by=str(work.stopped_by) if work.stopped_by else "",
        seconds=time.monotonic() - began,
        waiting_for_model=_waiting_for_model(catalog, clock),
        spent=stages.budget.spent(),
        warnings=(*short, *stages.budget.near_limits()),
    )


def work(
    catalog: Catalog,
    make_stages: Callable[[], Stages],
    clock: Clock,
    *,
    on_hosts: OpenStages | None = None,
    shows: Sequence[str] = (),
    forever: bool = False,
    on_event: Callable[[Event], None] | None = None,
    stop: threading.Event | None = None,
    every_s: float = _LOOK_AGAIN_S,
) -> IngestReport:
    """Works on what is waiting and asks no feed; with ``forever`` it waits for more, until ``stop``.

    Each look at the work is a run of its own, with its own budget.
    """
    began = time.monotonic()
    say = _deaf_safe(on_event) if on_event else (lambda _event: None)
    halt = stop or threading.Event()
    done, spent, first = 0, Spending(), True
    failures: list[Failure] = []
    postponed: list[PostponedEpisode] = []
    silent: list[Silence] = []
    while True:
        stages = make_stages()
        run = _worked(catalog, stages, clock, on_hosts, shows, say, halt, embed_again=first and not shows)
        first = False
        done += run.done
        spent = spent.plus(stages.budget.spent())
        # Of a run of months only the latest are kept; the catalog has them all.
        failures = [*failures, *run.failures][-_KEPT:]
        postponed = [*postponed, *run.postponed][-_KEPT:]
        silent = [*silent, *run.silent][-_KEPT:]
        if not forever or run.stopped_by is not None or halt.wait(every_s):
            break
    return IngestReport(
        warnings=stages.budget.near_limits(),
        episodes_done=done,
        failures=tuple(failures),
        postponed=tuple(postponed),
        silent=tuple(silent),
        interrupted=halt.is_set() and run.stopped_by is None,
        stopped_by=str(run.stopped_by) if run.stopped_by else "",
        seconds=time.monotonic() - began,
        waiting_for_model=_waiting_for_model(catalog, clock),
        spent=spent,
    )


def _worked(
    catalog: Catalog,
    stages: Stages,
    clock: Clock,
    on_hosts: OpenStages | None,
    shows: Sequence[str],
    say: Callable[[Event], None],
    halt: threading.Event,
    *,
    embed_again: bool,
) -> WorkReport:
    """What was done of the work that waits, by threads of this process or by a cluster, as the settings say."""
    if stages.settings.ingest.engine == "ray" and on_hosts is not None:
        return run_on_cluster(catalog, stages, clock, open_stages=on_hosts, shows=shows, on_event=say, stop=halt)
    return Worker(catalog, stages, clock, shows=list(shows), on_event=say, stop=halt).run()


def _waiting_for_model(catalog: Catalog, clock: Clock) -> tuple[ModelWait, ...]:
    with catalog.read() as tx:
        return troubles.waiting_for_model(tx, now=clock.now())


def _deaf_safe(listener: Callable[[Event], None]) -> Callable[[Event], None]:
    """The listener, until it has gone away (its pipe is closed); from then on nobody."""
    gone = threading.Event()

    def say(event: Event) -> None:
        if not gone.is_set():
            try:
                listener(event)
            except OSError:
                gone.set()

    return say
