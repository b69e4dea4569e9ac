"""Removing a show with all that came from it, wherever it went since."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from pydantic import ValidationError

from earmark.catalog.batches import batches
from earmark.catalog.content.episodes import release_same_as
from earmark.catalog.engine import Catalog
from earmark.catalog.feeds import shows
from earmark.catalog.schema import briefs, chunks, episodes, insights, theme_members, themes, told, transcripts, turns
from earmark.catalog.schema import vectors as vectors_table
from earmark.documents import dump, load
from earmark.forgetting import Gone, answer_without, brief_without, speaks_of, words_of
from earmark.types import Answer, Brief

__all__ = ["Removed", "remove", "wipe"]

_WAIT_MS = 500
"""How long readers are waited for before the log is emptied."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed:
    """What was removed, in numbers.

    ``episode_ids`` name the audio that may lie about. ``revived`` counts episodes of other feeds that had been taken
    for the same as ones of this show, and are worked on themselves now.
    """

    title: str
    episode_ids: tuple[str, ...] = ()
    transcripts: int = 0
    passages: int = 0
    insights: int = 0
    briefs: int = 0
    answers: int = 0
    revived: int = 0

    @property
    def episodes(self) -> int:
        """How many episodes."""
        return len(self.episode_ids)


def remove(tx: sa.Connection, show_id: str) -> Removed:
    """Removes a show and everything that came from it, and tells the index; raises ``NotFound``."""
    show = shows.get(tx, show_id)
    mine = sa.select(episodes.c.id).where(episodes.c.show_id == show_id)
    episode_ids = _ids(tx, mine)
    insight_ids = _ids(tx, sa.select(insights.c.id).where(insights.c.episode_id.in_(mine)))
    chunk_ids = _ids(tx, sa.select(chunks.c.id).where(chunks.c.episode_id.in_(mine)))
    hashes = {
        *_ids(tx, sa.select(insights.c.content_hash).where(insights.c.episode_id.in_(mine))),
        *_ids(tx, sa.select(chunks.c.content_hash).where(chunks.c.episode_id.in_(mine))),
    }
    counted = sa.select(sa.func.count()).select_from(transcripts).where(transcripts.c.episode_id.in_(mine))
    read = tx.execute(counted).scalar_one()
    touched = _ids(
        tx,
        sa.select(theme_members.c.theme_id)
        .where(theme_members.c.insight_id.in_(sa.select(insights.c.id).where(insights.c.episode_id.in_(mine))))
        .where(theme_members.c.theme_id.is_not(None))
        .distinct(),
    )
    for part in batches(insight_ids):
        tx.execute(told.delete().where(told.c.insight_id.in_(part)))
    revived = release_same_as(tx, show_id)
    shows.remove(tx, show_id)
    _drop_vectors(tx, sorted(hashes))
    _retell_themes(tx, touched)
    gone = Gone(show_id=show_id, title=show.title, episodes=frozenset(episode_ids), insights=frozenset(insight_ids))
    return Removed(
        title=show.title,
        episode_ids=tuple(episode_ids),
        transcripts=read,
        passages=len(chunk_ids),
        insights=len(insight_ids),
        briefs=_from_briefs(tx, gone),
        answers=_from_answers(tx, gone),
        revived=revived,
    )


def wipe(catalog: Catalog) -> None:
    """Empties SQLite's write-ahead log, which holds the removed rows until it is written over.

    Where another process reads just now, it is emptied when that one is done. It is waited for only a moment: meanwhile
    nobody can write.
    """
    if catalog.engine.dialect.name != "sqlite":
        return
    connection = catalog.engine.raw_connection()
    try:
        cursor = connection.cursor()
        usual_ms = int(cursor.execute("PRAGMA busy_timeout").fetchone()[0])
        try:
            cursor.execute(f"PRAGMA busy_timeout={_WAIT_MS}")
            with suppress(sqlite3.Error):
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        finally:
            cursor.execute(f"PRAGMA busy_timeout={usual_ms}")
            cursor.close()
    finally:
        connection.close()


def _ids(tx: sa.Connection, query: sa.Select[Any]) -> list[str]:
    return list(tx.execute(query).scalars())


def _drop_vectors(tx: sa.Connection, hashes: Sequence[str]) -> None:
    """Vectors are kept by content: what another show says word for word keeps its own."""
    for part in batches(hashes):
        used = {
            *_ids(tx, sa.select(chunks.c.content_hash).where(chunks.c.content_hash.in_(part))),
            *_ids(tx, sa.select(insights.c.content_hash).where(insights.c.content_hash.in_(part))),
        }
        unused = [one for one in part if one not in used]
        tx.execute(vectors_table.delete().where(vectors_table.c.content_hash.in_(unused)))


def _retell_themes(tx: sa.Connection, touched: Sequence[str]) -> None:
    """Themes that nothing is left of go; the others keep of their words those that are still said in them."""
    retired = _ids(tx, sa.select(themes.c.id).where(themes.c.merged_into.is_not(None)))
    tx.execute(themes.update().where(themes.c.merged_into.is_not(None)).values(label="", terms=[]))
    for theme_id in set(touched) - set(retired):
        rows = tx.execute(
            sa.select(insights.c.claim, insights.c.body, insights.c.quote, theme_members.c.similarity)
            .join(theme_members, theme_members.c.insight_id == insights.c.id)
            .where(theme_members.c.theme_id == theme_id)
            .order_by(theme_members.c.similarity.desc(), insights.c.id)
        ).all()
        if not rows:
            tx.execute(themes.delete().where(themes.c.id == theme_id))
            continue
        said = words_of(" ".join(f"{row.claim} {row.body} {row.quote}" for row in rows))
        head = tx.execute(sa.select(themes.c.label, themes.c.terms).where(themes.c.id == theme_id)).one()
        terms = [term for term in head.terms if speaks_of(term, said)]
        label = head.label if speaks_of(head.label, said) else ", ".join(terms[:3]) or rows[0].claim
        tx.execute(themes.update().where(themes.c.id == theme_id).values(label=label, terms=terms))


def _from_briefs(tx: sa.Connection, gone: Gone) -> int:
    count = 0
    for row in tx.execute(sa.select(briefs)).all():
        at = (briefs.c.subscriber_id == row.subscriber_id) & (briefs.c.date == row.date)
        try:
            before = load(Brief, row.document)
        except ValidationError:  # nobody can read it, so nobody can say what is in it
            tx.execute(briefs.delete().where(at))
            continue
        after = brief_without(before, gone)
        if after != before:
            tx.execute(briefs.update().where(at).values(document=dump(after)))
            count += 1
    return count


def _from_answers(tx: sa.Connection, gone: Gone) -> int:
    count = 0
    for row in tx.execute(sa.select(turns)).all():
        at = (turns.c.conversation_id == row.conversation_id) & (turns.c.seq == row.seq)
        try:
            before = load(Answer, row.answer)
        except ValidationError:
            tx.execute(turns.delete().where(at))
            continue
        after = answer_without(before, gone)
        if after != before:
            tx.execute(turns.update().where(at).values(answer=dump(after)))
            count += 1
    return count
