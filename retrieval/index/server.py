"""The index on a Qdrant server, for several processes or machines side by side.

Every point says up to which catalog change it is true, and is written only where what is there is no newer; a deleted
point leaves a note with that number. So followers may do the same work twice, in any order and with any delay: the last
state stays. How far the collection is lies in a point of the same kind, which moves only forward.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Self

from earmark.days import span
from earmark.ports import IndexHit
from retrieval.index import points as shared
from retrieval.index.server_calls import answered, check_version, connect
from retrieval.index.server_generations import GONE, MARK, SEQ, Generations, Layout, read_mark

if TYPE_CHECKING:
    from earmark.ports import IndexPoint, IndexQuery
    from earmark.types import Filters

__all__ = ["COLLECTION", "Layout", "ServerIndex", "connect", "read_mark"]

COLLECTION = "earmark"
"""The alias under which the present generation is asked."""
_KEPT_GONE = 1_000_000
"""Changes for which a deleted point is remembered. With 71,000 new episodes a day that is three hours; a request that is
on its way for longer than half a minute is given up."""
_OVERSAMPLING = 3.0
"""Candidates by eight bits that are scored again by the whole vectors, for each hit that is wanted."""


class ServerIndex:
    """A ``VectorIndex`` in one collection of a server; safe to share between threads.

    Where the server holds another model's vectors, those go on answering others until ``publish``.

    Raises:
        TransientError: the server does not answer.
        PermanentError: it refuses, or is too old.
    """

    def __init__(
        self, client: Any, *, model_id: str, dimension: int, collection: str = COLLECTION, layout: Layout | None = None
    ) -> None:
        check_version(client)
        self._client = client
        self._model_id = model_id
        self._dimension = dimension
        self._alias = collection
        self._layout = layout or Layout()
        self._generations = Generations(client, collection, model_id=model_id, dimension=dimension, layout=self._layout)
        current = self._generations.current()
        self._collection = collection
        self._followed = ""
        if current is None:
            self.clear()
        elif not self._generations.fits(current):
            self._collection = self._generations.begun() or self._generations.create()

    @property
    def model_id(self) -> str:
        """The encoder whose vectors it holds."""
        return self._model_id

    def watermark(self) -> int:
        """The last change applied; 0 for an empty index. What is applied from now on goes on from it."""
        # By its own name: were the next generation to take the alias, changes between its mark and this would be missed.
        name = self._followed = self._own_name()
        rows = answered(lambda: self._client.retrieve(name, [shared.point_id(MARK, MARK)], with_payload=True))
        return int(rows[0].payload[SEQ]) if rows else 0

    def apply(self, upserts: Sequence[IndexPoint], deletes: Sequence[tuple[str, str]], watermark: int) -> None:
        """Applies a batch, idempotently; the watermark moves when the server has acknowledged it.

        Points that were written for a later change stay as they are.

        Raises:
            ValueError: a vector of another length, zero, or not finite; nothing was applied.
            TransientError: the server does not answer, or another process has built the next generation.
        """
        shared.check_vectors(upserts, self._dimension)
        gone = [_note(shared.point_id(kind, key), GONE, watermark) for kind, key in deletes]
        self._write([*(_point(point, watermark) for point in upserts), *gone], watermark)
        self._write([_note(shared.point_id(MARK, MARK), MARK, watermark)], watermark)
        if deletes:
            self._forget_gone(watermark - _KEPT_GONE)

    def clear(self) -> None:
        """Empties it, watermark and all."""
        self._generations.publish(self._generations.create())
        self._collection, self._followed = self._alias, ""

    def publish(self) -> None:
        """Has this generation answer under the alias from now on; the one before it is dropped."""
        if self._collection != self._alias:
            self._generations.publish(self._collection)
            self._collection, self._followed = self._alias, ""

    def renew(self, fill: Callable[[ServerIndex], int]) -> int:
        """Fills the next generation while this one answers, then has it answer; returns what ``fill`` does."""
        self._generations.drop_others(self._generations.current())
        fresh = self._beside(self._generations.create())
        done = fill(fresh)
        fresh.publish()
        self._collection, self._followed = self._alias, ""
        return done

    def count(self, kind: str) -> int:
        """How many points of a kind it holds."""
        return int(answered(lambda: self._client.count(self._collection, _filter(kind, None, ()), exact=True)).count)

    def query(self, query: IndexQuery) -> list[IndexHit]:
        """The points that answer a query, best first."""
        return shared.fused(query, self._ranked)

    def close(self) -> None:
        """Closes the connections."""
        self._client.close()

    def _beside(self, collection: str) -> Self:
        other = object.__new__(type(self))
        other.__dict__.update(self.__dict__, _collection=collection, _followed="")
        return other

    def _own_name(self) -> str:
        """The name of the collection itself."""
        named = self._generations.current() if self._collection == self._alias else self._collection
        return named or self._collection

    def _write(self, points: list[Any], seq: int) -> None:
        """Writes points, each only where what is there is not of a later change."""
        from qdrant_client import models

        if not points:
            return
        name = self._followed = self._followed or self._own_name()
        no_later = models.Filter(must=[models.FieldCondition(key=SEQ, range=models.Range(lte=seq))])
        answered(
            lambda: self._client.upsert(
                name,
                points,
                wait=True,
                # All writes of a point through one replica, in one order.
                ordering=models.WriteOrdering.STRONG if self._layout.replicas > 1 else None,
                update_filter=no_later,
            )
        )

    def _forget_gone(self, before: int) -> None:
        from qdrant_client import models

        old = models.Filter(
            must=[
                models.FieldCondition(key="kind", match=models.MatchValue(value=GONE)),
                models.FieldCondition(key=SEQ, range=models.Range(lt=before)),
            ]
        )
        answered(lambda: self._client.delete(self._collection, models.FilterSelector(filter=old), wait=False))

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
        rescored = None
        if self._layout.quantization != "off" and query.vector is not None:
            rescored = models.SearchParams(
                quantization=models.QuantizationSearchParams(rescore=True, oversampling=_OVERSAMPLING)
            )
        response = answered(
            lambda: self._client.query_points(
                self._collection,
                query=wanted,
                using=using,
                limit=query.limit,
                query_filter=_filter(query.kind, query.filters, query.exclude_shows),
                search_params=rescored,
                with_payload=["key", "show_id", "episode_id"],
            )
        ).points
        return shared.ordered((shared.hit(row) for row in response), query.limit)


def _point(point: IndexPoint, seq: int) -> Any:
    from qdrant_client import models

    indices, values = shared.document_tokens(point.text)
    vectors: dict[str, Any] = {shared.DENSE: [float(value) for value in point.vector]}
    if indices:
        vectors[shared.text_vector(point.kind)] = models.SparseVector(indices=indices, values=values)
    payload = shared.payload(point) | {SEQ: seq}
    return models.PointStruct(id=shared.point_id(point.kind, point.key), vector=vectors, payload=payload)


def _note(number: str, kind: str, seq: int) -> Any:
    """A point without vectors, which no search meets: what stays of a deleted one, or the watermark."""
    from qdrant_client import models

    return models.PointStruct(id=number, vector={}, payload={"kind": kind, SEQ: seq})


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
