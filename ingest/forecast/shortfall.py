"""Before the work of a run begins: which limits it will reach, by the forecast of what waits."""

from __future__ import annotations

import logging
import math
from collections.abc import Sequence

from earmark.catalog import Catalog
from earmark.catalog.work import jobs
from earmark.llm.models import is_reachable
from earmark.ports import Clock
from earmark.settings import Settings
from ingest.forecast.estimate import BudgetOutlook, forecast
from ingest.forecast.history import read_past
from ingest.forecast.preview import waiting
from ingest.limits.budget import ASR, KIND_NAMES, MONEY, limits

__all__ = ["shortfalls"]

_CALLS_AN_EPISODE = 20
"""Calls that an episode of three hours takes: below that, a forecast of what waits need not be made."""

_log = logging.getLogger(__name__)


def shortfalls(catalog: Catalog, settings: Settings, clock: Clock, *, shows: Sequence[str] = ()) -> tuple[str, ...]:
    """A sentence for each limit that is too small for what waits, which is logged as well; none if all is enough.

    Args:
        catalog: which episodes wait, and what was spent today.
        settings: the limits.
        clock: the time.
        shows: ids of the only shows that are worked on.
    """
    limited = any(limit.per_run or limit.per_day for limit in limits(settings.budget).values())
    now = clock.now()
    with catalog.read() as tx:
        most = settings.llm.max_calls / _CALLS_AN_EPISODE if is_reachable(settings, settings.llm) else math.inf
        if not limited and len(jobs.open_ids(tx, shows=list(shows))) <= most:
            return ()
        past = read_past(tx, now=now)
    pending = waiting(catalog, list(shows))
    outlook = forecast([], pending, settings, now=now, spent=past.spent, measured=past.measured, checked=False)
    sentences = [_sentence(budget) for budget in outlook.budgets if not budget.enough]
    calls, most = sum(show.llm_calls for show in outlook.shows), settings.llm.max_calls
    if calls > most:
        sentences.append(
            f"What waits wants about {calls:,.0f} calls of the language model, and a run makes {most:,} (llm.max_calls): "
            "the rest waits for the next run."
        )
    for sentence in sentences:
        _log.warning("%s", sentence)
    return tuple(sentences)


def _sentence(budget: BudgetOutlook) -> str:
    left = max(0.0, budget.limit - budget.spent)
    scale, unit = (60.0, " minutes") if budget.kind == ASR else (1.0, "")
    digits = 2 if budget.kind == MONEY else 0
    wanted, has = (f"{amount / scale:,.{digits}f}{unit}" for amount in (budget.needed, left))
    return (
        f"What waits wants about {wanted} of {KIND_NAMES[budget.kind]}, and {has} are left "
        f"(budget.{budget.kind}_per_{budget.period}): the rest waits for the next {budget.period}."
    )
