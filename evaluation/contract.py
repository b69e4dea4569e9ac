"""The contract as a table: what is promised, what was measured, on how much, and whether it was kept.

``make contract`` writes ``evaluation/results/contract.json``; the README's table is made from it. It takes samples, so beside
some of them the table tells what the whole measurement gave: that of `make trust` or `make campaign`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from evaluation.number_rows import NumberRow

__all__ = ["WHOLE", "broken", "contract_table"]

_WORDS = {"kept": "kept", "broken": "**broken**", "not measured": "not measured"}

WHOLE: Mapping[str, NumberRow] = {
    "feeds": NumberRow(
        what="{mutations[feeds]:,} feeds",
        file="trust/feeds.json",
        told=lambda values: f"{len(values['mutations']['crashes'])} crashes",
    ),
    "kills": NumberRow(
        what="{kills[total]:,} SIGKILLs",
        file="trust/work.json",
        told=lambda values: f"{len(values['kills']['broken'])} rows lost or twice",
    ),
    "zombies": NumberRow(
        what="{zombies[stopped]} workers", file="trust/work.json", told="{zombies[late_commits]} late commits"
    ),
    "mail": NumberRow(
        what="{kills[mails]:,} mails, {kills[kills]} SIGKILLs",
        file="trust/mail.json",
        told="{kills[skipped]} skipped, {kills[extra]} extra copies, {kills[most_copies]} of a mail at most",
    ),
    "orders": NumberRow(
        what="{orders} orders",
        file="injection.json",
        told=lambda values: f"{sum(values['problems'].values())} foreign links, uncited claims or false citations",
    ),
    "readers": NumberRow(
        what="{pairs[pairs]:,} pairs",
        file="trust/readers.json",
        told=lambda values: f"{len(values['pairs']['leaks'])} leaks",
    ),
}
"""What the whole measurement gave, by the name of its promise, for those promises that are measured by a sample."""


def contract_table(document: Mapping[str, Any], whole: Mapping[str, str] | None = None) -> list[str]:
    """Lines of Markdown, with the day and the machine above them; a promise that was measured again has its own day.

    Args:
        document: what ``make contract`` wrote.
        whole: what the whole measurement gave, in words, by the name of its promise; without it there is no such column.
    """
    machine, rows = document["machine"], document["promises"]
    kept = sum(row["outcome"] == "kept" for row in rows)
    head = f"{kept} of {len(rows)} kept on {document['measured']}, {machine['cores']} cores, in {document['seconds'] / 60:.0f} minutes:"
    columns = ("promise", "measured", "sample", *(("the whole",) if whole else ()), "")
    lines = [head, "", _line(columns), _line("---" for _ in columns)]
    for row in rows:
        told = (whole.get(row["name"], ""),) if whole else ()
        outcome = " on ".join(filter(None, (_WORDS[row["outcome"]], row.get("measured", ""))))
        lines.append(_line((row["promise"], row["figure"], row["sample"], *told, outcome)))
    return lines


def broken(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """The promises that were measured and not kept."""
    return [row["promise"] for row in rows if row["outcome"] == "broken"]


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
