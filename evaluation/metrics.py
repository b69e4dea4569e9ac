"""Ranking measures, by ir-measures: a ranking and judgements to one value a query."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from earmark.errors import UsageError

__all__ = ["DEPTH", "MEASURES", "per_query"]

DEPTH = 20
"""Documents of a ranking that are looked at: the depth of the deepest measure."""
MEASURES = ("nDCG@10", "R@20", "RR@20")
"""Normalised discounted cumulative gain (gain 2^grade - 1 is not used: the grade itself, as in trec_eval), recall, and
reciprocal rank of the first relevant document."""


def per_query(
    relevant: Mapping[str, Mapping[str, int]], rankings: Mapping[str, Sequence[str]]
) -> dict[str, dict[str, float]]:
    """Values by measure and query, for every query that has a relevant document.

    Args:
        relevant: grades (1 or more) by query and document.
        rankings: document ids by query, best first; a query that has none counts with 0.

    Raises:
        UsageError: ir-measures is not installed.
    """
    try:
        import ir_measures
    except ImportError as error:
        raise UsageError("ir-measures is not installed; run: pip install 'earmark[eval]'") from error
    measures = [ir_measures.parse_measure(name) for name in MEASURES]
    run = {
        query: {document: float(len(ranking) - rank) for rank, document in enumerate(ranking)}
        for query, ranking in rankings.items()
    }
    values: dict[str, dict[str, float]] = {name: dict.fromkeys(relevant, 0.0) for name in MEASURES}
    for score in ir_measures.iter_calc(measures, {query: dict(grades) for query, grades in relevant.items()}, run):
        values[str(score.measure)][score.query_id] = float(score.value)
    return values
