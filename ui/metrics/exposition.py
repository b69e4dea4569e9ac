"""The state of a library in the form that Prometheus reads; the only module that knows its client.

No title, name or text of a show is in it: labels are stages, reasons, parts, endpoints, and models as the settings name them.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric

from earmark import __version__
from earmark.types import ShowStatus
from ui.metrics.times import BOUNDS_S

if TYPE_CHECKING:
    from library.status import Status
    from ui.metrics.times import TimedRequests

__all__ = ["CONTENT_TYPE", "exposition"]

CONTENT_TYPE = CONTENT_TYPE_LATEST


def exposition(status: Status, times: TimedRequests, *, now: datetime) -> bytes:
    """The metrics of a library at this moment."""
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    registry.register(_StatusCollector(status, times, now))
    return generate_latest(registry)


class _StatusCollector:
    def __init__(self, status: Status, times: TimedRequests, now: datetime) -> None:
        self._status, self._times, self._now = status, times, now

    def collect(self) -> Iterator[Metric]:
        """Every metric of ours."""
        yield _gauge("earmark_version_info", "The version that runs; its value is 1.", {__version__: 1}, "version")
        yield from _feeds(self._status, self._now)
        yield from _episodes(self._status, self._now)
        yield from _texts(self._status)
        yield from _spent(self._status)
        yield _gauge("earmark_disk_bytes", "Bytes on the disk.", self._status.disk, "part")
        yield _latency(self._times)


def _feeds(status: Status, now: datetime) -> Iterator[Metric]:
    followed = [summary.show for summary in status.shows]
    states = Counter(show.status.value for show in followed)
    yield _gauge(
        "earmark_feeds", "Followed shows by their state.", {s.value: states[s.value] for s in ShowStatus}, "state"
    )
    active = [show for show in followed if show.status is ShowStatus.ACTIVE]
    failing = sum(1 for show in active if show.failures)
    yield _gauge("earmark_feeds_failing", "Active feeds whose last check failed.", failing)
    due = [max(show.next_check, show.hold_until or show.next_check) for show in active if show.next_check]
    late = (now - min(due)).total_seconds() if due else 0.0
    yield _gauge("earmark_feeds_overdue_seconds", "How long the feed that is most overdue has waited.", max(late, 0.0))


def _episodes(status: Status, now: datetime) -> Iterator[Metric]:
    yield _gauge("earmark_episodes", "Episodes by their last completed stage.", status.episodes_by_stage, "stage")
    queued = {work.stage.value: work.episodes for work in status.queue}
    oldest = {work.stage.value: max((now - work.oldest).total_seconds(), 0.0) for work in status.queue}
    yield _gauge("earmark_queue_episodes", "Episodes to be worked on, by their last completed stage.", queued, "stage")
    yield _gauge("earmark_queue_oldest_seconds", "Time since the oldest of them was discovered.", oldest, "stage")
    yield _gauge("earmark_episodes_in_hand", "Episodes that a worker works on.", status.in_hand)
    failed = Counter("given up" if failure.gives_up else "tried again" for failure in status.failures)
    by_state = {state: failed[state] for state in ("given up", "tried again")}
    yield _gauge("earmark_episodes_failed", "Episodes whose last attempt failed.", by_state, "state")
    waits = Counter("model" if waiting.for_model else "other" for waiting in status.waiting)
    by_reason = {reason: waits[reason] for reason in ("model", "other")}
    yield _gauge(
        "earmark_episodes_waiting", "Episodes put off, for the language model or something else.", by_reason, "for"
    )


def _texts(status: Status) -> Iterator[Metric]:
    yield _gauge("earmark_passages", "Passages in the catalog.", status.chunks)
    yield _gauge("earmark_insights", "Insights in the catalog.", status.insights)
    yield _gauge("earmark_drafts_dropped", "Drafts of insights that the gate refused.", status.dropped, "reason")
    yield _gauge("earmark_index_points", "Points in the search index.", status.index_points)
    yield _gauge(
        "earmark_index_behind", "Changes of the catalog that the index has not applied yet.", status.index_behind
    )


def _spent(status: Status) -> Iterator[Metric]:
    tokens = CounterMetricFamily(
        "earmark_model_tokens", "Tokens that language models read and wrote.", labels=("model", "direction")
    )
    calls = CounterMetricFamily("earmark_model_calls", "Calls of language models.", labels=("model",))
    for use in status.spending.ever.models:
        tokens.add_metric((use.model, "read"), use.tokens_in)
        tokens.add_metric((use.model, "written"), use.tokens_out)
        calls.add_metric((use.model,), use.calls)
    yield tokens
    yield calls
    yield CounterMetricFamily(
        "earmark_money_spent", "Money spent, in the currency of the prices.", value=status.spending.ever.money
    )
    yield _gauge("earmark_money_spent_today", "Money spent on this day of UTC.", status.spending.today.money)


def _latency(times: TimedRequests) -> Metric:
    family = HistogramMetricFamily(
        "earmark_request_seconds", "Time until an answer began, by what was asked for.", labels=("endpoint", "status")
    )
    for (endpoint, status), timing in sorted(times.all().items()):
        sums = itertools.accumulate(timing.counts)
        buckets = [(bound, float(count)) for bound, count in zip((*map(str, BOUNDS_S), "+Inf"), sums, strict=True)]
        family.add_metric((endpoint, status), buckets=buckets, sum_value=timing.total_s)
    return family


def _gauge(name: str, about: str, values: dict[str, int] | dict[str, float] | float, label: str = "") -> Metric:
    """One value, or one for each value of a label."""
    if not isinstance(values, dict):
        return GaugeMetricFamily(name, about, value=values)
    family = GaugeMetricFamily(name, about, labels=(label,))
    for key, value in values.items():
        family.add_metric((key,), value)
    return family
