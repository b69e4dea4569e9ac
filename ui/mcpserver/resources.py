"""Resources, which a reader picks, and prompts, which a reader begins with."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from earmark.errors import UsageError
from ui.mcpserver import texts
from ui.mcpserver.reading import home, library

__all__ = ["COMPLETIONS", "PROMPTS", "RESOURCES"]


def brief_of_day(day: str) -> str:
    """The brief of a day, as YYYY-MM-DD."""
    try:
        wanted = date.fromisoformat(day)
    except ValueError:
        raise UsageError("takes a day like 2026-11-02", subject=day) from None
    told = texts.brief(library().briefs.get(wanted), home())
    return texts.quoted(*(f"{item.idea.claim} — {item.idea.show} ({item.idea.id})" for item in told.ideas))


def themes() -> str:
    """What the library is about, most insights first."""
    every = library().themes.every()
    return texts.quoted(*(f"{texts.one_line(theme.label)} — {theme.size} insights ({theme.id})" for theme in every))


def theme(theme_id: str) -> str:
    """One theme and its most central insights."""
    wanted = library().themes.get(theme_id)
    insights = [texts.idea(insight, home()) for insight in library().themes.insights(wanted.id, limit=30)]
    return texts.quoted(
        texts.one_line(wanted.label), *(f"{idea.claim} — {idea.speaker or idea.show} ({idea.id})" for idea in insights)
    )


RESOURCES: dict[str, Callable[..., str]] = {
    "earmark://briefs/{day}": brief_of_day,
    "earmark://themes": themes,
    "earmark://themes/{theme_id}": theme,
}
"""By URI; `ui.capabilities` names the same."""


def days() -> list[str]:
    """The days that have a brief, newest first."""
    return [day.isoformat() for day in library().briefs.dates()]


def theme_ids() -> list[str]:
    """The themes, most insights first."""
    return [theme.id for theme in library().themes.every()]


COMPLETIONS: dict[tuple[str, str], Callable[[], list[str]]] = {
    ("earmark://briefs/{day}", "day"): days,
    ("earmark://themes/{theme_id}", "theme_id"): theme_ids,
}
"""What can be put in place of a name in a URI, by the URI and the name."""


def morning() -> str:
    """Today's ideas, told in two minutes."""
    return (
        "Call todays_brief. Tell me its ideas in two sentences each: the claim, and who said it on which show, with the link. "
        "Say where another show disagrees. Quote word for word or not at all."
    )


def both_sides(question: str) -> str:
    """Who holds what on a question, and who disagrees."""
    return (
        f"Question: {question}\n\nUse search_insights and related_insights on my podcasts. Give each side in a line, with who "
        "holds it, when they said it and the link. Say plainly where my podcasts have only one side, or none."
    )


PROMPTS: tuple[Callable[..., str], ...] = (morning, both_sides)
"""By their names."""
