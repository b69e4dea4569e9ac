"""Budgets: never exceeded by more than one call, whoever works; nothing leaks; the language model is counted."""

from __future__ import annotations

import multiprocessing
import threading
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from earmark.catalog import Catalog, open_catalog
from earmark.catalog.work import spending, usage
from earmark.catalog.work.spending import Spending
from earmark.clock import FixedClock
from earmark.errors import ModelCallError, NotYet
from earmark.llm.bill import estimated_tokens
from earmark.llm.chat import LangChainChat
from earmark.settings import LlmSettings, Settings
from ingest.limits.budget import ASR, MONEY, TOKENS, Budget, ModelMeter, asr_money
from tests.scripted_llm import ScriptedLLM, Status

DAY = date(2026, 11, 22)


def budget(catalog: Catalog, clock: FixedClock, **given: Any) -> Budget:
    groups = {name: given.pop(name) for name in ("llm", "asr") if name in given}
    return Budget(catalog, Settings(budget=given, **groups), clock)


def spent(catalog: Catalog, kind: str, day: date = DAY) -> float:
    with catalog.read() as tx:
        return usage.spent(tx, day, kind)


def test_usage_adds_up_and_holds_count(catalog: Catalog) -> None:
    with catalog.write() as tx:
        usage.add(tx, DAY, ASR, 10)
        usage.add(tx, DAY, ASR, 5)
        usage.hold(tx, DAY, {ASR: 100, MONEY: 1}, key="e1")
        usage.hold(tx, DAY, {ASR: 30}, key="e2")
        assert usage.spent(tx, DAY, ASR) == 145
        assert usage.spent(tx, DAY, ASR, but="e1") == 45
        assert usage.spent(tx, DAY + timedelta(days=1), ASR) == 0
        assert usage.between(tx, DAY, DAY) == {ASR: 15}
        usage.hold(tx, DAY, {ASR: 50, MONEY: 1}, key="e1")
        assert usage.spent(tx, DAY, ASR) == 95
        usage.release(tx, [ASR, MONEY], key="e1")
        usage.release(tx, [ASR, MONEY], key="e2")
        assert usage.spent(tx, DAY, ASR) == 15 and usage.spent(tx, DAY, MONEY) == 0


def test_kinds_with_a_common_beginning_are_kept_apart(catalog: Catalog) -> None:
    with catalog.write() as tx:
        usage.add(tx, DAY, "llm_tokens_in", 7)
        usage.add(tx, DAY, "llmXtokens", 9)
        assert usage.spent(tx, DAY, TOKENS) == 0


def test_without_limits_everything_is_let_through_and_counted(catalog: Catalog, clock: FixedClock) -> None:
    free = budget(catalog, clock)
    for _ in range(3):
        with free.asr(9e9, key="e") as held:
            held.settle({ASR: 100})
    assert spent(catalog, ASR) == 300


def test_the_day_says_when_it_goes_on(catalog: Catalog, clock: FixedClock) -> None:
    small = budget(catalog, clock, asr_seconds_per_day=3600)
    with small.asr(7200, key="long") as held:  # longer than the whole budget: else it would never be read
        held.settle({ASR: 7200})
    with pytest.raises(NotYet, match="today's budget for speech recognition is spent") as error:
        small.asr(10, key="next")
    assert error.value.until == datetime(2026, 11, 23, tzinfo=UTC)
    clock.at += timedelta(days=1)
    small.asr(10, key="next").settle({ASR: 10})


def test_a_run_has_its_own_limit(catalog: Catalog, clock: FixedClock) -> None:
    first = budget(catalog, clock, asr_seconds_per_run=100)
    first.asr(100, key="a").settle({ASR: 100})
    with pytest.raises(NotYet, match="this run's budget") as error:
        first.asr(1, key="z")
    assert clock.now() < error.value.until < clock.now() + timedelta(hours=1)
    budget(catalog, clock, asr_seconds_per_run=100).asr(100, key="b").settle({ASR: 100})
    service = Budget(catalog, Settings(budget={"asr_seconds_per_run": 1}), clock, one_run=False)
    service.asr(100, key="c").settle({ASR: 100})
    service.asr(100, key="d").settle({ASR: 100})


def test_what_is_held_counts_until_it_is_settled(catalog: Catalog, clock: FixedClock) -> None:
    small = budget(catalog, clock, asr_seconds_per_day=100)
    held = small.asr(100, key="a")
    with pytest.raises(NotYet):
        budget(catalog, clock, asr_seconds_per_day=100).asr(1, key="b")
    held.settle({ASR: 20})
    held.settle({ASR: 20})  # only the first time
    assert spent(catalog, ASR) == 20


def test_a_call_that_was_never_made_costs_nothing(catalog: Catalog, clock: FixedClock) -> None:
    small = budget(catalog, clock, asr_seconds_per_day=100)
    with pytest.raises(RuntimeError), small.asr(100, key="a"):
        raise RuntimeError
    assert spent(catalog, ASR) == 0


