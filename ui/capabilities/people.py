"""Who says it, and what they are called."""

from __future__ import annotations

from ui.capabilities.reasons import READING_ONLY
from ui.capabilities.rows import Capability, Omission

__all__ = ["PEOPLE"]

PEOPLE: tuple[Capability, ...] = (
    Capability(
        name="people",
        about="Everybody who says an insight, with how much and where; who says most of them first",
        library=("people.every",),
        rest="GET /people",
        mcp=Omission("a model looks for somebody: search takes speaker:"),
        cli=("people",),
    ),
    Capability(
        name="person",
        about="Somebody with where they speak, as host or guest, and their claims, by what they are about and over time",
        library=("people.get", "people.shows"),
        rest="GET /people/{name}",
        mcp="person",
        cli=("people",),
    ),
    Capability(
        name="ties",
        about="Who says the same as somebody, and who the opposite, with examples",
        library=("people.ties",),
        rest="GET /people/{name}/ties",
        mcp=Omission("related_insights says it of each claim"),
        cli=("people",),
    ),
    Capability(
        name="timeline",
        about="Somebody's claims by time: predictions with their date, and what was said later about each",
        library=("people.timeline",),
        rest="GET /people/{name}/timeline",
        mcp=Omission("person has the claims, and related_insights what others said"),
        cli=("people",),
    ),
    Capability(
        name="rename_person",
        about="Has somebody called otherwise from now on, wherever a name is shown or matched",
        library=("people.rename",),
        rest="PATCH /people/{name}",
        mcp=READING_ONLY,
        cli=("people",),
    ),
    Capability(
        name="confirm_person",
        about="Says that somebody's name is right, however it is written later",
        library=("people.confirm",),
        rest="PUT /people/{name}/confirmation",
        mcp=READING_ONLY,
        cli=("people",),
    ),
    Capability(
        name="join_people",
        about="Says that another name is somebody's too: the two are one person, called by the first",
        library=("people.join",),
        rest="POST /people/{name}/spellings",
        mcp=READING_ONLY,
        cli=("people",),
    ),
    Capability(
        name="split_person",
        about="Says that whoever is written one way is somebody else than the others of a name",
        library=("people.split",),
        rest="POST /people/{name}/splits",
        mcp=READING_ONLY,
        cli=("people",),
    ),
)
