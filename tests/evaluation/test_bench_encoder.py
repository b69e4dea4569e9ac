from __future__ import annotations

from pathlib import Path

import pytest

from earmark.settings import EmbeddingSettings, Settings
from evaluation.bench_encoder import BASELINE, measure
from tests.retrieval.models import tiny_model

pytestmark = pytest.mark.slow


def test_ours_beside_the_baseline(tmp_path: Path) -> None:
    folder = tiny_model(tmp_path)
    suite = tmp_path / "suite"
    suite.mkdir()
    (suite / "corpus.jsonl").write_text(
        '{"_id": "a", "text": "kelp stores carbon"}\n{"_id": "b", "text": "cities sleep"}\n', encoding="utf-8"
    )
    (suite / "queries.jsonl").write_text('{"_id": "q", "text": "kelp stores carbon"}\n', encoding="utf-8")
    (suite / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\nq\ta\t1\n", encoding="utf-8")
    settings = Settings(home=tmp_path / "home", offline=True, embedding=EmbeddingSettings(model=str(folder)))
    measured = measure(["kelp stores carbon", "slow computers sleep"] * 8, settings=settings, suite=suite)
    assert measured["baseline"] == BASELINE
    for name in ("passages_per_s", "per_processor_s", "query_ms", "to_first_query_s", "peak_mib"):
        assert set(measured[name]) == {"ours", "baseline", "ratio"}
        assert min(measured[name].values()) > 0, name
    assert measured["cosine"]["least"] > 0.99
    assert measured["ranking"]["difference"] == 0
    assert measured["ranking"]["nDCG@10 mixed"] == 1
