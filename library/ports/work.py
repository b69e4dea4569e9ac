"""What the machine does: reading episodes, its index, its models."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from earmark.llm.servers import FoundServer
    from library.keeping import TidyReport
    from library.model_report import ModelReport
    from library.models import LocalModelState
    from library.spending import SpendingReport
    from library.values import Event, Forecast, IngestReport, Job, JobState, ModelWait

__all__ = ["IndexPort", "ModelsPort", "WorkPort"]


class WorkPort(Protocol):
    """`library.work.Work`."""

    def ingest(
        self,
        *,
        shows: Sequence[str] = (),
        all_feeds: bool = False,
        on_event: Callable[[Event], None] | None = None,
        stop: threading.Event | None = None,
    ) -> IngestReport:
        """Checks feeds and works on what is waiting."""
        ...

    def tidy(self, *, dry_run: bool = False) -> TidyReport:
        """Removes what the settings no longer keep."""
        ...

    def forecast(self, *, shows: Sequence[str] = (), all_feeds: bool = False) -> Forecast:
        """What an ingest would do now."""
        ...

    def run(
        self,
        *,
        shows: Sequence[str] = (),
        forever: bool = False,
        on_event: Callable[[Event], None] | None = None,
        stop: threading.Event | None = None,
    ) -> IngestReport:
        """Works on what is waiting."""
        ...

    def jobs(
        self, *, state: JobState | None = None, show_id: str = "", after: str = "", limit: int | None = None
    ) -> list[Job]:
        """The work that is left."""
        ...

    def waiting_for_model(self) -> tuple[ModelWait, ...]:
        """How many episodes wait for the language model, by reason."""
        ...

    def spending(self) -> SpendingReport:
        """What was spent today and this month."""
        ...

    def retry(self, names: Sequence[str] = ()) -> int:
        """Lets the next ingest try again what failed or waits."""
        ...

    def rewrite(self, names: Sequence[str] = ()) -> int:
        """Has the next run write insights again."""
        ...


class IndexPort(Protocol):
    """`library.index.Index`."""

    def follow(self, on_progress: Callable[[int, int], None] | None = None) -> int:
        """Applies the catalog's changes."""
        ...

    def tend(self) -> None:
        """Looks after the generations of the index."""
        ...

    def let_go(self) -> None:
        """Lets other commands have the index."""
        ...

    def behind(self) -> int:
        """The number of changes not applied yet."""
        ...

    def rebuild(self, *, on_progress: Callable[[int, int], None] | None = None) -> int:
        """Rebuilds it."""
        ...

    def clear(self, *, rebuild_up_to: int = ...) -> bool:
        """Takes removed texts out of it."""
        ...


class ModelsPort(Protocol):
    """`library.models.Models`."""

    def offers(self) -> list[FoundServer]:
        """Model servers on this machine, if no model is set up."""
        ...

    def examine(self, on_step: Callable[[str], None] | None = None) -> ModelReport:
        """Tries the model in use."""
        ...

    def local(self) -> list[LocalModelState]:
        """The models that are worth fetching."""
        ...

    def fetch(self, name: str, on_progress: Callable[[int, int], None] | None = None) -> LocalModelState:
        """Fetches a model."""
        ...

    def use(self, name: str) -> str:
        """Has a model used from now on."""
        ...

    def remove(self, name: str) -> int:
        """Removes a fetched model."""
        ...
