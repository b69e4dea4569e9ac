"""The encoder that was trained to rate spoken spans: what it says of texts of our own, and when it is not used."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from earmark.errors import ModelNotFound
from earmark.ports import SpanRater
from earmark.settings import Settings
from retrieval.encoders.worth_adapter import WEIGHTS, open_rater, read_adapter
from tests.retrieval.models import tiny_model

WORTH_READING = [
    "Most caches are invalidated too late because nobody owns the event that makes them stale. Teams that name an owner for "
    "each event cut stale reads by 80 percent, at the cost of a slower first request.",
    "Password rules make systems less secure: the more often people must change a password, the more predictable the next "
    "one becomes, so attackers who know an old one need fewer guesses.",
]
SMALL_TALK = [
    "Yeah, so I was like, oh wow, that is so cool, you know? And I just love that, it's awesome.",
    "Thanks so much for joining us today, and I hope you guys enjoyed the show. We'll talk about that next week.",
]
TEXTS = [*WORTH_READING, *SMALL_TALK]


def opened(home: Path, **embedding: str) -> SpanRater | None:
    return open_rater(Settings(home=home, offline=True, embedding=embedding))


@pytest.fixture(scope="module", params=["torch", "openvino"])
def rater(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> SpanRater:
    made = opened(tmp_path_factory.mktemp("home"), backend=request.param)
    assert made is not None
    return made


@pytest.mark.heavy
def test_what_gives_a_reason_is_rated_above_small_talk(rater: SpanRater) -> None:
    ratings = rater.rate(TEXTS)
    assert ratings.shape == (4, 2)
    assert (ratings[:2].min(axis=0) > ratings[2:].max(axis=0) + 1).all()


@pytest.mark.heavy
def test_the_same_texts_are_rated_the_same_again(rater: SpanRater) -> None:
    assert (rater.rate(TEXTS) == rater.rate(TEXTS)).all()
    assert rater.rate([]).shape == (0, 2)


@pytest.mark.heavy
def test_the_backends_agree(tmp_path: Path) -> None:
    quick, sure = (opened(tmp_path, backend=backend) for backend in ("openvino", "torch"))
    assert quick is not None and sure is not None
    assert np.abs(quick.rate(TEXTS) - sure.rate(TEXTS)).max() < 0.35


@pytest.mark.heavy
def test_pytorch_rates_where_openvino_cannot_be_loaded_after_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_args: object, **_options: object) -> object:
        raise ModelNotFound("its files cannot be loaded", subject="model")

    monkeypatch.setattr("retrieval.encoders.openvino_runner.open_pools", fails)
    either, sure = opened(tmp_path), opened(tmp_path, backend="torch")
    assert either is not None and sure is not None
    assert either.rate(TEXTS) == pytest.approx(sure.rate(TEXTS), abs=1e-5)
    alone = opened(tmp_path, backend="openvino")
    assert alone is not None
    with pytest.raises(ModelNotFound):
        alone.rate(TEXTS)


def test_another_encoder_rates_nothing(tmp_path: Path) -> None:
    assert opened(tmp_path, model=str(tiny_model(tmp_path / "model"))) is None
    assert opened(tmp_path, engine="openai", base_url="http://127.0.0.1:9/v1") is None


def test_a_damaged_adapter_is_refused(tmp_path: Path) -> None:
    damaged = tmp_path / WEIGHTS.name
    content = bytearray(WEIGHTS.read_bytes())
    content[len(content) // 2] ^= 1
    damaged.write_bytes(content)
    with pytest.raises(ModelNotFound, match="damaged"):
        read_adapter(damaged)
    with pytest.raises(ModelNotFound, match="cannot be read"):
        read_adapter(tmp_path / "none.npz")


def test_the_adapter_changes_the_upper_layers_alone() -> None:
    adapter = read_adapter()
    assert {name.split(".")[2] for name in adapter.changes} == {"3", "4", "5"}
    assert adapter.changes["encoder.layer.5.intermediate.dense.weight"].shape == (1536, 384)
    assert adapter.weights.shape == (2, 768)
