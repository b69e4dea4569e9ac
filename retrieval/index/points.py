"""What both engines share: the names of points and fields, the checks, BM25 tokens, and how two rankings become one."""

from __future__ import annotations

import math
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from earmark.language.lookup import compounds, for_documents, for_queries
from earmark.ports import IndexHit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from earmark.ports import IndexPoint, IndexQuery

__all__ = [
    "DENSE",
    "DEPTH",
    "FIELDS",
    "KINDS",
    "check_rows",
    "check_vectors",
    "claim_text",
    "dbsf",
    "document_tokens",
    "fused",
    "hit",
    "lowered",
    "ordered",
    "passage_text",
    "payload",
    "point_id",
    "query_tokens",
    "text_vector",
]

KINDS = ("chunk", "insight")
DENSE = "dense"
FIELDS = {"kind": "keyword", "show_id": "keyword", "episode_id": "keyword", "speaker": "keyword", "published": "float"}
"""Payload fields that searches filter by, with the type of their index."""
DEPTH = 100
"""Candidates of each ranking that are fused; DBSF needs enough of them for a mean and a deviation that say something."""

_NAMESPACE = uuid.UUID("6f1c3f0e-54a2-5d0b-9f53-0b0a6f1f7d10")
_BM25_K = 0.9
_BM25_B = 0.4
"""Anserini's defaults (k1 .9, b .4), which hold up better than 1.2 and .75 on short passages of even length."""
_MEAN_TOKENS = 75.0
"""Mean passage of 150 words after stop words; with b .4 little depends on it."""
_JOINED = 0.25
"""Weight of a query's compound as one word, beside its parts: at 1 passages that write it so outweighed those that answer
(.578 against .598 of nDCG@10 on podcast_retrieval's insights, BM25 alone)."""


def point_id(kind: str, key: str) -> str:
    """The engine's id of a point: the same for the same key, always."""
    return str(uuid.uuid5(_NAMESPACE, f"{kind}\x1f{key}"))


def text_vector(kind: str) -> str:
    """The name of a kind's sparse vector: one a kind, so that rarity of words is counted among its own."""
    return f"{kind}_text"


def lowered(speaker: str) -> str:
    """A speaker's name as it is compared."""
    return " ".join(speaker.casefold().split())


def payload(point: IndexPoint) -> dict[str, Any]:
    """What is stored beside the vectors; fields without a value are left out."""
    fields: dict[str, Any] = {
        "kind": point.kind,
        "key": point.key,
        "show_id": point.show_id,
        "episode_id": point.episode_id,
        "speaker": lowered(point.speaker) if point.speaker else None,
        "published": point.published_s,
        "extra": dict(point.extra) or None,
    }
    return {name: value for name, value in fields.items() if value is not None}


def check_vectors(points: Sequence[IndexPoint], dimension: int) -> None:
    """Refuses what the engines would take in silence.

    Raises:
        ValueError: an unknown kind; a vector of another length, zero, or not finite.
    """
    for point in points:
        if point.kind not in KINDS:
            raise ValueError(f"point {point.key} is of kind {point.kind!r}; there are {', '.join(KINDS)}")
        if len(point.vector) != dimension:
            raise ValueError(f"vector of {point.key} has length {len(point.vector)}, the index holds {dimension}")
    if points:
        check_rows([point.key for point in points], np.asarray([point.vector for point in points], dtype=np.float64))


