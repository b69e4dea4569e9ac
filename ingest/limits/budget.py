"""Budgets: seconds of speech recognition, tokens of the language model, and money, by run and by day (of UTC).

Before a call its upper bound is held, in one catalog transaction that also looks at what everybody has used and holds;
afterwards the hold gives way to what the call came to. A call is let through while anything is left, so that an episode
longer than a day's budget is still read, and a budget is never exceeded by more than one call, however many threads
and processes work.
"""

from __future__ import annotations

import logging
import threading
import uuid
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

from earmark.catalog import Catalog
from earmark.catalog.work import spending, usage
from earmark.catalog.work.spending import ModelUse, Spending, merged
from earmark.errors import NotYet
from earmark.llm.calls import NEARLY, CallLimit
from earmark.ports import Clock
from earmark.settings import AsrSettings, BudgetSettings, LlmSettings, Settings

__all__ = [
    "ASR",
    "KIND_NAMES",
    "MONEY",
    "TOKENS",
    "Budget",
    "Hold",
    "Limit",
    "ModelMeter",
    "asr_money",
    "limits",
    "llm_money",
    "nearly_reached",
]

ASR, TOKENS, MONEY = "asr_seconds", "llm_tokens", "money"
_NEXT_RUN = timedelta(minutes=15)
"""How long an episode waits that one run's budget is too small for: the next run finds it, this one rarely again."""
KIND_NAMES = {ASR: "speech recognition", TOKENS: "language model tokens", MONEY: "money"}
"""What each kind is called in a sentence."""


_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """The most of a kind by run and by day; ``None`` is no limit."""

    per_run: float | None = None
    per_day: float | None = None


def limits(budget: BudgetSettings) -> dict[str, Limit]:
    """The limits in force by kind."""
    return {
        ASR: Limit(per_run=budget.asr_seconds_per_run or None, per_day=budget.asr_seconds_per_day or None),
        TOKENS: Limit(per_run=budget.llm_tokens_per_run or None, per_day=budget.llm_tokens_per_day or None),
        MONEY: Limit(per_run=budget.money_per_run or None, per_day=budget.money_per_day or None),
    }


def nearly_reached(
    limits: Mapping[str, Limit], used: Mapping[str, float], period: Literal["run", "day"]
) -> dict[str, str]:
    """A sentence for each limit of the period of which four fifths or more are used, by the setting that raises it.

    Args:
        limits: the limits in force by kind.
        used: what was used in the period by kind.
        period: this run, or today.
    """
    near: dict[str, str] = {}
    for kind, limit in limits.items():
        whose, most = ("This run's", limit.per_run) if period == "run" else ("Today's", limit.per_day)
        share = used.get(kind, 0.0) / most if most else 0.0
        if share >= NEARLY:
            setting = f"budget.{kind}_per_{period}"
            told = "is spent" if share >= 1 else f"is used up to {100 * share:.0f} %"
            near[setting] = f"{whose} budget for {KIND_NAMES[kind]} {told} ({setting})."
    return near


def asr_money(seconds: float, settings: AsrSettings) -> float:
    """What transcribing costs: nothing here, by the minute at an endpoint."""
    return seconds / 60 * settings.price_per_minute if settings.engine == "openai" else 0.0


def llm_money(tokens_in: float, tokens_out: float, settings: LlmSettings) -> float:
    """What tokens cost at the stated prices."""
    return (tokens_in * settings.price_in + tokens_out * settings.price_out) / 1_000_000


