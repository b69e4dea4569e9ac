"""Builds a whole index from the catalog in one go, in a folder that counts for nothing until it is done."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from earmark.catalog import changes, scan
from earmark.catalog.content import chunks, insights
from earmark.embedding import vectors_for
from earmark.errors import EarmarkError, PermanentError, StorageFull
from earmark.ports import IndexPoint
from retrieval.index import points as shared
from retrieval.index.generations import Generation, draft, drop_drafts, publish
from retrieval.index.shard import BulkShard, is_full
from retrieval.index.watermark import Watermark, save_watermark

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from earmark.catalog import Catalog
    from earmark.ports import Encoder

__all__ = ["build"]

Progress = Callable[[int, int], None]


def build(
    catalog: Catalog,
    folder: Path,
    encoder: Encoder,
    *,
    graph_from: int,
    tokens: bool = True,
    on_progress: Progress | None = None,
) -> Generation:
    """The next generation of the index in a folder, whole and on disk. The caller holds the build lock.

    What changes in the catalog meanwhile is left to whoever opens it: its watermark is from before the first read.

    Args:
        catalog: the truth; vectors that it lacks are encoded and kept in it.
        folder: of the index, with its generations.
        encoder: whose vectors it is to hold; called only for texts that the catalog has no vector of.
        graph_from: points from which it gets an HNSW graph; 0 never.
        tokens: whether passages that are encoded keep the vectors of their tokens (``search.late_interaction``).
        on_progress: told ``(points in, points in all)`` after each piece; the graph is built after the last.

    Raises:
        StorageFull: no space is left.
        PermanentError: the engine failed.
        EarmarkError: encoding failed.
    """
    drop_drafts(folder)
    with catalog.read() as tx:
        head = changes.head(tx)
        total = chunks.count(tx) + insights.count(tx)
    path = draft(folder, "next")
    try:
        shard = BulkShard(path / "shard", encoder.dimension, graph=bool(graph_from) and total >= graph_from)
        for points, vectors in _pieces(catalog, encoder, tokens=tokens):
            shared.check_rows([point.key for point in points], vectors)
            shard.add(points, vectors)
            if on_progress is not None:
                on_progress(shard.points, max(total, shard.points))
        graph = shard.finish()
    except EarmarkError:
        raise
    except Exception as error:  # the engine knows no other class
        if is_full(error):
            raise StorageFull("no space is left for the new index; the old one goes on", subject=str(path)) from error
        raise PermanentError("the new index cannot be built; the old one goes on", subject=str(path)) from error
    mark = Watermark(seq=head, points=shard.points, model_id=encoder.model_id, dimension=encoder.dimension, graph=graph)
    save_watermark(path, mark)
    return publish(folder, path)


def _pieces(
    catalog: Catalog, encoder: Encoder, *, tokens: bool
) -> Iterator[tuple[list[IndexPoint], NDArray[np.float32]]]:
    """Points without their vectors, and the vectors beside them as rows."""
    for rows in scan.passages(catalog, encoder.model_id):
        texts = [f"{row.context}\n{row.text}" for row in rows]
        yield (
            [
                _point("chunk", row, shared.passage_text(text, speaker=row.speaker, spelling=row.spelling))
                for row, text in zip(rows, texts, strict=True)
            ],
            _rows(catalog, encoder, rows, texts, tokens=tokens),
        )
    for rows in scan.claims(catalog, encoder.model_id):
        texts = [f"{row.claim}\n{row.body}" for row in rows]
        yield (
            [_point("insight", row, shared.claim_text(row.claim, row.body, row.quote)) for row in rows],
            _rows(catalog, encoder, rows, texts),
        )


def _point(kind: str, row: Any, text: str) -> IndexPoint:
    published: datetime | None = row.published
    return IndexPoint(
        kind=kind,
        key=row.id,
        vector=(),
        text=text,
        show_id=row.show_id,
        episode_id=row.episode_id,
        speaker=row.speaker,
        published_s=None if published is None else published.timestamp(),
    )


def _rows(
    catalog: Catalog, encoder: Encoder, rows: Sequence[Any], texts: Sequence[str], *, tokens: bool = False
) -> NDArray[np.float32]:
    """Vectors of shape ``(len(rows), dimension)``; those that the catalog lacks are encoded and kept there."""
    missing = {row.content_hash: text for row, text in zip(rows, texts, strict=True) if row.vector is None}
    made = vectors_for(catalog, encoder, missing, tokens=tokens) if missing else {}
    vectors = np.empty((len(rows), encoder.dimension), dtype=np.float32)
    for number, row in enumerate(rows):
        vector = made[row.content_hash] if row.vector is None else np.frombuffer(row.vector, dtype="<f4")
        if vector.shape != (encoder.dimension,):
            raise ValueError(f"vector of {row.id} has length {vector.shape[0]}, the model gives {encoder.dimension}")
        vectors[number] = vector
    return vectors
