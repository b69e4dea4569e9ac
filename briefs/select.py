"""The choice of ideas: good, new to the library, new to this reader, and unlike one another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from briefs.pool import CandidatePool, ToldClaims, Vector
from briefs.sought import chosen
from briefs.taste import NO_TASTE, Taste
from briefs.weights import WEIGHTS, Weights
from earmark.days import Days
from earmark.types import Insight

__all__ = ["Pick", "Sources", "ToldClaims", "select"]

_HALF_LIFE_DAYS = 14.0
_QUIET = timedelta(days=30)
"""A show that had one episode at most in this time is quiet."""

_TURN = 4
"""Candidates that every show may enter, for each that it may have in the brief, before any show enters more: so a show
that publishes much does not keep the others from being looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """What `select` asks of the library, only for the candidates that need it."""

    novelty: Callable[[Sequence[Insight]], Mapping[str, float]]
    vectors: Callable[[Sequence[Insight]], Mapping[str, Vector]]
    """Unit vectors by insight id; insights without a vector are left out."""
    near_duplicates: Callable[[Insight], Sequence[Insight]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """A chosen idea. ``novelty`` is that to the library times that to the reader, in 0..1."""

    insight: Insight
    score: float
    novelty: float
    duplicates: tuple[Insight, ...] = ()
    """Others that nearly say the same: told with it, so that none of them comes another day."""
    update: str = ""
    """What is new in it to a claim that the reader was told, as a part of a sentence; empty if it is near none."""
    like: str = ""
    """What the reader wants and raised it, as a part of a sentence; empty if nothing did."""


def select(
    insights: Sequence[Insight],
    *,
    size: int,
    per_show: int,
    day: date,
    days: Days,
    told: ToldClaims,
    sources: Sources,
    taste: Taste = NO_TASTE,
    weights: Weights = WEIGHTS,
    theme_of: Mapping[str, str] | None = None,
    wanted: Sequence[Sequence[str]] = (),
    tier: int = 256,
) -> list[Pick]:
    """At most ``size`` ideas, best first; the same input in any order gives the same picks.

    The score is quality x freshness x novelty to the library x novelty to the reader, lowered by likeness to what is
    picked already (greedy, as in MMR). Nothing told, or nearly a duplicate of something told, is ever picked, unless it has
    news on it, as one pick at most may have; nor are two near-duplicates. No show has more than ``per_show`` while another
    has something left to say. The score rises and falls with the reader's ``taste``, but the last place goes to something
    unlike what they asked for while there is such a thing.
    Without a quiet show so far, the last place goes to one whose best idea comes near the best. ``theme_of`` gives the themes
    of insights, by id: a theme that is there already counts for less.

    Candidates are weighed in tiers (of ``tier``, then twice as many, …) in the order of quality x freshness; a further
    one is looked at only when nothing is left in the earlier ones, so a library of any size costs about the same. With the
    first come those that are ``wanted`` (`briefs.sought.sought`): a reader's interest may be a hundredth of a library.
    """
    worth = {i.id: max(i.quality, 0.0) * freshness(i.published, day, days, age=weights.age) for i in insights}
    waiting = _ranked([i for i in insights if not told.covers([i])], worth, turn=_TURN * per_show)
    pool, picks, shows, limit = CandidatePool(told, taste, weights, theme_of), list[Pick](), Counter[str](), per_show
    quiet = _quiet(insights, day, days)
    while len(picks) < size:
        full = {show for show, count in shows.items() if count >= limit}
        other = _all_asked_for(picks, size)
        row = pool.best(full, other=other)
        if row is not None and len(picks) == size - 1 > 0 and not quiet & shows.keys():
            row = _of_quiet_show(pool, row, pool.best(full, other=other, among=quiet), least=weights.quiet)
        if row is None:
            entering = [i for i in waiting if i.show_id not in full][:tier]
            if entering:
                first = {i.id for i in entering}
                entering += [i for i in chosen(waiting, wanted, full) if i.id not in first]
                wanted = ()
                entered = {i.id for i in entering}
                waiting = [i for i in waiting if i.id not in entered]
                _enter(pool, entering, worth, sources)
                tier *= 2
                continue
            row = pool.best(full)
        if row is None:
            if not waiting and not pool.has_open():
                break
            limit += 1  # every show that has something left is full
            continue
        pick = _picked(pool, row, sources)
        again = told.covers(pick.duplicates) and not pick.update
        if again or _repeats(pick, picks) or (pick.update and any(other.update for other in picks)):
            pool.close(row)
            continue
        pool.pick(row, pick.duplicates)
        picks.append(pick)
        shows[pick.insight.show_id] += 1
    return picks


def freshness(published: datetime | None, day: date, days: Days, *, age: float = WEIGHTS.age) -> float:
    """1 on the day of publication, falling gently towards 1 - ``age``; an unknown or future day counts as long ago."""
    passed = -1 if published is None else (day - days.of(published)).days
    if passed < 0:  # dated ahead: no day is the one on which it came
        return 1.0 - age
    return float(1.0 - age * (1.0 - 0.5 ** (passed / _HALF_LIFE_DAYS)))


def _quiet(insights: Sequence[Insight], day: date, days: Days) -> set[str]:
    """The shows that are quiet, in a library that has others."""
    recent: dict[str, set[str]] = {insight.show_id: set() for insight in insights}
    for insight in insights:
        if insight.published is not None and timedelta() <= day - days.of(insight.published) < _QUIET:
            recent[insight.show_id].add(insight.episode_id)
    quiet = {show for show, episodes in recent.items() if len(episodes) <= 1}
    return quiet if len(quiet) < len(recent) else set()


def _of_quiet_show(pool: CandidatePool, best: int, row: int | None, *, least: float) -> int:
    """The best ``row`` of a quiet show if it comes near the ``best``, else that one."""
    return best if row is None or float(pool.score(row)) < least * float(pool.score(best)) else row


def _ranked(insights: Sequence[Insight], worth: Mapping[str, float], *, turn: int) -> list[Insight]:
    """Best first, but the shows take turns: the best ``turn`` of every show, then the next ``turn`` of every show."""
    seen: Counter[str] = Counter()
    keyed: list[tuple[int, float, str, Insight]] = []
    for insight in sorted(insights, key=lambda i: (-worth[i.id], i.id)):
        keyed.append((seen[insight.show_id] // turn, -worth[insight.id], insight.id, insight))
        seen[insight.show_id] += 1
    keyed.sort(key=lambda key: key[:3])
    return [key[3] for key in keyed]


def _enter(pool: CandidatePool, insights: Sequence[Insight], worth: Mapping[str, float], sources: Sources) -> None:
    vectors = sources.vectors(insights)
    new = pool.fresh_to_reader(insights, vectors)
    kept = [insight for insight, _ in new]
    to_library = sources.novelty(kept) if kept else {}
    pool.add(
        kept,
        worth=[worth[i.id] for i in kept],
        to_library=[min(max(to_library.get(i.id, 1.0), 0.0), 1.0) for i in kept],
        to_reader=[novelty for _, novelty in new],
        vectors=vectors,
    )


def _picked(pool: CandidatePool, row: int, sources: Sources) -> Pick:
    insight = pool.insights[row]
    others = tuple(other for other in sources.near_duplicates(insight) if other.id != insight.id)
    return Pick(
        insight=insight,
        score=round(float(pool.score(row)), 6),
        novelty=round(float(pool.novelty[row]), 4),
        duplicates=others,
        like=pool.like(row),
        update=pool.update(row),
    )


def _all_asked_for(picks: Sequence[Pick], size: int) -> bool:
    """Whether only the last place is left, and all before it went to what the reader asked for."""
    return len(picks) == size - 1 > 0 and all(pick.like for pick in picks)


def _repeats(pick: Pick, picks: Sequence[Pick]) -> bool:
    """Whether it nearly repeats a pick, judged from its own side: the relation need not be symmetric."""
    chosen = {other.insight.id for other in picks}
    return any(other.id in chosen for other in pick.duplicates)
