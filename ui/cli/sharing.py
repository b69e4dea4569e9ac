"""`earmark share` and `earmark publish`: which insights anybody may read, and a site of them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from earmark.errors import UsageError
from earmark.language.spans import counted
from ui.cli.options import Json
from ui.cli.output import print_document, safe
from ui.cli.session import opened

__all__ = ["publish", "share"]


def share(
    context: typer.Context,
    insight_id: Annotated[
        str | None,
        typer.Argument(metavar="[ID]", help="An insight's id, or its first characters; without one, the list."),
    ] = None,
    undo: Annotated[bool, typer.Option("--undo", help="Share it no longer.")] = False,
    as_json: Json = False,
) -> None:
    """Share an insight with everybody, at a page of its own. Without an id, what you share.

    Strangers may read it while the setting publish.what is `shared`, and `earmark publish` writes it.
    """
    from earmark.addresses import absolute, insight_page

    with opened(context) as library:
        if insight_id is None:
            if undo:
                raise UsageError("needs the id of an insight", subject="--undo")
            every = library.sharing.every()
            if as_json:
                print_document(shared=every)
                return
            for insight in every:
                typer.echo(f"{insight.id[:12]}  {safe(insight.claim)}")
            if not every:
                typer.echo("Nothing is shared. earmark share ID shares an insight.")
            return
        insight = library.sharing.share(insight_id, on=not undo)
        if as_json:
            print_document(insight)
            return
        typer.echo(f"{'Shared no longer' if undo else 'Shared'}: {safe(insight.claim)}")
        if undo:
            return
        if library.settings.publish.what == "nothing":
            typer.echo("Nobody else sees it yet: set publish.what to shared.")
        where = absolute(library.settings.sign_in.url, insight_page(insight.id))
        typer.echo(
            f"Its page: {where or insight_page(insight.id)}. `earmark share {insight.id[:12]} --undo` takes it back."
        )


def publish(
    context: typer.Context,
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="An empty folder, or one that was published to before.")
    ],
    as_json: Json = False,
) -> None:
    """Write what is published as a site of files that any host can serve, with a search that runs in the browser.

    The setting publish.what says what is published. Files that are the same are not written again, and old ones are removed; a
    run that was stopped is taken up by the next.
    """
    from ui.pages.written.site import write_site

    with opened(context) as library:
        if library.settings.publish.what != "nothing":
            library.index.follow()  # what others said is looked up in it
        report = write_site(library, folder)
        if as_json:
            print_document(report)
            return
        counts = [
            counted(report.insights, "insight"), counted(report.shows, "show"),
            counted(report.people, "speaker"), counted(report.themes, "theme"), counted(report.briefs, "brief"),
        ]  # fmt: skip
        typer.echo(
            f"{', '.join(counts)}: {report.written} files written, {report.kept} as before, {report.removed} removed."
        )
        typer.echo(f"Open {folder / 'index.html'}, or put the folder on any host.")
        if not library.settings.publish.url:
            typer.echo("Set publish.url to where it will be: pictures of links and feeds need whole addresses.")