class Budget:
    """What one run may spend. Thread-safe; other processes are seen through the catalog."""

    def __init__(self, catalog: Catalog, settings: Settings, clock: Clock, *, one_run: bool = True) -> None:
        """The budget of a run that begins now; with ``one_run=False`` of a service, for which only days count."""
        self._one_run = one_run
        self._catalog = catalog
        self._settings = settings
        self._clock = clock
        self._limits = limits(settings.budget)
        self._lock = threading.Lock()
        self._run: Counter[str] = Counter()
        self._uses: dict[str, ModelUse] = {}
        self._holds: dict[str, dict[str, float]] = {}
        self.calls = CallLimit(settings.llm.max_calls)
        """The calls of language models that are left to this run."""
        self._warned: set[str] = set()

    def hold(self, amounts: Mapping[str, float], *, key: str = "") -> Hold:
        """Holds the most that a call can come to.

        Args:
            amounts: upper bounds by kind.
            key: names the work where it may be begun again after a kill (an episode's id); else the call is its own.

        Raises:
            NotYet: nothing is left today, or in this run.
        """
        name = key or uuid.uuid4().hex
        wanted = {kind: amount for kind, amount in amounts.items() if amount > 0}
        now = self._clock.now()
        with self._lock:  # what this run holds and what the catalog holds change together
            with self._catalog.write() as tx:
                usage.lock(tx)
                days = {kind: usage.spent(tx, now.date(), kind, but=name) for kind in wanted}
                refusals = (self._refusal(k, self._run_spent(k, but=name), days[k], now) for k in wanted)
                refusal = next((reason for reason in refusals if reason is not None), None)
                if refusal is None:
                    usage.hold(tx, now.date(), wanted, key=name)
                else:  # what a killed predecessor holds of the same work is nobody's any more
                    usage.release(tx, list(wanted), key=name)
            if refusal is not None:
                self._holds.pop(name, None)
                raise refusal
            self._holds[name] = wanted
        return Hold(self, name, now.date())

    def asr(self, seconds: float, *, key: str) -> Hold:
        """Holds the transcription of audio of that length; ``key`` names the episode. Raises ``NotYet``."""
        asr = self._settings.asr
        # Work here that was killed is begun again in its own place. A call of an endpoint may have been billed: it stays.
        again = key if asr.engine == "local" else ""
        return self.hold({ASR: seconds, MONEY: asr_money(seconds, asr)}, key=again)

    def reserve(self, tokens_in: int, tokens_out: int) -> Callable[[int, int], None]:
        """Holds a call of the language model that the settings name, as `ModelMeter` does. Raises ``NotYet``."""
        return ModelMeter(self, self._settings.llm).reserve(tokens_in, tokens_out)

    def spent(self) -> Spending:
        """What this run has spent so far."""
        with self._lock:
            return Spending(
                tokens=round(self._run[TOKENS]),
                money=self._run[MONEY],
                models=merged(use for use in self._uses.values() if use.calls),
            )

    def near_limits(self) -> tuple[str, ...]:
        """A sentence for each limit of this run of which four fifths or more are used."""
        return tuple(self._near_in_run().values())

    def _near_in_run(self) -> dict[str, str]:
        with self._lock:
            near = nearly_reached(self._limits, self._run, "run")
        if self.calls.nearly_spent:
            said = f"{self.calls.made:,} of the {self.calls.most:,} calls of a run are made (llm.max_calls)."
            near["llm.max_calls"] = said
        return near

    def settle(self, name: str, day: date, used: Mapping[str, float], *, use: ModelUse | None = None) -> None:
        """Puts what a call came to in place of what it held, on the day it began; called by `Hold`."""
        with self._lock:
            if use is not None:
                (self._uses[use.model],) = merged([self._uses.get(use.model, ModelUse(model=use.model)), use])
            held = self._holds.pop(name, {})
            self._run.update({kind: amount for kind, amount in used.items() if kind in self._limits})
            with self._catalog.write() as tx:
                usage.release(tx, list(held), key=name)
                for kind, amount in used.items():
                    usage.add(tx, day, kind, amount)
                if use is not None:
                    spending.add(tx, day, use)
                today = usage.between(tx, day, day)
        self._warn(today)

    def _warn(self, today: Mapping[str, float]) -> None:
        """Logs each limit once when it is nearly reached, while something can still be done."""
        near = nearly_reached(self._limits, today, "day") | self._near_in_run()
        with self._lock:
            fresh = [sentence for setting, sentence in near.items() if setting not in self._warned]
            self._warned |= near.keys()
        for sentence in fresh:
            _log.warning("%s", sentence)

    def _run_spent(self, kind: str, *, but: str = "") -> float:
        return self._run[kind] + sum(held.get(kind, 0.0) for name, held in self._holds.items() if name != but)

    def _refusal(self, kind: str, run: float, day: float, now: datetime) -> NotYet | None:
        limit = self._limits[kind]
        if limit.per_day is not None and day >= limit.per_day:
            tomorrow = datetime.combine(now.astimezone(UTC).date() + timedelta(days=1), time(), UTC)
            return NotYet(
                f"today's budget for {KIND_NAMES[kind]} is spent (budget.{kind}_per_day); it goes on tomorrow",
                until=tomorrow,
            )
        if self._one_run and limit.per_run is not None and run >= limit.per_run:
            return NotYet(
                f"this run's budget for {KIND_NAMES[kind]} is spent (budget.{kind}_per_run); the next run goes on",
                until=now + _NEXT_RUN,
            )
        return None


class ModelMeter:
    """What one language model may spend of a budget, and spends, at its own prices."""

    def __init__(self, budget: Budget, llm: LlmSettings) -> None:
        self._budget = budget
        self._llm = llm

    def reserve(self, tokens_in: int, tokens_out: int) -> Callable[[int, int], None]:
        """Holds a call; what it returns is called with the tokens that it came to.

        Raises:
            NotYet: nothing is left today, or in this run.
        """
        llm = self._llm
        held = self._budget.hold({TOKENS: tokens_in + tokens_out, MONEY: llm_money(tokens_in, tokens_out, llm)})

        def settle(used_in: int, used_out: int) -> None:
            used = {TOKENS: used_in + used_out, MONEY: llm_money(used_in, used_out, llm)}
            calls = 1 if used_in else 0
            counted = {"llm_tokens_in": used_in, "llm_tokens_out": used_out, "llm_calls": calls}
            use = ModelUse(model=llm.model, calls=calls, tokens_in=used_in, tokens_out=used_out, money=used[MONEY])
            held.settle(used | counted, use=use)

        return settle


class Hold:
    """What a call holds of the budget until ``settle``. As a context it lets go where the call was never made."""

    def __init__(self, budget: Budget, name: str, day: date) -> None:
        self._budget = budget
        self._day = day
        self._name = name
        self._open = True

    def change(self, amounts: Mapping[str, float]) -> None:
        """Holds other amounts in place of the first; raises ``NotYet`` if nothing is left for the call any more."""
        self._budget.hold(amounts, key=self._name)

    def settle(self, used: Mapping[str, float], *, use: ModelUse | None = None) -> None:
        """Counts what the call came to, by kind and for the model that was called; only the first time."""
        if self._open:
            self._open = False
            self._budget.settle(self._name, self._day, used, use=use)

    def __enter__(self) -> Hold:
        return self

    def __exit__(self, *_: object) -> None:
        self.settle({})