def test_a_hold_can_grow_as_long_as_something_is_left(catalog: Catalog, clock: FixedClock) -> None:
    small = budget(catalog, clock, asr_seconds_per_day=100)
    with small.asr(10, key="a") as held:
        held.change({ASR: 5000})
        assert spent(catalog, ASR) == 5000
        with pytest.raises(NotYet):
            small.asr(1, key="b")
        held.settle({ASR: 60})
    assert spent(catalog, ASR) == 60


def test_a_killed_worker_leaks_nothing(catalog: Catalog, clock: FixedClock) -> None:
    """The episode is claimed again and its hold takes the place of the dead worker's; or the day ends."""
    budget(catalog, clock, asr_seconds_per_day=100).asr(90, key="episode")  # and dies
    again = budget(catalog, clock, asr_seconds_per_day=100).asr(90, key="episode")
    assert spent(catalog, ASR) == 90
    again.settle({ASR: 80})
    assert spent(catalog, ASR) == 80
    budget(catalog, clock, asr_seconds_per_day=100).asr(90, key="another")  # dies too, and is never claimed again
    clock.at += timedelta(days=1)
    budget(catalog, clock, asr_seconds_per_day=100).asr(90, key="third")


def test_a_call_counts_for_the_day_it_began(catalog: Catalog, clock: FixedClock) -> None:
    held = budget(catalog, clock).asr(50, key="a")
    clock.at += timedelta(days=1)
    held.settle({ASR: 40})
    assert spent(catalog, ASR) == 40
    assert spent(catalog, ASR, DAY + timedelta(days=1)) == 0


