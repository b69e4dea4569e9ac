"""The same pages for a terminal: text from the world goes in as plain text, never as markup."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.rule import Rule
from rich.text import Text

from briefs.links import clock
from ui.cli.output import safe

if TYPE_CHECKING:
    from rich.console import Console

    from earmark.types import Answer, Brief, Hit, Insight, Related

__all__ = ["answer", "brief", "hits", "insights", "related"]


def brief(out: Console, brief: Brief) -> None:
    """The ideas of a day."""
    out.print(Rule(Text(f"Your brief for {brief.date:%A, %d %B %Y}", style="bold"), align="left"))
    if brief.note:
        out.print(Padding(Text(safe(brief.note)), (1, 0, 0, 0)))
    for number, item in enumerate(brief.items, start=1):
        out.print()
        _idea(out, item.insight, lead=f"{number}. ")
        out.print(Padding(Text(f"Why: {safe(item.why)}", style="italic"), (0, 0, 0, 3)))
        for one in item.related:
            _related_line(out, one)
    if brief.items:
        out.print()


def insights(out: Console, found: Sequence[Insight]) -> None:
    """A list of insights."""
    if not found:
        out.print("No insights yet. earmark ingest finds them.")
    for insight in found:
        out.print(Text(safe(insight.claim), style="bold"))
        out.print(Padding(Text(f"{insight.id}  {_source(insight)}", style="dim"), (0, 0, 1, 0)))


def related(out: Console, insight: Insight, found: Sequence[Related]) -> None:
    """An insight and its related ones."""
    _idea(out, insight)
    out.print()
    if not found:
        out.print("Nobody else in your library has talked about this yet.")
    for one in found:
        out.print(Text(safe(one.insight.claim), style="bold"))
        out.print(Padding(Text(f"{one.insight.id}  {_source(one.insight)}", style="dim"), (0, 0, 0, 2)))
        out.print(Padding(Text(_why(one), style="italic"), (0, 0, 1, 2)))


def hits(out: Console, found: Sequence[Hit]) -> None:
    """Passages."""
    if not found:
        out.print("Nothing found.")
    for hit in found:
        out.print(Text(_place(hit.show, hit.episode, hit.speaker, hit.start_s), style="bold"))
        out.print(Padding(Text(safe(hit.text, newlines=True)), (0, 0, 1, 2)))


def answer(out: Console, answer: Answer) -> None:
    """An answer and its sources."""
    out.print(Text(safe(answer.answer)))
    for one in answer.citations:
        out.print()
        place = _place(one.show, one.episode, one.speaker, one.start_s)
        out.print(Text(f"[{one.n}] {place}", style="bold"))
        out.print(Padding(Text(f"“{safe(one.quote)}”"), (0, 0, 0, 4)))


def _idea(out: Console, insight: Insight, *, lead: str = "") -> None:
    indent = len(lead)
    out.print(Text(lead + safe(insight.claim), style="bold"))
    if insight.body:
        out.print(Padding(Text(safe(insight.body)), (0, 0, 0, indent)))
    out.print(Padding(Text(f"“{safe(insight.quote)}”", style="cyan"), (0, 0, 0, indent)))
    out.print(Padding(Text(f"{_source(insight)}  [{insight.id}]", style="dim"), (0, 0, 0, indent)))


def _related_line(out: Console, one: Related) -> None:
    out.print(Padding(Text(f"→ {safe(one.insight.claim)}"), (0, 0, 0, 3)))
    out.print(Padding(Text(f"{_source(one.insight)}. {_why(one)}", style="dim"), (0, 0, 0, 5)))


def _why(one: Related) -> str:
    voices = [safe(echo.speaker or echo.show) for echo in one.also_said_by]
    also = f" Also said by {', '.join(voices)}." if voices else ""
    return safe(one.why) + also


def _source(insight: Insight) -> str:
    return _place(insight.show, insight.episode, insight.speaker, insight.start_s)


def _place(show: str, episode: str, speaker: str | None, start_s: float | None) -> str:
    parts = [speaker or "", show, episode, clock(start_s)]
    return " · ".join(safe(part) for part in parts if part)
