"""`earmark links`: whether links still lead to the second."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from earmark.language.spans import counted
from ui.cli.options import Json
from ui.cli.output import FAILED, INTERRUPTED, PARTLY, print_document, safe
from ui.cli.session import opened
from ui.cli.working import stopping

if TYPE_CHECKING:
    from library.values import LinkCheck

__all__ = ["links"]

_WORDS = {
    "same": "the links are right",
    "moved": "the file has changed; the links are moved",
    "about": "the file has changed",
    "uncompared": "the links could not be compared with the file",
    "gone": "the file is gone",
}
"""What is said of an episode, by what is known of its file."""


def links(
    context: typer.Context,
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[NAMES]...", help="Shows, or episodes by id; by default those of the coming briefs."),
    ] = None,
    again: Annotated[
        bool, typer.Option("--again", help="Listen once more to files in which quotes were not found.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Check that links lead to the second, and move those into files that have changed. The app does it daily."""
    from ui.cli.sample import served_if_marked

    with opened(context) as library, served_if_marked(library.settings.home), stopping() as stop:
        checks = library.links.check(names or (), again=again, on_check=None if as_json else _say, stop=stop)
    if as_json:
        print_document(checks=checks)
    elif not checks and not stop.is_set():
        typer.echo("Every link of the coming briefs was checked today.")
    if stop.is_set():
        raise typer.Exit(INTERRUPTED)
    unknown = sum(check.state is None for check in checks)
    if unknown and not as_json:
        raise typer.Exit(PARTLY if unknown < len(checks) else FAILED)


def _say(check: LinkCheck) -> None:
    name = f"{safe(check.show)} · {safe(check.episode)}"
    if check.state is None:
        typer.echo(f"{name}: {safe(check.note)}")
        return
    parts = [_WORDS[check.state.value], *_shift(check)]
    if check.about:
        parts.append(f"{counted(check.about, 'idea')} of {check.ideas} only says about when")
    typer.echo(f"{name}: {', '.join(parts)}{f' ({safe(check.note)})' if check.note else ''}")


def _shift(check: LinkCheck) -> list[str]:
    """By how much links were moved, in words."""
    least, most = round(check.least_s), round(check.most_s)
    if not least and not most:
        return []
    return [f"by {least:+d} s" if least == most else f"by {least:+d} to {most:+d} s"]
