"""What a reader takes along to other programs."""

from __future__ import annotations

from ui.capabilities.reasons import HERE, TAKEN_OUT
from ui.capabilities.rows import Capability, Omission

__all__ = ["TAKEOUT"]

TAKEOUT: tuple[Capability, ...] = (
    Capability(
        name="takeout",
        about="All that is a reader's own as one document, and such a document put back",
        library=("takeout.everything", "takeout.put_back"),
        rest="GET /takeout",
        mcp=Omission("what a reader keeps and asked elsewhere is no model's business"),
        cli=("takeout everything", "takeout import"),
    ),
    Capability(
        name="notes",
        about="Notes for Obsidian in a folder, and highlights sent to Readwise",
        library=("takeout.notes", "takeout.to_readwise"),
        rest=HERE,
        mcp=HERE,
        cli=("takeout notes", "takeout readwise"),
    ),
    Capability(
        name="highlights",
        about="Highlights for Readwise's import: what was saved, a brief, a theme, a person or a search",
        library=("takeout.readwise_csv",),
        rest="GET /takeout/readwise",
        mcp=TAKEN_OUT,
        cli=("takeout readwise",),
    ),
    Capability(
        name="cards",
        about="Cards for Anki's import: what was saved, a brief, a theme, a person or a search",
        library=("takeout.anki",),
        rest="GET /takeout/anki",
        mcp=TAKEN_OUT,
        cli=("takeout anki",),
    ),
)
