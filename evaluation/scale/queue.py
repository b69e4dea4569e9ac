"""A simulated queue: episodes come by the hour of the day, and cores work them off one by one."""

from __future__ import annotations

import heapq
import math
import random
from collections.abc import Sequence
from dataclasses import dataclass

from evaluation.scale.costs import Costs, World

__all__ = ["HOUR_S", "Day", "simulate"]

HOUR_S = 3_600.0
_DAY_S = 24 * HOUR_S


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """The last simulated day: hours from publication to insights, and the share of the cores' time that was used."""

    cores: int
    new_episodes: int
    median_h: float
    p95_h: float
    longest_h: float
    busy: float
    waiting_at_the_end: int


def simulate(world: World, cost: Costs, *, cores: int, rng: random.Random, days: int = 3) -> Day:
    """The last of some days on so many cores, first come first served; each core works on one episode at a time."""
    weights = [share / sum(world.by_hour) for share in world.by_hour]
    arrivals = sorted(
        day * _DAY_S + hour * HOUR_S + rng.uniform(0, HOUR_S)
        for day in range(days)
        for hour, weight in enumerate(weights)
        for _ in range(round(world.new_a_day * weight))
    )
    last, end = (days - 1) * _DAY_S, days * _DAY_S
    free = [0.0] * cores
    waits: list[float] = []
    used, waiting = 0.0, 0
    for at in arrivals:
        begins = max(at, free[0])
        ends = begins + _takes(world, cost, rng)
        heapq.heapreplace(free, ends)
        used += max(0.0, min(end, ends) - max(last, begins))
        if at >= last:
            waits.append((ends - at) / HOUR_S)
            waiting += begins > end
    waits.sort()
    return Day(
        cores=cores,
        new_episodes=len(waits),
        median_h=_at(waits, 0.5),
        p95_h=_at(waits, 0.95),
        longest_h=waits[-1],
        busy=used / (cores * _DAY_S),
        waiting_at_the_end=waiting,
    )


def _takes(world: World, cost: Costs, rng: random.Random) -> float:
    """Processor seconds of an episode whose length is drawn."""
    if rng.random() < world.transcribed:
        return cost.reading_core_s
    middle = math.log(world.audio_s) - world.spread**2 / 2  # so that the mean is the mean
    return cost.reading_core_s + cost.speech_core_s * rng.lognormvariate(middle, world.spread)


def _at(ordered: Sequence[float], share: float) -> float:
    return ordered[int(share * (len(ordered) - 1))]
