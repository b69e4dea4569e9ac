"""The passages just before and after those found: what was asked before a reply, and how a thought goes on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from earmark.catalog.content import chunks, passages
from earmark.types import Hit
from retrieval.answers.evidence import Neighbours
from retrieval.search.moments import PassageHit, passage_hit

if TYPE_CHECKING:
    from earmark.catalog import Catalog

__all__ = ["neighbours"]


def neighbours(catalog: Catalog, hits: Sequence[Hit]) -> tuple[Neighbours, ...]:
    """The neighbours of passages, in their order; a neighbour that is one of them too is the same object."""
    held = {hit.chunk_id: hit for hit in hits}
    with catalog.read() as tx:
        places = passages.around(tx, list(held), reach=1)
        unread = [key for key in places if key not in held]
        read = {key: passage_hit(PassageHit(located=row, score=0.0)) for key, row in chunks.located(tx, unread).items()}
    known = {**read, **held}
    at = {(place.episode_id, place.seq): known[key] for key, place in places.items() if key in known}

    def beside(hit: Hit, step: int) -> Hit | None:
        place = places.get(hit.chunk_id)
        return None if place is None else at.get((place.episode_id, place.seq + step))

    return tuple(Neighbours(before=beside(hit, -1), after=beside(hit, 1)) for hit in hits)
