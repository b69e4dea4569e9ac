"""What a reader keeps or asks for, and what is shown to others."""

from __future__ import annotations

from ui.capabilities.reasons import LIKES, READING_ONLY
from ui.capabilities.rows import Capability, Omission

__all__ = ["MARKS"]

MARKS: tuple[Capability, ...] = (
    Capability(
        name="marked",
        about="The insights that a reader saved, hid or read, the latest first",
        library=("marks.hidden", "marks.of", "marks.read", "marks.saved"),
        rest="GET /marks/{mark}",
        mcp="saved_ideas",
        cli=("saved", "hide"),
    ),
    Capability(
        name="mark",
        about="Saves an insight with a note and tags, hides it, or notes that it was read",
        library=("marks.annotate", "marks.hide", "marks.mark_read", "marks.save"),
        rest="PUT /insights/{insight_id}/marks/{mark}",
        mcp=READING_ONLY,
        cli=("save", "hide"),
    ),
    Capability(
        name="unmark",
        about="Takes a mark away: the insight is no longer saved, hidden or read",
        library=("marks.hide", "marks.mark_read", "marks.save"),
        rest="DELETE /insights/{insight_id}/marks/{mark}",
        mcp=READING_ONLY,
        cli=("save", "hide"),
    ),
    Capability(
        name="wishes",
        about="What a reader asked for more or less of in coming briefs, the latest first",
        library=("marks.wishes",),
        rest="GET /wishes",
        mcp=LIKES,
        cli=("more", "less"),
    ),
    Capability(
        name="wish",
        about="Asks for more or less like an insight in coming briefs, in place of what was asked of it before",
        library=("marks.wish",),
        rest="POST /insights/{insight_id}/wish",
        mcp=READING_ONLY,
        cli=("more", "less"),
    ),
    Capability(
        name="unwish",
        about="Takes back what was asked of an insight",
        library=("marks.unwish",),
        rest="DELETE /insights/{insight_id}/wish",
        mcp=READING_ONLY,
        cli=("more", "less"),
    ),
    Capability(
        name="shared",
        about="The insights that an owner shares with everybody, the latest first",
        library=("sharing.every",),
        rest="GET /shared",
        mcp=Omission("who else may read an idea is no model's business"),
        cli=("share",),
    ),
    Capability(
        name="share",
        about="Shares an insight with everybody, at its page",
        library=("sharing.share",),
        rest="PUT /insights/{insight_id}/sharing",
        mcp=READING_ONLY,
        cli=("share",),
    ),
    Capability(
        name="unshare",
        about="Shares an insight with nobody else any longer",
        library=("sharing.share",),
        rest="DELETE /insights/{insight_id}/sharing",
        mcp=READING_ONLY,
        cli=("share",),
    ),
    Capability(
        name="pages",
        about="Insights, briefs, shows, people and themes on pages of their own; for strangers what is published of them",
        library=(
            "published.brief",
            "published.days",
            "published.former_names",
            "published.insight",
            "published.neighbours",
            "published.person_shows",
            "published.related",
            "published.said",
            "published.show",
            "published.theme",
            "published.themes",
            "published.withdrawn",
        ),
        rest=Omission("they have addresses of their own: /i/{id}, /b/{day}, /s/{show}, /p/{person}, /t/{theme}"),
        mcp=Omission("a model has fetch; each page has a twin in Markdown beside it"),
        cli=("publish",),
    ),
)
