"""Removing a show with every row that came from it, and what readers were told of it and did with it.

What other rows tell of it in words (briefs, answers, themes) is rewritten by `library.removal`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from earmark.catalog import changes
from earmark.catalog.batches import batches
from earmark.catalog.content import names, remembered, shared
from earmark.catalog.content.episodes import release_same_as
from earmark.catalog.feeds import following, shows
from earmark.catalog.readers import alerts, clicks, drops, states
from earmark.catalog.schema import chunks, episodes, insights, theme_members, told, transcripts, withdrawals
from earmark.catalog.schema import shows as shows_table
from earmark.catalog.schema import vectors as vectors_table

__all__ = ["ShowRemoval", "drop_vectors", "remove", "remove_but"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowRemoval:
    """What was taken out of the catalog.

    ``theme_ids`` are the themes that its insights were in. ``revived`` counts episodes of other feeds that had been
    taken for the same as ones of this show, and are worked on themselves now. ``kept`` counts insights that stayed, with
    their episodes and the paused show.
    """

    show_id: str
    title: str
    episode_ids: tuple[str, ...]
    insight_ids: tuple[str, ...]
    theme_ids: tuple[str, ...]
    transcripts: int
    passages: int
    revived: int
    kept: int = 0


def remove(tx: sa.Connection, show_id: str) -> ShowRemoval:
    """Removes a show and every row that came from it, and tells the index; raises ``NotFound``."""
    show = shows.get(tx, show_id)
    mine = sa.select(episodes.c.id).where(episodes.c.show_id == show_id)
    insight_ids = [
        *_ids(tx, sa.select(insights.c.id).where(insights.c.episode_id.in_(mine))),
        *_ids(tx, sa.select(withdrawals.c.insight_id).where(withdrawals.c.episode_id.in_(mine))),
    ]
    chunk_ids = _ids(tx, sa.select(chunks.c.id).where(chunks.c.episode_id.in_(mine)))
    hashes = {
        *_ids(tx, sa.select(insights.c.content_hash).where(insights.c.episode_id.in_(mine))),
        *_ids(tx, sa.select(withdrawals.c.content_hash).where(withdrawals.c.episode_id.in_(mine))),
        *_ids(tx, sa.select(chunks.c.content_hash).where(chunks.c.episode_id.in_(mine))),
    }
    counted = sa.select(sa.func.count()).select_from(transcripts).where(transcripts.c.episode_id.in_(mine))
    taken = ShowRemoval(
        show_id=show_id,
        title=show.title,
        episode_ids=tuple(_ids(tx, mine)),
        insight_ids=tuple(insight_ids),
        theme_ids=tuple(_themes_of(tx, mine)),
        transcripts=tx.execute(counted).scalar_one(),
        passages=len(chunk_ids),
        revived=release_same_as(tx, show_id),
    )
    remembered.remember(tx, mine)
    for part in batches(insight_ids):
        tx.execute(told.delete().where(told.c.insight_id.in_(part)))
    states.forget(tx, insight_ids)
    alerts.forget(tx, insight_ids)
    drops.forget(tx, insight_ids)
    clicks.forget(tx, insight_ids)
    shared.forget(tx, insight_ids)
    names.forget(tx, [show_id, *taken.episode_ids])
    changes.note(tx, "chunk", chunk_ids)
    changes.note(tx, "insight", insight_ids)
    tx.execute(shows_table.delete().where(shows_table.c.id == show_id))
    drop_vectors(tx, sorted(hashes))
    return taken


def remove_but(tx: sa.Connection, show_id: str, kept: Collection[str]) -> ShowRemoval:
    """Removes what came from a show but these insights with their episodes, pauses it, and tells the index.

    What readers were told stays told. Without any of these insights it removes the whole show. Raises ``NotFound``.
    """
    show = shows.get(tx, show_id)
    mine = sa.select(episodes.c.id).where(episodes.c.show_id == show_id)
    rows = tx.execute(sa.select(insights).where(insights.c.episode_id.in_(mine))).all()
    staying = [row for row in rows if row.id in kept]
    if not staying:
        return remove(tx, show_id)
    going = [row for row in rows if row.id not in kept]
    going_ids = [row.id for row in going]
    said = tx.execute(sa.select(chunks.c.id, chunks.c.content_hash).where(chunks.c.episode_id.in_(mine))).all()
    counted = sa.select(sa.func.count()).select_from(transcripts).where(transcripts.c.episode_id.in_(mine))
    open_episodes = {row.episode_id for row in staying}
    gone = [episode_id for episode_id in _ids(tx, mine) if episode_id not in open_episodes]
    taken = ShowRemoval(
        show_id=show_id,
        title=show.title,
        episode_ids=tuple(gone),
        insight_ids=tuple(going_ids),
        theme_ids=tuple(_themes_of(tx, mine)),
        transcripts=tx.execute(counted).scalar_one(),
        passages=len(said),
        revived=release_same_as(tx, show_id),
        kept=len(staying),
    )
    remembered.remember(tx, mine.where(episodes.c.id.not_in(sorted(open_episodes))))
    states.forget(tx, going_ids)
    alerts.forget(tx, going_ids)
    shared.forget(tx, going_ids)
    changes.note(tx, "chunk", [row.id for row in said])
    changes.note(tx, "insight", going_ids)
    tx.execute(transcripts.delete().where(transcripts.c.episode_id.in_(mine)))
    tx.execute(chunks.delete().where(chunks.c.episode_id.in_(mine)))
    for part in batches(going_ids):
        tx.execute(insights.delete().where(insights.c.id.in_(part)))
    for part in batches(gone):
        tx.execute(episodes.delete().where(episodes.c.id.in_(part)))
    following.pause(tx, show_id)
    drop_vectors(tx, sorted({row.content_hash for row in (*said, *going)}))
    return taken


def _themes_of(tx: sa.Connection, episode_ids: sa.Select[Any]) -> list[str]:
    inside = sa.select(insights.c.id).where(insights.c.episode_id.in_(episode_ids))
    query = (
        sa.select(theme_members.c.theme_id)
        .where(theme_members.c.insight_id.in_(inside), theme_members.c.theme_id.is_not(None))
        .distinct()
    )
    return _ids(tx, query)


def _ids(tx: sa.Connection, query: sa.Select[Any]) -> list[str]:
    return list(tx.execute(query).scalars())


def drop_vectors(tx: sa.Connection, hashes: Sequence[str]) -> None:
    """Removes the vectors of removed texts; they are kept by content, so what another show says word for word keeps its own."""
    for part in batches(hashes):
        used = {
            *_ids(tx, sa.select(chunks.c.content_hash).where(chunks.c.content_hash.in_(part))),
            *_ids(tx, sa.select(insights.c.content_hash).where(insights.c.content_hash.in_(part))),
        }
        unused = [digest for digest in part if digest not in used]
        tx.execute(vectors_table.delete().where(vectors_table.c.content_hash.in_(unused)))
