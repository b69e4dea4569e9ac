"""Fetching: a simulated week, bombs, private addresses, and 1,000 unchanged feeds.

python -m evaluation.trust.fetching
"""

from __future__ import annotations

import sys
from typing import Any

from evaluation.trust.campaign import report
from evaluation.trust.fetch_bombs import bombs
from evaluation.trust.fetch_private import private_addresses
from evaluation.trust.fetch_scan import LIMIT_S, scan
from evaluation.trust.fetch_week import week

__all__ = ["main", "measure"]


def measure() -> dict[str, Any]:
    """All four, with ``broken``: the promises that did not hold."""
    found: dict[str, Any] = {}
    broken: list[str] = []
    for name, part in (("private_addresses", private_addresses), ("bombs", bombs), ("scan", scan), ("week", week)):
        sys.stderr.write(f"  {name}\n")
        found[name] = part()
        broken += found[name].pop("broken", [])
    scanned = found["scan"]
    if scanned["seconds"] >= LIMIT_S or scanned["unchanged"] != scanned["feeds"]:
        broken.append(f"{scanned['unchanged']} of {scanned['feeds']} feeds were read in {scanned['seconds']} s")
    return found | {"broken": broken}


def main() -> None:
    """Runs the campaign and writes results/trust/fetching.json."""
    report("fetching", measure)


if __name__ == "__main__":
    main()
