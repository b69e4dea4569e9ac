"""`earmark init`: the four questions of a new library, and its settings file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from earmark.days import time_of_day
from earmark.errors import UsageError
from ui.cli.following import add_shows, import_shows
from ui.cli.output import reported, safe

if TYPE_CHECKING:
    from library.first_settings import FirstSettings
    from library.ports import LibraryPort
    from ui.cli.session import Session

__all__ = ["init"]

Answer = TypeVar("Answer")

_NONE = "none"
_LISTS = {".opml", ".xml"}
"""How the names of files that list shows end; other files are recordings and transcripts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Options:
    """What the command line said; ``None`` for what is to be asked."""

    shows: tuple[str, ...] | None
    opml: Path | None
    model: str | None
    model_url: str
    mail: str | None
    mail_server: str | None
    at: str | None
    ask: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answers:
    """What a new user wants: shows by their addresses or in a list, settings, and the time of the brief."""

    shows: tuple[str, ...]
    opml: Path | None
    settings: FirstSettings
    at: dt.time | None


def init(
    context: typer.Context,
    show: Annotated[
        list[str] | None, typer.Option("--show", help="Follow the show at this address; may be given several times.")
    ] = None,
    opml: Annotated[Path | None, typer.Option("--opml", help="Follow the shows that this file lists.")] = None,
    model: Annotated[
        str | None, typer.Option("--model", help="The language model, or none; by default the first on this machine.")
    ] = None,
    model_url: Annotated[str, typer.Option("--model-url", help="Its endpoint, e.g. http://127.0.0.1:11434/v1.")] = "",
    mail: Annotated[str | None, typer.Option("--mail", help="Where the brief goes, or none.")] = None,
    mail_server: Annotated[
        str | None, typer.Option("--mail-server", metavar="HOST[:PORT]", help="The server that sends it.")
    ] = None,
    at: Annotated[str | None, typer.Option("--at", metavar="HH:MM", help="From when on a brief is wanted.")] = None,
    yes: Annotated[
        bool, typer.Option("--yes", help="Ask nothing; what no option says is left at its default.")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Put another earmark.toml in place of one that is there.")
    ] = False,
) -> None:
    """Set up a library with four questions (shows, language model, mail, hour); Enter takes what is offered."""
    from library.first_settings import BEFORE, FILE, write_first_settings

    session: Session = context.obj
    shows = tuple(show) if show else () if opml else None
    options = _Options(
        shows=shows,
        opml=opml,
        model=model,
        model_url=model_url,
        mail=mail,
        mail_server=mail_server,
        at=at,
        ask=not yes,
    )
    with reported():
        home = session.settings().home
        there = (home / FILE).exists()
        if there and not force and not (options.ask and _replaces(home / FILE)):
            raise UsageError("is there already, and was left alone", subject=str(home / FILE))
        with session.library() as library:
            answers = _answers(library, options)
            today = library.clock.now().astimezone().date()
        path = write_first_settings(home, answers.settings, today=today, replace=there)
        typer.echo(f"Wrote {safe(str(path))}" + (f"; the one before is {BEFORE}" if there else ""))
        with session.library() as library:
            _use(library, answers)


def _replaces(path: Path) -> bool:
    return typer.confirm(f"{safe(str(path))} is there already. Put another in its place?", default=False, err=True)


def _answers(library: LibraryPort, options: _Options) -> _Answers:
    """What the options say, and for the rest what is answered or offered."""
    from library.first_settings import FirstSettings

    shows, opml = options.shows or (), options.opml
    if options.shows is None and options.ask:
        shows, opml = _ask("Shows: addresses of feeds, or an OPML file (Enter: later)", "", _shows)
    model, base_url = _model(library, options)
    mail, host, port = _mail(options)
    at = library.reader.brief_at
    if options.at is not None:
        at = time_of_day(options.at)
    elif options.ask:
        at = _ask("Time of day from which the brief is wanted", f"{at:%H:%M}", time_of_day)
    first = FirstSettings(model=model, base_url=base_url, mail_to=mail, mail_host=host, mail_port=port)
    return _Answers(shows=shows, opml=opml, settings=first, at=at)


def _model(library: LibraryPort, options: _Options) -> tuple[str, str]:
    """The language model and its endpoint; both are empty without one."""
    if options.model is not None:
        return ("", "") if options.model == _NONE else (options.model, options.model_url)
    offers = {name: server for server in library.models.offers() for name in server.models}
    if not offers:
        if options.ask:
            typer.echo(
                "No language model is running on this machine; Earmark works without (docs/models.md).", err=True
            )
        return "", ""
    first = next(iter(offers))
    if not options.ask:
        return first, offers[first].base_url
    for name, server in offers.items():
        typer.echo(f"  {safe(name)} ({server.name} on this machine)", err=True)

    def known(text: str) -> str:
        if text != _NONE and text not in offers:
            raise UsageError(f"is none of these; {_NONE} for no model", subject=text)
        return text

    chosen = _ask("Language model", first, known)
    return ("", "") if chosen == _NONE else (chosen, offers[chosen].base_url)


def _ask(question: str, offered: str, read: Callable[[str], Answer]) -> Answer:
    """Asks until the answer can be read."""

    def told(text: str) -> Answer:
        try:
            return read(text.strip())
        except UsageError as error:
            raise typer.BadParameter(safe(str(error))) from None

    answer: Answer = typer.prompt(question, default=offered, value_proc=told, show_default=bool(offered), err=True)
    return answer


def _shows(text: str) -> tuple[tuple[str, ...], Path | None]:
    """The addresses and the list of shows in an answer."""
    path = Path(text).expanduser()
    if text and path.suffix.lower() in _LISTS and "://" not in text:
        if not path.is_file():
            raise UsageError("there is no such file", subject=text)
        return (), path
    return ((text,) if text and path.exists() else tuple(text.split())), None


def _mail(options: _Options) -> tuple[str, str, int]:
    """Where the brief goes, and host and port of the server that sends it; empty if it is not sent."""
    from library.first_settings import mail_server

    def address(text: str) -> str:
        if text and "@" not in text:
            raise UsageError("is no mail address", subject=text)
        return text

    given = options.mail
    if given is None:
        given = _ask("Mail address for the brief (Enter: none)", "", address) if options.ask else ""
    to = "" if given == _NONE else address(given)
    if not to:
        return "", "", 587
    server = f"smtp.{to.rpartition('@')[2]}:587"
    if options.mail_server is not None:
        return to, *mail_server(options.mail_server)
    return to, *(_ask("The mail server that sends it", server, mail_server) if options.ask else mail_server(server))


def _use(library: LibraryPort, answers: _Answers) -> None:
    """Sets the time of the brief and follows the shows; a show that fails is reported, and ends with its exit code."""
    if answers.at is not None and answers.at != library.reader.brief_at:
        library.readers.change(replace(library.reader, brief_at=answers.at))
    if answers.settings.mail_host and not library.settings.mail.password.get_secret_value():
        typer.echo("The mail server's password: write it into a file, and name that in EARMARK_MAIL__PASSWORD_FILE")
    if answers.opml is not None:
        import_shows(library, answers.opml, as_json=False)
    if answers.shows:
        add_shows(library, answers.shows, as_json=False)
    if not answers.shows and answers.opml is None:
        typer.echo("Next: earmark add https://example.org/feed.xml")
