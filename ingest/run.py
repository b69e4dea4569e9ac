"""One run of ingest: check the feeds, many hosts side by side, then work on what is waiting."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass

from earmark.catalog import Catalog
from earmark.catalog import shows as shows_table
from earmark.errors import EarmarkError, TransientError
from earmark.ports import Clock
from earmark.settings import Settings
from earmark.types import Show, ShowStatus
from ingest.fetch import Fetcher
from ingest.refresh import Refreshed, refresh_show
from ingest.stages import Stages
from ingest.worker import Event, Failure, Worker

__all__ = ["IngestReport", "ingest"]


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestReport:
    """What a run did. ``failures`` holds feeds (with an empty ``episode``) and episodes that went wrong."""

    feeds: int = 0
    feeds_unchanged: int = 0
    new_episodes: int = 0
    episodes_done: int = 0
    failures: tuple[Failure, ...] = ()
    interrupted: bool = False
    stopped_by: str = ""
    seconds: float = 0.0


def ingest(
    catalog: Catalog,
    fetcher: Fetcher,
    make_stages: Callable[[], Stages],
    clock: Clock,
    settings: Settings,
    *,
    shows: Sequence[str] = (),
    on_event: Callable[[Event], None] | None = None,
    stop: threading.Event | None = None,
) -> IngestReport:
    """Checks the feeds of the active shows (or of those with the given ids), then works until nothing is waiting.

    ``make_stages`` is called after the feeds are checked. On ``stop`` it ends after what is in hand; the next run
    goes on from there.
    """
    began = time.monotonic()
    say = _deaf_safe(on_event) if on_event else (lambda _event: None)
    halt = stop or threading.Event()
    with catalog.read() as tx:
        followed = [show for show in shows_table.every(tx) if show.status is ShowStatus.ACTIVE]
    chosen = [show for show in followed if not shows or show.id in shows]
    checked, failures = _check_feeds(catalog, fetcher, chosen, clock, settings, say, halt)
    work = Worker(catalog, make_stages(), clock, shows=list(shows), on_event=say, stop=halt).run()
    return IngestReport(
        feeds=len(chosen),
        feeds_unchanged=sum(1 for one in checked if one.unchanged),
        new_episodes=sum(one.new_episodes for one in checked),
        episodes_done=work.done,
        failures=(*failures, *work.failures),
        interrupted=work.interrupted or (halt.is_set() and work.stopped_by is None),
        stopped_by=str(work.stopped_by) if work.stopped_by else "",
        seconds=time.monotonic() - began,
    )


def _check_feeds(
    catalog: Catalog,
    fetcher: Fetcher,
    chosen: Sequence[Show],
    clock: Clock,
    settings: Settings,
    say: Callable[[Event], None],
    halt: threading.Event,
) -> tuple[list[Refreshed], list[Failure]]:
    checked: list[Refreshed] = []
    failures: list[Failure] = []

    def check(show: Show) -> Refreshed | None:
        if halt.is_set():
            return None
        return refresh_show(catalog, fetcher, show, take=settings.ingest.newest, clock=clock)

    with ThreadPoolExecutor(max_workers=settings.fetch.parallel, thread_name_prefix="feed") as pool:
        running = {pool.submit(check, show): show for show in chosen}
        for number, future in enumerate(as_completed(running), start=1):
            show = running[future]
            try:
                one = future.result()
            except EarmarkError as error:
                failures.append(_failure(show, str(error), gives_up=not isinstance(error, TransientError)))
                kind, message = "failure", str(error)
            except Exception as error:  # noqa: BLE001 - a bug of ours in one feed must not end the others' run
                message = f"unexpected: {type(error).__name__}: {error}"
                failures.append(_failure(show, message, gives_up=True))
                kind = "failure"
            else:
                if one is None:
                    continue
                checked.append(one)
                kind, message = "feed", "unchanged" if one.unchanged else f"{one.new_episodes} new"
            say(Event(kind=kind, subject=show.title, message=message, done=number, total=len(chosen)))
    return checked, failures


def _failure(show: Show, reason: str, *, gives_up: bool) -> Failure:
    return Failure(show=show.title, episode="", stage="feed", reason=reason, gives_up=gives_up)


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
