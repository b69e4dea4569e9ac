"""Vectors of texts, each encoded once in its life: read from the catalog if stored, else encoded and stored."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from earmark.catalog.batches import batches
from earmark.catalog.content import vectors
from earmark.ports import QueryEncoder, TokenEncoder
from earmark.token_store import pack, tokens_model

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from earmark.catalog import Catalog
    from earmark.ports import Encoder, TokenVectors
    from earmark.types import Chunk, Insight

__all__ = [
    "chunk_text",
    "claims_model",
    "insight_text",
    "query_tokens",
    "query_vectors",
    "vectors_at",
    "vectors_for",
]

_BATCH = 64
"""Texts encoded between two commits: under two seconds of work on two cores, so a kill loses no more than that."""


def chunk_text(chunk: Chunk) -> str:
    """What is embedded of a passage, and what its ``content_hash`` is of: the context line, then the text."""
    return f"{chunk.context}\n{chunk.text}"


def insight_text(insight: Insight) -> str:
    """What is embedded of an insight: the claim, then its body."""
    return f"{insight.claim}\n{insight.body}"


def claims_model(model_id: str) -> str:
    """What the vectors of claims alone are kept under, by the content hash of their insight."""
    return f"{model_id}#claim"


def query_vectors(encoder: Encoder, texts: Sequence[str]) -> NDArray[np.float32]:
    """Vectors of shape ``(len(texts), dimension)`` of what is searched for, with the model's prompt for queries, if any."""
    return encoder.encode_query(texts) if isinstance(encoder, QueryEncoder) else encoder.encode(texts)


def query_tokens(encoder: TokenEncoder, texts: Sequence[str]) -> list[TokenVectors]:
    """Pooled and token vectors of what is searched for, with the model's prompt for queries, if any."""
    return encoder.encode_query_tokens(texts) if isinstance(encoder, QueryEncoder) else encoder.encode_tokens(texts)


def vectors_for(
    catalog: Catalog,
    encoder: Encoder,
    texts: Mapping[str, str],
    *,
    tokens: bool = False,
    on_encoded: Callable[[int], None] | None = None,
) -> dict[str, NDArray[np.float32]]:
    """Vectors of shape ``(dimension,)``, L2-normalised, by content hash, for every text given.

    Args:
        catalog: where vectors are kept; missing ones are added batch by batch.
        encoder: makes the missing ones; not called, and its model not loaded, where there are none.
        texts: what is embedded, by content hash.
        tokens: whether the vectors of single tokens are kept too, from the same pass of the model, where the encoder
            gives them; a text that has a vector but lacks those is encoded again.
        on_encoded: told how many texts were just encoded.

    Raises:
        ModelCallError: the encoder's endpoint failed.
        CatalogError, StorageFull: the vectors could not be kept.
    """
    model = encoder.model_id
    by_token = encoder if tokens and isinstance(encoder, TokenEncoder) else None
    with catalog.read() as tx:
        by_hash = vectors.get_many(tx, model, list(texts))
        done = vectors.known(tx, tokens_model(model), list(by_hash)) if by_token else by_hash.keys()
    missing = sorted(texts.keys() - done, key=lambda key: (len(texts[key]), key))
    for part in batches(missing, _BATCH):
        given = [texts[key] for key in part]
        packed: dict[str, bytes] = {}
        if by_token is None:
            made = dict(zip(part, encoder.encode(given), strict=True))
        else:
            each = dict(zip(part, by_token.encode_tokens(given), strict=True))
            made = {key: token_vectors.pooled for key, token_vectors in each.items()}
            packed = {key: pack(token_vectors) for key, token_vectors in each.items()}
        with catalog.write() as tx:
            vectors.put(tx, model, made)
            vectors.put_bytes(tx, tokens_model(model), packed)
        by_hash.update((key, made[key]) for key in made.keys() - by_hash.keys())
        if on_encoded is not None:
            on_encoded(len(part))
    return by_hash


def vectors_at(
    catalog: Catalog, encoder: Encoder, texts: Mapping[vectors.Place, str]
) -> dict[vectors.Place, NDArray[np.float32]]:
    """Vectors as of `vectors_for`, by where they are kept in the catalog: for parts of texts, which go when those go.

    Raises:
        ModelCallError: the encoder's endpoint failed.
        CatalogError, StorageFull: the vectors could not be kept.
    """
    with catalog.read() as tx:
        stored = vectors.get_at(tx, list(texts))
    missing = [place for place in texts if place not in stored]
    if missing:
        made = dict(zip(missing, encoder.encode([texts[place] for place in missing]), strict=True))
        with catalog.write() as tx:
            vectors.put_at(tx, made)
        stored |= made
    return stored
