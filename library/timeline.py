"""Claims over time: what was said when, what was said later about the same, and what came of predictions."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from earmark.language.predictions import foretold
from earmark.language.words import content_terms
from earmark.relations import Relation, published
from earmark.types import Insight, Related

__all__ = ["HEARD", "TimelineClaim", "claims_over_time"]

_TOLD = 60
"""Claims in a list by time: some pages."""
_ASKED = 20
"""Claims of which it is looked up what others said: each is a look into the index."""
HEARD = 20
"""What others said beside each of these claims."""
_SHOWN = 5
"""What is shown of it under a claim."""
_MEETS = frozenset({Relation.SAME.value, Relation.OPPOSITE.value, Relation.CONSEQUENCE.value})
"""How something has to relate to a claim that is no prediction to say what became of it."""
_SHARED = 2
"""Content words that two claims of one list must share to be compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineClaim:
    """A claim in a list by time.

    Attributes:
        insight: the claim; ``published`` is when it was said.
        prediction: whether it says what is to come, by a language model or by its words.
        due: by when, in its own words; empty where it does not say, and for what is no prediction.
        later: what was said later about the same, by anybody, the earliest first.
    """

    insight: Insight
    prediction: bool
    due: str
    later: tuple[Related, ...]


def claims_over_time(
    said: Sequence[Insight], *, related: Callable[[Insight], Sequence[Related]], hidden: Collection[str] = ()
) -> list[TimelineClaim]:
    """The latest sixty claims with a date, the earliest first, each with what was said later about the same.

    Args:
        said: claims, in any order.
        related: what others said beside a claim; asked of at most twenty, of predictions first, the latest first.
        hidden: ids of insights that are not shown.
    """
    every = sorted((insight for insight in said if insight.published), key=lambda insight: (_when(insight), insight.id))
    dated = every[-_TOLD:]
    due = {insight.id: words for insight in dated if (words := _foretold(insight)) is not None}
    newest = list(reversed(dated))
    first = [insight for insight in newest if insight.id in due]
    asked = [*first, *(insight for insight in newest if insight.id not in due)][:_ASKED]
    heard = {insight.id: list(related(insight)) for insight in asked}
    terms = {insight.id: set(content_terms(insight.claim)) for insight in dated}
    return [
        TimelineClaim(
            insight=insight,
            prediction=insight.id in due,
            due=due.get(insight.id, ""),
            later=_later(
                insight, [*_own(insight, dated, terms), *heard.get(insight.id, [])], hidden, every=insight.id in due
            ),
        )
        for insight in dated
    ]


def _foretold(insight: Insight) -> str | None:
    """By when a prediction is due, in its own words; ``None`` for what is none."""
    foretelling = foretold(insight.claim, year=insight.published.year if insight.published else None)
    if insight.kind:  # a model has said what it is
        return (foretelling.due if foretelling else "") if insight.kind == "prediction" else None
    return foretelling.due if foretelling else None


def _own(insight: Insight, dated: Sequence[Insight], terms: Mapping[str, set[str]]) -> list[Related]:
    """What the same list says later about the same, where rules are sure of it."""
    from retrieval.related.stance import relation_of

    later: list[Related] = []
    for other in dated:
        if _when(other) <= _when(insight) or other.episode_id == insight.episode_id:
            continue
        if len(terms[insight.id] & terms[other.id]) >= _SHARED:
            relation = relation_of((insight.claim, insight.body), (other.claim, other.body))
            if relation:
                later.append(Related(insight=other, score=1.0, why="", relation=relation))
    return later


def _later(
    insight: Insight, entries: Sequence[Related], hidden: Collection[str], *, every: bool
) -> tuple[Related, ...]:
    """Those that were said after a claim, each once: under a prediction all, else those that say what became of it."""
    kept: dict[str, tuple[datetime, Related]] = {}
    for entry in entries:
        key, when = _key(entry), published(entry)
        if when is None or when <= _when(insight) or key in hidden or key == insight.id:
            continue
        if every or entry.relation in _MEETS:
            kept.setdefault(key, (when, entry))
    best = sorted(kept.values(), key=lambda pair: (pair[1].relation not in _MEETS, -pair[1].score))[:_SHOWN]
    return tuple(entry for _, entry in sorted(best, key=lambda pair: (pair[0], _key(pair[1]))))


def _key(entry: Related) -> str:
    """What tells an entry from others."""
    if entry.insight is not None:
        return entry.insight.id
    return entry.moment.chunk_id if entry.moment is not None else ""


def _when(insight: Insight) -> datetime:
    if insight.published is None:
        raise ValueError(f"{insight.id} has no date")
    return insight.published
