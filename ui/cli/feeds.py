"""`earmark feed …`: what you follow as feeds for a feed reader, each at a private address."""

from __future__ import annotations

from typing import Annotated

import typer

from earmark.kinds import SelectionKind
from library.address import public_url
from ui.cli.options import ForReader, Json
from ui.cli.output import print_document, safe
from ui.cli.session import opened_for
from ui.feeds.addresses import addresses

__all__ = ["feed_app"]

feed_app = typer.Typer(
    help="Your brief, what you saved, a theme, a person or a search, as feeds for a feed reader.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@feed_app.command()
def add(
    context: typer.Context,
    kind: Annotated[SelectionKind, typer.Argument(help="What to follow.")],
    value: Annotated[
        str,
        typer.Argument(help="Of a theme its id, of a person the whole name, of a search what you would search for."),
    ] = "",
    reader: ForReader = "",
    as_json: Json = False,
) -> None:
    """Make a feed, and print its two addresses (Atom, JSON Feed): they are shown this once, and are its only key."""
    from earmark.types import Selection

    with opened_for(context, reader) as library:
        secret, feed = library.feeds.add(Selection(kind=kind, value=value))
        atom, json_feed = addresses(public_url(library.settings), secret)
        if as_json:
            print_document(feed=feed, atom=atom, json_feed=json_feed)
            return
        typer.echo(f"{feed.id}  {safe(feed.title)}")
        typer.echo(atom)
        typer.echo(json_feed)


@feed_app.command(name="list")
def list_(context: typer.Context, reader: ForReader = "", as_json: Json = False) -> None:
    """The feeds there are, and when each was last read."""
    with opened_for(context, reader) as library:
        feeds = library.feeds.every()
        if as_json:
            print_document(feeds=feeds)
            return
        for feed in feeds:
            read = f"last read {feed.used_at:%Y-%m-%d}" if feed.used_at else "never read"
            typer.echo(f"{feed.id}  {safe(feed.title)}, {read}")
        if not feeds:
            typer.echo("There is no feed yet. earmark feed add brief makes one.")


@feed_app.command()
def remove(
    context: typer.Context,
    feed: Annotated[str, typer.Argument(metavar="ID", help="The id of the feed.")],
    reader: ForReader = "",
    as_json: Json = False,
) -> None:
    """Remove a feed; its address is void at once."""
    with opened_for(context, reader) as library:
        library.feeds.remove(feed)
        if as_json:
            print_document(removed=feed)
        else:
            typer.echo(f"Removed {safe(feed)}")
