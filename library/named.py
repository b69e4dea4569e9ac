"""What a user's words name: shows and episodes."""

from __future__ import annotations

from collections.abc import Sequence

from earmark.catalog import Connection
from earmark.catalog.feeds import shows
from earmark.catalog.work import jobs

__all__ = ["named"]


def named(tx: Connection, names: Sequence[str]) -> tuple[list[str], list[str]]:
    """The ids of the shows and of the episodes that names mean; raises ``NotFound`` for one that means neither."""
    show_ids: list[str] = []
    episode_ids: list[str] = []
    for name in names:
        episode_id = jobs.find(tx, name)
        if episode_id:
            episode_ids.append(episode_id)
        else:
            show_ids.append(shows.find(tx, name).id)
    return show_ids, episode_ids
