"""Shows and their episodes: which are followed, and what was said in them."""

from __future__ import annotations

from ui.capabilities.reasons import CHANGES, FOR_PAGES, HERE, READING_ONLY
from ui.capabilities.rows import Capability, Omission

__all__ = ["SHOWS"]

SHOWS: tuple[Capability, ...] = (
    Capability(
        name="shows",
        about="The followed shows by title, with how far their episodes are",
        library=("shows.summaries", "shows.every"),
        rest="GET /shows",
        mcp="list_shows",
        cli=("show list",),
    ),
    Capability(
        name="show",
        about="One show, by its id, title or a part of it",
        library=("shows.find",),
        rest="GET /shows/{show}",
        mcp=Omission("list_shows has them all"),
        cli=("show info",),
    ),
    Capability(
        name="episodes",
        about="The episodes of a show, newest first",
        library=("episodes.of_show",),
        rest="GET /shows/{show}/episodes",
        mcp="list_episodes",
        cli=Omission("`earmark show info` counts them; what they say is listed by `earmark insights --show`"),
    ),
    Capability(
        name="episode",
        about="One episode",
        library=("episodes.get", "episodes.shown"),
        rest="GET /episodes/{episode_id}",
        mcp="fetch",
        cli=Omission("what an episode says is listed by `earmark insights --show`"),
    ),
    Capability(
        name="transcript",
        about="What was said around a second of an episode, each segment with its own link",
        library=("episodes.around", "episodes.timeline", "episodes.transcript"),
        rest="GET /episodes/{episode_id}/transcript",
        mcp="transcript_around",
        cli=Omission("`earmark search` prints what surrounds a moment"),
    ),
    Capability(
        name="recording",
        about="The recording of an episode, if it is a file of this machine",
        library=("episodes.local_audio",),
        rest=HERE,
        mcp=HERE,
        cli=FOR_PAGES,
    ),
    Capability(
        name="links",
        about="Whether links still lead to the second, and where the quote is in a file that has changed",
        library=("links.check", "links.tend"),
        rest=Omission("it fetches and recognises audio for minutes; the app does it by itself each day"),
        mcp=Omission("it fetches audio; what came of it is in every link"),
        cli=("links",),
    ),
    Capability(
        name="follow",
        about="Follows and unfollows shows, and says which of their episodes are taken",
        library=(
            "shows.add",
            "shows.add_all",
            "shows.import_opml",
            "shows.on_this_machine",
            "shows.refresh",
            "shows.remove",
            "shows.set_backfill",
        ),
        rest=CHANGES,
        mcp=READING_ONLY,
        cli=("add", "import", "show backfill", "show refresh", "show remove"),
    ),
    Capability(
        name="pause",
        about="Stops asking a show for new episodes",
        library=("shows.pause",),
        rest="POST /shows/{show}/pause",
        mcp=READING_ONLY,
        cli=("show pause",),
    ),
    Capability(
        name="resume",
        about="Asks a show for new episodes again, with the next fetch",
        library=("shows.resume",),
        rest="POST /shows/{show}/resume",
        mcp=READING_ONLY,
        cli=("show resume",),
    ),
    Capability(
        name="export",
        about="The followed shows as OPML",
        library=("shows.export_opml",),
        rest="GET /opml",
        mcp=Omission("list_shows has them all"),
        cli=("export",),
    ),
)
