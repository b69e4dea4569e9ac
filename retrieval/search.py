"""Search: the passages that answer to a few words or a question."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from earmark.catalog import chunks, vectors
from earmark.clean import plain
from earmark.errors import UsageError
from earmark.types import Filters, Hit
from retrieval.links import at_second
from retrieval.ranking import Ranker

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from earmark.catalog import Catalog
    from earmark.catalog.chunks import Located
    from earmark.ports import Encoder, IndexHit, VectorIndex

__all__ = ["LONGEST_QUERY", "Searcher", "clean_query"]

LONGEST_QUERY = 1_000
"""Characters of a query that are looked at: about the 256 tokens that the default model reads."""
_SPARE = 3
"""Candidates for each result wanted: about two in three neighbours fold in a library of long interviews."""


def clean_query(query: str) -> str:
    """A query as it is searched for: one line, nothing invisible, cut to what a model reads.

    Raises:
        UsageError: nothing is left.
    """
    cleaned = plain(query[: 10 * LONGEST_QUERY])[:LONGEST_QUERY].strip()
    if not any(character.isalnum() for character in cleaned):
        raise UsageError("there is nothing to search for; type a few words or a question")
    return cleaned


class Searcher:
    """Hybrid search over passages; safe to share between threads."""

    def __init__(self, catalog: Catalog, index: VectorIndex, encoder: Encoder) -> None:
        self.catalog = catalog
        self._encoder = encoder
        self._ranker = Ranker(catalog, index, encoder)

    def search(self, query: str, *, filters: Filters | None = None, limit: int = 10) -> list[Hit]:
        """The best passages, best first; of passages that follow each other in an episode only the best.

        Raises:
            UsageError: an empty query, or a limit below 1.
        """
        if limit < 1:
            raise UsageError(f"limit is {limit}; it has to be at least 1")
        text = clean_query(query)
        vector = self._encoder.encode([text])[0]
        found = self._ranker.rank(text, vector, filters=filters or Filters(), limit=limit * _SPARE + 10)
        with self.catalog.read() as tx:
            located = chunks.located(tx, [hit.key for hit in found])
            kept = _without_neighbours([hit for hit in found if hit.key in located], located)[:limit]
            hashes = [located[hit.key].chunk.content_hash for hit in kept]
            known = vectors.get_many(tx, self._encoder.model_id, hashes)
        return [_hit(hit, located[hit.key], known, vector) for hit in kept]


def _without_neighbours(found: Sequence[IndexHit], located: dict[str, Located]) -> list[IndexHit]:
    """The hits, best first, less those whose passage lies beside a better one's."""
    taken: set[tuple[str, int]] = set()
    kept = []
    for hit in found:
        chunk = located[hit.key].chunk
        if any((chunk.episode_id, chunk.seq + step) in taken for step in (-1, 0, 1)):
            continue
        taken.add((chunk.episode_id, chunk.seq))
        kept.append(hit)
    return kept


def _hit(hit: IndexHit, found: Located, known: dict[str, NDArray[np.float32]], query: NDArray[np.float32]) -> Hit:
    chunk = found.chunk
    vector = known.get(chunk.content_hash)
    return Hit(
        chunk_id=chunk.id,
        episode_id=chunk.episode_id,
        show_id=found.show_id,
        show=found.show,
        episode=found.episode,
        published=found.published,
        url=at_second(found.audio_url or found.url, chunk.start_s),
        speaker=chunk.speaker,
        start_s=chunk.start_s,
        end_s=chunk.end_s,
        text=chunk.text,
        score=hit.score,
        cosine=None if vector is None else float(vector @ query),
    )
