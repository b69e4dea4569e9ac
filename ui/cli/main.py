"""The `earmark` command: the table of all commands, and the options before them.

A new command is a function in a module of this package and its row in ``COMMANDS``. The modules import what is heavy
where it is used, so that ``earmark --help`` answers at once.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, ClassVar

import typer

from ui.cli import (
    asking,
    backing_up,
    demo,
    disagreeing,
    following,
    linking,
    marking,
    moving,
    people,
    reading,
    running,
    serving,
    setting_up,
    sharing,
    status,
    theming,
    withdrawing,
    working,
)
from ui.cli.alerts import alert_app
from ui.cli.evaluating import eval_app
from ui.cli.feeds import feed_app
from ui.cli.mail import mail_app
from ui.cli.models import model_app
from ui.cli.profiles import profile_app
from ui.cli.query import QueryCommand
from ui.cli.readers import reader_app
from ui.cli.session import Session
from ui.cli.shows import show_app
from ui.cli.table import CommandTable
from ui.cli.takeout import takeout_app
from ui.cli.undelivered import undelivered_app

__all__ = ["COMMANDS", "app", "main"]

COMMANDS: dict[str, Callable[..., Any]] = {
    "init": setting_up.init,
    "add": following.add,
    "import": following.import_,
    "export": following.export,
    "ingest": working.ingest,
    "work": working.work,
    "retry": working.retry,
    "brief": reading.brief,
    "insights": reading.insights,
    "related": reading.related,
    "disagreements": disagreeing.disagreements,
    "save": marking.save,
    "saved": marking.saved,
    "hide": marking.hide,
    "more": marking.more,
    "less": marking.less,
    "wrong": withdrawing.wrong,
    "share": sharing.share,
    "publish": sharing.publish,
    "search": reading.search,
    "ask": asking.ask,
    "conversations": asking.conversations,
    "themes": theming.themes,
    "theme": theming.theme,
    "people": people.people,
    "status": status.status,
    "doctor": status.doctor,
    "reindex": working.reindex,
    "links": linking.links,
    "tidy": backing_up.tidy,
    "backup": backing_up.backup,
    "restore": backing_up.restore,
    "move": moving.move,
    "app": working.app_,
    "run": running.run,
    "mcp": serving.mcp,
    "demo": demo.demo,
}
"""Commands by name, in the order of ``--help``; groups of commands follow them."""
GROUPS: dict[str, typer.Typer] = {
    "eval": eval_app,
    "model": model_app,
    "show": show_app,
    "reader": reader_app,
    "feed": feed_app,
    "alert": alert_app,
    "mail": mail_app,
    "undelivered": undelivered_app,
    "takeout": takeout_app,
    "profile": profile_app,
}
"""Groups of commands by name."""


class _Commands(CommandTable):
    """All of them; the argument of two may begin with a minus."""

    functions = COMMANDS
    classes: ClassVar = {"search": QueryCommand, "ask": QueryCommand}
    groups = GROUPS


app = typer.Typer(
    name="earmark",
    help="The five ideas worth your time each morning, from every podcast you follow.",
    cls=_Commands,
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


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
    log_json: Annotated[
        bool,
        typer.Option("--log-json", help="Write the log as lines of JSON on stderr, for programs that gather logs."),
    ] = False,
    _version_option: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    """Options before the command hold for all commands."""
    state = Session()
    state.home = home
    if offline:
        state.overrides["offline"] = True
    if log_json:
        state.overrides["log_json"] = True
    if allow_private:
        state.overrides["fetch"] = {"allow_private": allow_private}
    context.obj = state


def main() -> None:
    """The entry point of the `earmark` command."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that lacks a letter shows "?" and goes on
    app()


if __name__ == "__main__":
    main()
