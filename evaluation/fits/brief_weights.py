"""How good the ideas are that five days of briefs choose, with the weights of the product and with others.

    python -m evaluation.fits.brief_weights HOME JUDGED.json [DAYS]

HOME is a library, of which nothing is changed but what a command that reads it changes. JUDGED maps claims to their worth, 0 to 3,
by people who did not know what wrote or ranked them (RUBRIC: 2 is "glad to have read it"). Only judged ideas are candidates;
all else is the product's own: quality, novelty, near-duplicates, themes.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from briefs.pool import ToldClaims, Vector
from briefs.select import Sources, select
from briefs.weights import WEIGHTS, Weights
from earmark.catalog.content import insights, themes, vectors
from earmark.days import Days
from earmark.settings import load_settings
from earmark.types import Insight
from library.library import Library

__all__ = ["Outcome", "variants"]

_SIZE = 5
_SPLITS = 60
"""Random halves of the judged ideas, so that a difference is told from luck."""
_SEED = 20_261_128


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Of all days: mean worth, share at 2 or more, shows a day, themes a day, and the largest cosine within a day, averaged."""

    worth: float
    glad: float
    shows: float
    themes: float
    likeness: float


def variants() -> Iterator[tuple[str, Weights]]:
    """The product's weights, each of them off, halved and doubled, and all off: quality alone."""
    yield "as they are", WEIGHTS
    for name in ("told", "diversity", "novelty", "echo", "age", "theme"):
        value = getattr(WEIGHTS, name)
        yield f"{name} off", replace(WEIGHTS, **{name: 0.0})
        yield f"{name} halved", replace(WEIGHTS, **{name: value / 2})
        yield f"{name} doubled", replace(WEIGHTS, **{name: min(2 * value, 0.95)})
    yield "no quiet show", replace(WEIGHTS, quiet=9.0)
    yield "quality alone", Weights(told=0, diversity=0, novelty=0, echo=0, age=0, theme=0, kind=0, quiet=9.0)


def main(home: Path, judged: Path, days: int) -> dict[str, object]:
    """What each weighting chose, over random halves of the judged ideas."""
    worth = json.loads(judged.read_text())
    with Library.open(settings=load_settings({"offline": True}, home=home)) as library:
        library.index.follow()
        engines = library.wiring.owner().desk(library.reader)._engines()  # type: ignore[attr-defined]
        with library.catalog.read() as tx:
            every = insights.listed(tx)
            theme_of = themes.of_insights(tx)
            rated = [insight for insight in every if insight.claim in worth]
            rows = vectors.get_many(tx, engines.encoder.model_id, [insight.content_hash for insight in rated])
        by_id = {i.id: rows[i.content_hash] for i in rated if i.content_hash in rows}
        novelty = engines.finder.novelty(rated)
        near = {i.id: engines.finder.near_duplicates(i) for i in rated}
        sources = Sources(
            novelty=lambda asked: {i.id: novelty[i.id] for i in asked},
            vectors=lambda asked: {i.id: by_id[i.id] for i in asked if i.id in by_id},
            near_duplicates=lambda asked: near[asked.id],
        )
    chance = np.random.default_rng(_SEED)
    halves = [
        [i for i, kept in zip(rated, chance.random(len(rated)) < 0.5, strict=True) if kept] for _ in range(_SPLITS)
    ]
    results: dict[str, object] = {"judged": len(rated), "shows": len({i.show_id for i in rated}), "days": days}
    base: list[Outcome] = []
    for name, weights in variants():
        outcomes = [_simulate(half, worth, sources, theme_of, by_id, weights, days) for half in halves]
        base = base or outcomes
        whole = _simulate(rated, worth, sources, theme_of, by_id, weights, days)
        differences = np.array([o.worth - b.worth for o, b in zip(outcomes, base, strict=True)])
        results[name] = {
            "whole": _rounded(whole),
            "halves": round(float(np.mean([o.worth for o in outcomes])), 3),
            "difference": [round(float(x), 3) for x in (differences.mean(), *np.quantile(differences, [0.025, 0.975]))],
        }
        sys.stderr.write(f"{name}: {results[name]}\n")
    results["any five of the same"] = round(float(np.mean([worth[i.claim] for i in rated])), 3)
    return results


def _simulate(
    pool: Sequence[Insight],
    worth: dict[str, float],
    sources: Sources,
    theme_of: dict[str, str],
    by_id: dict[str, Vector],
    weights: Weights,
    days: int,
) -> Outcome:
    """Days of briefs one after another from a pool, what was told being told."""
    today = max((i.published.date() for i in pool if i.published), default=date(2026, 1, 1))
    told: list[Insight] = []
    chosen: list[list[Insight]] = []
    for n in range(days):
        vectors_told = [by_id[i.id] for i in told if i.id in by_id]
        picks = select(
            pool,
            size=_SIZE,
            per_show=1,
            day=today + timedelta(days=n),
            days=Days.named("UTC"),
            told=ToldClaims(
                ids=frozenset(i.id for i in told),
                hashes=frozenset(i.content_hash for i in told),
                claims=tuple(i.claim for i in told if i.id in by_id),
                vectors=np.stack(vectors_told) if vectors_told else np.zeros((0, 0), dtype=np.float32),
            ),
            sources=sources,
            weights=weights,
            theme_of=theme_of,
        )
        chosen.append([pick.insight for pick in picks])
        told += [pick.insight for pick in picks] + [other for pick in picks for other in pick.duplicates]
    values = [worth[i.claim] for day in chosen for i in day]
    return Outcome(
        worth=float(np.mean(values)),
        glad=float(np.mean([value >= 2 for value in values])),
        shows=float(np.mean([len({i.show_id for i in day}) for day in chosen])),
        themes=float(np.mean([len({theme_of.get(i.id, i.id) for i in day}) for day in chosen])),
        likeness=float(np.mean([_closest([by_id[i.id] for i in day if i.id in by_id]) for day in chosen])),
    )


def _closest(rows: Sequence[Vector]) -> float:
    if len(rows) < 2:
        return 0.0
    cosines = np.stack(rows) @ np.stack(rows).T
    np.fill_diagonal(cosines, 0.0)
    return float(cosines.max())


def _rounded(outcome: Outcome) -> dict[str, float]:
    return {name: round(getattr(outcome, name), 3) for name in ("worth", "glad", "shows", "themes", "likeness")}


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), Path(sys.argv[2]), int((sys.argv[3:] or ["5"])[0])), indent=1))
