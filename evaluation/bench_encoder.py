"""The encoder against sentence-transformers' default call, in one run: speed, agreement, ranking, memory, time to start.

    python -m evaluation.bench_encoder [FOLDER]     # a folder with corpus.jsonl, queries.jsonl, qrels.tsv

Rounds take turns, so that both meet the same load. Processor seconds are given too: on a machine that others use, their
ratio is the steadier one.
"""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from earmark.embedding import query_vectors
from earmark.errors import UsageError
from earmark.models import resolve
from earmark.settings import EmbeddingSettings, Settings
from evaluation.judgements import JudgedCollection, open_judged
from evaluation.metrics import per_query

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from earmark.ports import Encoder

__all__ = ["measure"]

BASELINE = "SentenceTransformer.encode(texts) with its defaults (batch 32)"
_ROUNDS = 3
_QUERY = "what did they say about sleep and memory"
_TOP = 10

Encode = Callable[[Sequence[str]], "NDArray[np.float32]"]


def measure(texts: Sequence[str], *, settings: Settings | None = None, suite: Path | None = None) -> dict[str, Any]:
    """What the encoder that is chosen by itself does on ``texts``, each number with the baseline's and their ratio.

    Args:
        texts: passages; 100 to 200 give steady numbers.
        settings: whose embedding model is measured; the default ones where none are given.
        suite: a judged collection, for the difference that the backend makes to the ranking.

    Returns:
        ``backend``, ``passages_per_s``, ``per_processor_s``, ``query_ms``, ``to_first_query_s`` and ``peak_mib`` (a
        process that loads, encodes and ends), each as ``{"ours", "baseline", "ratio"}``; ``cosine`` to the baseline's
        vectors; ``ranking`` where a suite is given.

    Raises:
        ModelNotFound: the model is not on this machine.
        UsageError: the suite cannot be read.
    """
    from retrieval.encoders.encoder import open_encoder

    with tempfile.TemporaryDirectory() as scratch:
        settings = settings or Settings(home=Path(scratch), offline=True)
        ours = open_encoder(settings)
        baseline = _baseline(settings)
        result: dict[str, Any] = {"backend": getattr(ours, "backend", settings.embedding.engine), "baseline": BASELINE}
        result |= {"passages": len(texts)} | _speed(list(texts), ours, baseline)
        result |= {"to_first_query_s": {}, "peak_mib": {}}
        for side, how in (("ours", settings.embedding.backend), ("baseline", "baseline")):
            for name, value in _alone(settings, how, list(texts)).items():
                result[name][side] = value
        for name in ("to_first_query_s", "peak_mib"):
            result[name]["ratio"] = round(result[name]["ours"] / result[name]["baseline"], 2)
        if suite is not None:
            result["ranking"] = _ranking(open_judged(suite), ours, baseline)
        return result


def _baseline(settings: Settings) -> Encode:
    """The baseline's vectors: the library's own call on the same folder, with its defaults."""
    from sentence_transformers import SentenceTransformer

    resolved = resolve(settings.embedding.model, kind="embedding", models_dir=settings.models_dir, offline=True)
    model = SentenceTransformer(str(resolved.path))
    return lambda texts: np.asarray(model.encode(list(texts), show_progress_bar=False), dtype=np.float32)


def _speed(texts: list[str], ours: Encoder, baseline: Encode) -> dict[str, Any]:
    mine, theirs = ours.encode(texts[:8]), baseline(texts[:8])  # the first call loads
    wall: dict[str, list[float]] = {"ours": [], "baseline": []}
    processor: dict[str, list[float]] = {"ours": [], "baseline": []}
    for _ in range(_ROUNDS):
        for side, encode in (("ours", ours.encode), ("baseline", baseline)):
            began, worked = time.perf_counter(), time.process_time()
            vectors = encode(texts)
            wall[side].append(time.perf_counter() - began)
            processor[side].append(time.process_time() - worked)
            mine, theirs = (vectors, theirs) if side == "ours" else (mine, vectors)
    cosine = np.sum(mine * theirs, axis=1) / np.linalg.norm(theirs, axis=1)
    queries = {
        "ours": _median_ms(lambda: query_vectors(ours, [_QUERY])),
        "baseline": _median_ms(lambda: baseline([_QUERY])),
    }
    return {
        "passages_per_s": _beside(*(len(texts) / statistics.median(wall[side]) for side in ("ours", "baseline"))),
        "per_processor_s": _beside(*(len(texts) / statistics.median(processor[side]) for side in ("ours", "baseline"))),
        "query_ms": _beside(queries["ours"], queries["baseline"]),
        "cosine": {"mean": round(float(cosine.mean()), 5), "least": round(float(cosine.min()), 5)},
    }


