"""`earmark eval …`: search, related insights, profiles, alerts, themes, answers, insights and speech, measured on judged data."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from earmark.errors import UsageError
from ui.cli.output import console, print_json, reported, safe

if TYPE_CHECKING:
    from rich.text import Text

    from earmark.settings import Settings
    from evaluation.suite import Measure, SuiteResult

__all__ = ["eval_app"]

eval_app = typer.Typer(
    help="Measure search, related insights, profiles, alerts, themes, answers, insights and speech on judged data.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Folder = Annotated[Path, typer.Argument(metavar="DIR", help="A folder with corpus.jsonl, queries.jsonl and qrels.tsv.")]
Split = Annotated[
    str, typer.Option("--split", help="tune or test (each about half, by source), or a value of the field split.")
]
Limit = Annotated[int | None, typer.Option("--limit", "-n", min=1, help="At most this many judged items.")]
Cache = Annotated[
    Path | None,
    typer.Option("--cache", metavar="DIR", help="Where vectors are kept (default: in the library's folder)."),
]


@eval_app.command()
def retrieval(
    context: typer.Context,
    folder: Folder,
    split: Split = "",
    kind: Annotated[str, typer.Option("--kind", help="Only queries with this value of the field kind.")] = "",
    group: Annotated[
        str, typer.Option("--group", metavar="FIELD", help="Whose values lie whole in tune or in test.")
    ] = "",
    text: Annotated[
        str, typer.Option("--text", metavar="FIELD", help="The field searched for, in place of text.")
    ] = "",
    within: Annotated[
        str, typer.Option("--within", metavar="FIELD", help="Search documents with the query's value of this field.")
    ] = "",
    skip_same: Annotated[
        str, typer.Option("--skip-same", metavar="FIELD", help="Leave out documents with the query's value of it.")
    ] = "",
    word_errors: Annotated[
        float,
        typer.Option(
            "--word-errors", min=0.0, max=0.6, metavar="RATE", help="Word errors made in the documents first."
        ),
    ] = 0.0,
    runs: Annotated[str, typer.Option("--runs", help="dense, bm25, hybrid and system, or some of them.")] = "",
    limit: Limit = None,
    cache: Cache = None,
    as_json: Json = False,
) -> None:
    """Search on judged queries: nDCG@10, recall@20 and reciprocal rank of the whole of search and of its parts."""
    with _measuring(context) as (settings, tell):
        from evaluation.suites.retrieval import RUNS, evaluate_retrieval

        result = evaluate_retrieval(
            folder,
            settings=settings,
            split=split,
            kind=kind,
            group=group,
            text=text,
            within=within,
            skip_same=skip_same,
            word_errors=word_errors,
            limit=limit,
            runs=[name.strip() for name in runs.split(",") if name.strip()] or RUNS,
            cache=cache,
            on_progress=tell,
        )
    _print(result, as_json=as_json)


@eval_app.command()
def related(
    context: typer.Context,
    folder: Folder,
    split: Split = "",
    skip_same: Annotated[
        str, typer.Option("--skip-same", metavar="FIELD", help="The field whose values name the shows.")
    ] = "date",
    limit: Limit = None,
    cache: Cache = None,
    as_json: Json = False,
) -> None:
    """Related insights on judgements: ranking, hubs, diversity, and leaks from the own show."""
    with _measuring(context) as (settings, tell):
        from evaluation.suites.related import evaluate_related

        result = evaluate_related(
            folder, settings=settings, split=split, skip_same=skip_same, limit=limit, cache=cache, on_progress=tell
        )
    _print(result, as_json=as_json)


@eval_app.command()
def readers(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder with labelled texts.")],
    split: Split = "",
    limit: Limit = None,
    cache: Cache = None,
    as_json: Json = False,
) -> None:
    """Profiles: what simulated readers of labelled subjects get after 0, 5 and 20 clicks."""
    with _measuring(context) as (settings, tell):
        from evaluation.suites.readers import evaluate_readers

        result = evaluate_readers(folder, settings=settings, split=split, limit=limit, cache=cache, on_progress=tell)
    _print(result, as_json=as_json)


@eval_app.command()
def alerts(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder with corpus.jsonl.")],
    split: Split = "",
    kind: Annotated[
        str, typer.Option("--kind", help="Queries with this value of the field kind; empty takes topics.")
    ] = "",
    cache: Cache = None,
    as_json: Json = False,
) -> None:
    """Alerts on searches: precision and recall of what they tell, by the cosine from which they tell it."""
    with _measuring(context) as (settings, tell):
        from evaluation.suites.alerts import evaluate_alerts

        result = evaluate_alerts(folder, settings=settings, split=split, kind=kind, cache=cache, on_progress=tell)
    _print(result, as_json=as_json)


@eval_app.command()
def insights(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder with notes.jsonl and transcripts.jsonl.")],
    limit: Annotated[int, typer.Option("--limit", "-n", min=2, help="At most this many episodes.")] = 40,
    cache: Cache = None,
    as_json: Json = False,
) -> None:
    """Insights against key points that hosts wrote: coverage, redundancy, and what the gate dropped."""
    with _measuring(context) as (settings, tell):
        from evaluation.suites.insights import evaluate_insights

        result = evaluate_insights(folder, settings=settings, limit=limit, cache=cache, on_progress=tell)
    _print(result, as_json=as_json)


@eval_app.command()
def asr(
    context: typer.Context,
    index: Annotated[Path, typer.Argument(metavar="INDEX", help="A file with file, reference and seconds a line.")],
    model: Annotated[
        list[str] | None, typer.Option("--model", help="A speech model; may be given several times.")
    ] = None,
    limit: Limit = None,
    as_json: Json = False,
) -> None:
    """Speech recognition: word error rate and speed."""
    with _measuring(context) as (settings, tell):
        from evaluation.suites.asr import evaluate_asr

        result = evaluate_asr(index, settings=settings, models=model or (), limit=limit, on_progress=tell)
    _print(result, as_json=as_json)


@eval_app.command()
def themes(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder with labelled texts in items.jsonl.")],
    limit: Limit = None,
    as_json: Json = False,
) -> None:
    """Themes of labelled texts: agreement with the labels, coverage, and stability as texts are added."""
    _print(_plain(context, "themes", folder, limit), as_json=as_json)


@eval_app.command()
def answers(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder with judged questions.")],
    limit: Limit = None,
    as_json: Json = False,
) -> None:
    """Answers: evidence, abstention and citations."""
    _print(_plain(context, "answers", folder, limit), as_json=as_json)


@eval_app.command(name="all")
def all_(
    context: typer.Context,
    data: Annotated[Path, typer.Argument(metavar="DATA", help="The folder with all sets of data.")],
    results: Annotated[
        Path, typer.Option("--results", metavar="DIR", help="Where results and report.md are written.")
    ] = Path("evaluation/results"),
    only: Annotated[str, typer.Option("--only", help="Only entries of the plan whose name holds this.")] = "",
    again: Annotated[bool, typer.Option("--again", help="Measure again what has been measured.")] = False,
    cache: Cache = None,
) -> None:
    """Run the whole plan and write the report card; what was measured with the same code and data is passed over."""
    with _measuring(context) as (settings, tell):
        from evaluation.plan_run import run_plan

        done = run_plan(data, results=results, settings=settings, only=only, again=again, cache=cache, on_progress=tell)
    out = console()
    out.print(f"{done.measured} measured, {done.kept} kept as they were; {safe(str(done.report))}")
    for failure in done.failures:
        out.print(safe(failure), style="yellow", soft_wrap=True, markup=False)
    if done.failures:
        raise typer.Exit(3)


@contextmanager
def _measuring(context: typer.Context) -> Iterator[tuple[Settings, Callable[[str], None]]]:
    """The settings in force, and a function that shows progress on one line of stderr."""
    from earmark.settings import load_settings

    err = console(stderr=True)
    with reported():
        settings = load_settings(dict(context.obj.overrides), home=context.obj.home)
        with err.status("starting") as status, _explained():
            yield settings, lambda words: status.update(safe(words).replace("[", "("))


@contextmanager
def _explained() -> Iterator[None]:
    """Says where what measures is to be had, if it is not here: no wheel and no image carries it."""
    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] == "evaluation":
            raise UsageError("quality is measured in a checkout of the source; clone it and run: make eval") from None
        raise UsageError(f"{error.name} is not installed; run: pip install 'earmark[eval]'") from error


def _plain(context: typer.Context, name: str, folder: Path, limit: int | None) -> SuiteResult:
    with _measuring(context) as (settings, tell):
        suite = import_module(f"evaluation.suites.{name}")
        result: SuiteResult = suite.run(folder, settings=settings, limit=limit, on_progress=tell)
        return result
    raise typer.Exit(1)


def _print(result: SuiteResult, *, as_json: bool) -> None:
    """The values as a table, measures across; then how the runs compare."""
    if as_json:
        from evaluation.documents import to_document

        print_json(to_document(result))
        return
    from rich.table import Table
    from rich.text import Text

    out = console()
    sizes = ", ".join(f"{count:,} {name}" for name, count in result.sizes.items())
    out.print(Text(safe(f"{result.suite} on {result.data}{f' ({result.part})' if result.part else ''}: {sizes}")))
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("")
    for run in result.runs:
        table.add_column(Text(safe(run)))
    for name in dict.fromkeys(name for measures in result.runs.values() for name in measures):
        row = [measures.get(name) for measures in result.runs.values()]
        table.add_row(Text(safe(name)), *("" if measure is None else _value(measure) for measure in row))
    out.print(table)
    for line in (*result.comparisons, *result.notes):
        out.print(Text(safe(line)), soft_wrap=True)
    models = ", ".join(f"{name} {value}" for name, value in result.models.items())
    out.print(Text(safe(f"{result.seconds:.0f} s; {models}"), style="dim"), soft_wrap=True)


def _value(measure: Measure) -> Text:
    from rich.text import Text

    interval = "" if measure.low is None or measure.high is None else f"\n{measure.low:.3f} to {measure.high:.3f}"
    return Text.assemble(f"{measure.value:.4g}", (interval, "dim"))
