"""`earmark add`, `earmark import` and `earmark export`."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import quote, urlsplit, urlunsplit

import typer

from earmark.errors import UsageError
from earmark.language.spans import counted
from earmark.net import redact
from ui.cli.files import read_bytes
from ui.cli.options import Json
from ui.cli.output import FAILED, PARTLY, print_document, safe
from ui.cli.session import opened

if TYPE_CHECKING:
    from library.ports import LibraryPort
    from library.shows import ImportReport

__all__ = ["add", "add_shows", "export", "export_shows", "import_", "import_shows", "with_password"]


def add(
    context: typer.Context,
    urls: Annotated[
        list[str], typer.Argument(help="Addresses of feeds, or folders and files with recordings or transcripts.")
    ],
    folder: Annotated[str, typer.Option("--folder", help="Its folder in the list of shows, as in A/B.")] = "",
    backfill: Annotated[
        str,
        typer.Option(
            "--backfill", "--take", help="Which episodes: newest:25, since:2026-01-31 or all.", metavar="BACKFILL"
        ),
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
    with opened(context) as library:
        wanted = with_password(urls, name=login, password_file=password_file) if login else urls
        asked = bool(login)
        add_shows(library, wanted, folder=folder, backfill=backfill, private=private, asked=asked, as_json=as_json)


def import_(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="An OPML file, as podcast apps export it; - reads standard input.")],
    as_json: Json = False,
) -> None:
    """Follow every show of an OPML file."""
    with opened(context) as library:
        import_shows(library, file, as_json=as_json)


def export(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="Where to; - is standard output.")],
    with_secrets: Annotated[
        bool, typer.Option("--with-secrets", help="Write the logins and tokens of private feeds too.")
    ] = False,
) -> None:
    """Write the followed shows with their folders as OPML, which other podcast apps import."""
    with opened(context) as library:
        export_shows(library, file, with_secrets=with_secrets)


def add_shows(
    library: LibraryPort,
    urls: Sequence[str],
    *,
    folder: str = "",
    backfill: str = "",
    private: bool = False,
    asked: bool = False,
    as_json: bool,
) -> None:
    """Follows each address; failures are reported and the rest go on.

    A single address must answer: whoever typed it is there to correct it.

    ``asked`` says that a password in an address was asked for, and not typed where the shell remembers it.
    """
    from library.shows import ImportReport

    if not asked and any(_password_in(url) for url in urls):
        sys.stderr.write("earmark: that password is in your shell's history now; --login NAME asks for it instead\n")
    if len(urls) == 1:
        before = {show.id for show in library.shows.every()}
        show = library.shows.add(urls[0], folder=folder, backfill=backfill, private=private)
        report = ImportReport(known=(show,)) if show.id in before else ImportReport(added=(show,))
    else:
        report = library.shows.add_all(urls, folder=folder, backfill=backfill, private=private)
    _report(library, report, as_json=as_json)


def with_password(urls: Sequence[str], *, name: str, password_file: Path | None) -> list[str]:
    """The one address with the login in it; the password is asked for, or read from a file (``-``: standard input).

    Raises:
        UsageError: several addresses, an address outside the web, or no password.
    """
    if len(urls) != 1:
        raise UsageError("give one address with --login; another feed has another password")
    address = urls[0] if "://" in urls[0] else f"https://{urls[0]}"
    parts = urlsplit(address)
    if parts.scheme.lower() not in {"http", "https"} or not parts.hostname:
        raise UsageError("is not an address that a login belongs to", subject=redact(urls[0])[:200])
    password = _password(name, parts.hostname, password_file)
    if not password:
        raise UsageError("no password was given; type it, or name a file that holds it with --password-file")
    host = parts.netloc.rpartition("@")[2]
    return [urlunsplit(parts._replace(netloc=f"{quote(name, safe='')}:{quote(password, safe='')}@{host}"))]


def import_shows(library: LibraryPort, file: Path, *, as_json: bool) -> None:
    """Follows every feed of an OPML file."""
    _report(library, library.shows.import_opml(read_bytes(file), on_each=_checked), as_json=as_json)


def export_shows(library: LibraryPort, file: Path, *, with_secrets: bool) -> None:
    """Writes the subscription list; with secrets, only this user can read the file."""
    followed = library.shows.every()
    text = library.shows.export_opml(with_secrets=with_secrets)
    followed = [show for show in followed if not show.feed_url.startswith("file:")]
    private = sum(1 for show in followed if show.private)
    if str(file) == "-":
        sys.stdout.write(text)
    else:
        _write(file, text, mode=0o600 if with_secrets and private else 0o644)
        typer.echo(f"Wrote {counted(len(followed), 'show')} to {safe(str(file))}")
    if private and not with_secrets:
        what = "1 private feed is" if private == 1 else f"{private} private feeds are"
        sys.stderr.write(f"earmark: {what} in it without login or token; --with-secrets writes them too\n")


def _write(file: Path, text: str, *, mode: int) -> None:
    try:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "w", encoding="utf-8") as out:
            if mode == 0o600:
                file.chmod(mode)
            out.write(text)
    except OSError as error:
        raise UsageError(f"cannot be written ({error.strerror})", subject=str(file)) from None


def _password(name: str, host: str, file: Path | None) -> str:
    import getpass

    if file is None and sys.stdin.isatty():
        return getpass.getpass(f"Password of {name} on {host}: ")
    if file is None or str(file) == "-":
        return sys.stdin.readline().rstrip("\r\n")
    try:
        if os.name == "posix" and file.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH):
            sys.stderr.write(f"earmark: {safe(str(file))} can be read by others on this machine; chmod 600 keeps it\n")
        return file.read_text(encoding="utf-8").strip("\r\n")
    except (OSError, UnicodeDecodeError):
        raise UsageError("the file with the password cannot be read", subject=str(file)) from None


def _password_in(url: str) -> bool:
    try:
        return bool(urlsplit(url).password)
    except ValueError:
        return False


def _checked(title: str) -> None:
    sys.stderr.write(f"  checked {safe(title)}\n")


def _report(library: LibraryPort, report: ImportReport, *, as_json: bool) -> None:
    from library.standing import standing

    for _, reason in report.failed:
        sys.stderr.write(f"earmark: {safe(reason)}\n")
    if as_json:
        print_document(
            added=report.added,
            later=report.later,
            known=report.known,
            failed=[{"url": redact(url), "reason": reason} for url, reason in report.failed],
        )
    else:
        for show in report.added:
            count = len(library.episodes.of_show(show.id))
            private = "; its address is kept as a secret" if show.private else ""
            typer.echo(f"Following {safe(show.title)} ({counted(count, 'episode')} to read){private}")
        for show in report.later:
            why = f": {safe(show.last_error)}" if show.last_error else ""
            typer.echo(f"Following {safe(show.title)}, which could not be read yet{why}")
            typer.echo(f"  {standing(show, library.clock.now()).text}")
        for show in report.known:
            typer.echo(f"Already following {safe(show.title)}")
        if report.added:
            typer.echo("Next: earmark ingest")
    if report.failed:
        raise typer.Exit(PARTLY if report.added or report.later or report.known else FAILED)
