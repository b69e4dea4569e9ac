"""What steers a reader's briefs: the profile that they wrote, and beside it what they asked for with clicks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from briefs.preferences import NOTHING, Preferences
from briefs.taste import Leaning, Taste, ramp_in
from earmark.catalog import Connection
from earmark.catalog.content import vectors
from earmark.catalog.readers import clicks
from earmark.clean import cut, plain
from earmark.types import Direction, Insight

__all__ = ["UNSTEERED", "Steering", "taste_of"]

_SAMPLED = 400
"""Ideas that say how near things are to each other in a library: their hundredths are known to a cosine of .02."""
_QUOTED = 80
"""Characters of a claim or of an interest inside a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Steering:
    """A profile, and the unit vectors of its interests, a row each in their order."""

    preferences: Preferences = NOTHING
    subjects: NDArray[np.float32] = field(default_factory=lambda: np.zeros((0, 0), dtype=np.float32))


UNSTEERED = Steering()
"""Of a reader who wrote no profile."""


def taste_of(
    tx: Connection, reader_id: str, library: Sequence[Insight], model_id: str, steering: Steering = UNSTEERED
) -> Taste:
    """What the reader wants: the interests of the profile, and what they clicked as far as it is in what they see."""
    around = _sample(tx, library, model_id)
    written = [
        Leaning(
            vector=vector,
            weight=interest.weight,
            words=interest.words,
            reason=_follows(interest.words),
            ramp=ramp_in(around, vector, interest.words),
        )
        for interest, vector in zip(steering.preferences.interests, steering.subjects, strict=True)
    ]
    wanted = {click.insight_id: click.direction for click in clicks.every(tx, reader_id)}
    here = {insight.id: insight for insight in library if insight.id in wanted}
    asked = [here[key] for key in wanted if key in here]
    known = vectors.get_many(tx, model_id, [insight.content_hash for insight in asked])
    learned = [
        Leaning(
            vector=known[insight.content_hash],
            weight=1.0 if wanted[insight.id] is Direction.MORE else -1.0,
            reason=_asked_for(insight.claim),
            ramp=ramp_in(around, known[insight.content_hash]),
        )
        for insight in asked
        if insight.content_hash in known
    ]
    return Taste(leanings=(*written, *learned), preferences=steering.preferences)


def _sample(tx: Connection, library: Sequence[Insight], model_id: str) -> NDArray[np.float32]:
    """Vectors of a fair part of the library, whatever its size: ids are hashes."""
    first = sorted(library, key=lambda insight: insight.id)[:_SAMPLED]
    known = vectors.get_many(tx, model_id, [insight.content_hash for insight in first])
    return np.stack(list(known.values())) if known else UNSTEERED.subjects


def _follows(interest: str) -> str:
    return f"you follow “{cut(plain(interest), _QUOTED)}”"


def _asked_for(claim: str) -> str:
    return f"you asked for more like “{cut(plain(claim), _QUOTED).rstrip('.')}”"
