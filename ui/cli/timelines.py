"""Claims by time, in a terminal: what was said when, predictions, and what was said later about each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ui.cli.output import console, print_document, safe

if TYPE_CHECKING:
    from datetime import datetime

    from library.timeline import TimelineClaim

__all__ = ["print_timeline"]


def print_timeline(claims: Sequence[TimelineClaim], *, nothing: str, named: bool, as_json: bool) -> None:
    """Claims by time, the earliest first.

    Args:
        claims: in the order in which they were said.
        nothing: what is said where there are none.
        named: whether each says by whom it is.
        as_json: prints a document.
    """
    from rich.padding import Padding
    from rich.text import Text

    from earmark.relations import RELATION_WORDS, published, utterance

    if as_json:
        print_document(timeline=claims)
        return
    out = console()
    if not claims:
        out.print(nothing)
    for claim in claims:
        insight = claim.insight
        due = f" for {safe(claim.due)}" if claim.due else ""
        who = [safe(insight.speaker)] if named and insight.speaker else []
        head = "  ".join([_day(insight.published), *who, safe(insight.show)])
        out.print(Text(head + (f"  Prediction{due}" if claim.prediction else ""), style="bold cyan"))
        out.print(Padding(Text(safe(insight.claim)), (0, 0, 0, 2)))
        for entry in claim.later:
            heard = utterance(entry)
            said = ", ".join(safe(part) for part in (heard.speaker or "", heard.show) if part)
            word = RELATION_WORDS.get(entry.relation, "On the same")
            told = f"{_day(published(entry))}  {word}: {safe(heard.text)} ({said})"
            out.print(Padding(Text(told, style="dim"), (0, 0, 0, 4)))


def _day(when: datetime | None) -> str:
    return f"{when:%d %b %Y}" if when else ""
