"""What concerns the program on this machine: its parts, its files and its models."""

from __future__ import annotations

from ui.capabilities.reasons import HERE
from ui.capabilities.rows import Capability

__all__ = ["MACHINE"]

MACHINE: tuple[Capability, ...] = (
    Capability(
        name="doctor",
        about="Whether each part that Earmark needs is there and works",
        library=("library.doctor",),
        rest=HERE,
        mcp=HERE,
        cli=("doctor",),
    ),
    Capability(
        name="tidy",
        about="Removes what the settings no longer keep: old audio, transcripts and copies",
        library=("work.tidy",),
        rest=HERE,
        mcp=HERE,
        cli=("tidy",),
    ),
    Capability(
        name="backup",
        about="The whole library in one file, and a library made of it in an empty folder",
        library=("library.backup",),
        rest=HERE,
        mcp=HERE,
        cli=("backup", "restore"),
    ),
    Capability(
        name="move",
        about="The whole library in another database, from SQLite to PostgreSQL and back",
        library=("library.move",),
        rest=HERE,
        mcp=HERE,
        cli=("move",),
    ),
    Capability(
        name="try_model",
        about="Tries the language model on five windows, and offers one that runs on this machine",
        library=("models.examine", "models.offers"),
        rest=HERE,
        mcp=HERE,
        cli=("doctor",),
    ),
    Capability(
        name="local_models",
        about="Language models that Earmark runs itself: which there are, fetched, used and removed",
        library=("models.fetch", "models.local", "models.remove", "models.use"),
        rest=HERE,
        mcp=HERE,
        cli=("model list", "model fetch", "model use", "model status", "model remove"),
    ),
    Capability(name="serve", about="Serves all faces", rest=HERE, mcp=HERE, cli=("app", "mcp")),
    Capability(
        name="set_up",
        about="Writes the first settings and follows the first shows",
        rest=HERE,
        mcp=HERE,
        cli=("init",),
    ),
    Capability(name="demo", about="A library of invented shows to look at", rest=HERE, mcp=HERE, cli=("demo",)),
    Capability(
        name="measure",
        about="Measures quality on human judgements",
        rest=HERE,
        mcp=HERE,
        cli=("eval",),
    ),
)
