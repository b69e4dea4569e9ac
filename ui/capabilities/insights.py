"""Insights: found, compared, and taken out of the library."""

from __future__ import annotations

from ui.capabilities.reasons import READING_ONLY
from ui.capabilities.rows import Capability, Omission

__all__ = ["INSIGHTS"]

INSIGHTS: tuple[Capability, ...] = (
    Capability(
        name="insights",
        about="Insights, newest episode first",
        library=("insights.newest",),
        rest="GET /insights",
        mcp=Omission("a model looks for something: search_insights"),
        cli=("insights",),
    ),
    Capability(
        name="insight",
        about="One insight, by its id or the beginning of it",
        library=("insights.get",),
        rest="GET /insights/{insight_id}",
        mcp="fetch",
        cli=("related",),
    ),
    Capability(
        name="related",
        about="What other shows said about the same thing as an insight, best first",
        library=("insights.related",),
        rest="GET /insights/{insight_id}/related",
        mcp="related_insights",
        cli=("related",),
    ),
    Capability(
        name="disagreements",
        about="Who contradicts whom on two shows, each pair once, the latest first",
        library=("insights.disagreements",),
        rest="GET /disagreements",
        mcp=Omission("related_insights says it of each claim"),
        cli=("disagreements",),
    ),
    Capability(
        name="withdraw",
        about="Takes a wrong insight out of the library for every reader",
        library=("insights.withdraw",),
        rest="POST /insights/{insight_id}/withdrawal",
        mcp=READING_ONLY,
        cli=("wrong",),
    ),
    Capability(
        name="restore",
        about="Puts a withdrawn insight back as it was",
        library=("insights.restore",),
        rest="DELETE /insights/{insight_id}/withdrawal",
        mcp=READING_ONLY,
        cli=("wrong",),
    ),
    Capability(
        name="withdrawal",
        about="A withdrawn insight, with who withdrew it and why",
        library=("insights.find_withdrawn",),
        rest="GET /insights/{insight_id}/withdrawal",
        mcp=Omission("what was withdrawn is told to no model"),
        cli=("wrong",),
    ),
    Capability(
        name="withdrawals",
        about="The withdrawn insights, the latest withdrawal first",
        library=("insights.withdrawn",),
        rest="GET /withdrawals",
        mcp=Omission("what was withdrawn is told to no model"),
        cli=("wrong",),
    ),
    Capability(
        name="novelty",
        about="How far insights differ from everything that other shows said before them, in 0..1, by id",
        library=("insights.novelty",),
        rest="GET /novelty",
        mcp=Omission("a number to sort by; the brief carries it"),
        cli=("insights",),
    ),
)