def test_many_threads_exceed_no_budget_by_more_than_one_call(catalog: Catalog, clock: FixedClock) -> None:
    day, run, call = 1000.0, 700.0, 100.0
    runs = [budget(catalog, clock, asr_seconds_per_day=day, asr_seconds_per_run=run) for _ in range(2)]
    done: list[list[float]] = [[], []]
    start = threading.Barrier(16)

    def work(number: int) -> None:
        start.wait()
        for turn in range(6):
            try:
                with runs[number % 2].asr(call, key=f"{number}-{turn}") as held:
                    held.settle({ASR: call - number})
                    done[number % 2].append(call - number)
            except NotYet:
                return

    threads = [threading.Thread(target=work, args=(n,)) for n in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    total = sum(map(sum, done))
    assert total == pytest.approx(spent(catalog, ASR))
    assert day <= total < day + call
    assert all(sum(costs) < run + call for costs in done)


def _process(url: str, number: int, results: Any) -> None:
    catalog = open_catalog(url)
    mine = Budget(
        catalog,
        Settings(budget={"money_per_day": 1.0}, llm={"price_in": 1000.0, "price_out": 1000.0}),
        FixedClock(datetime(2026, 11, 22, 8, tzinfo=UTC)),
    )
    used = 0.0
    for _ in range(40):
        try:
            settle = mine.reserve(60, 40)
        except NotYet:
            break
        settle(50 - number, 30)
        used += (80 - number) / 1000
    catalog.close()
    results.put(used)


@pytest.mark.heavy
def test_many_processes_exceed_no_budget_by_more_than_one_call(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'shared.sqlite'}"
    opened = open_catalog(url)
    context = multiprocessing.get_context("spawn")
    results = context.Queue()
    processes = [context.Process(target=_process, args=(url, n, results)) for n in range(3)]
    for process in processes:
        process.start()
    used = [results.get(timeout=60) for _ in processes]
    for process in processes:
        process.join()
    assert sum(used) == pytest.approx(spent(opened, MONEY))
    assert 1.0 - 0.1 <= sum(used) < 1.0 + 0.1
    opened.close()


def test_an_endpoint_takes_money_by_the_minute_and_this_machine_none() -> None:
    here, there = Settings().asr, Settings(asr={"engine": "openai", "price_per_minute": 0.006}).asr
    assert asr_money(600, here) == 0
    assert asr_money(600, there) == pytest.approx(0.06)


def chat(llm: ScriptedLLM, meter: Budget) -> LangChainChat:
    return LangChainChat(LlmSettings(model="scripted", base_url=llm.url), sleep=lambda _: None, meter=meter)


def replies(llm: ScriptedLLM, texts: Sequence[Any]) -> None:
    for text in texts:
        llm.enqueue(text)


@pytest.mark.heavy
def test_tokens_of_the_language_model_are_counted_and_run_out(catalog: Catalog, clock: FixedClock) -> None:
    meter = budget(catalog, clock, llm_tokens_per_day=9, llm={"price_in": 1e6, "price_out": 2e6})
    with ScriptedLLM() as llm:
        replies(llm, ["a word or two"] * 20)
        model = chat(llm, meter)
        calls = 0
        with pytest.raises(ModelCallError, match="today's budget for language model tokens is spent"):
            while calls < 20:
                model.complete("Be short.", "Say something about kettles.", max_tokens=20)
                calls += 1
        assert calls == len(llm.requests) > 0
    used = spent(catalog, TOKENS)
    with catalog.read() as tx:
        counted = usage.between(tx, DAY, DAY)
    assert 9 <= used <= 9 + 2  # the server counts two tokens a call
    assert counted["llm_calls"] == calls
    assert counted[TOKENS] == counted["llm_tokens_in"] + counted["llm_tokens_out"]
    assert counted[MONEY] == pytest.approx(counted["llm_tokens_in"] + 2 * counted["llm_tokens_out"])


@pytest.mark.heavy
def test_what_the_endpoint_refuses_costs_nothing(catalog: Catalog, clock: FixedClock) -> None:
    meter = budget(catalog, clock)
    with ScriptedLLM() as llm:
        replies(llm, [Status(401)])
        with pytest.raises(ModelCallError):
            chat(llm, meter).complete("system", "user")
        url = llm.url
    assert spent(catalog, TOKENS) == 0
    gone = LangChainChat(LlmSettings(model="scripted", base_url=url), sleep=lambda _: None, meter=meter)
    with pytest.raises(ModelCallError):
        gone.complete("system", "user")
    assert spent(catalog, TOKENS) == 0


@pytest.mark.heavy
def test_a_stream_that_nobody_reads_to_its_end_is_counted(catalog: Catalog, clock: FixedClock) -> None:
    meter = budget(catalog, clock)
    with ScriptedLLM() as llm:
        replies(llm, ["The seal fails long before the motor would, and most owners never know why."])
        stream = chat(llm, meter).stream("system", "user")
        next(stream)
        stream.close()  # type: ignore[attr-defined]
    assert spent(catalog, TOKENS) >= 3


@pytest.mark.parametrize(("text", "tokens"), [("", 0), ("word", 1), ("two words", 3), ("湖", 1)])
def test_estimated_tokens(text: str, tokens: int) -> None:
    assert estimated_tokens(text) == tokens


def test_a_run_knows_what_each_model_cost(catalog: Catalog, clock: FixedClock) -> None:
    run = budget(catalog, clock)
    small, large = (
        ModelMeter(run, LlmSettings(model=name, price_in=price, price_out=price))
        for name, price in (("ollama:small", 0), ("large", 1e6))
    )
    for meter, tokens_in, tokens_out in ((small, 70, 30), (small, 7, 3), (large, 2, 1), (large, 0, 0)):
        meter.reserve(500, 500)(tokens_in, tokens_out)
    spent = run.spent()
    assert (spent.tokens, spent.money) == (113, 3.0)
    assert [(use.model, use.calls, use.tokens_in, use.tokens_out, use.money) for use in spent.models] == [
        ("ollama:small", 2, 77, 33, 0.0),
        ("large", 1, 2, 1, 3.0),
    ]
    other = budget(catalog, clock)
    assert other.spent() == Spending()
    with catalog.read() as tx:
        assert spending.between(tx, DAY, DAY) == spent


def test_money_for_speech_is_on_the_bill_without_a_model(catalog: Catalog, clock: FixedClock) -> None:
    run = budget(catalog, clock, asr={"engine": "openai", "price_per_minute": 0.5})
    run.asr(120, key="a").settle({ASR: 120, MONEY: 1.0})
    assert run.spent() == Spending(money=1.0)


def test_limits_that_are_nearly_reached_are_logged_once_and_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("WARNING", logger="ingest.limits.budget")
    limited = {"llm_tokens_per_run": 1000, "llm_tokens_per_day": 2000}
    settings = Settings(home=tmp_path, budget=limited, llm=LlmSettings(max_calls=5))
    catalog = open_catalog(f"sqlite:///{tmp_path / 'c.sqlite'}")
    budget = Budget(catalog, settings, FixedClock(datetime(2026, 11, 22, 6, tzinfo=UTC)))
    budget.reserve(500, 500)(700, 0)
    assert budget.near_limits() == () and caplog.messages == []
    budget.reserve(500, 500)(60, 60)
    run = "This run's budget for language model tokens is used up to 82 % (budget.llm_tokens_per_run)."
    assert budget.near_limits() == (run,) == tuple(caplog.messages)
    budget.reserve(500, 500)(900, 0)
    assert caplog.messages == [
        run,
        "Today's budget for language model tokens is used up to 86 % (budget.llm_tokens_per_day).",
    ]
    for _ in range(4):
        assert budget.calls.take()
    assert budget.near_limits()[1:] == ("4 of the 5 calls of a run are made (llm.max_calls).",)
    catalog.close()
