"""The index on a Qdrant server, for several processes or machines side by side.

The watermark is part of the collection's metadata, written after a batch that the server has acknowledged. Two
followers at once do the same work twice. A stale one can move the watermark back, which costs work; where its batch
lands after a newer one of the same keys, a point can stay as it was before until `earmark reindex`.
"""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from earmark.days import span
from earmark.errors import EarmarkError, PermanentError, TransientError
from earmark.ports import IndexHit
from retrieval.index import points as shared
from retrieval.index.watermark import Watermark

if TYPE_CHECKING:
    from earmark.ports import IndexPoint, IndexQuery
    from earmark.types import Filters

__all__ = ["COLLECTION", "ServerIndex", "connect", "read_mark"]

COLLECTION = "earmark"
_TIMEOUT_S = 30


def connect(url: str, *, api_key: str = "") -> Any:
    """A client of the server at a URL; nothing is sent yet."""
    from qdrant_client import QdrantClient

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of a key without TLS; the settings' documentation says so too
        return QdrantClient(url=url, api_key=api_key or None, timeout=_TIMEOUT_S, check_compatibility=False)


def read_mark(client: Any, collection: str = COLLECTION) -> Watermark | None:
    """What the collection holds, by its own note; ``None`` without a note.

    Raises:
        TransientError: the server does not answer.
    """
    with _guarded():
        if not client.collection_exists(collection):
            return None
        noted = client.get_collection(collection).config.metadata or {}
    try:
        return Watermark(**noted)
    except TypeError:
        return None


class ServerIndex:
    """A ``VectorIndex`` in one collection of a server; safe to share between threads.

    Raises:
        TransientError: the server does not answer.
        PermanentError: it refuses.
    """

    def __init__(self, client: Any, *, model_id: str, dimension: int, collection: str = COLLECTION) -> None:
        self._client = client
        self._model_id = model_id
        self._dimension = dimension
        self._collection = collection
        mark = read_mark(client, collection)
        if mark is None or not mark.fits(model_id, dimension):
            self.clear()

    @property
    def model_id(self) -> str:
        """The encoder whose vectors it holds."""
        return self._model_id

    def watermark(self) -> int:
        """The last change applied; 0 for an empty index."""
        mark = read_mark(self._client, self._collection)
        return 0 if mark is None else mark.seq

    def apply(self, upserts: Sequence[IndexPoint], deletes: Sequence[tuple[str, str]], watermark: int) -> None:
        """Applies a batch, idempotently; the watermark moves when the server has acknowledged it.

        Raises:
            ValueError: a vector of another length, zero, or not finite; nothing was applied.
            TransientError: the server does not answer.
        """
        from qdrant_client import models

        shared.check_vectors(upserts, self._dimension)
        with _guarded():
            if deletes:
                gone: list[Any] = [shared.point_id(kind, key) for kind, key in deletes]
                self._client.delete(self._collection, models.PointIdsList(points=gone), wait=True)
            if upserts:
                self._client.upsert(self._collection, [_point(point) for point in upserts], wait=True)
            mark = Watermark(
                seq=watermark,
                points=self._client.count(self._collection, exact=True).count,
                model_id=self._model_id,
                dimension=self._dimension,
            )
            self._client.update_collection(self._collection, metadata=asdict(mark))

    def clear(self) -> None:
        """Empties it, watermark and all."""
        from qdrant_client import models

        idf = models.SparseVectorParams(modifier=models.Modifier.IDF)
        mark = Watermark(model_id=self._model_id, dimension=self._dimension)
        with _guarded():
            if self._client.collection_exists(self._collection):
                self._client.delete_collection(self._collection)
            self._client.create_collection(
                self._collection,
                vectors_config={
                    shared.DENSE: models.VectorParams(size=self._dimension, distance=models.Distance.COSINE)
                },
                sparse_vectors_config={shared.text_vector(kind): idf for kind in shared.KINDS},
                metadata=asdict(mark),
            )
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # the client's in-memory mode has no payload indexes and says so
                for field, kind in shared.FIELDS.items():
                    self._client.create_payload_index(self._collection, field, models.PayloadSchemaType(kind))

    def count(self, kind: str) -> int:
        """How many points of a kind it holds."""
        with _guarded():
            return int(self._client.count(self._collection, _filter(kind, None, ()), exact=True).count)

    def query(self, query: IndexQuery) -> list[IndexHit]:
        """The points that answer a query, best first."""
        return shared.fused(query, self._ranked)

    def close(self) -> None:
        """Closes the connections."""
        self._client.close()

    def _ranked(self, query: IndexQuery) -> list[IndexHit]:
        """The points of a query by its vector or, where it has none, by its words."""
        from qdrant_client import models

        wanted: Any
        if query.vector is not None:
            wanted, using = [float(value) for value in query.vector], shared.DENSE
        else:
            indices, values = shared.query_tokens(query.text or "")
            if not indices:
                return []
            wanted, using = models.SparseVector(indices=indices, values=values), shared.text_vector(query.kind)
        with _guarded():
            response = self._client.query_points(
                self._collection,
                query=wanted,
                using=using,
                limit=query.limit,
                query_filter=_filter(query.kind, query.filters, query.exclude_shows),
                with_payload=["key", "show_id", "episode_id"],
            ).points
        return shared.ordered((shared.hit(row) for row in response), query.limit)


@contextlib.contextmanager
def _guarded() -> Iterator[None]:
    from qdrant_client.http.exceptions import ApiException, UnexpectedResponse

    try:
        yield
    except EarmarkError:
        raise
    except UnexpectedResponse as error:
        status = error.status_code or 0
        if status in (401, 403):
            raise PermanentError("the server refuses the key; set index.qdrant_api_key", subject="Qdrant") from error
        if status == 429 or status >= 500:
            raise TransientError(f"the server answered {status}; try again", subject="Qdrant") from error
        raise PermanentError(f"the server answered {status}: {error.reason_phrase}", subject="Qdrant") from error
    except ApiException as error:
        raise TransientError("the server does not answer; is index.qdrant_url right?", subject="Qdrant") from error


def _point(point: IndexPoint) -> Any:
    from qdrant_client import models

    indices, values = shared.document_tokens(point.text)
    vectors: dict[str, Any] = {shared.DENSE: [float(value) for value in point.vector]}
    if indices:
        vectors[shared.text_vector(point.kind)] = models.SparseVector(indices=indices, values=values)
    return models.PointStruct(id=shared.point_id(point.kind, point.key), vector=vectors, payload=shared.payload(point))


def _filter(kind: str, filters: Filters | None, exclude_shows: Sequence[str]) -> Any:
    from qdrant_client import models

    def among(field: str, values: Sequence[str]) -> Any:
        return models.FieldCondition(key=field, match=models.MatchAny(any=list(values)))

    must: list[Any] = [models.FieldCondition(key="kind", match=models.MatchValue(value=kind))]
    if filters is not None:
        speakers = [shared.lowered(name) for name in filters.speakers]
        wanted = (("show_id", filters.shows), ("episode_id", filters.episodes), ("speaker", speakers))
        must += [among(field, values) for field, values in wanted if values]
        after, before = span(filters)
        if after or before:
            published = models.Range(
                gte=after.timestamp() if after else None,
                lt=before.timestamp() if before else None,
            )
            must.append(models.FieldCondition(key="published", range=published))
        if filters.keys is not None:
            must.append(models.HasIdCondition(has_id=[shared.point_id(kind, key) for key in filters.keys]))
    return models.Filter(must=must, must_not=[among("show_id", exclude_shows)] if exclude_shows else None)