def _ranking(judged: JudgedCollection, ours: Encoder, baseline: Encode) -> dict[str, Any]:
    """nDCG@10 of the vectors alone: ours, the baseline's, and a library with every second passage from each."""
    documents = list(judged.documents.values())
    passages = [
        f"{document.title}. {document.text}".strip(". ") if document.title else document.text for document in documents
    ]
    asked = [query for query in judged.queries if query.id in judged.relevant]
    words = [query.text for query in asked]
    theirs = (_unit(baseline(passages)), _unit(baseline(words)))
    mine = (ours.encode(passages), query_vectors(ours, words))
    mixed = np.where((np.arange(len(documents)) % 2 == 0)[:, None], mine[0], theirs[0])
    values = {}
    for name, (corpus, queries) in {"ours": mine, "baseline": theirs, "mixed": (mixed, mine[1])}.items():
        order = np.argsort(-(queries @ corpus.T), axis=1, kind="stable")[:, :_TOP]
        rankings = {query.id: [documents[n].id for n in row] for query, row in zip(asked, order, strict=True)}
        values[name] = float(np.mean(list(per_query(judged.relevant, rankings)["nDCG@10"].values())))
    return {
        "data": judged.name,
        "queries": len(asked),
        **{f"nDCG@10 {name}": round(value, 4) for name, value in values.items()},
        "difference": round(values["ours"] - values["baseline"], 4),
        "difference mixed": round(values["mixed"] - values["baseline"], 4),
    }


def _alone(settings: Settings, how: str, texts: list[str]) -> dict[str, float]:
    """Peak memory and seconds to the first query of a process that does nothing else."""
    order = json.dumps(
        {"how": how, "home": str(settings.home), "embedding": settings.embedding.model_dump(), "texts": texts}
    )
    done = subprocess.run(
        [sys.executable, "-m", "evaluation.bench_encoder", "--alone"],
        input=order,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise UsageError(f"the measuring process failed: {done.stderr[-300:]}", subject=how)
    usage: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return usage


def _serve_alone(order: dict[str, Any]) -> None:
    from retrieval.encoders.encoder import open_encoder

    settings = Settings(home=Path(order["home"]), offline=True, embedding=EmbeddingSettings(**order["embedding"]))
    began = time.perf_counter()
    if order["how"] == "baseline":
        encode = _baseline(settings)
        encode([_QUERY])
    else:
        encoder = open_encoder(settings)
        encode = encoder.encode
        query_vectors(encoder, [_QUERY])
    first = time.perf_counter() - began
    encode(order["texts"])
    print(json.dumps({"to_first_query_s": round(first, 2), "peak_mib": round(_peak_mib())}))


def _peak_mib() -> float:
    """Peak memory of this process. A child's ``ru_maxrss`` begins at what its parent had, so Linux is asked first."""
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else []
    peaks = [int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:")]
    return peaks[0] if peaks else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _beside(ours: float, baseline: float) -> dict[str, float]:
    return {"ours": round(ours, 2), "baseline": round(baseline, 2), "ratio": round(ours / baseline, 2)}


def _median_ms(call: Callable[[], object]) -> float:
    times = []
    for _ in range(50):
        began = time.perf_counter()
        call()
        times.append(time.perf_counter() - began)
    return statistics.median(times) * 1000


def _unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    result: NDArray[np.float32] = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return result


def main() -> None:
    """Measures on the sample's passages, and on a judged collection if one is named."""
    if sys.argv[1:] == ["--alone"]:
        _serve_alone(json.loads(sys.stdin.read()))
        return
    from evaluation.bench_data import passages

    suite = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    print(json.dumps(measure((passages() * 2)[:160], suite=suite), indent=2))


if __name__ == "__main__":
    main()
