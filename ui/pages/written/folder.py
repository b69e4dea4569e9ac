"""The folder of a written site: each file whole or not at all, the same files not written twice, and old ones removed.

A file that is new is noted before it is written, so that a run that was killed is taken up by the next, and nothing is ever
removed that a run did not write.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path

from earmark.errors import StorageFull, UsageError

__all__ = ["NOTE", "SiteFolder"]

NOTE = ".earmark-site.json"
"""The file that says which files are ours, with the SHA-256 of each."""
_BEGUN = ".earmark-site.begun"
"""Names of files that a run began to write, one a line, until it ends and they are in the note."""


@dataclass(slots=True)
class SiteFolder:
    """Writes into one folder; ``written`` and ``kept`` count its files, ``removed`` those that are gone."""

    path: Path
    written: int = 0
    kept: int = 0
    removed: int = 0
    _before: dict[str, str] = field(default_factory=dict)
    _now: dict[str, str] = field(default_factory=dict)

    def open(self) -> None:
        """Takes the folder; it is new, empty, or one that was written before.

        Raises:
            UsageError: something else lies there, or it is no folder.
            StorageFull: it cannot be made.
        """
        note = self.path / NOTE
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            if note.is_file():
                known = json.loads(note.read_text(encoding="utf-8"))["files"]
                self._before = {str(name): str(digest) for name, digest in known.items()}
            begun = self.path / _BEGUN
            if begun.is_file():
                self._before |= {name: "" for name in begun.read_text(encoding="utf-8").splitlines() if name}
            elif not note.is_file() and any(self.path.iterdir()):
                raise UsageError(
                    "holds other files; give an empty folder, or one that was published to", subject=str(self.path)
                )
        except (ValueError, KeyError, AttributeError, TypeError) as error:
            raise UsageError(
                f"cannot be read; remove it, and the next run writes all files again: {NOTE}", subject=str(self.path)
            ) from error
        except OSError as error:
            raise _full(self.path, error) from error

    def had(self, name: str) -> bool:
        """Whether a run before wrote a file of this name."""
        return name in self._before

    def put(self, name: str, body: bytes | str) -> None:
        """Writes one file, whose name is relative, unless it is there already."""
        content = body.encode() if isinstance(body, str) else body
        digest = hashlib.sha256(content).hexdigest()
        target = self.path / name
        if self._before.get(name) == digest and target.is_file():
            self._now[name] = digest
            self.kept += 1
            return
        if name not in self._before:
            self._before[name] = ""
        try:
            with (self.path / _BEGUN).open("a", encoding="utf-8") as begun:
                begun.write(f"{name}\n")
            target.parent.mkdir(parents=True, exist_ok=True)
            draft = _draft(target)
            draft.write_bytes(content)
            draft.replace(target)
        except OSError as error:
            raise _full(target, error) from error
        self._now[name] = digest
        self.written += 1

    def close(self) -> None:
        """Removes what this run did not write or keep, and notes what is there."""
        for name in sorted(self._before.keys() - self._now.keys()):
            target = self.path / name
            # A note that somebody changed must not lead out of the folder.
            if target.resolve().is_relative_to(self.path.resolve()):
                _draft(target).unlink(missing_ok=True)
                self.removed += target.is_file()
                target.unlink(missing_ok=True)
        note = self.path / NOTE
        try:
            text = json.dumps({"files": dict(sorted(self._now.items()))}, indent=0)
            _draft(note).write_text(f"{text}\n", encoding="utf-8")
            _draft(note).replace(note)
            (self.path / _BEGUN).unlink(missing_ok=True)
        except OSError as error:
            raise _full(note, error) from error


def _draft(target: Path) -> Path:
    """Where a file is written before it takes its place."""
    return target.with_name(f".{target.name}.new")


def _full(path: Path, error: OSError) -> StorageFull:
    return StorageFull(
        f"cannot be written ({error.strerror}); give a folder with room that is yours", subject=str(path)
    )
