"""`earmark ingest --dry-run`: what an ingest would fetch, transcribe and spend, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from earmark.errors import UsageError
from ui.cli.output import console, print_document, safe

if TYPE_CHECKING:
    from rich.table import Table

    from library.ports import LibraryPort
    from library.values import BudgetOutlook, Forecast

__all__ = ["print_forecast"]

_KINDS = {"asr_seconds": "speech recognition", "llm_tokens": "language model tokens", "money": "money"}
_MOST_SHOWS = 30


def print_forecast(library: LibraryPort, names: Sequence[str], *, all_feeds: bool, as_json: bool) -> None:
    """The forecast of an ingest of these shows, or of all; nothing is stored and no audio fetched."""
    from rich.text import Text

    if not library.shows.summaries():
        raise UsageError("no shows are followed yet; start with: earmark add https://example.org/feed.xml")
    found = library.work.forecast(shows=[library.shows.find(name).id for name in names], all_feeds=all_feeds)
    if as_json:
        budgets = [{**asdict(budget), "enough": budget.enough} for budget in found.budgets]
        print_document(found, dry_run=True, budgets=budgets)
        return
    out = console()
    if any(one.episodes or one.feed for one in found.shows):
        out.print(_table(found))
    for line in _lines(found):
        out.print(Text(safe(line)), soft_wrap=True)


def _table(found: Forecast) -> Table:
    """The shows with something to do or to say, most work first."""
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for name in ("show", "feed", "to read", "transcripts", "audio", "to transcribe"):
        table.add_column(name, justify="left" if name in {"show", "feed"} else "right")
    busy = sorted(found.shows, key=lambda one: (-one.audio_s, -one.episodes))
    for one in busy[:_MOST_SHOWS]:
        counts = [str(n) if n else "–" for n in (one.episodes, sum(one.transcripts.values()), one.audio)]
        about = "about " if one.guessed else ""
        seconds = about + _time(one.audio_s) if one.audio_s else "–"
        table.add_row(Text(safe(one.show)), Text(safe(one.feed)[:40]), *counts, seconds)
    if len(busy) > _MOST_SHOWS:
        table.add_row(Text(f"and {len(busy) - _MOST_SHOWS} more (--json has all)"), "", "", "", "", "")
    return table


def _lines(found: Forecast) -> Iterator[str]:
    yield ""
    if not found.checked:
        yield "Offline: no feed was asked; this is what the catalog has waiting."
    elif found.feeds_waiting:
        yield f"{_count(found.feeds_waiting, 'feed')} not asked, because it is too early (--all-feeds asks them)."
    formats = sum((Counter(one.transcripts) for one in found.shows), Counter[str]())
    kinds = ", ".join(f"{number} {name}" for name, number in formats.most_common())
    size = f", about {found.audio_bytes / 1e6:,.0f} MB" if found.audio_bytes else ""
    audio = f" and {_count(found.audio, 'audio file')}{size}" if found.audio else ""
    yield f"Would fetch {_count(found.transcripts, 'transcript')}" + (f" ({kinds})" if kinds else "") + f"{audio}."
    if found.audio:
        speed = f"{found.rates.speed:.0f} × real time, " + (
            "as measured here" if found.rates.speed_measured else "a guess: nothing was transcribed here lately"
        )
        took = _time(found.transcribing_s)
        yield f"Would transcribe about {_time(found.audio_s)}, which takes about {took} ({speed})."
    if found.llm_calls:
        yield (
            f"Would ask the language model about {found.llm_calls:,.0f} times, about {found.llm_tokens:,.0f} tokens"
            + ("" if found.rates.tokens_measured else " (a guess)")
            + "."
        )
    if found.money:
        yield f"Would cost about {found.money:,.2f} at your prices."
    if found.waiting:
        yield f"{_count(found.waiting, 'young episode')} would wait for the publisher's transcript."
    if found.hopeless:
        yield f"{_count(found.hopeless, 'episode')} could not be read: no transcript, and no audio that may be transcribed."
    yield from (_budget(one) for one in found.budgets)
    yield "A transcript that turns out partial or unreadable makes one more audio file. Nothing was stored."


def _budget(one: BudgetOutlook) -> str:
    name = f"Budget for {_KINDS[one.kind]} ({one.period})"
    limit, left = (_amount(one.kind, n) for n in (one.limit, max(0.0, one.limit - one.spent)))
    if one.enough:
        return f"{name}: enough; {left} of {limit} left."
    wanted = _amount(one.kind, one.needed)
    then = (
        "the rest is written without the model"
        if one.kind == "llm_tokens"
        else f"the rest waits for the next {one.period}"
    )
    return f"{name}: stops it; {left} of {limit} left, about {wanted} wanted; {then}."


def _amount(kind: str, amount: float) -> str:
    if kind == "asr_seconds":
        return _time(amount)
    return f"{amount:,.2f}" if kind == "money" else f"{amount:,.0f}"


def _time(seconds: float) -> str:
    minutes = round(seconds / 60)
    if minutes < 1:
        return "less than a minute" if seconds else "0 min"
    return f"{minutes // 60} h {minutes % 60:02} min" if minutes >= 60 else f"{minutes} min"


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}" + ("" if number == 1 else "s")
