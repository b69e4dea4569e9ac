"""The generations of an index on a Qdrant server: a collection each, and an alias that says which of them answers.

The next generation is filled while the old one answers; then one call moves the alias, and the old one is dropped.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

from earmark.errors import PermanentError
from retrieval.index import points as shared
from retrieval.index.server_calls import answered
from retrieval.index.watermark import VERSION, Watermark

__all__ = ["GONE", "MARK", "SEQ", "Generations", "Layout", "read_mark"]

SEQ = "seq"
"""The payload's field with the catalog change up to which a point is true."""
MARK = "mark"
"""The kind of the one point that says how far the collection has followed the catalog."""
GONE = "gone"
"""The kind of a point that was deleted: it stays for a while, so that a late write cannot bring it back."""
_LAYOUT = 2
"""Changes when the collection's shape does, beside that of the points."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How a collection is kept; what is set later holds for the next generation."""

    shards: int = 1
    replicas: int = 1
    quantization: str = "off"


def read_mark(client: Any, collection: str) -> Watermark | None:
    """What a collection, or the one behind an alias, holds by its own notes; ``None`` if it has none.

    Raises:
        TransientError: the server does not answer.
    """
    if not answered(lambda: client.collection_exists(collection)):
        return None
    noted = answered(lambda: client.get_collection(collection)).config.metadata or {}
    if noted.get("layout") != _LAYOUT:
        return None
    rows = answered(lambda: client.retrieve(collection, [shared.point_id(MARK, MARK)], with_payload=True))
    held = sum(_count(client, collection, kind) for kind in shared.KINDS)
    model, dimension, version = noted.get("model_id", ""), noted.get("dimension", 0), noted.get("version", 0)
    seq = rows[0].payload[SEQ] if rows else 0
    return Watermark(seq=seq, points=held, model_id=model, dimension=dimension, version=version)


class Generations:
    """The collections ``ALIAS-1``, ``ALIAS-2`` … behind an alias."""

    def __init__(self, client: Any, alias: str, *, model_id: str, dimension: int, layout: Layout) -> None:
        self._client = client
        self._alias = alias
        self._layout = layout
        self._noted = {"model_id": model_id, "dimension": dimension, "version": VERSION, "layout": _LAYOUT}

    def current(self) -> str | None:
        """The collection behind the alias, whatever it holds."""
        aliases = answered(self._client.get_aliases).aliases
        return next((row.collection_name for row in aliases if row.alias_name == self._alias), None)

    def fits(self, name: str) -> bool:
        """Whether a collection is of the model and the shape that are wanted."""
        return (answered(lambda: self._client.get_collection(name)).config.metadata or {}) == self._noted

    def begun(self) -> str | None:
        """A collection of the wanted model that was begun and does not answer yet, to go on with."""
        current = self.current()
        return next((name for name in self._names() if name != current and self.fits(name)), None)

    def create(self) -> str:
        """A new and empty collection; the alias stays where it is. Two that create at once get the same."""
        name = f"{self._alias}-{max((self._number(name) for name in self._names()), default=0) + 1}"
        try:
            answered(lambda: self._create(name))
        except (PermanentError, ValueError):
            if name not in self._names():
                raise
        return name

    def publish(self, name: str) -> None:
        """Moves the alias to a collection, in one step, and drops all others."""
        from qdrant_client import models

        if self.current() is None and self._alias in self._all():  # of the time before there were generations
            answered(lambda: self._client.delete_collection(self._alias))
        to = models.CreateAlias(collection_name=name, alias_name=self._alias)
        steps: list[Any] = [models.CreateAliasOperation(create_alias=to)]
        if self.current() is not None:
            gone = models.DeleteAlias(alias_name=self._alias)
            steps.insert(0, models.DeleteAliasOperation(delete_alias=gone))
        answered(lambda: self._client.update_collection_aliases(steps))
        self.drop_others(name)

    def drop_others(self, kept: str | None) -> None:
        """Drops all collections but one."""
        for name in self._names():
            if name != kept:
                answered(lambda name=name: self._client.delete_collection(name))  # type: ignore[misc]

    def _names(self) -> list[str]:
        return sorted((name for name in self._all() if self._number(name)), key=self._number, reverse=True)

    def _all(self) -> list[str]:
        return [row.name for row in answered(self._client.get_collections).collections]

    def _number(self, name: str) -> int:
        number = name.removeprefix(f"{self._alias}-") if name.startswith(f"{self._alias}-") else ""
        return int(number) if number.isdecimal() else 0

    def _create(self, name: str) -> None:
        from qdrant_client import models

        idf = models.SparseVectorParams(modifier=models.Modifier.IDF)
        size = self._noted["dimension"]
        small = self._layout.quantization == "int8"
        dense = models.VectorParams(size=size, distance=models.Distance.COSINE, on_disk=small or None)
        eight_bits = models.ScalarQuantizationConfig(type=models.ScalarType.INT8, quantile=0.99, always_ram=True)
        self._client.create_collection(
            name,
            vectors_config={shared.DENSE: dense},
            sparse_vectors_config={shared.text_vector(kind): idf for kind in shared.KINDS},
            quantization_config=models.ScalarQuantization(scalar=eight_bits) if small else None,
            shard_number=self._layout.shards,
            replication_factor=self._layout.replicas,
            metadata=dict(self._noted),
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the client's in-memory mode has no payload indexes and says so
            for field, kind in shared.FIELDS.items():
                # A reader searches shows: the points of one lie together, and the graph is linked within it too.
                tenant = models.KeywordIndexParams(type=models.KeywordIndexType.KEYWORD, is_tenant=True)
                schema = tenant if field == "show_id" else models.PayloadSchemaType(kind)
                self._client.create_payload_index(name, field, schema)


def _count(client: Any, collection: str, kind: str) -> int:
    from qdrant_client import models

    of_kind = models.Filter(must=[models.FieldCondition(key="kind", match=models.MatchValue(value=kind))])
    return int(answered(lambda: client.count(collection, of_kind, exact=True)).count)
