"""Briefs: of a day, of a week, and the next one before it comes."""

from __future__ import annotations

from ui.capabilities.reasons import READING_ONLY
from ui.capabilities.rows import Capability, Omission

__all__ = ["BRIEFS"]

BRIEFS: tuple[Capability, ...] = (
    Capability(
        name="brief_today",
        about="Today's brief, made when it is first asked for",
        library=("briefs.get", "briefs.today"),
        rest="GET /briefs/today",
        mcp="todays_brief",
        cli=("brief",),
    ),
    Capability(
        name="brief_next",
        about="The next brief as it would be made now; nothing of it counts as told",
        library=("briefs.preview",),
        rest="GET /briefs/next",
        mcp=Omission("what it holds is not settled: a model is asked for today's brief"),
        cli=("brief", "run"),
    ),
    Capability(
        name="digest",
        about="The week that ends today: its themes, who disagreed, and what changed about what the reader was told",
        library=("briefs.digest",),
        rest="GET /digest",
        mcp=Omission("a model is asked for today's brief, or searches the week"),
        cli=("brief",),
    ),
    Capability(
        name="brief_dropped",
        about="The ideas that the reader took out of the next brief",
        library=("briefs.dropped",),
        rest="GET /briefs/next/drops",
        mcp=Omission("what a reader took out is no model's business"),
        cli=("brief",),
    ),
    Capability(
        name="brief_drop",
        about="Takes an idea out of the next brief, for good; with `swap` another comes in its place",
        library=("briefs.drop",),
        rest="POST /briefs/next/drops",
        mcp=READING_ONLY,
        cli=("brief",),
    ),
    Capability(
        name="brief_undrop",
        about="Lets an idea come again that was taken out of a brief",
        library=("briefs.undrop",),
        rest="DELETE /briefs/next/drops/{insight_id}",
        mcp=READING_ONLY,
        cli=("brief",),
    ),
    Capability(
        name="brief",
        about="The brief of a day",
        library=("briefs.get",),
        rest="GET /briefs/{day}",
        mcp="earmark://briefs/{day}",
        cli=("brief",),
    ),
    Capability(
        name="make_brief",
        about="Makes the brief of a day that is due of what there is, though episodes are still being read",
        library=("briefs.get",),
        rest="POST /briefs/{day}",
        mcp=READING_ONLY,
        cli=("run",),
    ),
    Capability(
        name="brief_days",
        about="The days that have a brief, newest first",
        library=("briefs.dates",),
        rest="GET /briefs",
        mcp=Omission("a model is asked for today's brief, or for that of a day"),
        cli=Omission("`earmark brief --date` says where a day has none"),
    ),
)
