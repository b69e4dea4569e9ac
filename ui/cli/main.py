"""The `earmark` command. Each command opens the library, calls one method and prints what it returned."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ui.cli.evaluating import eval_app
from ui.cli.output import reported
from ui.cli.shows import show_app

if TYPE_CHECKING:
    from library.library import Library

__all__ = ["app", "main"]

app = typer.Typer(
    name="earmark",
    help="The five ideas worth your time each morning, from every podcast you follow.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

app.add_typer(eval_app, name="eval")
app.add_typer(show_app, name="show")

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


class State:
    """What the options before the command said."""

    def __init__(self) -> None:
        self.overrides: dict[str, Any] = {}
        self.home: Path | None = None

    def library(self) -> Library:
        """The library that the options and settings name."""
        from earmark.settings import default_home, load_settings
        from library.library import Library
        from ui.cli.sample import ADDRESS, marked_port

        overrides = dict(self.overrides)
        if marked_port(self.home or default_home(os.environ)) is not None:
            overrides.setdefault("fetch", {"allow_private": [ADDRESS]})
        return Library.open(settings=load_settings(overrides, home=self.home))


def _version(wanted: bool) -> None:
    if wanted:
        from earmark import __version__

        sys.stdout.write(f"earmark {__version__}\n")
        raise typer.Exit


@app.callback()
def options(
    context: typer.Context,
    home: Annotated[
        Path | None, typer.Option("--home", help="The folder that everything lives in (default: EARMARK_HOME).")
    ] = None,
    offline: Annotated[bool, typer.Option("--offline", help="Open no connection at all.")] = False,
    allow_private: Annotated[
        list[str] | None,
        typer.Option("--allow-private", help="A private address that feeds may be fetched from, e.g. 127.0.0.1."),
    ] = None,
    _version_option: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    """Options before the command hold for all commands."""
    state = State()
    state.home = home
    if offline:
        state.overrides["offline"] = True
    if allow_private:
        state.overrides["fetch"] = {"allow_private": allow_private}
    context.obj = state


@app.command()
def add(
    context: typer.Context,
    urls: Annotated[
        list[str], typer.Argument(help="Addresses of feeds, or folders and files with recordings or transcripts.")
    ],
    folder: Annotated[str, typer.Option("--folder", help="Its folder in the list of shows, as in A/B.")] = "",
    take: Annotated[
        str, typer.Option("--take", help="Which episodes: newest:25, since:2026-01-31 or all.", metavar="WHICH")
    ] = "",
    login: Annotated[
        str, typer.Option("--login", help="The feed wants a login: this name, and a password that is asked for.")
    ] = "",
    password_file: Annotated[
        Path | None, typer.Option("--password-file", help="Read the password from this file; - is standard input.")
    ] = None,
    private: Annotated[
        bool, typer.Option("--private", help="Keep the address secret, though it does not look like one.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Follow shows by the addresses of their feeds. An address with a login or a token in it is kept as a secret."""
    from ui.cli.following import add_shows, with_password

    with reported(), context.obj.library() as library:
        wanted = with_password(urls, name=login, password_file=password_file) if login else urls
        asked = bool(login)
        add_shows(library, wanted, folder=folder, take=take, private=private, asked=asked, as_json=as_json)


@app.command(name="import")
def import_(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="An OPML file, as podcast apps export it; - reads standard input.")],
    as_json: Json = False,
) -> None:
    """Follow every show of an OPML file."""
    from ui.cli.following import import_shows

    with reported(), context.obj.library() as library:
        import_shows(library, file, as_json=as_json)


@app.command()
def export(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="Where to; - is standard output.")],
    with_secrets: Annotated[
        bool, typer.Option("--with-secrets", help="Write the logins and tokens of private feeds too.")
    ] = False,
) -> None:
    """Write the followed shows with their folders as OPML, which other podcast apps import."""
    from ui.cli.following import export_shows

    with reported(), context.obj.library() as library:
        export_shows(library, file, with_secrets=with_secrets)