def check_rows(keys: Sequence[str], vectors: NDArray[np.floating[Any]]) -> None:
    """Refuses rows that are zero or not finite, of an array of shape ``(len(keys), dimension)``.

    Raises:
        ValueError: there is one; it is named by its key.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        norms = np.einsum("ij,ij->i", vectors, vectors)
    bad = np.flatnonzero(~np.isfinite(norms) | (norms == 0))
    if bad.size:
        raise ValueError(f"vector of {keys[int(bad[0])]} is zero or not finite")


def claim_text(claim: str, body: str, quote: str) -> str:
    """What BM25 reads of an insight: claim, body and quote; a quote that is one of the others counts once."""
    kept = "" if quote in (claim, body) else quote
    return "\n".join(part for part in (claim, body, kept) if part)


def passage_text(text: str, *, speaker: str | None, spelling: str | None) -> str:
    """What BM25 reads of a passage: the text that is embedded, and who speaks where that is another name than the text has."""
    return f"{text}\n{speaker}" if spelling and speaker else text


def document_tokens(text: str) -> tuple[list[int], list[float]]:
    """Token ids of a text and their BM25 weights, all but rarity, which the engine knows."""
    embedding = _bm25().embed_document(for_documents(text))
    return list(embedding.indices), list(embedding.values)


def query_tokens(text: str) -> tuple[list[int], list[float]]:
    """Token ids of a query, each once, with their weights; empty if it holds only stop words and marks."""
    typed = _bm25().embed_query(for_queries(text))
    joined = _bm25().embed_query(" ".join(compounds(text)))
    weights = dict.fromkeys(joined.indices, _JOINED) | dict(zip(typed.indices, typed.values, strict=True))
    return list(weights), list(weights.values())


def hit(row: Any) -> IndexHit:
    """A row that an engine found, in our words."""
    fields = row.payload
    return IndexHit(
        key=fields["key"], score=float(row.score), show_id=fields["show_id"], episode_id=fields["episode_id"]
    )


def ordered(hits: Iterable[IndexHit], limit: int) -> list[IndexHit]:
    """The best hits; equal scores by key, so that every engine gives one order."""
    return sorted(hits, key=lambda hit: (-hit.score, hit.key))[:limit]


def dbsf(rankings: Sequence[Sequence[IndexHit]], limit: int) -> list[IndexHit]:
    """Rankings fused by distribution-based score fusion, best first.

    Each ranking's scores are moved to 0..1 between its mean less and plus three (sample) standard deviations, and
    added up by key. Ours, not the engines': they differ in what they feed it, and one function gives one order.
    Source: M. Mazzeschi, Distribution-Based Score Fusion, 2023, as Qdrant has it.
    """
    total: dict[str, float] = {}
    known: dict[str, IndexHit] = {}
    for ranking in rankings:
        mean = sum(hit.score for hit in ranking) / max(1, len(ranking))
        spread = math.sqrt(sum((hit.score - mean) ** 2 for hit in ranking) / max(1, len(ranking) - 1))
        for hit in ranking:
            scaled = 0.5 if spread == 0 else (hit.score - mean + 3 * spread) / (6 * spread)
            total[hit.key] = total.get(hit.key, 0.0) + scaled
            known[hit.key] = hit
    fused = (
        IndexHit(key=key, score=score, show_id=known[key].show_id, episode_id=known[key].episode_id)
        for key, score in total.items()
    )
    return ordered(fused, limit)


def fused(query: IndexQuery, ranked: Callable[[IndexQuery], list[IndexHit]]) -> list[IndexHit]:
    """The hits of a query from an engine that ranks by a vector or by words.

    Where the query has both, the two rankings are ``DEPTH`` deep or more and are fused by ``dbsf``.
    """
    if query.vector is None or query.text is None:
        return ranked(query)
    depth = max(query.limit, DEPTH)
    dense = ranked(replace(query, text=None, limit=depth))
    sparse = ranked(replace(query, vector=None, limit=depth))
    return dbsf([dense, sparse], query.limit)


@cache
def _bm25() -> Any:
    """The engine's own tokenizer and weights, for a server too: so both hold the same ids."""
    from qdrant_edge import Bm25, Bm25Config

    return Bm25(Bm25Config(k=_BM25_K, b=_BM25_B, avg_len=_MEAN_TOKENS, language="english", ascii_folding=True))
