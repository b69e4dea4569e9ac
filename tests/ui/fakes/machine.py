"""What the machine does: its work, its index, its models."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from earmark.errors import NotFound, UsageError
from earmark.llm.servers import FoundServer
from library.keeping import TidyReport
from library.model_report import ModelReport
from library.models import LocalModelState
from library.spending import SpendingReport
from library.values import Event, Forecast, IngestReport, Job, JobState, ModelWait
from tests.ui.fakes.held import Corpus

__all__ = ["FakeIndex", "FakeModels", "FakeWork"]


class FakeModels:
    """No model is set up, and none is on this machine."""

    def offers(self) -> list[FoundServer]:
        return []

    def examine(self, on_step: Callable[[str], None] | None = None) -> ModelReport:
        raise UsageError("no language model is set up (llm.model)")

    def local(self) -> list[LocalModelState]:
        return []

    def fetch(self, name: str, on_progress: Callable[[int, int], None] | None = None) -> LocalModelState:
        raise NotFound("no such model", subject=name)

    def use(self, name: str) -> str:
        raise NotFound("no such model", subject=name)

    def remove(self, name: str) -> int:
        raise NotFound("no such model", subject=name)


class FakeWork:
    """Everything has been read, and nothing was spent."""

    def __init__(self, held: Corpus) -> None:
        self._held = held
        self.waits: tuple[ModelWait, ...] = ()
        self.left: list[Job] = []
        self.bill = SpendingReport()

    def ingest(
        self,
        *,
        shows: Sequence[str] = (),
        all_feeds: bool = False,
        on_event: Callable[[Event], None] | None = None,
        stop: threading.Event | None = None,
    ) -> IngestReport:
        return IngestReport(feeds=len(shows or self._held.shows))

    def tidy(self, *, dry_run: bool = False) -> TidyReport:
        return TidyReport(dry_run=dry_run)

    def forecast(self, *, shows: Sequence[str] = (), all_feeds: bool = False) -> Forecast:
        return Forecast(checked=True, shows=(), feeds_asked=len(shows or self._held.shows))

    def run(
        self,
        *,
        shows: Sequence[str] = (),
        forever: bool = False,
        on_event: Callable[[Event], None] | None = None,
        stop: threading.Event | None = None,
    ) -> IngestReport:
        return IngestReport()

    def jobs(
        self, *, state: JobState | None = None, show_id: str = "", after: str = "", limit: int | None = None
    ) -> list[Job]:
        left = [job for job in self.left if job.episode_id > after and state in {None, job.state}]
        return [job for job in left if show_id in {"", job.show_id}][:limit]

    def waiting_for_model(self) -> tuple[ModelWait, ...]:
        return self.waits

    def spending(self) -> SpendingReport:
        return self.bill

    def retry(self, names: Sequence[str] = ()) -> int:
        return 0

    def rewrite(self, names: Sequence[str] = ()) -> int:
        return 0


class FakeIndex:
    """An index that is always up to date; ``followed`` says that somebody had it follow."""

    def __init__(self, held: Corpus) -> None:
        self._held = held
        self.followed = threading.Event()

    def follow(self, on_progress: Callable[[int, int], None] | None = None) -> int:
        self.followed.set()
        return 0

    def tend(self) -> None:
        """Nothing to build."""

    def let_go(self) -> None:
        """Nobody waits for it."""

    def behind(self) -> int:
        return 0

    def rebuild(self, *, on_progress: Callable[[int, int], None] | None = None) -> int:
        return max(1, len(self._held.insights))

    def clear(self, *, rebuild_up_to: int = 100_000) -> bool:
        return len(self._held.insights) <= rebuild_up_to
