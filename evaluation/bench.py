"""Speed and memory, each beside a named baseline in the same run; writes results/bench.json.

    python -m evaluation.bench

Ratios travel between machines, seconds do not: read the ratios.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from earmark.ports import IndexPoint, VectorIndex
from earmark.settings import Settings, load_settings
from earmark.types import Filters
from evaluation.runs import earmark, machine

__all__ = ["main"]

RESULTS = Path(__file__).parent / "results" / "bench.json"
SAMPLE = Path(__file__).parents[1] / "sample"
POINTS = 10_000
FEWER = 2_000
QUERIES = 100


def main() -> None:
    """Runs every benchmark and writes what it measured."""
    with tempfile.TemporaryDirectory() as scratch:
        home = Path(scratch)
        settings = load_settings({}, home=home / "home", environ={})
        texts = _passages()
        result: dict[str, Any] = {"measured": time.strftime("%Y-%m-%d"), "machine": machine()}
        print("encoder, index, command line …", file=sys.stderr)
        result["encoder"] = encoder(settings, texts)
        result["index"] = index(home, texts)
        result["command line"] = command_line(home)
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(result, indent=2))


def encoder(settings: Settings, texts: list[str]) -> dict[str, Any]:
    """Passages a second: ours against sentence-transformers' default call on the same passages, in turn."""
    from sentence_transformers import SentenceTransformer

    from earmark.models import resolve
    from retrieval.encoder import open_encoder

    ours = open_encoder(settings)
    folder = resolve(settings.embedding.model, kind="embedding", models_dir=settings.models_dir, offline=True).path
    baseline = SentenceTransformer(str(folder))
    sample = (texts * 2)[:160]
    ours.encode(sample[:8])
    baseline.encode(sample[:8], show_progress_bar=False)
    rounds = [(_seconds(lambda: ours.encode(sample)), _seconds(lambda: _default(baseline, sample))) for _ in range(3)]
    mine, theirs = (statistics.median(column) for column in zip(*rounds, strict=True))
    return {
        "passages_per_s": round(len(sample) / mine, 1),
        "baseline": "SentenceTransformer.encode with its defaults (batch 32)",
        "baseline_passages_per_s": round(len(sample) / theirs, 1),
        "ratio": round(theirs / mine, 2),
    }


def index(home: Path, texts: list[str]) -> dict[str, Any]:
    """Points a second in, and milliseconds a query, of the embedded index, qdrant-client's local mode and numpy."""
    from qdrant_client import QdrantClient

    from retrieval.index.edge import EdgeIndex
    from retrieval.index.server import ServerIndex

    rng = np.random.default_rng(7)
    matrix = rng.standard_normal((POINTS, 384)).astype(np.float32)
    matrix /= np.linalg.norm(matrix, axis=1, keepdims=True)
    points = [_point(number, row, texts) for number, row in enumerate(matrix)]
    embedded = EdgeIndex(home / "edge", model_id="bench", dimension=384)
    ours = _measured(embedded, points, matrix, texts)
    embedded.close()
    local = ServerIndex(QdrantClient(":memory:"), model_id="bench", dimension=384)
    theirs = _measured(local, points[:FEWER], matrix, texts)
    return {
        "embedded": ours | {"points": POINTS},
        "baseline": "qdrant-client in memory",
        "baseline_measured": theirs | {"points": FEWER},
        "numpy_dense_query_ms": _median_ms(lambda n: np.argsort(-(matrix @ matrix[n]))[:10]),
        "insert_ratio": round(ours["points_per_s"] / theirs["points_per_s"], 1),
    }


def command_line(home: Path) -> dict[str, Any]:
    """Seconds of `earmark --help` as a whole process, against Python starting up and doing nothing."""
    import subprocess

    helped = [earmark(home / "cli", "--help").seconds for _ in range(5)]
    bare = [_seconds(lambda: subprocess.run([sys.executable, "-c", "pass"], check=True)) for _ in range(5)]
    return {
        "help_s": round(statistics.median(helped), 3),
        "baseline": "python -c pass",
        "baseline_s": round(statistics.median(bare), 3),
        "ratio": round(statistics.median(helped) / statistics.median(bare), 1),
    }


def _measured(
    index: VectorIndex, points: list[IndexPoint], matrix: NDArray[np.float32], texts: list[str]
) -> dict[str, float]:
    began = time.perf_counter()
    for start in range(0, len(points), 500):
        index.apply(points[start : start + 500], [], start + 500)
    rate = len(points) / (time.perf_counter() - began)
    everything = Filters()

    def query(number: int) -> object:
        words = " ".join(texts[number % len(texts)].split()[:8])
        return index.query_hybrid("chunk", matrix[number].tolist(), words, limit=10, filters=everything)

    return {"points_per_s": round(rate), "hybrid_query_ms": _median_ms(query)}


def _point(number: int, row: NDArray[np.float32], texts: list[str]) -> IndexPoint:
    show = f"show{number % 50}"
    text = texts[number % len(texts)]
    return IndexPoint(
        kind="chunk",
        key=f"{number:016x}",
        vector=row.tolist(),
        text=text,
        show_id=show,
        episode_id=f"{show}-{number % 500}",
    )


def _passages() -> list[str]:
    """Passages of about 150 words from the sample's transcripts."""
    from ingest.transcripts import parse_transcript

    found = []
    for path in sorted(SAMPLE.glob("*/transcripts/*")):
        words = " ".join(
            s.text for s in parse_transcript(path.read_bytes(), url=path.name, content_type="").segments
        ).split()
        found += [" ".join(words[n : n + 150]) for n in range(0, len(words) - 75, 150)]
    return found


def _default(model: Any, texts: list[str]) -> object:
    return model.encode(texts, show_progress_bar=False)


def _seconds(call: Callable[[], object]) -> float:
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def _median_ms(query: Callable[[int], object]) -> float:
    times = [_seconds(lambda n=n: query(n)) for n in range(QUERIES)]  # type: ignore[misc]
    return round(statistics.median(times) * 1000, 2)


if __name__ == "__main__":
    main()
