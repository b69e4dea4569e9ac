"""The GGUF files of local models on this machine."""

from __future__ import annotations

import shutil
from pathlib import Path

from earmark.errors import ModelNotFound, UsageError
from earmark.llm.models import LOCAL
from earmark.local_model.choices import CHOICES, LocalModel, choice

__all__ = ["ModelFiles", "is_gguf"]

_MAGIC = b"GGUF"
_SPARE_BYTES = 500_000_000
"""Space that stays free after a download: the catalog and the index grow beside it."""


class ModelFiles:
    """The folder that fetched models lie in, and files that lie anywhere else."""

    def __init__(self, models_dir: Path) -> None:
        self._folder = models_dir / "local"

    def target(self, model: LocalModel) -> Path:
        """Where a fetched model lies; its name has the hash, so that another edition is another file."""
        return self._folder / f"{model.name}-{model.sha256[:12]}.gguf"

    def fetched(self, model: LocalModel) -> bool:
        """Whether it is here, whole: a file gets this name only when its hash was right."""
        return self.target(model).is_file()

    def partly(self, model: LocalModel) -> int:
        """Bytes of a download that is not at its end; 0 if there is none."""
        part = self.part(model)
        return part.stat().st_size if part.is_file() else 0

    def part(self, model: LocalModel) -> Path:
        """Where a download that is not at its end lies."""
        return self.target(model).with_suffix(".part")

    def path(self, setting: str) -> Path:
        """The file that ``llm.model`` means, such as ``local:qwen3-4b`` or ``local:/models/mine.gguf``.

        Raises:
            ModelNotFound: there is no such model or file, or it was not fetched yet; the message says what to do.
        """
        name = setting.removeprefix(LOCAL)
        model = choice(name)
        if model is not None:
            if not self.fetched(model):
                raise ModelNotFound(f"is not here yet; earmark model fetch {name}", subject=name)
            return self.target(model)
        path = Path(name).expanduser()
        if not path.is_absolute():
            known = ", ".join(model.name for model in CHOICES)
            raise ModelNotFound(f"no such local model; one of {known}, or the full path of a GGUF file", subject=name)
        if not is_gguf(path):
            raise ModelNotFound("is not a GGUF file that can be read", subject=name)
        return path

    def check_space(self, model: LocalModel) -> None:
        """Raises ``UsageError`` if what is left of a download does not fit on the disk."""
        self._folder.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(self._folder).free
        needed = model.size - self.partly(model) + _SPARE_BYTES
        if free < needed:
            text = f"needs {needed / 1e9:.1f} GB on the disk of {self._folder}, which has {free / 1e9:.1f} GB free"
            raise UsageError(text, subject=model.name)

    def remove(self, model: LocalModel) -> int:
        """Removes a model, or what came of it; returns the bytes that are free again."""
        freed = 0
        for path in (self.target(model), self.part(model)):
            if path.is_file():
                freed += path.stat().st_size
                path.unlink()
        return freed


def is_gguf(path: Path) -> bool:
    """Whether a file begins as GGUF files do."""
    try:
        with path.open("rb") as file:
            return file.read(len(_MAGIC)) == _MAGIC
    except OSError:
        return False
