"""`earmark reader …`: who reads in this library, what they see and when they want their briefs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from earmark.days import time_of_day
from earmark.errors import UsageError
from earmark.language.spans import counted
from ui.cli.options import Json
from ui.cli.output import print_document, safe
from ui.cli.session import opened

if TYPE_CHECKING:
    from earmark.types import Reader
    from library.ports import LibraryPort

__all__ = ["reader_app"]

reader_app = typer.Typer(
    help="The readers of this library: what each sees, and when each wants a brief.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

Id = Annotated[str, typer.Argument(metavar="READER", help="A reader's id, as `earmark reader list` shows it.")]
Email = Annotated[str | None, typer.Option("--email", help="Where mail goes, and what a sign-in is known by.")]
Owner = Annotated[bool | None, typer.Option("--owner/--reader", help="May change shows, settings and readers, or not.")]
OnlyShow = Annotated[
    list[str] | None,
    typer.Option("--show", help="Sees only this show, by id, title or address; may be given several times."),
]
Zone = Annotated[str | None, typer.Option("--timezone", help="An IANA name, e.g. Europe/Berlin.")]
At = Annotated[str | None, typer.Option("--at", metavar="HH:MM", help="The time from which a brief is wanted.")]
Language = Annotated[str | None, typer.Option("--language", help="Of dates, e.g. en, de or pt-BR.")]
Ideas = Annotated[
    int | None, typer.Option("--ideas", min=0, max=50, help="Ideas in a brief; 0 takes the setting brief.size.")
]
Weekly = Annotated[
    str | None, typer.Option("--weekly", metavar="DAY", help="A brief on this day of the week only, e.g. friday.")
]

Digest = Annotated[
    str | None, typer.Option("--digest", metavar="DAY", help="A digest of the week on this day; none: no digest.")
]
Quiet = Annotated[
    bool | None,
    typer.Option(
        "--tell-quiet/--no-tell-quiet", help="Is told of a day without anything to tell, or gets nothing then."
    ),
]


@reader_app.command()
def add(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="How briefs and pages greet the reader.")],
    id_: Annotated[str, typer.Option("--id", help="Small letters, digits and dashes; made of the name.")] = "",
    email: Email = None,
    owner: Owner = None,
    show: OnlyShow = None,
    timezone: Zone = None,
    at: At = None,
    language: Language = None,
    ideas: Ideas = None,
    weekly: Weekly = None,
    digest: Digest = None,
    quiet: Quiet = None,
    as_json: Json = False,
) -> None:
    """Add a reader, who sees all shows or only those named."""
    from earmark.types import Reader
    from library.readers import id_for

    with opened(context) as library:
        plain = Reader(id=id_ or id_for(name), name=name, timezone=library.reader.timezone)
        wanted = _changed(plain, None, email, owner, timezone, at, language, ideas, weekly, digest, quiet)
        ids = [library.shows.find(text).id for text in show or []]
        added = library.readers.add(replace(wanted, all_shows=not ids), show_ids=ids)
        _print_reader(library, added, as_json=as_json)


@reader_app.command(name="list")
def list_(context: typer.Context, as_json: Json = False) -> None:
    """Every reader."""
    with opened(context) as library:
        readers = library.readers.every()
        if as_json:
            print_document(readers=readers)
            return
        for reader in readers:
            typer.echo(_line(reader))


@reader_app.command()
def show(context: typer.Context, reader: Id, as_json: Json = False) -> None:
    """One reader: role, shows, and when a brief is wanted."""
    with opened(context) as library:
        _print_reader(library, library.readers.get(reader), as_json=as_json)


@reader_app.command(name="set")
def set_(
    context: typer.Context,
    reader: Id,
    name: Annotated[str | None, typer.Option("--name", help="How briefs and pages greet the reader.")] = None,
    email: Email = None,
    owner: Owner = None,
    show: OnlyShow = None,
    all_shows: Annotated[bool, typer.Option("--all-shows", help="Sees every show.")] = False,
    timezone: Zone = None,
    at: At = None,
    language: Language = None,
    ideas: Ideas = None,
    weekly: Weekly = None,
    digest: Digest = None,
    quiet: Quiet = None,
    daily: Annotated[bool, typer.Option("--daily", help="A brief every day.")] = False,
    on: Annotated[
        bool | None, typer.Option("--on/--off", help="May sign in and gets briefs, or no longer; nothing is lost.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Change a reader; what is not named stays."""
    from earmark.types import Rhythm

    with opened(context) as library:
        if show and all_shows:
            raise UsageError("give --show or --all-shows, not both")
        wanted = _changed(
            library.readers.get(reader), name, email, owner, timezone, at, language, ideas, weekly, digest, quiet
        )
        if daily:
            wanted = replace(wanted, rhythm=Rhythm.DAILY)
        if on is not None:
            wanted = replace(wanted, disabled_at=None if on else wanted.disabled_at or library.clock.now())
        changed = library.readers.change(replace(wanted, all_shows=wanted.all_shows or all_shows))
        if show:
            changed = library.readers.show_only(reader, [library.shows.find(text).id for text in show])
        _print_reader(library, changed, as_json=as_json)


