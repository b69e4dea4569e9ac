"""`earmark ingest --dry-run`: what an ingest would fetch, transcribe and spend, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from earmark.errors import UsageError
from earmark.language.spans import counted
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

    if not library.shows.every():
        raise UsageError("no shows are followed yet; start with: earmark add https://example.org/feed.xml")
    forecast = library.work.forecast(shows=[library.shows.find(name).id for name in names], all_feeds=all_feeds)
    if as_json:
        budgets = [{**asdict(budget), "enough": budget.enough} for budget in forecast.budgets]
        print_document(forecast, dry_run=True, budgets=budgets)
        return
    out = console()
    if any(show.episodes or show.feed for show in forecast.shows):
        out.print(_table(forecast))
    for line in _lines(forecast):
        out.print(Text(safe(line)), soft_wrap=True)


def _table(forecast: Forecast) -> Table:
    """The shows with something to do or to say, most work first."""
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for name in ("show", "feed", "to read", "transcripts", "audio", "to transcribe"):
        table.add_column(name, justify="left" if name in {"show", "feed"} else "right")
    busy = sorted(forecast.shows, key=lambda show: (-show.audio_s, -show.episodes))
    for show in busy[:_MOST_SHOWS]:
        counts = [str(n) if n else "–" for n in (show.episodes, sum(show.transcripts.values()), show.audio)]
        about = "about " if show.guessed else ""
        seconds = about + _time(show.audio_s) if show.audio_s else "–"
        table.add_row(Text(safe(show.show)), Text(safe(show.feed)[:40]), *counts, seconds)
    if len(busy) > _MOST_SHOWS:
        table.add_row(Text(f"and {len(busy) - _MOST_SHOWS} more (--json has all)"), "", "", "", "", "")
    return table


def _lines(forecast: Forecast) -> Iterator[str]:
    yield ""
    if not forecast.checked:
        yield "Offline: no feed was asked; this is what the catalog has waiting."
    elif forecast.feeds_waiting:
        yield f"{counted(forecast.feeds_waiting, 'feed')} not asked, because it is too early (--all-feeds asks them)."
    formats = sum((Counter(show.transcripts) for show in forecast.shows), Counter[str]())
    kinds = ", ".join(f"{number} {name}" for name, number in formats.most_common())
    size = f", about {forecast.audio_bytes / 1e6:,.0f} MB" if forecast.audio_bytes else ""
    audio = f" and {counted(forecast.audio, 'audio file')}{size}" if forecast.audio else ""
    yield f"Would fetch {counted(forecast.transcripts, 'transcript')}" + (f" ({kinds})" if kinds else "") + f"{audio}."
    if forecast.audio:
        speed = f"{forecast.rates.speed:.0f} × real time, " + (
            "as measured here" if forecast.rates.speed_measured else "a guess: nothing was transcribed here lately"
        )
        took = _time(forecast.transcribing_s)
        yield f"Would transcribe about {_time(forecast.audio_s)}, which takes about {took} ({speed})."
    if forecast.llm_calls:
        yield (
            f"Would ask the language model about {forecast.llm_calls:,.0f} times, about {forecast.llm_tokens:,.0f} tokens"
            + ("" if forecast.rates.tokens_measured else " (a guess)")
            + "."
        )
    if forecast.money:
        yield f"Would cost about {forecast.money:,.2f} at your prices."
    if forecast.waiting:
        yield f"{counted(forecast.waiting, 'young episode')} would wait for the publisher's transcript."
    if forecast.hopeless:
        yield f"{counted(forecast.hopeless, 'episode')} could not be read: no transcript, and no audio that may be transcribed."
    yield from (_budget(budget) for budget in forecast.budgets)
    yield "A transcript that turns out partial or unreadable makes one more audio file. Nothing was stored."


def _budget(budget: BudgetOutlook) -> str:
    name = f"Budget for {_KINDS[budget.kind]} ({budget.period})"
    limit, left = (_amount(budget.kind, n) for n in (budget.limit, max(0.0, budget.limit - budget.spent)))
    if budget.enough:
        return f"{name}: enough; {left} of {limit} left."
    wanted = _amount(budget.kind, budget.needed)
    then = (
        "the rest is written without the model"
        if budget.kind == "llm_tokens"
        else f"the rest waits for the next {budget.period}"
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
