"""Prints the largest packages of the environment that runs it, in MB on the disk: ``python .ci/sizes.py [HOW MANY]``."""

from __future__ import annotations

import sys
from importlib.metadata import Distribution, distributions
from pathlib import Path


def size(package: Distribution) -> int:
    """The bytes of a package's files."""
    paths = (Path(str(file.locate())) for file in package.files or ())
    return sum(path.stat().st_size for path in paths if path.is_file())


def main() -> None:
    """Prints a table, the largest first, with a line for all the others."""
    most = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    sizes = sorted(((size(package), package.metadata["Name"]) for package in distributions()), reverse=True)
    lines = [f"{number / 1e6:8.1f} MB  {name}" for number, name in sizes[:most]]
    lines.append(f"{sum(number for number, _ in sizes[most:]) / 1e6:8.1f} MB  {len(sizes[most:])} others")
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
