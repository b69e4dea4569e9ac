"""Reading episodes, keeping up with them, and what that costs."""

from __future__ import annotations

from ui.capabilities.reasons import CHANGES, HERE, MACHINERY, READING_ONLY
from ui.capabilities.rows import Capability, Omission

__all__ = ["WORK"]

WORK: tuple[Capability, ...] = (
    Capability(
        name="status",
        about="Counts of everything, what waits or failed and why, and how far the index is behind",
        library=("library.status",),
        rest="GET /status",
        mcp=MACHINERY,
        cli=("status",),
    ),
    Capability(
        name="spending",
        about="What was spent today and this month, and how many episodes wait for the language model, with the reasons",
        library=("work.spending", "work.waiting_for_model"),
        rest=Omission("what a library costs concerns its owner, who has it on the Shows page and in `earmark status`"),
        mcp=Omission("what a library costs is no model's business"),
        cli=("status", "ingest"),
    ),
    Capability(
        name="jobs",
        about="The episodes that have not been read to the end: what each waits for, what failed, and when it is tried again",
        library=("work.jobs",),
        rest="GET /jobs",
        mcp=MACHINERY,
        cli=("status",),
    ),
    Capability(
        name="work",
        about="Checks feeds and turns episodes into insights",
        library=("work.forecast", "work.ingest", "work.rewrite", "work.run"),
        rest=CHANGES,
        mcp=READING_ONLY,
        cli=("ingest", "work"),
    ),
    Capability(
        name="retry",
        about="Has episodes tried again that failed or wait: all, or those that are named",
        library=("work.retry",),
        rest="POST /jobs/retry",
        mcp=READING_ONLY,
        cli=("retry",),
    ),
    Capability(
        name="reindex",
        about="Builds the search index from the catalog; how many points it holds",
        library=("index.rebuild", "index.clear"),
        rest="POST /index/rebuild",
        mcp=READING_ONLY,
        cli=("reindex",),
    ),
    Capability(
        name="upkeep",
        about="Keeps index and themes up with the catalog, by itself",
        library=("index.behind", "index.follow", "index.let_go", "index.tend", "themes.tend"),
        rest=HERE,
        mcp=HERE,
        cli=Omission("every command that reads the index does it first"),
    ),
)
