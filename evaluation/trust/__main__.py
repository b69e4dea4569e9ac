"""All campaigns, one after another, each in a process of its own: `python -m evaluation.trust [DATA]`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from evaluation.trust.campaign import data_folder

_NOT_CAMPAIGNS = {"__init__", "__main__", "campaign"}


def main() -> None:
    """Runs every campaign and exits with 1 when a promise was broken in any."""
    data = data_folder()
    here = Path(__file__).parent
    names = [p.stem for p in sorted(here.glob("*.py")) if p.stem not in _NOT_CAMPAIGNS and "def main(" in p.read_text()]
    failed = []
    for name in names:
        sys.stdout.write(f"— {name}\n")
        sys.stdout.flush()
        if subprocess.run([sys.executable, "-m", f"evaluation.trust.{name}", str(data)], check=False).returncode:
            failed.append(name)
    if failed:
        sys.exit("promises were broken in: " + ", ".join(failed))


if __name__ == "__main__":
    main()
