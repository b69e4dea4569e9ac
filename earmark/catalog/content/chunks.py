"""Passages."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, fields
from dataclasses import replace as with_values
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from earmark.catalog import changes
from earmark.catalog.batches import batches
from earmark.catalog.content import names
from earmark.catalog.feeds import secrets
from earmark.catalog.schema import audio_files, episodes, shows
from earmark.catalog.schema import chunks as table
from earmark.catalog.selecting import speakers_of
from earmark.name_rules import NameRules
from earmark.scope import EVERYTHING, ShowScope
from earmark.timeline import AS_WRITTEN, Timeline
from earmark.types import Chunk

__all__ = [
    "LocatedPassage",
    "add",
    "count",
    "located",
    "of_episode",
    "of_hashes",
    "replace",
    "sample_texts",
    "speakers",
]

_OWN = tuple(field.name for field in fields(Chunk))


@dataclass(frozen=True, slots=True, kw_only=True)
class LocatedPassage:
    """A passage with where it comes from, and where its seconds are heard.

    ``spelling`` is how its transcript writes the speaker, where that is called otherwise; else ``None``. ``renamed`` is whether
    its turns bear other names than in the transcript.
    """

    chunk: Chunk
    show_id: str
    show: str
    episode: str
    published: datetime | None
    url: str
    audio_url: str
    spelling: str | None = None
    renamed: bool = False
    timeline: Timeline = AS_WRITTEN


def replace(tx: sa.Connection, episode_id: str, chunks: Sequence[Chunk]) -> None:
    """Stores the passages of an episode in place of earlier ones, and tells the index."""
    old = tx.execute(sa.select(table.c.id).where(table.c.episode_id == episode_id)).scalars().all()
    tx.execute(table.delete().where(table.c.episode_id == episode_id))
    kept = {chunk.id for chunk in chunks}
    changes.note(tx, "chunk", [chunk_id for chunk_id in old if chunk_id not in kept])
    add(tx, chunks)


def add(tx: sa.Connection, chunks: Sequence[Chunk]) -> None:
    """Stores passages that are not there yet, of any episodes, and tells the index."""
    if chunks:
        tx.execute(table.insert(), [asdict(chunk) for chunk in chunks])
        changes.note(tx, "chunk", list(dict.fromkeys(chunk.id for chunk in chunks)))
        names.apply_to(tx, {chunk.episode_id for chunk in chunks})


def located(tx: sa.Connection, ids: Sequence[str], *, as_read: bool = False) -> dict[str, LocatedPassage]:
    """Passages by id with their show and episode; ids that are gone are left out.

    The names before the turns of a passage are those that are shown; with ``as_read`` those of its transcript.
    """
    query = (
        sa.select(
            table,
            shows.c.id.label("show_id"),
            shows.c.title.label("show_title"),
            episodes.c.title.label("episode_title"),
            episodes.c.published,
            episodes.c.link,
            secrets.shown_audio(),
            audio_files.c.anchors,
        )
        .join(episodes, table.c.episode_id == episodes.c.id)
        .join(shows, episodes.c.show_id == shows.c.id)
        .outerjoin(audio_files, audio_files.c.episode_id == table.c.episode_id)
    )
    rules = NameRules() if as_read else names.load(tx)
    passages: dict[str, LocatedPassage] = {}
    for part in batches(ids):
        for row in tx.execute(query.where(table.c.id.in_(part))):
            passages[row.id] = _located(row, rules)
    return passages


def of_episode(tx: sa.Connection, episode_id: str) -> list[Chunk]:
    """The passages of an episode, by id."""
    query = sa.select(table).where(table.c.episode_id == episode_id).order_by(table.c.id)
    return [_chunk(row) for row in tx.execute(query)]


def of_hashes(tx: sa.Connection, episode_ids: Collection[str], hashes: Collection[str]) -> list[Chunk]:
    """The passages of these episodes that have one of some content hashes; in no order."""
    passages: list[Chunk] = []
    for part in batches(sorted(set(episode_ids))):
        rows = tx.execute(sa.select(table).where(table.c.episode_id.in_(part)))
        passages += [_chunk(row) for row in rows if row.content_hash in hashes]
    return passages


def count(tx: sa.Connection) -> int:
    """How many passages there are."""
    return tx.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()


def speakers(tx: sa.Connection, scope: ShowScope = EVERYTHING) -> list[str]:
    """Everybody who speaks in a passage of these shows, as they are written there, by name."""
    return sorted(tx.execute(speakers_of(table, scope)).scalars())


def sample_texts(tx: sa.Connection, *, limit: int, scope: ShowScope = EVERYTHING) -> list[str]:
    """The texts of the first ``limit`` passages of these shows by id: ids are hashes, so these are a random sample."""
    query = sa.select(table.c.text).order_by(table.c.id).limit(limit)
    return list(tx.execute(_within(query, scope)).scalars())


def _within(query: sa.Select[Any], scope: ShowScope) -> sa.Select[Any]:
    if scope.ids is None:
        return query
    return query.where(table.c.episode_id.in_(sa.select(episodes.c.id).where(episodes.c.show_id.in_(scope.ids))))


def _located(row: sa.Row[Any], rules: NameRules) -> LocatedPassage:
    values = row._mapping
    chunk = _chunk(row)
    text = rules.headed(chunk.text, episode_id=chunk.episode_id, show_id=values["show_id"])
    return LocatedPassage(
        chunk=chunk if text == chunk.text else with_values(chunk, text=text),
        show_id=values["show_id"],
        show=values["show_title"],
        episode=values["episode_title"],
        published=values["published"],
        url=values["link"] or values["audio_url"],
        audio_url=values["audio_url"],
        spelling=values["spelling"],
        renamed=text != chunk.text,
        timeline=Timeline.load(values["anchors"]),
    )


def _chunk(row: sa.Row[Any]) -> Chunk:
    return Chunk(**{name: row._mapping[name] for name in _OWN})
