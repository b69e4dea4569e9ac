"""Insights that a reader has withdrawn: gone from everything that reads insights, kept here so that they can come back.

A withdrawn insight is no row of ``insights`` any more, so nothing that lists, counts, groups or indexes insights has to
know of withdrawals. `earmark.catalog.content.insights.replace` leaves its id out when its episode is read again.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from earmark.catalog import changes
from earmark.catalog.batches import batches
from earmark.catalog.content import insights as stored
from earmark.catalog.content import names
from earmark.catalog.content.joined import with_episode
from earmark.catalog.content.placing import placed_insight
from earmark.catalog.schema import insights
from earmark.catalog.schema import withdrawals as table
from earmark.catalog.selecting import named, within
from earmark.clean import cut, plain
from earmark.errors import NotFound
from earmark.name_rules import NameRules
from earmark.scope import EVERYTHING, ShowScope
from earmark.timeline import Timeline
from earmark.types import Because, Insight, Withdrawal, Withdrawn

__all__ = ["LONGEST_NOTE", "among", "every", "find", "of_episode", "restore", "told_claims", "withdraw"]

LONGEST_NOTE = 500
"""Characters of a reader's note: a paragraph."""


def withdraw(
    tx: sa.Connection, insight_id: str, *, because: Because, note: str = "", by: str, now: datetime
) -> Withdrawn:
    """Takes an insight out of the library and tells the index; returns it as it was.

    Args:
        tx: a transaction.
        insight_id: its id, or the beginning of it that no other has.
        because: why.
        note: the reader's own words; kept as one line of at most ``LONGEST_NOTE`` characters.
        by: the id of the reader.
        now: when.

    Raises:
        NotFound: there is no such insight, or it has been withdrawn already.
    """
    episode_id = stored.find(tx, insight_id).episode_id
    stored.hold(tx, episode_id)
    insight = stored.find(tx, insight_id)  # as it is now that nobody else replaces it
    row = tx.execute(sa.select(insights).where(insights.c.id == insight.id)).one()
    tx.execute(insights.delete().where(insights.c.id == insight.id))
    tx.execute(
        table.insert().values(
            insight_id=insight.id,
            episode_id=insight.episode_id,
            because=because.value,
            note=cut(plain(note), LONGEST_NOTE),
            reader_id=by,
            at=now,
            content_hash=insight.content_hash,
            document={name: value for name, value in row._mapping.items() if name != "id"},
        )
    )
    changes.note(tx, "insight", [insight.id])
    return find(tx, insight.id)


def restore(tx: sa.Connection, text: str) -> Insight:
    """Puts a withdrawn insight back as it was and tells the index; raises ``NotFound`` where it is not withdrawn."""
    insight_id = find(tx, text).insight.id
    row = tx.execute(sa.select(table).where(table.c.insight_id == insight_id)).one()
    tx.execute(table.delete().where(table.c.insight_id == insight_id))
    tx.execute(insights.insert().values(_known(row) | {"id": insight_id}))
    changes.note(tx, "insight", [insight_id])
    names.apply_to(tx, {row.episode_id})
    return stored.find(tx, insight_id)


def find(tx: sa.Connection, text: str, scope: ShowScope = EVERYTHING) -> Withdrawn:
    """The withdrawn insight of these shows whose id is, or alone begins with, ``text`` (at least 4 characters).

    Raises:
        NotFound: there is none, or several begin so.
    """
    rows = named(tx, within(with_episode(table), scope), table.c.insight_id, text)
    if len(rows) == 1:
        return _withdrawn(rows[0], names.load(tx))
    if rows:
        raise NotFound("several withdrawn insights begin with this; give more of the id", subject=text)
    raise NotFound("no withdrawn insight has this id; `earmark wrong` lists them", subject=text)


def every(tx: sa.Connection, *, limit: int | None = None, scope: ShowScope = EVERYTHING) -> list[Withdrawn]:
    """The withdrawn insights of these shows, the latest withdrawal first."""
    query = within(with_episode(table), scope).order_by(table.c.at.desc(), table.c.insight_id).limit(limit)
    rules = names.load(tx)
    return [_withdrawn(row, rules) for row in tx.execute(query)]


def of_episode(tx: sa.Connection, episode_id: str) -> list[Insight]:
    """The withdrawn insights of an episode."""
    query = with_episode(table).where(table.c.episode_id == episode_id).order_by(table.c.insight_id)
    rules = names.load(tx)
    return [_withdrawn(row, rules).insight for row in tx.execute(query)]


def among(tx: sa.Connection, insight_ids: Collection[str]) -> dict[str, Withdrawal]:
    """Those of these insights that have been withdrawn, by id."""
    withdrawals: dict[str, Withdrawal] = {}
    for part in batches(sorted(set(insight_ids))):
        for row in tx.execute(with_episode(table).where(table.c.insight_id.in_(part))):
            withdrawals[row.insight_id] = _withdrawal(row)
    return withdrawals


def told_claims(tx: sa.Connection, content_hashes: Collection[str]) -> dict[str, str]:
    """The claims of withdrawn insights by their content hash, of those hashes that have one."""
    claims: dict[str, str] = {}
    for part in batches(sorted(set(content_hashes))):
        query = sa.select(table.c.content_hash, table.c.document).where(table.c.content_hash.in_(part))
        claims |= {row.content_hash: str(row.document["claim"]) for row in tx.execute(query)}
    return claims


def _withdrawal(row: sa.Row[Any]) -> Withdrawal:
    return Withdrawal(
        insight_id=row.insight_id,
        show_id=row.show_id,
        show=row.show,
        episode=row.episode,
        because=Because(row.because),
        note=row.note,
        by=row.reader_id,
        at=row.at,
    )


def _withdrawn(row: sa.Row[Any], rules: NameRules) -> Withdrawn:
    shown = {name: getattr(row, name) for name in ("show_id", "show", "episode", "published", "audio_url")}
    own = _known(row)
    spelling = own.pop("spelling", None) or own["speaker"]
    if spelling:
        own["speaker"] = rules.shown(spelling, episode_id=row.episode_id, show_id=row.show_id)
    insight = Insight(**own | shown | {"id": row.insight_id})
    return Withdrawn(withdrawal=_withdrawal(row), insight=placed_insight(insight, Timeline.load(row.anchors)))


def _known(row: sa.Row[Any]) -> dict[str, Any]:
    """The insight's own columns: of a version that knew more, what this one knows."""
    return {name: value for name, value in row.document.items() if name in insights.c}
