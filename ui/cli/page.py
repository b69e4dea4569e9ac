"""The same pages for a terminal: text from the world goes in as plain text, never as markup."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.rule import Rule
from rich.text import Text

from earmark.language.links import moment_link, web_url
from earmark.language.marks import STAND_IN_MARK
from earmark.language.quotation import shown_quote
from earmark.language.spans import clock
from earmark.relations import RELATION_WORDS, utterance
from library.excerpts import ExcerptLine, excerpt
from ui.cli.output import safe
from ui.nearest import NOTHING_BESIDE, nearest_search

if TYPE_CHECKING:
    from rich.console import Console

    from earmark.types import Brief, Disagreement, Hit, Insight, Related
    from library.values import SearchPage

__all__ = ["brief", "disagreements", "hits", "insights", "related"]


def brief(out: Console, brief: Brief) -> None:
    """The ideas of a day."""
    heading = f"{safe(brief.title)}, until" if brief.title else "Your brief for"
    out.print(Rule(Text(f"{heading} {brief.date:%A, %d %B %Y}", style="bold"), align="left"))
    if brief.note:
        out.print(Padding(Text(safe(brief.note)), (1, 0, 0, 0)))
    section = ""
    for number, item in enumerate(brief.items, start=1):
        out.print()
        if item.section != section:
            section = item.section
            out.print(Padding(Text(safe(section), style="bold underline"), (0, 0, 1, 0)))
        _idea(out, item.insight, lead=f"{number}. ")
        if item.why:
            out.print(Padding(Text(f"Why: {safe(item.why)}", style="italic"), (0, 0, 0, 3)))
        for relative in item.related:
            _related_line(out, relative)
    for gone in brief.withdrawn:
        place = " · ".join(safe(part) for part in (gone.show, gone.episode) if part)
        line = f"An idea from {place} was withdrawn: {gone.because.words}. [{gone.insight_id}]"
        out.print(Padding(Text(line, style="dim"), (1, 0, 0, 0)))
    if brief.items:
        out.print()


def insights(out: Console, listed: Sequence[Insight]) -> None:
    """A list of insights."""
    if not listed:
        out.print("No insights yet. earmark ingest finds them.")
    for insight in listed:
        out.print(Text(safe(insight.claim), style="bold"))
        mark = f"\n{STAND_IN_MARK}" if insight.stand_in else ""
        out.print(Padding(Text(f"{insight.id}  {_source(insight)}{mark}", style="dim"), (0, 0, 1, 0)))


def related(out: Console, insight: Insight, relatives: Sequence[Related]) -> None:
    """An insight and its related ones."""
    _idea(out, insight)
    out.print()
    if not relatives:
        asked = nearest_search(insight.claim)
        out.print(
            Text(NOTHING_BESIDE + (f" Search for its words: earmark search {shlex.quote(asked)}" if asked else ""))
        )
    for relative in relatives:
        said = utterance(relative)
        place = _place(said.show, said.episode, said.speaker, clock(said.audio_s, said.about))
        out.print(Text(safe(said.text), style="bold"))
        out.print(Padding(Text(f"{said.insight_id}  {place}".strip(), style="dim"), (0, 0, 0, 2)))
        out.print(Padding(Text(_why(relative), style="italic"), (0, 0, 1, 2)))


def disagreements(out: Console, pairs: Sequence[Disagreement]) -> None:
    """Pairs that contradict each other, each side with its quote and a link to its second."""
    for pair in pairs:
        for side in (pair.insight, pair.other.insight):
            if side is not None:
                _side(out, side)
        out.print(Padding(Text(safe(pair.other.why), style="italic"), (0, 0, 1, 2)))


def _side(out: Console, insight: Insight) -> None:
    _idea(out, insight)
    if link := moment_link(insight.audio_url, insight.url, insight.audio_s) or web_url(insight.url):
        out.print(Text(safe(link), style="dim"), soft_wrap=True)


def hits(out: Console, page: SearchPage) -> None:
    """Moments, each with the sentence that matters in bold, and below them where else there is more."""
    if page.asked:
        out.print(Text(f"Showing results for: {safe(str(page.query))}", style="italic"))
    for note in page.query.notes:
        out.print(Text(safe(note), style="italic"))
    if not page.hits:
        out.print("Nothing found.")
    for hit in page.hits:
        out.print(Text(_place(hit.show, hit.episode, hit.speaker, clock(hit.audio_s, hit.about)), style="bold"))
        out.print(Padding(_moment(hit), (0, 0, 1, 2)))
    facets = page.facets
    for name, values in (("Shows", facets.shows), ("Speakers", facets.speakers), ("Years", facets.years)):
        if page.hits and len(values) > 1:
            counts = ", ".join(f"{safe(value.label)} {value.count}" for value in values)
            out.print(Text(f"{name}: {counts}", style="dim"))


def _moment(hit: Hit) -> Text:
    """The sentence that matters in bold, with what was said around it."""
    seen = excerpt(hit)
    shown = Text()
    around = "dim" if seen.key else ""
    for line in seen.before:
        shown.append(_said(line) + "\n", style=around)
    if seen.key:
        shown.append(seen.key + "\n", style="bold")
    for line in seen.after:
        shown.append(_said(line) + "\n", style=around)
    shown.rstrip()
    return shown


def _said(line: ExcerptLine) -> str:
    return f"{line.speaker}: {line.text}" if line.speaker else line.text


def _idea(out: Console, insight: Insight, *, lead: str = "") -> None:
    indent = len(lead)
    out.print(Text(lead + safe(insight.claim), style="bold"))
    if insight.body:
        out.print(Padding(Text(safe(insight.body)), (0, 0, 0, indent)))
    if quote := shown_quote(insight.quote, insight.claim, insight.body):
        out.print(Padding(Text(f"“{safe(quote)}”", style="cyan"), (0, 0, 0, indent)))
    out.print(Padding(Text(f"{_source(insight)}  [{insight.id}]", style="dim"), (0, 0, 0, indent)))
    if insight.stand_in:
        out.print(Padding(Text(STAND_IN_MARK, style="dim"), (0, 0, 0, indent)))


def _related_line(out: Console, relative: Related) -> None:
    said = utterance(relative)
    place = _place(said.show, said.episode, said.speaker, clock(said.audio_s, said.about))
    out.print(Padding(Text(f"→ {safe(said.text)}"), (0, 0, 0, 3)))
    out.print(Padding(Text(f"{place}. {_why(relative)}", style="dim"), (0, 0, 0, 5)))


def _why(relative: Related) -> str:
    voices = [safe(echo.speaker or echo.show) for echo in relative.also_said_by]
    also = f" Also said by {', '.join(voices)}." if voices else ""
    word = RELATION_WORDS.get(relative.relation, "")
    lead = f"{word}. " if word else ""
    return lead + safe(relative.why) + also


def _source(insight: Insight) -> str:
    published = f"{insight.published:%d %b %Y}" if insight.published else ""
    time = clock(insight.audio_s, insight.about)
    return _place(insight.show, insight.episode, insight.speaker, time, published=published)


def _place(show: str, episode: str, speaker: str | None, time: str, *, published: str = "") -> str:
    parts = [speaker or "", show, episode, published, time]
    return " · ".join(safe(part) for part in parts if part)
