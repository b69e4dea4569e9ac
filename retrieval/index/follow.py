"""Brings an index up to its catalog: what changed since the watermark, applied once or again with the same result."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from earmark.catalog import changes
from earmark.catalog.content import chunks, insights
from earmark.embedding import chunk_text, insight_text, vectors_for
from earmark.ports import IndexPoint
from retrieval.index.points import claim_text, passage_text

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from earmark.catalog import Catalog
    from earmark.catalog.content.chunks import LocatedPassage
    from earmark.ports import Encoder, VectorIndex
    from earmark.types import Insight

__all__ = ["follow", "rebuild"]

Progress = Callable[[int, int], None]


def follow(
    catalog: Catalog,
    index: VectorIndex,
    encoder: Encoder,
    *,
    on_progress: Progress | None = None,
    batch: int = 256,
    tokens: bool = True,
) -> int:
    """Applies the catalog's changes past the index's watermark and returns how many there were.

    Args:
        catalog: the truth; vectors that it lacks are encoded and kept in it.
        index: the view; an index ahead of the catalog (which was restored from a backup) is emptied first.
        encoder: of the index's model.
        on_progress: told ``(change numbers passed, numbers to pass)`` after each batch; they count gaps in the log too.
        batch: changes applied between two flushes.
        tokens: whether passages keep the vectors of their tokens (``search.late_interaction``).

    Raises:
        ValueError: the encoder is not that of the index.
        EarmarkError: encoding or writing failed; what was applied by then stays.
    """
    if encoder.model_id != index.model_id:
        raise ValueError(f"the index holds vectors of {index.model_id}, the encoder is {encoder.model_id}")
    mark = index.watermark()
    with catalog.read() as tx:
        head = changes.head(tx)
    if mark > head:
        index.clear()
        mark = 0
    start = mark
    while True:
        with catalog.read() as tx:  # one view: the keys, what they name, and the mark that covers both
            keys, reached = changes.since(tx, mark, limit=batch)
            passages = chunks.located(tx, [key for kind, key in keys if kind == "chunk"], as_read=True)
            claims = insights.get_many(tx, [key for kind, key in keys if kind == "insight"])
            if not keys:
                return changes.behind(tx, start) - changes.behind(tx, mark)
        texts = {passage.chunk.content_hash: chunk_text(passage.chunk) for passage in passages.values()}
        vectors = vectors_for(catalog, encoder, texts, tokens=tokens)
        vectors |= vectors_for(catalog, encoder, {claim.content_hash: insight_text(claim) for claim in claims.values()})
        points = list(_points(list(passages.values()), list(claims.values()), vectors))
        present = {"chunk": passages.keys(), "insight": claims.keys()}
        gone = [(kind, key) for kind, key in keys if key not in present.get(kind, ())]
        index.apply(points, gone, reached)
        mark = reached
        if on_progress is not None:
            on_progress(mark - start, max(head, mark) - start)


def rebuild(
    catalog: Catalog, index: VectorIndex, encoder: Encoder, *, on_progress: Progress | None = None, batch: int = 1024
) -> int:
    """Empties the index and follows the catalog from its first change; returns how many changes there were."""
    index.clear()
    return follow(catalog, index, encoder, on_progress=on_progress, batch=batch)


def _points(
    passages: Sequence[LocatedPassage], claims: Sequence[Insight], vectors: dict[str, NDArray[np.float32]]
) -> Iterator[IndexPoint]:
    for located in passages:
        passage = located.chunk
        yield IndexPoint(
            kind="chunk",
            key=passage.id,
            vector=vectors[passage.content_hash].tolist(),
            text=passage_text(chunk_text(passage), speaker=passage.speaker, spelling=located.spelling),
            show_id=located.show_id,
            episode_id=passage.episode_id,
            speaker=passage.speaker,
            published_s=_stamp(located.published),
        )
    for claim in claims:
        yield IndexPoint(
            kind="insight",
            key=claim.id,
            vector=vectors[claim.content_hash].tolist(),
            text=claim_text(claim.claim, claim.body, claim.quote),
            show_id=claim.show_id,
            episode_id=claim.episode_id,
            speaker=claim.speaker,
            published_s=_stamp(claim.published),
        )


def _stamp(published: datetime | None) -> float | None:
    return None if published is None else published.timestamp()
