"""The plan for a million episodes: the simulated queue, the sums, and the page that tells them."""

from __future__ import annotations

import json
import random
import shutil
import sqlite3
from dataclasses import asdict, fields, replace
from pathlib import Path

import pytest

from earmark.catalog import open_catalog
from earmark.catalog import schema as tables
from evaluation.scale.costs import RESULTS, CatalogBytes, Prices, World, core_seconds, measured_costs, measured_days
from evaluation.scale.page import scale_page
from evaluation.scale.plan import measured_catalog, plan
from evaluation.scale.queue import simulate
from tests.retrieval.library import fill

SMALL = World(new_a_day=1_200, backlog=10_000)
COST = measured_costs(CatalogBytes(text_bytes_per_word=20.0, bytes_per_vector=4_000.0, vectors_per_insight=2.0))


def test_a_mean_episode_is_mostly_speech() -> None:
    assert core_seconds(replace(SMALL, transcribed=1.0), COST) == pytest.approx(COST.reading_core_s)
    assert core_seconds(SMALL, COST) > 10 * COST.reading_core_s


def test_more_cores_wait_less_and_too_few_fall_behind() -> None:
    needed = SMALL.new_a_day * core_seconds(SMALL, COST) / 86_400
    few, many = (
        simulate(SMALL, COST, cores=cores, rng=random.Random(1)) for cores in (int(needed * 0.7), int(needed * 3) + 1)
    )
    assert few.median_h > many.median_h
    assert few.waiting_at_the_end > 0 == many.waiting_at_the_end
    assert few.busy == pytest.approx(1.0, abs=0.02)
    # What three times the cores are at work is a third of their time: the queue loses no work.
    assert many.busy == pytest.approx(needed / many.cores, rel=0.1)


@pytest.mark.heavy
def test_the_sums_follow_the_world() -> None:
    once, twice = (
        plan(world, COST, Prices(), rng=random.Random(1)) for world in (SMALL, replace(SMALL, new_a_day=2_400))
    )
    assert twice["a_day"]["million_tokens_in"] == pytest.approx(2 * once["a_day"]["million_tokens_in"], abs=1)
    assert twice["the_backlog"] != once["the_backlog"]  # more cores have more to spare
    assert twice["the_backlog"]["points_million"] == once["the_backlog"]["points_million"]


def test_the_plan_that_is_there_reckons_with_what_is_recorded_today() -> None:
    told = json.loads((RESULTS / "scale.json").read_text("utf-8"))
    catalog = CatalogBytes(**{cost.name: told["costs"][cost.name] for cost in fields(CatalogBytes)})
    costs = asdict(measured_costs(catalog))
    assert told["costs"] == {name: round(value, 5) for name, value in costs.items()}
    assert told["days"] == {**measured_days(), "catalog": told["days"]["catalog"]}
    claims = json.loads((RESULTS / "trust" / "work-postgresql.json").read_text("utf-8"))
    assert told["costs"]["claim_ms"] == claims["claims"]["median_ms"]
    assert told["days"]["claims"] == claims["measured"]["claims"]


def test_a_catalog_says_what_its_rows_take_up(tmp_path: Path) -> None:
    catalog = open_catalog(f"sqlite:///{tmp_path / 'catalog.sqlite'}")
    fill(catalog)
    rows = [{"content_hash": f"h{n}", "model": "m", "vector": bytes(1_536)} for n in range(100)]
    with catalog.write() as tx:
        tx.execute(tables.vectors.insert(), rows)
    catalog.close()
    try:
        costs = measured_catalog(tmp_path / "catalog.sqlite")
    except sqlite3.OperationalError:
        pytest.skip("this SQLite is built without dbstat")
    assert costs.bytes_per_vector >= 1_536
    assert costs.text_bytes_per_word > 5


def test_the_page_follows_the_plan(tmp_path: Path) -> None:
    shutil.copy(RESULTS / "scale.json", tmp_path)
    assert scale_page(tmp_path) == scale_page()
    told = json.loads((RESULTS / "scale.json").read_text("utf-8"))
    told["a_day"]["cores"] = 98_765
    (tmp_path / "scale.json").write_text(json.dumps(told), "utf-8")
    assert "98,765 cores" in scale_page(tmp_path)
    del told["dollars"]
    (tmp_path / "scale.json").write_text(json.dumps(told), "utf-8")
    with pytest.raises(KeyError):
        scale_page(tmp_path)
