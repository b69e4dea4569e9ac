"""`earmark themes` and `theme`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from earmark.language.spans import counted, plural
from ui.cli.options import Json
from ui.cli.output import console, print_document, safe
from ui.cli.session import opened
from ui.cli.timelines import print_timeline

if TYPE_CHECKING:
    from earmark.types import Insight, Theme, ThemeMonth
    from library.ports import LibraryPort

__all__ = ["print_theme", "print_themes", "theme", "themes"]

_BARS = "▁▂▃▄▅▆▇█"
_MONTHS = 24
_INSIGHTS = 20


def themes(
    context: typer.Context,
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="Group all insights again; themes that stay keep their ids.")
    ] = False,
    as_json: Json = False,
) -> None:
    """What the library is about: insights grouped by theme, most insights first."""
    with opened(context) as library:
        print_themes(library, rebuild=rebuild, as_json=as_json)


def theme(
    context: typer.Context,
    theme_id: Annotated[str, typer.Argument(metavar="ID", help="A theme's id, or its first characters.")],
    timeline: Annotated[
        bool,
        typer.Option("--timeline", help="What was said when, predictions, and what was said later about each."),
    ] = False,
    as_json: Json = False,
) -> None:
    """One theme: its shows and speakers, and what was said, most central first."""
    with opened(context) as library:
        if timeline:
            claims = library.themes.timeline(theme_id)
            print_timeline(claims, nothing="Nothing in this theme has a date.", named=True, as_json=as_json)
        else:
            print_theme(library, theme_id, as_json=as_json)


def print_themes(library: LibraryPort, *, rebuild: bool, as_json: bool) -> None:
    """All themes, most insights first; with ``rebuild`` everything is grouped again before."""
    from rich.text import Text

    if rebuild:
        err = console(stderr=True)
        library.themes.rebuild(None if as_json else lambda step: err.print(f"{step} …"))
    else:
        library.themes.update()
    themes = library.themes.every()
    count, alone = library.themes.sizes()
    if as_json:
        print_document(themes=themes, alone=alone)
        return
    out = console()
    if not count:
        out.print("No insights yet. earmark ingest finds them.")
    elif not themes:
        out.print(f"No themes yet: {count} insights are too few, or no three of them are about the same thing.")
    for theme in themes:
        _line(out, theme)
    if themes and alone:
        out.print(Text(f"{counted(alone, 'insight')} {plural(alone, 'belongs', 'belong')} to no theme.", style="dim"))


def print_theme(library: LibraryPort, theme_id: str, *, as_json: bool) -> None:
    """One theme and its insights, most central first."""
    from rich.text import Text

    theme = library.themes.get(theme_id)
    insights = library.themes.insights(theme.id, limit=None if as_json else _INSIGHTS)
    if as_json:
        print_document(theme=theme, insights=insights)
        return
    out = console()
    _line(out, theme)
    for name, shares in (("Shows", theme.shows), ("Speakers", theme.speakers)):
        if shares:
            listed = ", ".join(f"{safe(share.name)} {share.count}" for share in shares[:8])
            out.print(Text(f"{name}: {listed}"))
    out.print()
    _insights(out, insights)
    if theme.size > len(insights):
        out.print(Text(f"{theme.size - len(insights)} more; --json lists all.", style="dim"))


def _line(out: Any, theme: Theme) -> None:
    from rich.padding import Padding
    from rich.text import Text

    head = Text(safe(theme.label), style="bold")
    head.append(f"  {theme.size}", style="cyan")
    out.print(head)
    out.print(Padding(Text(safe(theme.claim), style="italic"), (0, 0, 0, 2)))
    shows = ", ".join(safe(share.name) for share in theme.shows[:3])
    more = f" and {len(theme.shows) - 3} more" if len(theme.shows) > 3 else ""
    parts = (theme.id, shows + more, _spark(theme.months[-_MONTHS:]))
    out.print(Padding(Text("  ".join(part for part in parts if part), style="dim"), (0, 0, 1, 2)))


def _insights(out: Any, insights: Sequence[Insight]) -> None:
    from rich.padding import Padding
    from rich.text import Text

    for insight in insights:
        out.print(Text(safe(insight.claim), style="bold"))
        source = " · ".join(safe(part) for part in (insight.speaker or "", insight.show) if part)
        out.print(Padding(Text(f"{insight.id}  {source}", style="dim"), (0, 0, 1, 2)))


def _spark(months: Sequence[ThemeMonth]) -> str:
    """Counts by month as a line of blocks; empty for a single month."""
    if len(months) < 2:
        return ""
    top = max(month.count for month in months)
    return "".join(
        _BARS[round(month.count / top * (len(_BARS) - 1))] if month.count else " " for month in months
    ).strip()
