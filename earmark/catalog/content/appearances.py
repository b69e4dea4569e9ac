"""Whom the voices and the feed of an episode name, and as what: rows of their own, so that no transcript is read for it.

They stay when a transcript is no longer kept.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from earmark.catalog.batches import batches
from earmark.catalog.content import names
from earmark.catalog.schema import appearances as table
from earmark.catalog.schema import episodes
from earmark.name_rules import SURE
from earmark.types import Person, Voice

__all__ = ["Appearance", "of_shows", "put_persons", "put_voices"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Appearance:
    """Somebody in an episode.

    Attributes:
        episode_id: of the episode.
        show_id: of its show.
        published: when it was published, where its feed says.
        name: the name that is shown.
        role: as the feed or the notes have it, such as ``host``; empty where they say nothing.
        heard: whether a voice of the transcript has the name; otherwise the feed names them.
    """

    episode_id: str
    show_id: str
    published: datetime | None
    name: str
    role: str
    heard: bool


def put_voices(tx: sa.Connection, episode_id: str, voices: Iterable[Voice]) -> None:
    """Notes whose voices a transcript has, as far as that is sure, in place of an earlier one's."""
    sure = [(voice.name, voice.role) for voice in voices if voice.name and voice.confidence >= SURE]
    _put(tx, episode_id, sure, heard=True)


def put_persons(tx: sa.Connection, episode_id: str, persons: Iterable[Person]) -> None:
    """Notes those to whom a feed gives a role in an episode, in place of what it said before."""
    _put(tx, episode_id, [(person.name, person.role) for person in persons if person.role], heard=False)


def _put(tx: sa.Connection, episode_id: str, roles: Iterable[tuple[str, str]], *, heard: bool) -> None:
    tx.execute(table.delete().where(table.c.episode_id == episode_id, table.c.heard == heard))
    by_name: dict[str, str] = {}
    for name, role in roles:
        by_name[name] = by_name.get(name) or role
    rows = [{"episode_id": episode_id, "name": name, "heard": heard, "role": role} for name, role in by_name.items()]
    if rows:
        tx.execute(table.insert(), rows)


def of_shows(tx: sa.Connection, show_ids: Collection[str]) -> list[Appearance]:
    """Everybody in every episode of these shows, under the names that are shown; in no order."""
    rules = names.load(tx)
    there: list[Appearance] = []
    for part in batches(sorted(show_ids)):
        query = (
            sa.select(table, episodes.c.show_id, episodes.c.published)
            .join(episodes, table.c.episode_id == episodes.c.id)
            .where(episodes.c.show_id.in_(part))
        )
        there += [
            Appearance(
                episode_id=row.episode_id,
                show_id=row.show_id,
                published=row.published,
                name=rules.shown(row.name, episode_id=row.episode_id, show_id=row.show_id) if rules else row.name,
                role=row.role,
                heard=row.heard,
            )
            for row in tx.execute(query)
        ]
    return there
