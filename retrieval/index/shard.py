"""Shards of the embedded engine: how one is made, what a point and a filter are in its own words."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from earmark.days import span
from retrieval.index import points as shared

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from earmark.ports import IndexPoint
    from earmark.types import Filters

__all__ = ["BulkShard", "create", "is_busy", "is_full", "point", "search_filter", "search_params"]

GRAPH_LINKS = 16
GRAPH_CANDIDATES = 128
"""Edges of a node of the HNSW graph and candidates when it is built: Qdrant's defaults are 16 and 100."""
SEARCH_CANDIDATES = 200
"""Candidates of a search in the graph (``ef``): twice the ``DEPTH`` that is asked for."""
_NARROW = 0.6
"""Without ACORN the graph finds .77 of the ten nearest behind a filter that leaves a fifth of 100,000 points, and .95
behind one that leaves half; with it .99 and more (`python -m evaluation.bench_index 50000`)."""
_EXACT_KB = 10_000
"""Filters that leave fewer KB of vectors than this are answered exactly (Qdrant's default)."""
_ALWAYS_KB = 1
_NEVER_KB = 1 << 40


def create(path: Path, dimension: int, *, graph: bool = False) -> Any:
    """A new, empty shard in a folder that is made, with its write-ahead log.

    A shard cannot be filled without the log and get one later: the log would number updates from the start again, and
    the engine passes over updates with a number lower than a point's last (seen on 0.9.0).

    Args:
        path: of the shard.
        dimension: length of its dense vectors.
        graph: whether ``optimize`` gives it an HNSW graph; then vectors are stored as float16, half the size, which
            moves a cosine by less than .001.
    """
    import qdrant_edge as engine

    path.mkdir(parents=True, exist_ok=True)
    dense = engine.EdgeVectorParams(
        size=dimension,
        distance=engine.Distance.Cosine,
        datatype=engine.VectorStorageDatatype.Float16 if graph else engine.VectorStorageDatatype.Float32,
    )
    sparse = {
        shared.text_vector(kind): engine.EdgeSparseVectorParams(modifier=engine.Modifier.Idf) for kind in shared.KINDS
    }
    config = engine.EdgeConfig(
        vectors={shared.DENSE: dense},
        sparse_vectors=sparse,
        wal_enabled=True,
        hnsw_config=engine.HnswIndexConfig(m=GRAPH_LINKS, ef_construct=GRAPH_CANDIDATES, full_scan_threshold=_EXACT_KB),
        optimizers=engine.EdgeOptimizersConfig(
            default_segment_number=1, indexing_threshold=_ALWAYS_KB if graph else _NEVER_KB
        ),
    )
    shard = engine.EdgeShard.create(str(path), config)
    types = {"keyword": engine.PayloadSchemaType.Keyword, "float": engine.PayloadSchemaType.Float}
    for field, kind in shared.FIELDS.items():
        shard.update(engine.UpdateOperation.create_field_index(field, types[kind]))
    return shard


class BulkShard:
    """A shard being filled in one go and thrown away on failure: nothing is on disk for certain before ``finish``."""

    def __init__(self, path: Path, dimension: int, *, graph: bool) -> None:
        self._graph = graph
        self._shard = create(path, dimension, graph=graph)
        self.points = 0

    def add(self, given: Sequence[IndexPoint], vectors: NDArray[Any]) -> None:
        """Adds points whose vectors are the rows of an array, checked by the caller; those of the points are not read."""
        import qdrant_edge as engine

        rows = vectors.tolist()
        made = [point(entry, row) for entry, row in zip(given, rows, strict=True)]
        self._shard.update(engine.UpdateOperation.upsert_points(made))
        self.points += len(made)

    def finish(self) -> int:
        """Builds the graph where there is to be one, writes all to disk; returns how many points the graph holds."""
        if self._graph and self.points:
            self._shard.optimize()
        self._shard.flush()
        self._shard.close()
        return self.points if self._graph else 0


def point(given: IndexPoint, vector: Sequence[float]) -> Any:
    """A point with its dense vector, its BM25 weights and its payload."""
    import qdrant_edge as engine

    indices, values = shared.document_tokens(given.text)
    vectors: dict[str, Any] = {shared.DENSE: vector}
    if indices:
        vectors[shared.text_vector(given.kind)] = engine.SparseVector(indices, values)
    return engine.Point(shared.point_id(given.kind, given.key), vectors, shared.payload(given))


def search_params() -> Any:
    """How hard a search in the graph tries; without a graph it changes nothing.

    Where a filter leaves less than ``_NARROW`` of the points the walk also looks at neighbours of neighbours (ACORN).
    """
    import qdrant_edge as engine

    acorn = engine.AcornSearchParams(enable=True, max_selectivity=_NARROW)
    return engine.SearchParams(hnsw_ef=SEARCH_CANDIDATES, acorn=acorn)


def search_filter(kind: str, filters: Filters | None, exclude_shows: Sequence[str]) -> Any:
    """The filter of a search."""
    import qdrant_edge as engine

    def among(field: str, values: Sequence[str]) -> Any:
        return engine.FieldCondition(field, match=engine.MatchAny(list(values)))

    must: list[Any] = [engine.FieldCondition("kind", match=engine.MatchValue(kind))]
    if filters is not None:
        speakers = [shared.lowered(name) for name in filters.speakers]
        wanted = (("show_id", filters.shows), ("episode_id", filters.episodes), ("speaker", speakers))
        must += [among(field, values) for field, values in wanted if values]
        after, before = span(filters)
        if after or before:
            published = engine.RangeFloat(
                gte=after.timestamp() if after else None,
                lt=before.timestamp() if before else None,
            )
            must.append(engine.FieldCondition("published", range=published))
        if filters.keys is not None:
            must.append(engine.HasIdCondition({uuid.UUID(shared.point_id(kind, key)) for key in filters.keys}))
    return engine.Filter(must=must, must_not=[among("show_id", exclude_shows)] if exclude_shows else None)


def is_busy(error: Exception) -> bool:
    """Whether the engine says that another process has the shard."""
    return "WouldBlock" in str(error)


def is_full(error: Exception) -> bool:
    """Whether the engine says that the disk is full."""
    text = str(error).lower()
    return "no space left" in text or "os error 28" in text
