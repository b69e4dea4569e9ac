"""Search without the marking of sentences, which takes most of its time and does not move the order.

``Searcher`` encodes the query alone, and later, all at once, sentences of what it found, to mark the one that matters.
The encoders here give sentences that come together one and the same vector. Whoever uses them checks that the order is
that of the encoder inside (``same_order``).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from earmark.errors import UsageError
from earmark.ports import QueryEncoder, TokenEncoder

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from earmark.ports import Encoder, TokenVectors
    from earmark.types import Filters
    from retrieval.search.searcher import Searcher

__all__ = ["ranked", "same_order", "single", "unmarked"]


class _UnmarkedEncoder:
    """Encodes single texts; several at once get one constant unit vector."""

    def __init__(self, inner: Encoder) -> None:
        self._inner = inner

    @property
    def model_id(self) -> str:
        return self._inner.model_id

    @property
    def dimension(self) -> int:
        return self._inner.dimension

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        if len(texts) <= 1:
            return self._inner.encode(texts)
        return np.full((len(texts), self.dimension), self.dimension**-0.5, dtype=np.float32)


class _UnmarkedTokenEncoder(_UnmarkedEncoder):
    def __init__(self, inner: TokenEncoder) -> None:
        super().__init__(inner)
        self._tokens = inner

    def encode_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        return self._tokens.encode_tokens(texts)


class _UnmarkedQueryEncoder(_UnmarkedTokenEncoder):
    def __init__(self, inner: TokenEncoder, queries: QueryEncoder) -> None:
        super().__init__(inner)
        self._queries = queries

    def encode_query(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._queries.encode_query(texts)

    def encode_query_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        return self._queries.encode_query_tokens(texts)


def unmarked(inner: Encoder) -> Encoder:
    """The encoder for a ``Searcher`` if only the order of its results matters."""
    if isinstance(inner, TokenEncoder) and isinstance(inner, QueryEncoder):
        return _UnmarkedQueryEncoder(inner, inner)
    return _UnmarkedTokenEncoder(inner) if isinstance(inner, TokenEncoder) else _UnmarkedEncoder(inner)


def ranked(searcher: Searcher, text: str, *, filters: Filters, limit: int) -> list[str]:
    """Passage ids of the moments that a search finds, best first, each moment's own best first.

    A query that search refuses (there is nothing in it to look for) finds nothing.
    """
    try:
        moments = searcher.search(text, filters=filters, limit=limit)
    except UsageError:
        return []
    return list(dict.fromkeys(key for moment in moments for key in (moment.chunk_ids or (moment.chunk_id,))))


def single(searcher: Searcher, text: str, *, filters: Filters, limit: int) -> list[str]:
    """Passage ids in the order in which a search ranks them, before it shows those that lie side by side as one moment.

    A query that search refuses (there is nothing in it to look for) finds nothing.
    """
    try:
        return [hit.chunk_id for hit in searcher.passages(text, filters=filters, limit=limit)]
    except UsageError:
        return []


def same_order(
    searcher: Searcher, other: Searcher, texts: Sequence[str], *, filters: Sequence[Filters], limit: int
) -> bool:
    """Whether two searchers give the same passages in the same order for each text with its filters."""
    return all(
        ranked(searcher, text, filters=narrow, limit=limit) == ranked(other, text, filters=narrow, limit=limit)
        for text, narrow in zip(texts, filters, strict=True)
    )
