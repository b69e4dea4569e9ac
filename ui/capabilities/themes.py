"""What the library is about."""

from __future__ import annotations

from ui.capabilities.reasons import FOR_PAGES, HERE, READING_ONLY
from ui.capabilities.rows import Capability, Omission

__all__ = ["THEMES"]

THEMES: tuple[Capability, ...] = (
    Capability(
        name="themes",
        about="What the library is about, most insights first",
        library=("themes.every",),
        rest="GET /themes",
        mcp="earmark://themes",
        cli=("themes",),
    ),
    Capability(
        name="theme",
        about="One theme and its insights, most central first",
        library=("themes.get", "themes.insights"),
        rest="GET /themes/{theme_id}",
        mcp="earmark://themes/{theme_id}",
        cli=("theme",),
    ),
    Capability(
        name="theme_timeline",
        about="A theme's claims by time: predictions with their date, and what was said later about each",
        library=("themes.timeline",),
        rest="GET /themes/{theme_id}/timeline",
        mcp=Omission("earmark://themes/{theme_id} has the claims, and related_insights what others said"),
        cli=("theme",),
    ),
    Capability(
        name="theme_map",
        about="Insights with their places on the map; a fair sample if there are more",
        library=("themes.points", "themes.sizes"),
        rest="GET /map",
        mcp=Omission("a picture of coordinates says nothing to a model"),
        cli=FOR_PAGES,
    ),
    Capability(
        name="regroup",
        about="Groups all insights into themes once more",
        library=("themes.rebuild", "themes.update"),
        rest=HERE,
        mcp=READING_ONLY,
        cli=("themes",),
    ),
)
