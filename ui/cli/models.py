"""`earmark model`, and `earmark doctor --model`: language models that Earmark runs itself, and the one in use tried out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from earmark.errors import UsageError
from earmark.language.spans import counted, megabytes
from ui.cli.options import Json
from ui.cli.output import console, print_document, safe
from ui.cli.session import opened

if TYPE_CHECKING:
    from library.model_report import ModelReport, TriedModel
    from library.models import LocalModelState
    from library.ports import LibraryPort

__all__ = ["model_app", "offer_lines", "print_trial"]

model_app = typer.Typer(
    help="Language models that Earmark runs itself, without a server (pip install 'earmark[local-model]').",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Name = Annotated[str, typer.Argument(help="A name of earmark model list.", show_default=False)]


@model_app.command("list")
def list_(context: typer.Context, as_json: Json = False) -> None:
    """The models that are worth fetching, by the memory they need."""
    with opened(context) as library:
        states = library.models.local()
        if as_json:
            print_document(models=states)
            return
        _print_list(states)


@model_app.command()
def fetch(context: typer.Context, name: Name) -> None:
    """Fetch a model from the hub; the same command goes on where it was broken off."""
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

    with opened(context) as library:
        model = next((state.model for state in library.models.local() if state.model.name == name), None)
        if model is not None:
            typer.echo(f"{model.repository}, {model.file}: {megabytes(model.size)}, licence {model.licence}")
        columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
        with Progress(*columns, console=console(stderr=True), transient=True) as progress:
            task = progress.add_task(safe(name), total=None)
            library.models.fetch(name, lambda done, total: progress.update(task, completed=done, total=total))
        typer.echo(f"{safe(name)} is here, and its hash is right. Next: earmark model use {safe(name)}")


@model_app.command()
def use(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="A name of earmark model list, or a GGUF file.", show_default=False)],
) -> None:
    """Have a fetched model, or a GGUF file, read episodes and answer from now on."""
    with opened(context) as library:
        setting = library.models.use(name)
        typer.echo(f"llm.model is {safe(setting)} now. Next: earmark doctor --model")


@model_app.command()
def status(context: typer.Context, as_json: Json = False) -> None:
    """Which language model is in use, and which are on this machine."""
    with opened(context) as library:
        chosen = library.settings.llm
        here = [state for state in library.models.local() if state.bytes_here]
        offers = library.models.offers()
        if as_json:
            print_document(model=chosen.model, reader=chosen.reader_model, here=here, servers=offers)
            return
        typer.echo(f"In use: {safe(chosen.model) or 'none; insights and answers are extractive'}")
        if chosen.reader_model:
            typer.echo(f"Reads the episodes: {safe(chosen.reader_model)}")
        for state in here:
            typer.echo(f"Here: {_here(state)}")
        for line in offer_lines(library):
            typer.echo(line)


@model_app.command()
def remove(context: typer.Context, name: Name) -> None:
    """Remove a fetched model from the disk."""
    with opened(context) as library:
        freed = library.models.remove(name)
        typer.echo(f"{megabytes(freed)} freed" if freed else f"{safe(name)} was not here")
        if library.settings.llm.model == f"local:{name}":
            typer.echo("It is still named by llm.model: insights wait until it is there again, or another is set")


def offer_lines(library: LibraryPort) -> list[str]:
    """A line to copy for each model server that was found on this machine; none if a model is set up."""
    return [
        f"{server.name} on this machine has {safe(server.models[0])}; to use it: {server.environment} earmark doctor --model"
        for server in library.models.offers()
    ]


def print_trial(library: LibraryPort, *, as_json: bool) -> None:
    """Tries the language model out and says what came of it."""
    from rich.text import Text

    out = console(stderr=True)
    try:
        report = library.models.examine(lambda step: out.print(Text(f"{step} …", style="dim")))
    except UsageError as error:
        offers = offer_lines(library)
        raise UsageError(f"{error.message}; {offers[0]}" if offers else error.message, subject=error.subject) from None
    if as_json:
        print_document(report)
        return
    for line in _trial_lines(report):
        console().print(Text(safe(line)), soft_wrap=True)


def _trial_lines(report: ModelReport) -> list[str]:
    trial, night = report.trial, report.night
    lines = _tried_lines(report.editor, "reads, chooses and writes" if report.reader is None else "chooses and writes")
    if report.reader is not None:
        lines += _tried_lines(report.reader, "reads")
    lines += [
        "",
        f"{counted(trial.windows, 'window')} of {trial.words:,} words"
        + (f", {trial.unread} without a usable answer" if trial.unread else ", all answered")
        + f": {counted(trial.candidates, 'candidate')}, {trial.finalists} chosen, {counted(trial.drafts, 'draft')} written, "
        f"{sum(trial.refused.values())} refused",
    ]
    lines += [f"  refused, {number}: {reason}" for reason, number in trial.refused.items()]
    lines += [f"  printed: {claim}" for claim in trial.claims]
    tokens = sum(night.reader_tokens) + sum(night.editor_tokens)
    money = f", {report.night_money:,.2f} at your prices" if report.night_money else ""
    return [
        *lines,
        "",
        f"A night with {night.episodes} episodes of an hour would take about {_duration(night.seconds)} and "
        f"{round(tokens, -3):,.0f} tokens{money}.",
    ]


def _tried_lines(tried: TriedModel, part: str) -> list[str]:
    context = f"{tried.context:,} tokens" if tried.context else "not said by its server"
    speed = f", {tried.tokens_out / tried.seconds:.1f} written a second" if tried.seconds else ""
    return [
        f"{tried.name} ({tried.server}) {part}",
        f"  asked for {tried.form}; thinking: {tried.reasoning}; context: {context}",
        f"  {counted(tried.calls, 'call')}, {tried.tokens_in:,} tokens read, {tried.tokens_out:,} written, "
        f"{tried.seconds:.0f} s{speed}",
        *(f"  note: {note}" for note in tried.notes),
    ]


def _print_list(states: list[LocalModelState]) -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for name in ("model", "memory", "download", "licence", "here", "good for"):
        table.add_column(name, justify="right" if name in {"memory", "download"} else "left")
    for state in states:
        model = state.model
        cells = [f"{model.memory_gb} GB", megabytes(model.size), model.licence, _mark(state), model.about]
        table.add_row(Text(model.name), *cells)
    console().print(table)
    typer.echo("\nNext: earmark model fetch NAME, or earmark model use FILE.gguf")


def _mark(state: LocalModelState) -> str:
    if state.used:
        return "in use" if state.fetched else "in use, not here"
    if state.fetched:
        return "yes"
    return f"{state.bytes_here / state.model.size:.0%}" if state.bytes_here else ""


def _here(state: LocalModelState) -> str:
    whole = megabytes(state.model.size)
    return f"{state.model.name}, {whole if state.fetched else f'{megabytes(state.bytes_here)} of {whole}'}"


def _duration(seconds: float) -> str:
    minutes = round(seconds / 60)
    if minutes < 1:
        return "less than a minute"
    return f"{minutes // 60} h {minutes % 60:02} min" if minutes >= 60 else f"{minutes} min"
