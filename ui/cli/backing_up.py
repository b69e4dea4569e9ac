"""`earmark backup`, `earmark restore` and `earmark tidy`: what is kept."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from earmark.language.spans import counted, megabytes
from ui.cli.options import Json
from ui.cli.output import print_document, reported, safe
from ui.cli.session import opened

if TYPE_CHECKING:
    from ui.cli.session import Session

__all__ = ["backup", "restore", "tidy"]


def backup(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="Where to.")],
    with_secrets: Annotated[
        bool, typer.Option("--with-secrets", help="With the logins of private feeds and the keys of earmark.toml.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
    as_json: Json = False,
) -> None:
    """Write the catalog and the settings into one file, while everything goes on running."""
    with opened(context) as library:
        report = library.backup(file, with_secrets=with_secrets, force=force)
    if as_json:
        print_document(report)
        return
    what = "catalog and settings" if report.with_settings else "the catalog"
    typer.echo(f"Wrote {what} to {safe(str(report.path))} ({megabytes(report.size)})")
    if not report.with_secrets:
        typer.echo("Logins of private feeds and keys are left out; --with-secrets writes them too")


def restore(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="What `earmark backup` wrote.")],
    as_json: Json = False,
) -> None:
    """Make a backup the library of an empty home folder, after checking it."""
    from library.backups.restoring import restore_backup

    session: Session = context.obj
    with reported():
        report = restore_backup(session.settings(), file)
    if as_json:
        print_document(report)
        return
    typer.echo(f"Restored {counted(report.shows, 'show')} to {safe(str(report.home))}, as of {safe(report.made_at)}")
    if report.migrated_from:
        typer.echo(f"The catalog was of schema {safe(report.migrated_from)} and was migrated")
    for title in report.without_address:
        typer.echo(f"Its address was left out of the backup; follow it again with earmark add: {safe(title)}")
    typer.echo("The index is built when it is next read. earmark doctor looks at every part")


def tidy(
    context: typer.Context,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be removed.")] = False,
    as_json: Json = False,
) -> None:
    """Remove what the settings [keep] no longer keep: old transcripts, audio that waits, copies from upgrades."""
    with opened(context) as library:
        report = library.work.tidy(dry_run=dry_run)
    if as_json:
        print_document(report)
        return
    if not report.anything:
        typer.echo("There is nothing to remove")
        return
    counts = (
        (report.transcripts, "transcript", ""),
        (report.passages, "passage", ""),
        (report.audio, "audio file", ""),
        (report.copies, "copy", "copies"),
    )
    what = ", ".join(counted(count, noun, nouns) for count, noun, nouns in counts if count)
    size = f" ({megabytes(report.file_bytes)} of files)" if report.file_bytes else ""
    typer.echo(f"{'Would remove' if dry_run else 'Removed'} {what}{size}")