@app.command()
def ingest(
    context: typer.Context,
    shows: Annotated[list[str] | None, typer.Argument(help="Only these shows, by id, title or address.")] = None,
    as_json: Json = False,
    all_feeds: Annotated[
        bool, typer.Option("--all-feeds", help="Ask every feed, also those that are not due (docs/feeds.md).")
    ] = False,
    events: Annotated[bool, typer.Option("--events", help="Print progress as JSON lines on stdout.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what it would fetch, transcribe and spend; store nothing.")
    ] = False,
) -> None:
    """Check the feeds, transcribe what has no transcript, and find the insights. Ctrl-C stops it; it goes on later."""
    from ui.cli.forecasting import print_forecast
    from ui.cli.working import run_ingest

    with reported(), context.obj.library() as library:
        if dry_run:
            print_forecast(library, shows or [], all_feeds=all_feeds, as_json=as_json)
            return
        run_ingest(library, shows or [], as_json=as_json, events=events, all_feeds=all_feeds)


@app.command()
def work(
    context: typer.Context,
    shows: Annotated[list[str] | None, typer.Argument(help="Only these shows, by id, title or address.")] = None,
    forever: Annotated[bool, typer.Option("--forever", help="Wait for more work, until Ctrl-C.")] = False,
    as_json: Json = False,
    events: Annotated[bool, typer.Option("--events", help="Print progress as JSON lines on stdout.")] = False,
) -> None:
    """Work on the episodes that are waiting, without asking any feed. Several may run side by side on one library."""
    from ui.cli.working import run_work

    with reported(), context.obj.library() as library:
        run_work(library, shows or [], forever=forever, as_json=as_json, events=events)


@app.command()
def retry(
    context: typer.Context,
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[NAMES]...", help="Only these: shows, or episodes by id.")
    ] = None,
) -> None:
    """Let what failed, or waits, be tried again by the next ingest."""
    from ui.cli.working import run_retry

    with reported(), context.obj.library() as library:
        run_retry(library, names or [])


@app.command()
def brief(
    context: typer.Context,
    date: Annotated[str | None, typer.Option("--date", help="A past day, as YYYY-MM-DD.")] = None,
    format_: Annotated[
        str, typer.Option("--format", help="terminal, text, markdown or html.", metavar="FORMAT")
    ] = "terminal",
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write to this file.")] = None,
    send: Annotated[bool, typer.Option("--send", help="Mail today's brief, at most once a day.")] = False,
    as_json: Json = False,
) -> None:
    """Today's five ideas; made when first asked for, and the same for the rest of the day."""
    from ui.cli.reading import print_brief

    with reported(), context.obj.library() as library:
        print_brief(library, date, form="json" if as_json else format_, output=output, send=send)


@app.command()
def insights(
    context: typer.Context,
    show: Annotated[str, typer.Option("--show", help="Only this show, by id, title or address.")] = "",
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=10_000, help="At most this many.")] = 20,
    as_json: Json = False,
) -> None:
    """Insights, newest first."""
    from ui.cli.reading import print_insights

    with reported(), context.obj.library() as library:
        print_insights(library, show=show, limit=limit, as_json=as_json)


@app.command()
def related(
    context: typer.Context,
    insight_id: Annotated[str, typer.Argument(metavar="ID", help="An insight's id, or its first characters.")],
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=50, help="At most this many.")] = 10,
    as_json: Json = False,
) -> None:
    """What other shows said about the same thing."""
    from ui.cli.reading import print_related

    with reported(), context.obj.library() as library:
        print_related(library, insight_id, limit=limit, as_json=as_json)


Show = Annotated[list[str] | None, typer.Option("--show", help="Only this show; may be given several times.")]
Speaker = Annotated[list[str] | None, typer.Option("--speaker", help="Only what this person said.")]
EpisodeOption = Annotated[list[str] | None, typer.Option("--episode", help="Only this episode, by id.")]
After = Annotated[str | None, typer.Option("--after", help="Only from this day on, as YYYY-MM-DD.")]
Before = Annotated[str | None, typer.Option("--before", help="Only before this day, as YYYY-MM-DD.")]


@app.command()
def search(
    context: typer.Context,
    query: Annotated[
        str,
        typer.Argument(
            help='Words or a question; "exact words", show:name, speaker:name, after:2026-03 and -word narrow it.'
        ),
    ],
    show: Show = None,
    speaker: Speaker = None,
    episode: EpisodeOption = None,
    after: After = None,
    before: Before = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=100, help="At most this many.")] = 10,
    as_json: Json = False,
) -> None:
    """Passages in which something was said."""
    from ui.cli.reading import narrowed, print_hits

    with reported(), context.obj.library() as library:
        filters = narrowed(library, show, speaker, episode, after, before)
        print_hits(library, query, filters, limit=limit, as_json=as_json)


