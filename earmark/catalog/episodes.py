"""Episodes and where they stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from earmark.catalog.schema import episodes as table
from earmark.catalog.schema import jobs, shows
from earmark.errors import NotFound
from earmark.ids import make_id
from earmark.types import Chapter, Episode, EpisodeData, Person, Stage, TranscriptLink

__all__ = ["add_new", "by_stage", "failures", "get", "of_show"]

_FIELDS = (
    "guid",
    "title",
    "description",
    "link",
    "published",
    "duration_s",
    "audio_url",
    "audio_type",
    "audio_bytes",
    "chapters_url",
)


def add_new(tx: sa.Connection, show_id: str, data: Sequence[EpisodeData], *, language: str, now: datetime) -> list[str]:
    """Adds the episodes that are not there yet and returns their ids; one there keeps its place and its state.

    An episode is known by its show and GUID.
    """
    ids = [make_id("episode", show_id, episode.guid) for episode in data]
    known = set(tx.execute(sa.select(table.c.id).where(table.c.show_id == show_id)).scalars())
    added = []
    for episode_id, episode in zip(ids, data, strict=True):
        if episode_id in known:
            continue
        known.add(episode_id)
        added.append(episode_id)
        tx.execute(table.insert().values(_row(episode_id, show_id, episode, language, now)))
        tx.execute(jobs.insert().values(episode_id=episode_id))
    return added


def get(tx: sa.Connection, episode_id: str) -> Episode:
    """The episode with that id; raises ``NotFound``."""
    row = tx.execute(_select().where(table.c.id == episode_id)).one_or_none()
    if row is None:
        raise NotFound("no episode has this id", subject=episode_id)
    return episode_of(row)


def of_show(tx: sa.Connection, show_id: str) -> list[Episode]:
    """The episodes of a show, newest first."""
    rows = tx.execute(_select().where(table.c.show_id == show_id).order_by(table.c.published.desc(), table.c.id))
    return [episode_of(row) for row in rows]


def by_stage(tx: sa.Connection) -> dict[str, int]:
    """How many episodes have completed each stage and no later one; every stage is named."""
    found = tx.execute(sa.select(table.c.stage, sa.func.count()).group_by(table.c.stage))
    return {stage.value: 0 for stage in Stage} | {row[0]: row[1] for row in found}


def failures(tx: sa.Connection) -> list[Episode]:
    """Episodes whose last attempt failed, whether or not there will be another."""
    rows = tx.execute(_select().where(jobs.c.last_error != "").order_by(table.c.published.desc(), table.c.id))
    return [episode_of(row) for row in rows]


def _select() -> sa.Select[Any]:
    return (
        sa.select(table, shows.c.title.label("show"), jobs.c.attempts, jobs.c.failed, jobs.c.last_error)
        .join(shows, table.c.show_id == shows.c.id)
        .join(jobs, table.c.id == jobs.c.episode_id)
    )


def _row(episode_id: str, show_id: str, data: EpisodeData, language: str, now: datetime) -> dict[str, Any]:
    return {name: getattr(data, name) for name in _FIELDS} | {
        "id": episode_id,
        "show_id": show_id,
        "transcripts": [{"url": t.url, "type": t.type, "language": t.language, "rel": t.rel} for t in data.transcripts],
        "persons": [{"name": p.name, "role": p.role} for p in data.persons],
        "chapters": [asdict(chapter) for chapter in data.chapters],
        "language": language,
        "stage": Stage.DISCOVERED.value,
        "discovered_at": now,
    }


def episode_of(row: sa.Row[Any]) -> Episode:
    """The episode that a row of this module's select holds."""
    values = row._mapping
    return Episode(
        id=values["id"],
        show_id=values["show_id"],
        show=values["show"],
        data=EpisodeData(
            **{name: values[name] for name in _FIELDS},
            transcripts=tuple(TranscriptLink(**link) for link in values["transcripts"]),
            persons=tuple(Person(**person) for person in values["persons"]),
            chapters=tuple(Chapter(**chapter) for chapter in values["chapters"]),
        ),
        stage=Stage(values["stage"]),
        language=values["language"],
        discovered_at=values["discovered_at"],
        attempts=values["attempts"],
        failed=values["failed"],
        last_error=values["last_error"],
        same_as=values["same_as"],
    )
