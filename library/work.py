"""The library's work: checking feeds and turning episodes into insights."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from earmark.catalog import Catalog
from earmark.catalog.work import duties, jobs, listing, troubles
from library.hosts import open_on_host
from library.keeping import TidyReport, tidy
from library.logged import logged
from library.named import named
from library.run_words import run_words
from library.sight import Sight
from library.spending import SpendingReport, read_spending

if TYPE_CHECKING:
    from earmark.catalog.work.listing import Job, JobState
    from earmark.catalog.work.troubles import ModelWait
    from earmark.ports import Clock
    from earmark.settings import Settings
    from ingest.events import Event
    from ingest.fetching.fetch import Fetcher
    from ingest.forecast.estimate import Forecast
    from ingest.run import IngestReport
    from ingest.stages import Stages

__all__ = ["Work"]

_WORK = "the work on episodes"


class Work:
    """Runs ingests.

    Args:
        catalog: where the work waits and its results go.
        settings: how much is taken and tried.
        clock: decides which feeds are due.
        sight: of the reader; the work is an owner's.
        fetcher: makes the library's HTTP client.
        stages: makes the stages of one run, with that run's budget.
    """

    def __init__(
        self,
        catalog: Catalog,
        settings: Settings,
        clock: Clock,
        *,
        sight: Sight,
        fetcher: Callable[[], Fetcher],
        stages: Callable[[], Stages],
    ) -> None:
        self._catalog = catalog
        self._settings = settings
        self._clock = clock
        self._sight = sight
        self._fetcher = fetcher
        self._stages = stages

    def ingest(
        self,
        *,
        shows: Sequence[str] = (),
        all_feeds: bool = False,
        on_event: Callable[[Event], None] | None = None,
        stop: threading.Event | None = None,
    ) -> IngestReport:
        """Checks the feeds that are due, then works on waiting episodes; failures are reported and the rest goes on.

        It ends with `tidy`.

        Args:
            shows: ids of the only shows to look at; their feeds are checked even if they are not due.
            all_feeds: check every feed, due or not.
            on_event: told of progress, from any thread.
            stop: ends the run after its current work.
        """
        from ingest.run import ingest

        self._sight.require_owner(_WORK)
        report = ingest(
            self._catalog,
            self._fetcher(),
            self._stages,
            self._clock,
            self._settings,
            on_hosts=open_on_host,
            shows=shows,
            all_feeds=all_feeds,
            on_event=logged(on_event),
            stop=stop,
        )
        if not shows:
            with self._catalog.write() as tx:
                duties.done(tx, duties.FETCH, now=self._clock.now(), note=_said(report))
        if not (report.interrupted or report.stopped_by):
            self.tidy()
        return report

    def tidy(self, *, dry_run: bool = False) -> TidyReport:
        """Removes what the settings ``[keep]`` no longer keep, or says what it would remove; an ingest ends with it."""
        self._sight.require_owner(_WORK)
        return tidy(self._settings, self._catalog, now=self._clock.now(), dry_run=dry_run)

    def forecast(self, *, shows: Sequence[str] = (), all_feeds: bool = False) -> Forecast:
        """A forecast of `ingest`: checks the feeds, stores nothing, fetches no audio."""
        from ingest.forecast.dry_run import dry_run

        self._sight.require_owner(_WORK)
        return dry_run(self._catalog, self._fetcher(), self._clock, self._settings, shows=shows, all_feeds=all_feeds)

    def run(
        self,
        *,
        shows: Sequence[str] = (),
        forever: bool = False,
        on_event: Callable[[Event], None] | None = None,
        stop: threading.Event | None = None,
    ) -> IngestReport:
        """Works on what is waiting without checking feeds; any number of these may run side by side on one library.

        With ``forever`` it waits for more work until ``stop`` is set.
        """
        from ingest.run import work

        self._sight.require_owner(_WORK)
        return work(
            self._catalog,
            self._stages,
            self._clock,
            on_hosts=open_on_host,
            shows=shows,
            forever=forever,
            on_event=logged(on_event),
            stop=stop,
        )

    def waiting_for_model(self) -> tuple[ModelWait, ...]:
        """How many episodes wait for the language model, by reason, that of most episodes first."""
        self._sight.require_owner(_WORK)
        with self._catalog.read() as tx:
            return troubles.waiting_for_model(tx, now=self._clock.now())

    def jobs(
        self, *, state: JobState | None = None, show_id: str = "", after: str = "", limit: int | None = None
    ) -> list[Job]:
        """The work that is left, by the ids of episodes; see `earmark.catalog.work.listing.listed`."""
        self._sight.require_owner(_WORK)
        with self._catalog.read() as tx:
            return listing.listed(tx, now=self._clock.now(), state=state, show_id=show_id, after=after, limit=limit)

    def spending(self) -> SpendingReport:
        """What language models, and transcribing at an endpoint, cost today and this month."""
        self._sight.require_owner(_WORK)
        with self._catalog.read() as tx:
            return read_spending(tx, self._settings.budget, now=self._clock.now())

    def retry(self, names: Sequence[str] = ()) -> int:
        """Has the next ingest retry what failed or waits; returns the number of episodes.

        Args:
            names: the only shows (as in `Shows.find`) and episodes (an id or its first characters) to retry.

        Raises:
            NotFound: a name fits neither a show nor an episode.
        """
        self._sight.require_owner(_WORK)
        with self._catalog.write() as tx:
            show_ids, episode_ids = named(tx, names)
            return jobs.retry(tx, shows=show_ids, ids=episode_ids)

    def rewrite(self, names: Sequence[str] = ()) -> int:
        """Has the next run write insights again, with the model and prompts of today; returns the number of episodes.

        What readers were told stays told: an idea that is found again keeps its id, and earlier insights stay until the
        new ones are there.

        Args:
            names: the only shows (as in `Shows.find`) and episodes (an id or its first characters); all by default.

        Raises:
            NotFound: a name fits neither a show nor an episode.
        """
        self._sight.require_owner(_WORK)
        with self._catalog.write() as tx:
            show_ids, episode_ids = named(tx, names)
            return jobs.reopen(tx, shows=show_ids, ids=episode_ids)


def _said(report: IngestReport) -> str:
    words = run_words(
        feeds=report.feeds,
        new_episodes=report.new_episodes,
        episodes_read=report.episodes_done,
        failed=len(report.failures),
        interrupted=report.interrupted,
    )
    return f"{words}; {report.stopped_by}" if report.stopped_by else words
