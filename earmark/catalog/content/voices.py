"""Who usually speaks on a show: the names that its transcripts have given to voices before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

import sqlalchemy as sa

from earmark.catalog.schema import episodes, transcripts
from earmark.types import Person

__all__ = ["regulars", "usual"]

_LAST = 30
_LEAST = 3
_HOST_SHARE = 0.4
"""Who speaks in this share of a show's episodes is its host, as in the evaluation (`evaluation.fits.voices_cases`)."""


def usual(tx: sa.Connection, show_id: str, *, confidence: float) -> tuple[Person, ...]:
    """The people who spoke in at least three of a show's last thirty transcripts and in 40 % of them, as hosts.

    Args:
        tx: a transaction.
        show_id: of the show.
        confidence: only voices that have their name at this confidence or more count.
    """
    rows = tx.execute(
        sa.select(transcripts.c.voices)
        .join(episodes, episodes.c.id == transcripts.c.episode_id)
        .where(episodes.c.show_id == show_id)
        .order_by(episodes.c.published.desc(), episodes.c.id)
        .limit(_LAST)
    ).scalars()
    return regulars([{v["name"] for v in voices if v["confidence"] >= confidence} for voices in rows])


def regulars(spoken: Sequence[Collection[str]]) -> tuple[Person, ...]:
    """The full names that recur among the speakers of some episodes, most frequent first, as hosts."""
    counted = Counter(name for names in spoken for name in names if " " in name)
    least = max(_LEAST, _HOST_SHARE * sum(1 for names in spoken if names))
    return tuple(Person(name=name, role="host") for name, times in counted.most_common() if times >= least)