@reader_app.command()
def remove(
    context: typer.Context,
    reader: Id,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: Json = False,
) -> None:
    """Remove a reader with briefs, conversations and everything saved; this cannot be undone."""
    with opened(context) as library:
        wanted = library.readers.get(reader)
        question = f"Remove {safe(wanted.name) or wanted.id} and everything that is theirs?"
        if not yes and not typer.confirm(question):
            raise typer.Exit(1)
        library.readers.remove(reader)
        if as_json:
            print_document(removed=wanted)
        else:
            typer.echo(f"Removed {safe(wanted.name) or wanted.id}")


@reader_app.command()
def invite(context: typer.Context, reader: Id, as_json: Json = False) -> None:
    """Print a link with which a reader chooses a password, once, within a week; earlier links are void."""
    from library.address import public_url

    with opened(context) as library:
        code = library.sign_in.invite(reader)
        link = f"{public_url(library.settings)}/invitation?code={code}"
        if as_json:
            print_document(invitation={"reader": reader, "url": link})
            return
        typer.echo(link)
        if not library.settings.sign_in.url:
            typer.echo("earmark: set sign_in.url, so that links name the address that readers open", err=True)


@reader_app.command(name="sign-out")
def sign_out(context: typer.Context, reader: Id, as_json: Json = False) -> None:
    """End every session of a reader, everywhere."""
    with opened(context) as library:
        library.readers.get(reader)
        ended = library.sign_in.end_all(reader)
        if as_json:
            print_document(ended=ended)
        else:
            typer.echo(f"Ended {counted(ended, 'session')}")


@reader_app.command()
def token(
    context: typer.Context,
    reader: Id,
    add: Annotated[str, typer.Option("--add", metavar="NAME", help="Make a token; it is shown this once.")] = "",
    revoke: Annotated[str, typer.Option("--revoke", metavar="ID", help="Make a token void.")] = "",
    as_json: Json = False,
) -> None:
    """The tokens with which programs ask for a reader; make or revoke one."""
    with opened(context) as library:
        secret = ""
        if add:
            secret, _ = library.tokens.add(reader, add)
        if revoke:
            library.tokens.revoke(reader, revoke)
        tokens = library.tokens.every(reader)
        if as_json:
            print_document(tokens=tokens, **({"secret": secret} if secret else {}))
            return
        for kept in tokens:
            used = f"last used {kept.used_at:%Y-%m-%d}" if kept.used_at else "never used"
            typer.echo(f"{kept.id}  {safe(kept.name)}, {used}")
        if secret:
            typer.echo(secret)


def _changed(
    reader: Reader,
    name: str | None,
    email: str | None,
    owner: bool | None,
    timezone: str | None,
    at: str | None,
    language: str | None,
    ideas: int | None,
    weekly: str | None,
    digest: str | None,
    quiet: bool | None,
) -> Reader:
    """The reader with what the options say; ``None`` changes nothing."""
    from earmark.types import Rhythm, Role

    given = {
        "name": name,
        "email": email,
        "role": None if owner is None else Role.OWNER if owner else Role.READER,
        "timezone": timezone,
        "brief_at": None if at is None else time_of_day(at),
        "language": language,
        "length": ideas,
        "rhythm": None if weekly is None else Rhythm.WEEKLY,
        "weekday": None if weekly is None else _weekday(weekly),
        "digest_on": None if digest in {None, "none"} else _weekday(digest),
        "tell_quiet": quiet,
    }
    changes: dict[str, object] = {field: value for field, value in given.items() if value is not None}
    if owner:
        changes["all_shows"] = True
    if digest == "none":
        changes["digest_on"] = None
    return replace(reader, **changes)  # type: ignore[arg-type]


def _weekday(text: str) -> int:
    wanted = text.strip().lower()
    days = [number for number, day in enumerate(_DAYS) if len(wanted) >= 2 and day.startswith(wanted)]
    if len(days) != 1:
        raise UsageError("is no day of the week; one is written like friday", subject=text)
    return days[0]


def _print_reader(library: LibraryPort, reader: Reader, *, as_json: bool) -> None:
    shows = library.readers.shows(reader.id)
    if as_json:
        print_document(reader=reader, shows=shows)
        return
    typer.echo(_line(reader))
    typer.echo(f"  {_brief(reader)}")
    if shows is None:
        typer.echo("  sees every show")
    else:
        typer.echo(f"  sees {_titles([show.title for show in shows])}")


def _titles(titles: Sequence[str]) -> str:
    return ", ".join(safe(title) for title in titles) or "no show yet: earmark reader set READER --show NAME"


def _line(reader: Reader) -> str:
    parts = [reader.id, safe(reader.name), safe(reader.email), reader.role.value]
    if reader.disabled_at is not None:
        parts.append("switched off")
    return "  ".join(part for part in parts if part)


def _brief(reader: Reader) -> str:
    from earmark.types import Rhythm

    when = "daily" if reader.rhythm is Rhythm.DAILY else f"every {_DAYS[reader.weekday].capitalize()}"
    length = f", {counted(reader.length, 'idea')}" if reader.length else ""
    digest = f", digest on {_DAYS[reader.digest_on].capitalize()}" if reader.digest_on is not None else ""
    quiet = ", quiet days are told" if reader.tell_quiet else ""
    return f"brief {when} from {reader.brief_at:%H:%M} {reader.timezone or 'in the time zone of this machine'}{length}{digest}{quiet}"
