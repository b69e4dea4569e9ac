"""The baselines of the index: qdrant-client's local mode, numpy, and sentence-transformers' own search."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from earmark.models import resolve
from earmark.ports import IndexPoint, IndexQuery
from earmark.settings import Settings
from evaluation.bench_data import DIMENSION, Corpus
from evaluation.bench_index import milliseconds

__all__ = ["brute_force", "local_client", "sentence_transformers"]

_TOP = 100
_BATCH = 500


def local_client(corpus: Corpus, folder: Path, *, seconds: float, queries: int = 20) -> dict[str, Any]:
    """qdrant-client's local mode on disk, with the same points, as many as it takes in ``seconds``."""
    from qdrant_client import QdrantClient

    from retrieval.index.server import ServerIndex

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of more than 20,000 points it says itself that it is not made for them
        client = QdrantClient(path=str(folder))
        index = ServerIndex(client, model_id="bench", dimension=DIMENSION)
        began, done = time.perf_counter(), 0
        for texts in corpus.texts():
            for start in range(0, len(texts), _BATCH):
                part = range(done, min(done + _BATCH, done + len(texts) - start))
                index.apply([_point(corpus, n, texts[start + n - done]) for n in part], [], part[-1] + 1)
                done = part[-1] + 1
                if time.perf_counter() - began > seconds:
                    break
            if time.perf_counter() - began > seconds:
                break
        took = time.perf_counter() - began
        vectors, words = corpus.queries(queries)
        times = _times(
            lambda n: index.query(IndexQuery(kind="chunk", vector=vectors[n].tolist(), text=words[n], limit=10)),
            queries,
        )
        index.close()
    return {"points": done, "points_per_s": round(done / took), "hybrid_ms": milliseconds(times)}


def brute_force(corpus: Corpus, *, queries: int = 100) -> dict[str, Any]:
    """All cosines in one product of numpy, and the best hundred of them: no words, no filters, nothing on disk."""
    vectors, _ = corpus.queries(queries)

    def ask(number: int) -> object:
        cosines = corpus.vectors @ vectors[number]
        best = np.argpartition(-cosines, _TOP)[:_TOP]
        return best[np.argsort(-cosines[best])]

    return {"points": corpus.size, "dense_ms": milliseconds(_times(ask, queries))}


def sentence_transformers(corpus: Corpus, settings: Settings, *, queries: int = 50) -> dict[str, Any]:
    """The library's own search over the same vectors: its encoding of the query, then all cosines."""
    from sentence_transformers import SentenceTransformer, util

    resolved = resolve(settings.embedding.model, kind="embedding", models_dir=settings.models_dir, offline=True)
    model = SentenceTransformer(str(resolved.path))
    _, words = corpus.queries(queries)

    def ask(number: int) -> object:
        vector = model.encode([words[number]], show_progress_bar=False)
        return util.semantic_search(vector, corpus.vectors, top_k=_TOP)

    return {"points": corpus.size, "encoded_dense_ms": milliseconds(_times(ask, queries))}


def _times(call: Callable[[int], object], count: int) -> list[float]:
    call(0)
    seconds = []
    for number in range(count):
        began = time.perf_counter()
        call(number)
        seconds.append(time.perf_counter() - began)
    return seconds


def _point(corpus: Corpus, number: int, text: str) -> IndexPoint:
    return IndexPoint(
        kind="chunk",
        key=f"{number:016x}",
        vector=corpus.vectors[number].tolist(),
        text=text,
        show_id=f"show{corpus.show(number)}",
        episode_id=f"episode{number // 30}",
        published_s=corpus.day(number).timestamp(),
    )
