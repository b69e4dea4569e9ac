"""Writes the plan: ``python -m evaluation.scale.plan [LIBRARY]``, the home of a library just made by ``earmark demo``.

What was measured elsewhere is read from evaluation/results. The bytes of a catalog are measured on that library; without one
they are those of the plan that is there, and keep their day. The result is evaluation/results/scale.json, from which
docs/scale.md is made.
"""

from __future__ import annotations

import json
import random
import sqlite3
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from evaluation.machine import machine
from evaluation.scale.costs import (
    RESULTS,
    CatalogBytes,
    Costs,
    Prices,
    World,
    catalog_bytes,
    core_seconds,
    measured_costs,
    measured_days,
)
from evaluation.scale.queue import HOUR_S, simulate

__all__ = ["measured_catalog", "plan"]

_SEED = 7
_SPARE = (0.95, 1.05, 1.2, 1.5, 2.0)
"""Cores in the simulation, as a share of those that the mean day needs."""
_WORKER_CORES = 16
"""Of a machine that only transcribes and reads."""
_DAY_S = 24 * HOUR_S


def measured_catalog(file: Path) -> CatalogBytes:
    """What the rows of a SQLite catalog take up on its pages."""
    with closing(sqlite3.connect(file)) as database:
        pages = dict(database.execute("SELECT name, sum(pgsize) FROM dbstat GROUP BY name"))
        passages, insights, vectors = (
            int(database.execute(f"SELECT count(*) FROM {name}").fetchone()[0])  # noqa: S608 - ours
            for name in ("chunks", "insights", "vectors")
        )
        words = sum(len(text.split()) for (text,) in database.execute("SELECT text FROM chunks"))
    return CatalogBytes(
        text_bytes_per_word=(pages["transcripts"] + pages["chunks"]) / words,
        bytes_per_vector=(pages["vectors"] + pages["sqlite_autoindex_vectors_1"]) / vectors,
        vectors_per_insight=(vectors - passages) / insights,
    )


def plan(world: World, cost: Costs, price: Prices, *, rng: random.Random) -> dict[str, Any]:
    """What it takes, in whole cores, machines, gibibytes and dollars."""
    each = core_seconds(world, cost)
    cores = world.new_a_day * each / _DAY_S
    points = cost.passages + cost.insights
    simulated = [simulate(world, cost, cores=round(cores * spare), rng=rng) for spare in _SPARE]
    chosen = simulated[2]
    dollars = {
        "cores_a_month": chosen.cores * 24 * 30 * price.core_hour,
        "backlog_cores": world.backlog * each / HOUR_S * price.core_hour,
        "tokens_a_month": 30 * world.new_a_day * _tokens(world, cost, price),
        "backlog_tokens": world.backlog * _tokens(world, cost, price),
        "cores_an_episode": each / HOUR_S * price.core_hour,
        "tokens_an_episode": _tokens(world, cost, price),
    }
    return {
        "world": asdict(world),
        "prices": asdict(price),
        "costs": {name: round(value, 5) for name, value in asdict(cost).items()},
        "an_episode": {
            "core_s": round(each, 1),
            "speech_share": round(1 - cost.reading_core_s / each, 3),
            "catalog_kib": round(catalog_bytes(world, cost) / 1024),
            "index_kib": round(points * cost.index_bytes_per_point / 1024),
            "points": round(points),
            "tokens_in": round(world.words * cost.tokens_in_a_word),
            "tokens_out": round(world.words * cost.tokens_out_a_word),
        },
        "a_day": {
            "cores": round(cores),
            "audio_tib": round(
                world.new_a_day * (1 - world.transcribed) * world.audio_s * world.audio_bytes_per_s / 2**40, 1
            ),
            "mbit_per_s": round(
                8e-6 * world.new_a_day * (1 - world.transcribed) * world.audio_s * world.audio_bytes_per_s / _DAY_S
            ),
            "catalog_gib": round(world.new_a_day * catalog_bytes(world, cost) / 2**30, 1),
            "index_gib": round(world.new_a_day * points * cost.index_bytes_per_point / 2**30, 1),
            "claims_per_s": round(world.new_a_day / _DAY_S, 2),
            "claims_per_s_possible": round(1_000 / cost.claim_ms),
            "feeds_per_s": round(world.active_shows / HOUR_S),
            "million_tokens_in": round(world.new_a_day * world.words * cost.tokens_in_a_word / 1e6),
            "million_tokens_out": round(world.new_a_day * world.words * cost.tokens_out_a_word / 1e6),
            "years_to_32_bits": round(2**31 / (world.new_a_day * points) / 365, 1),
        },
        "the_backlog": {
            "core_days": round(world.backlog * each / _DAY_S),
            "points_million": round(world.backlog * points / 1e6),
            "index_gib": round(world.backlog * points * cost.index_bytes_per_point / 2**30),
            "index_core_h": round(world.backlog * points * cost.build_core_s_per_point / HOUR_S),
            "catalog_gib": round(world.backlog * catalog_bytes(world, cost) / 2**30),
            "quantised_gib": round(world.backlog * points * 384 / 2**30),
            "days_on_spare_cores": round(world.backlog * each / _DAY_S / (chosen.cores - cores)),
        },
        "machines": {"cores_each": _WORKER_CORES, "workers": -(-chosen.cores // _WORKER_CORES)},
        "dollars": {name: round(value, 4 if value < 1 else 0) for name, value in dollars.items()},
        "simulated": [{name: round(value, 2) for name, value in asdict(day).items()} for day in simulated],
    }


def _tokens(world: World, cost: Costs, price: Prices) -> float:
    """Dollars for what a model reads and writes of an episode."""
    read = cost.tokens_in_a_word * price.million_tokens_in
    written = cost.tokens_out_a_word * price.million_tokens_out
    return world.words * (read + written) / 1e6


def main(arguments: Sequence[str]) -> None:
    """Writes the plan."""
    file = RESULTS / "scale.json"
    today = time.strftime("%Y-%m-%d")
    if arguments:
        catalog, day = measured_catalog(Path(arguments[0]) / "catalog.sqlite"), today
    else:
        before = json.loads(file.read_text("utf-8"))
        catalog = CatalogBytes(**{field.name: before["costs"][field.name] for field in fields(CatalogBytes)})
        day = before["days"]["catalog"]
    document = {"measured": today, "machine": machine(), "days": {**measured_days(), "catalog": day}}
    document |= plan(World(), measured_costs(catalog), Prices(), rng=random.Random(_SEED))
    file.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
