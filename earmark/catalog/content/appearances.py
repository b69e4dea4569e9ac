"""Whom the voices and the feed of an episode name, and as what: rows of their own, so that no transcript is read for it.

They stay when a transcript is no longer kept.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import sqlalchemy as sa

from earmark.catalog.batches import batches
from earmark.catalog.content import names
from earmark.catalog.schema import appearances as table
from earmark.catalog.schema import episodes
from earmark.catalog.selecting import within
from earmark.language.folding import fold
from earmark.name_rules import SURE, NameRules
from earmark.scope import EVERYTHING, ShowScope
from earmark.types import Person, Voice

__all__ = [
    "Appearance",
    "heard_on",
    "of_episodes",
    "put_persons",
    "put_voices",
    "speaking_in",
    "speaking_names",
    "states_of",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Appearance:
    """Somebody in an episode.

    Attributes:
        episode_id: of the episode.
        show_id: of its show.
        name: the name that is shown.
        role: as the feed or the notes have it, such as ``host``; empty where they say nothing.
        heard: whether a voice of the transcript has the name; otherwise the feed names them.
    """

    episode_id: str
    show_id: str
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


def of_episodes(tx: sa.Connection, episode_ids: Collection[str]) -> list[Appearance]:
    """Everybody in these episodes, under the names that are shown; in no order."""
    rules = names.load(tx)
    there: list[Appearance] = []
    for part in batches(sorted(set(episode_ids))):
        query = (
            sa.select(table, episodes.c.show_id)
            .join(episodes, table.c.episode_id == episodes.c.id)
            .where(table.c.episode_id.in_(part))
        )
        there += [
            Appearance(
                episode_id=row.episode_id,
                show_id=row.show_id,
                name=_shown(rules, row.name, row.episode_id, row.show_id),
                role=row.role,
                heard=row.heard,
            )
            for row in tx.execute(query)
        ]
    return there


def heard_on(tx: sa.Connection, show_ids: Collection[str]) -> dict[str, list[list[str]]]:
    """Who is heard in each episode of these shows where anybody is, the earliest first, by show; under the names that are shown."""
    rules = names.load(tx)
    heard: dict[str, list[list[str]]] = {show_id: [] for show_id in show_ids}
    for part in batches(sorted(heard)):
        query = (
            sa.select(episodes.c.show_id, table.c.episode_id, table.c.name)
            .join(episodes, table.c.episode_id == episodes.c.id)
            .where(episodes.c.show_id.in_(part), table.c.heard)
            .order_by(episodes.c.published.nulls_first(), table.c.episode_id)
        )
        last = ""
        for show_id, episode_id, name in tx.execute(query):
            if episode_id != last:
                heard[show_id].append([])
                last = episode_id
            heard[show_id][-1].append(_shown(rules, name, episode_id, show_id))
    return heard


def speaking_names(tx: sa.Connection, roles: Collection[str], scope: ShowScope = EVERYTHING) -> list[str]:
    """Everybody whom voices of these shows name, and to whom their feeds give one of some roles in lower case.

    They are under the names that are shown, by name.
    """
    query = sa.select(table.c.name).join(episodes, table.c.episode_id == episodes.c.id).where(_speaks(roles)).distinct()
    written = set(tx.execute(within(query, scope)).scalars())
    rules = names.load(tx)
    ruled = _spelled(written, {fold(rule.spelling) for rule in rules.every})
    return sorted((written - ruled) | {name for name, _ in _speaking(tx, rules, ruled, roles, scope)})


def speaking_in(tx: sa.Connection, shown: Collection[str], roles: Collection[str]) -> set[str]:
    """The ids of the episodes whose voices, or whose feeds in one of some roles, name somebody who is shown under one of these names."""
    rules = names.load(tx)
    former = {fold(rule.spelling) for rule in rules.every if rule.name in shown}
    written = set(tx.execute(sa.select(table.c.name).distinct()).scalars()) if former else set[str]()
    there = _speaking(tx, rules, {*shown, *_spelled(written, former)}, roles, EVERYTHING)
    return {episode_id for name, episode_id in there if name in shown}


def _spelled(written: Collection[str], folded: Collection[str]) -> set[str]:
    return {name for name in written if fold(name) in folded} if folded else set()


def _speaking(
    tx: sa.Connection, rules: NameRules, written: Collection[str], roles: Collection[str], scope: ShowScope
) -> list[tuple[str, str]]:
    """The names that are shown of those who are written so, each with an episode."""
    query = sa.select(table.c.name, table.c.episode_id, episodes.c.show_id)
    query = within(query.join(episodes, table.c.episode_id == episodes.c.id).where(_speaks(roles)), scope)
    return [
        (_shown(rules, row.name, row.episode_id, row.show_id), row.episode_id)
        for part in batches(sorted(written))
        for row in tx.execute(query.where(table.c.name.in_(part)))
    ]


def _speaks(roles: Collection[str]) -> sa.ColumnElement[bool]:
    return sa.or_(table.c.heard, sa.func.lower(table.c.role).in_(sorted(roles)))


def states_of(tx: sa.Connection, show_ids: Collection[str]) -> dict[str, tuple[object, ...]]:
    """How many episodes each of these shows has at each stage and when the latest of them came out: found in an index, without the rows."""
    states: dict[str, tuple[object, ...]] = dict.fromkeys(show_ids, ())
    for part in batches(sorted(states)):
        query = sa.select(episodes.c.show_id, episodes.c.stage, sa.func.count(), sa.func.max(episodes.c.published))
        query = query.where(episodes.c.show_id.in_(part)).group_by(episodes.c.show_id, episodes.c.stage)
        for row in tx.execute(query.order_by(episodes.c.show_id, episodes.c.stage)):
            states[row.show_id] += tuple(row[1:])
    return states


def _shown(rules: NameRules, name: str, episode_id: str, show_id: str) -> str:
    return rules.shown(name, episode_id=episode_id, show_id=show_id) if rules else name
