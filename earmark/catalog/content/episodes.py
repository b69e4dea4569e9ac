"""Episodes and their stage of work."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from earmark.catalog.batches import batches
from earmark.catalog.content import appearances
from earmark.catalog.inserting import insert_missing
from earmark.catalog.schema import episode_keys as keys_table
from earmark.catalog.schema import episodes as table
from earmark.catalog.schema import jobs, shows
from earmark.catalog.selecting import within
from earmark.errors import NotFound
from earmark.ids import make_id
from earmark.scope import EVERYTHING, ShowScope
from earmark.types import Chapter, Episode, EpisodeData, Person, Soundbite, Stage, TranscriptLink

__all__ = [
    "KeyedEpisode",
    "SilentEpisode",
    "add",
    "add_new",
    "by_keys",
    "by_stage",
    "dates",
    "failures",
    "get",
    "known",
    "mark_same_as",
    "of_show",
    "pass_on",
    "people",
    "put_keys",
    "release_same_as",
    "silent",
    "update",
]

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


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyedEpisode:
    """An episode with the keys that it is and has been known by (`ingest.episodes.identity`)."""

    episode: Episode
    keys: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class SilentEpisode:
    """An episode that was read and gave no insight, with the reason in words."""

    show: str
    episode: str
    episode_id: str
    reason: str


def add_new(tx: sa.Connection, show_id: str, data: Sequence[EpisodeData], *, language: str, now: datetime) -> list[str]:
    """Adds the episodes that are not there yet and returns their ids; one there keeps its place and its state.

    An episode is known by its show and GUID: for callers that make their own GUIDs. Feeds go by `ingest.episodes.recognition`.
    """
    ids = [make_id("episode", show_id, episode.guid) for episode in data]
    there = set(tx.execute(sa.select(table.c.id).where(table.c.show_id == show_id)).scalars())
    added = []
    for episode_id, episode in zip(ids, data, strict=True):
        if episode_id in there:
            continue
        there.add(episode_id)
        added.append(episode_id)
        _insert(tx, episode_id, show_id, episode, language=language, now=now, priority=0)
    return added


def add(tx: sa.Connection, show_id: str, data: EpisodeData, *, language: str, now: datetime, priority: int = 0) -> str:
    """Adds an episode that is known to be new, and returns its id.

    The id is made of show and GUID. Where an older episode has that one already (publishers use GUIDs again), it is
    made of audio and title as well.
    """
    for parts in ((data.guid,), (data.guid, data.audio_url, data.title), (data.guid, now.isoformat())):
        episode_id = make_id("episode", show_id, *parts)
        if tx.execute(sa.select(table.c.id).where(table.c.id == episode_id)).one_or_none() is None:
            break
    _insert(tx, episode_id, show_id, data, language=language, now=now, priority=priority)
    return episode_id


def update(tx: sa.Connection, episode_id: str, data: EpisodeData, fields: Collection[str]) -> None:
    """Takes over these fields of what a feed says now; id, stage and what was made of the episode stay."""
    values = _values(data)
    tx.execute(table.update().where(table.c.id == episode_id).values({name: values[name] for name in fields}))
    if "persons" in fields:
        appearances.put_persons(tx, episode_id, data.persons)


def known(tx: sa.Connection, show_id: str) -> list[KeyedEpisode]:
    """The episodes of a show with their keys, newest first."""
    keys_of = _keys(tx, sa.select(table.c.id).where(table.c.show_id == show_id))
    return [
        KeyedEpisode(episode=episode, keys=frozenset(keys_of.get(episode.id, ()))) for episode in of_show(tx, show_id)
    ]


def by_keys(tx: sa.Connection, names: Collection[str]) -> list[KeyedEpisode]:
    """The episodes of any show that have one of these keys, in the order in which they were discovered."""
    wanted = sa.select(keys_table.c.episode_id).where(keys_table.c.key.in_(list(names)))
    rows = tx.execute(_select().where(table.c.id.in_(wanted)).order_by(table.c.discovered_at, table.c.id)).all()
    keys_of = _keys(tx, wanted)
    return [KeyedEpisode(episode=episode_of(row), keys=frozenset(keys_of.get(row.id, ()))) for row in rows]


def put_keys(tx: sa.Connection, episode_id: str, names: Iterable[str]) -> None:
    """Notes further keys of an episode; those it had stay."""
    insert_missing(tx, keys_table, [{"episode_id": episode_id, "key": name} for name in sorted(set(names))])


def mark_same_as(tx: sa.Connection, episode_id: str, first: str) -> None:
    """Notes that an episode is worked on under another id, and takes it out of the line."""
    tx.execute(table.update().where(table.c.id == episode_id).values(same_as=first))
    tx.execute(jobs.update().where(jobs.c.episode_id == episode_id).values(turn=None))


def release_same_as(tx: sa.Connection, show_id: str) -> int:
    """Before a show is removed: of every episode in other shows that hung on one of its own, the earliest takes over.

    The others hang on that one from now on. Returns how many take over; they can be claimed.
    """
    mine = sa.select(table.c.id).where(table.c.show_id == show_id)
    rows = tx.execute(
        sa.select(table.c.id, table.c.same_as)
        .where(table.c.same_as.in_(mine), table.c.show_id != show_id)
        .order_by(table.c.discovered_at, table.c.id)
    ).all()
    return _hand_over(tx, rows)


def pass_on(tx: sa.Connection, episode_id: str) -> int:
    """After an episode has failed for good: the earliest of those that hung on it takes over, the others hang on that.

    Its feed may lead to another file, or have a transcript. Returns 1, or 0 where none hung on it.
    """
    query = sa.select(table.c.id, table.c.same_as).where(table.c.same_as == episode_id)
    return _hand_over(tx, tx.execute(query.order_by(table.c.discovered_at, table.c.id)).all())


def _hand_over(tx: sa.Connection, rows: Sequence[sa.Row[Any, Any]]) -> int:
    heirs: dict[str, str] = {}
    for row in rows:
        heir = heirs.setdefault(row.same_as, row.id)
        tx.execute(table.update().where(table.c.id == row.id).values(same_as="" if heir == row.id else heir))
    for some in batches(list(heirs.values())):
        tx.execute(jobs.update().where(jobs.c.episode_id.in_(some)).values(turn=0, not_before=None, waits=""))
    return len(heirs)


def get(tx: sa.Connection, episode_id: str, scope: ShowScope = EVERYTHING) -> Episode:
    """The episode of these shows with that id; raises ``NotFound``."""
    row = tx.execute(_select().where(table.c.id == episode_id)).one_or_none()
    if row is None or not scope.holds(row.show_id):
        raise NotFound("no episode has this id", subject=episode_id)
    return episode_of(row)


def of_show(tx: sa.Connection, show_id: str) -> list[Episode]:
    """The episodes of a show, newest first; those without a date after the others, as their feed had them."""
    newest_first = (table.c.published.desc().nulls_last(), table.c.discovered_at.desc(), table.c.id)
    rows = tx.execute(_select().where(table.c.show_id == show_id).order_by(*newest_first))
    return [episode_of(row) for row in rows]


def by_stage(tx: sa.Connection) -> dict[str, int]:
    """How many episodes have completed each stage and no later one; every stage is named.

    One that two feeds have counts once.
    """
    counts = tx.execute(sa.select(table.c.stage, sa.func.count()).where(table.c.same_as == "").group_by(table.c.stage))
    return {stage.value: 0 for stage in Stage} | {row[0]: row[1] for row in counts}


def dates(tx: sa.Connection, scope: ShowScope = EVERYTHING) -> tuple[datetime | None, datetime | None]:
    """When the oldest and the newest episode of these shows were published; ``None`` if none has a date."""
    # Asked for one by one, each is an end of the index of dates; both at once are looked for in all of it.
    oldest, newest = (
        tx.execute(within(sa.select(end(table.c.published)), scope)).scalar_one() for end in (sa.func.min, sa.func.max)
    )
    return oldest, newest


def people(tx: sa.Connection, scope: ShowScope = EVERYTHING) -> list[str]:
    """The persons named by the feeds of these shows, as the feeds write them, each once, in no order."""
    rows = tx.execute(within(sa.select(table.c.persons), scope)).scalars()
    return list(dict.fromkeys(str(person.get("name", "")) for persons in rows for person in persons))


def silent(tx: sa.Connection) -> list[SilentEpisode]:
    """Episodes that were read and gave no insight, the newest first."""
    query = sa.select(table.c.id, table.c.title, table.c.no_insights, shows.c.title.label("show"))
    query = query.join(shows, table.c.show_id == shows.c.id).where(
        table.c.no_insights != sa.text("''"),
        table.c.stage == Stage.INSIGHTS.value,  # as in the index of these
    )
    rows = tx.execute(query.order_by(table.c.published.desc().nulls_last(), table.c.id))
    return [SilentEpisode(show=row.show, episode=row.title, episode_id=row.id, reason=row.no_insights) for row in rows]


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


def _keys(tx: sa.Connection, ids: sa.Select[Any]) -> dict[str, set[str]]:
    keys_of: dict[str, set[str]] = {}
    for row in tx.execute(sa.select(keys_table).where(keys_table.c.episode_id.in_(ids))):
        keys_of.setdefault(row.episode_id, set()).add(row.key)
    return keys_of


def _insert(
    tx: sa.Connection,
    episode_id: str,
    show_id: str,
    data: EpisodeData,
    *,
    language: str,
    now: datetime,
    priority: int,
) -> None:
    new = {"id": episode_id, "show_id": show_id, "language": language, "discovered_at": now}
    tx.execute(table.insert().values(_values(data) | new | {"stage": Stage.DISCOVERED.value}))
    tx.execute(jobs.insert().values(episode_id=episode_id, priority=priority))
    appearances.put_persons(tx, episode_id, data.persons)


def _values(data: EpisodeData) -> dict[str, Any]:
    return {name: getattr(data, name) for name in _FIELDS} | {
        "transcripts": [{"url": t.url, "type": t.type, "language": t.language, "rel": t.rel} for t in data.transcripts],
        "persons": [{"name": p.name, "role": p.role} for p in data.persons],
        "chapters": [asdict(chapter) for chapter in data.chapters],
        "soundbites": [asdict(soundbite) for soundbite in data.soundbites],
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
            soundbites=tuple(Soundbite(**soundbite) for soundbite in values["soundbites"]),
        ),
        stage=Stage(values["stage"]),
        language=values["language"],
        discovered_at=values["discovered_at"],
        attempts=values["attempts"],
        failed=values["failed"],
        last_error=values["last_error"],
        same_as=values["same_as"],
        no_insights=values["no_insights"],
    )
