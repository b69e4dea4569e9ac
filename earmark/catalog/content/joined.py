"""The query that tells the episode and the show of a table's rows."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from earmark.catalog.feeds import secrets
from earmark.catalog.schema import audio_files, episodes, shows

__all__ = ["with_episode"]


def with_episode(table: sa.Table) -> sa.Select[Any]:
    """The rows of a table that has an ``episode_id``, with what is shown of their episode and its show, and its timeline.

    How a transcript writes a speaker is left out (`earmark.catalog.content.names`).
    """
    return (
        sa.select(
            *(column for column in table.c if column.name != "spelling"),
            episodes.c.show_id,
            shows.c.title.label("show"),
            episodes.c.title.label("episode"),
            episodes.c.published,
            secrets.shown_audio(),
            audio_files.c.anchors,
        )
        .join(episodes, table.c.episode_id == episodes.c.id)
        .join(shows, episodes.c.show_id == shows.c.id)
        .outerjoin(audio_files, audio_files.c.episode_id == table.c.episode_id)
    )