@app.command()
def ask(
    context: typer.Context,
    question: Annotated[str, typer.Argument(help="A question.")],
    show: Show = None,
    speaker: Speaker = None,
    episode: EpisodeOption = None,
    after: After = None,
    before: Before = None,
    conversation: Annotated[
        str,
        typer.Option(
            "--conversation", "-c", help="Ask in this conversation: its id, last, or new; follow-ups are understood."
        ),
    ] = "",
    everywhere: Annotated[
        bool, typer.Option("--everywhere", help="Do not narrow by names and times in the question.")
    ] = False,
    as_json: Json = False,
) -> None:
    """An answer from what was said, every sentence with its source."""
    from earmark.types import Question
    from ui.cli.asking import print_answer
    from ui.cli.reading import narrowed

    with reported(), context.obj.library() as library:
        filters = narrowed(library, show, speaker, episode, after, before)
        asked = Question(text=question, filters=filters, conversation=conversation, narrowing=not everywhere)
        print_answer(library, asked, as_json=as_json)


@app.command()
def conversations(
    context: typer.Context,
    conversation: Annotated[str | None, typer.Argument(metavar="ID", help="One of them, by id, or last.")] = None,
    rename: Annotated[str | None, typer.Option("--rename", help="Give it this title.")] = None,
    delete: Annotated[bool, typer.Option("--delete", help="Delete it with all that was asked in it.")] = False,
    as_json: Json = False,
) -> None:
    """The conversations that are kept, or one of them with its questions and answers."""
    from ui.cli.asking import print_conversations

    with reported(), context.obj.library() as library:
        print_conversations(library, conversation, rename=rename, delete=delete, as_json=as_json)


@app.command()
def themes(
    context: typer.Context,
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="Cluster all insights anew; themes that stay keep their ids.")
    ] = False,
    as_json: Json = False,
) -> None:
    """What the library is about: insights grouped by theme, most insights first."""
    from ui.cli.theming import print_themes

    with reported(), context.obj.library() as library:
        print_themes(library, rebuild=rebuild, as_json=as_json)


@app.command()
def theme(
    context: typer.Context,
    theme_id: Annotated[str, typer.Argument(metavar="ID", help="A theme's id, or its first characters.")],
    as_json: Json = False,
) -> None:
    """One theme: its shows and speakers, and what was said, most central first."""
    from ui.cli.theming import print_theme

    with reported(), context.obj.library() as library:
        print_theme(library, theme_id, as_json=as_json)


@app.command()
def status(
    context: typer.Context,
    failures: Annotated[
        bool, typer.Option("--failures", "-v", help="Only what failed, each with its traceback.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Where everything stands, what failed and why, and what waits for what."""
    from ui.cli.status import print_failures, print_status

    with reported(), context.obj.library() as library:
        if failures and not as_json:
            print_failures(library)
        else:
            print_status(library, as_json=as_json)


@app.command()
def doctor(context: typer.Context, as_json: Json = False) -> None:
    """Whether each part that Earmark needs is there and works."""
    from ui.cli.status import print_doctor

    with reported(), context.obj.library() as library:
        print_doctor(library, as_json=as_json)


@app.command()
def reindex(context: typer.Context) -> None:
    """Build the search index anew from the catalog."""
    from ui.cli.working import run_reindex

    with reported(), context.obj.library() as library:
        run_reindex(library)


@app.command(name="app")
def app_(
    context: typer.Context,
    host: Annotated[str | None, typer.Option("--host", help="The address to listen on.")] = None,
    port: Annotated[int | None, typer.Option("--port", min=0, max=65_535, help="Its port; 0 takes a free one.")] = None,
) -> None:
    """Open the app: brief, insights, ask, search and shows, as pages on this machine."""
    from ui.cli.working import run_app

    chosen = {name: value for name, value in (("host", host), ("port", port)) if value is not None}
    if chosen:
        context.obj.overrides["app"] = chosen
    with reported(), context.obj.library() as library:
        run_app(library)


@app.command()
def demo(
    context: typer.Context,
    port: Annotated[
        int | None, typer.Option("--port", min=1, max=65_535, help="Where the sample is served (8753, or as before).")
    ] = None,
) -> None:
    """Fetch the bundled sample library over loopback and print today's brief from it."""
    from ui.cli.demo import run_demo

    with reported():
        run_demo(context.obj, port=port)


def main() -> None:
    """The entry point of the `earmark` command."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that lacks a letter shows "?" and goes on
    app()


if __name__ == "__main__":
    main()
