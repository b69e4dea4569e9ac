"""The lock files: every distribution of the two commands with the SHA-256 of each of its files, for every platform.

    python -m evaluation.locks UV        with the path of uv; writes locks/run.txt and locks/dev.txt

The versions are those of ``constraints.txt``; uv is asked for hashes alone, and `make` installs with pip. torch is left out: its
build for processors comes from a folder of wheels or from an index of its own, and that of PyPI draws gigabytes of CUDA.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from evaluation.closure import BUILD, EXTRAS, closure, pinned

__all__ = ["LOCKS", "UNLOCKED", "locked", "wanted"]

LOCKS = Path(__file__).parents[1] / "locks"
UNLOCKED = "torch"
_ENTRY = re.compile(r"^([a-z0-9-]+==\S+) \\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)", re.MULTILINE)


def wanted(command: str) -> list[str]:
    """The pinned requirements of a command by name: ``run``, or what ``dev`` installs beside it."""
    versions = pinned()
    first = closure(EXTRAS["run"]) | set(BUILD) | {UNLOCKED}
    names = first - {UNLOCKED} if command == "run" else closure(EXTRAS[command]) - first
    return [f"{name}=={versions[name]}" for name in sorted(names)]


def locked(command: str) -> dict[str, int]:
    """The requirements in a command's lock file, and how many files of each may be installed.

    Raises:
        ValueError: the file holds anything else.
    """
    text = (LOCKS / f"{command}.txt").read_text(encoding="utf-8")
    if _ENTRY.sub("", text).strip():
        raise ValueError(f"locks/{command}.txt has lines that are no requirement with hashes")
    return {name: hashes.count("--hash") for name, hashes in _ENTRY.findall(text)}


def main() -> None:
    """Writes both files."""
    LOCKS.mkdir(exist_ok=True)
    for command in EXTRAS:
        path = LOCKS / f"{command}.txt"
        options = ["--no-deps", "--universal", "--generate-hashes", "--no-header", "--no-annotate", "--quiet"]
        compile_it = [sys.argv[1], "pip", "compile", *options, "-o", str(path), "-"]
        subprocess.run(compile_it, input="\n".join(wanted(command)), text=True, check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    main()
