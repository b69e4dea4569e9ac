"""What was learned beside an encoder's weights: changes of low rank to its matrices, and a head over its hidden states."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from earmark.errors import ModelNotFound
from earmark.model_wheels import WHEELS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from earmark.models import ResolvedModel

__all__ = ["ANSWERING", "ANSWERING_SHA256", "MODEL", "Adapter", "folder_of", "read_adapter", "read_arrays"]

MODEL = "sentence-transformers/all-MiniLM-L6-v2"
"""The encoder that adapters are learned beside."""

ANSWERING = Path(__file__).with_name("answering.npz")
"""Whether a sentence answers a question; made by `evaluation.fits.answering`."""
ANSWERING_SHA256 = "3be76860e1d5269486f4173385a96638f0826c5e60bc0a0a93e9e475180306f8"
_IN, _OUT = ".in", ".out"
_HEAD, _BIAS = "head", "bias"


@dataclass(frozen=True, slots=True)
class Adapter:
    """Matrices by name; ``head`` has shape ``(3, width)``: its weights for the first token, the sentence, and both texts' product."""

    matrices: dict[str, NDArray[np.float32]]
    head: NDArray[np.float32]
    bias: float

    def changes(self) -> dict[str, NDArray[np.float32]]:
        """What is added to each of the encoder's tensors, by its name."""
        names = [name.removesuffix(_IN) for name in self.matrices if name.endswith(_IN)]
        return {f"{name}.weight": self.matrices[name + _OUT] @ self.matrices[name + _IN] for name in names}


def folder_of(resolved: ResolvedModel) -> Path | None:
    """The folder of the encoder that adapters were learned beside; ``None`` where it is another one, or another version."""
    return resolved.path if resolved.revision == WHEELS["embedding", MODEL].sha256 else None


def read_adapter(path: Path = ANSWERING, digest: str = ANSWERING_SHA256) -> Adapter:
    """The adapter in a file; raises as `read_arrays` does."""
    matrices = read_arrays(path, digest)
    return Adapter(matrices, head=matrices.pop(_HEAD), bias=float(matrices.pop(_BIAS)))


def read_arrays(path: Path, digest: str) -> dict[str, NDArray[np.float32]]:
    """What was learned and comes with Earmark in a file of arrays, by their names.

    Raises:
        ModelNotFound: the file is not the one with that SHA-256, or cannot be read.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ModelNotFound("cannot be read; install Earmark again", subject=path.name) from error
    if sha256(data).hexdigest() != digest:
        raise ModelNotFound("is damaged; install Earmark again", subject=path.name)
    with np.load(BytesIO(data), allow_pickle=False) as held:
        return {name: held[name].astype(np.float32) for name in held.files}
