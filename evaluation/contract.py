"""The contract as a table: what is promised, what was measured, on how much, and whether it was kept.

``make contract`` writes ``evaluation/results/contract.json``; the README's table is made from it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

__all__ = ["broken", "contract_table"]

_WORDS = {"kept": "kept", "broken": "**broken**", "not measured": "not measured"}


def contract_table(document: Mapping[str, Any]) -> list[str]:
    """Lines of Markdown, with the day and the machine above them."""
    machine, rows = document["machine"], document["promises"]
    kept = sum(row["outcome"] == "kept" for row in rows)
    head = f"{kept} of {len(rows)} kept on {document['measured']}, {machine['cores']} cores, in {document['seconds'] / 60:.0f} minutes:"
    lines = [head, "", "| promise | measured | sample | |", "| --- | --- | --- | --- |"]
    return lines + [
        f"| {row['promise']} | {row['figure']} | {row['sample']} | {_WORDS[row['outcome']]} |" for row in rows
    ]


def broken(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """The promises that were measured and not kept."""
    return [row["promise"] for row in rows if row["outcome"] == "broken"]
