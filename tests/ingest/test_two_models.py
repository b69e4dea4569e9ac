"""A cheap model that reads and a better one that chooses: each at its own server, key and price, within one budget."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from earmark.catalog import open_catalog
from earmark.catalog.content import episodes
from earmark.catalog.feeds import shows
from earmark.catalog.work import usage
from earmark.clock import FixedClock
from earmark.llm.models import open_chat, reader_settings
from earmark.settings import InsightSettings, LlmSettings, Settings
from ingest.insights.extractors import open_extractor
from ingest.limits.budget import Budget, ModelMeter
from library.library import Library
from tests.ingest.desk import KINDS, Desk, pointing_at
from tests.ingest.talk import episode, transcript
from tests.scripted_llm import Request, ScriptedLLM

NOW = datetime(2026, 11, 22, 6, tzinfo=UTC)


def by_desk(desk: Desk) -> Callable[[Request], str]:
    """Answers requests at a server as a desk does."""

    def answer(request: Request) -> str:
        return json.dumps(desk.complete_json(request.system, request.user, schema={}))

    return answer


def kinds(llm: ScriptedLLM) -> set[str]:
    return {kind for request in llm.requests for opening, kind in KINDS.items() if request.system.startswith(opening)}


@pytest.mark.heavy
def test_the_reader_reads_and_the_other_does_the_rest_within_one_budget(tmp_path: Path) -> None:
    desk = Desk(candidates=pointing_at("Acetic acid keeps", "A thick steel"))
    with ScriptedLLM(answer=by_desk(desk)) as cheap, ScriptedLLM(answer=by_desk(desk)) as good:
        llm = LlmSettings(
            model="good", base_url=good.url, api_key=SecretStr("sk-good-1"), price_in=1_000_000.0, price_out=0,
            reader_model="cheap", reader_base_url=cheap.url, reader_price_in=10_000.0, reader_price_out=0,
        )  # fmt: skip
        settings = Settings(home=tmp_path, llm=llm, insights=InsightSettings(min_quality=0, min_written=0))
        catalog = open_catalog(f"sqlite:///{tmp_path / 'c.sqlite'}")
        budget = Budget(catalog, settings, FixedClock(NOW))
        reading = reader_settings(llm)
        assert reading is not None
        reader = open_chat(settings, reading, meter=ModelMeter(budget, reading), calls=budget.calls)
        editor = open_chat(settings, meter=ModelMeter(budget, llm), calls=budget.calls)
        extractor = open_extractor(settings, editor, reader=reader)
        assert extractor.extract(episode(), transcript())
        assert extractor.name == "llm good"
        assert kinds(cheap) == {"candidates"}
        assert kinds(good) == {"choice", "writing", "check"}
        # A key never goes to another server than its own.
        assert {request.headers["authorization"] for request in cheap.requests} == {"Bearer none"}
        assert {request.headers["authorization"] for request in good.requests} == {"Bearer sk-good-1"}
        calls = len(cheap.requests) + len(good.requests)
        assert budget.calls.made == calls
        with catalog.read() as tx:
            counted = usage.between(tx, date(2026, 11, 22), date(2026, 11, 22))
        # Each scripted reply says that one token was read.
        assert counted["llm_calls"] == counted["llm_tokens_in"] == calls
        assert counted["money"] == pytest.approx(0.01 * len(cheap.requests) + len(good.requests))
        catalog.close()


def test_what_is_not_said_of_the_reader_is_as_of_the_other() -> None:
    llm = LlmSettings(
        model="good", base_url="http://127.0.0.1:1/v1", api_key=SecretStr("sk-1"), price_in=3, price_out=4
    )
    assert reader_settings(llm) is None
    same = reader_settings(llm.model_copy(update={"reader_model": "cheap"}))
    assert same is not None
    assert (same.model, same.base_url, same.price_in, same.price_out) == ("cheap", llm.base_url, 3, 4)
    assert same.api_key.get_secret_value() == "sk-1"
    other = reader_settings(
        llm.model_copy(update={"reader_model": "cheap", "reader_base_url": "http://127.0.0.1:2/v1"})
    )
    assert other is not None
    assert other.api_key.get_secret_value() == ""


def test_the_library_wires_both(tmp_path: Path) -> None:
    def answer(request: Request) -> Any:
        return '{"candidates": []}'

    with ScriptedLLM(answer=answer) as cheap, ScriptedLLM(answer=answer) as good:
        llm = LlmSettings(model="good", base_url=good.url, reader_model="cheap", reader_base_url=cheap.url)
        with Library.open(settings=Settings(home=tmp_path, llm=llm)) as library:
            with library.catalog.write() as tx:
                show, _ = shows.add(tx, "http://grain.example/feed.xml", title="Slow Grain", now=NOW)
                (added,) = episodes.add_new(tx, show.id, [episode().data], language="en", now=NOW)
            extractor = library.wiring.stages().extractor
            assert extractor.extract(replace(episode(), id=str(added)), transcript()) == []
        assert good.requests == []
        assert {request.body["model"] for request in cheap.requests} == {"cheap"}
