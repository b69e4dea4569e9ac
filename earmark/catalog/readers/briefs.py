"""Briefs as they were given, and the ledger of what each reader has been told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa
from pydantic import ValidationError

from earmark.catalog.batches import batches
from earmark.catalog.content import withdrawals
from earmark.catalog.content.placing import placed_brief
from earmark.catalog.readers.present_names import with_names
from earmark.catalog.schema import briefs as table
from earmark.catalog.schema import told
from earmark.documents import dump, load
from earmark.types import Brief, BriefItem, Related

__all__ = ["current", "dates", "get", "put", "rewrite", "told_days", "told_ids", "told_lately"]


def get(tx: sa.Connection, subscriber_id: str, date: dt.date) -> Brief | None:
    """The brief of that reader and day as it may be shown now (`current`), if it was made."""
    mine = (table.c.subscriber_id == subscriber_id) & (table.c.date == date)
    document = tx.execute(sa.select(table.c.document).where(mine)).scalar_one_or_none()
    return None if document is None else current(tx, load(Brief, document))


def current(tx: sa.Connection, brief: Brief) -> Brief:
    """The brief without what has been withdrawn since, its ideas and what others said.

    People are called in it what they are called now, and links lead to the seconds of today.

    What is stored stays whole, so that an idea which is restored is back in its place.
    """
    named = {item.insight.id for item in brief.items}
    others = [related for item in brief.items for related in item.related]
    named |= {related.insight.id for related in others if related.insight is not None}
    named |= {echo.insight_id for related in others for echo in related.also_said_by}
    brief = with_names(tx, brief, named)
    wrong = withdrawals.among(tx, named)
    brief = placed_brief(tx, brief)
    if not wrong:
        return brief
    kept = tuple(_without(item, wrong) for item in brief.items if item.insight.id not in wrong)
    gone = tuple(wrong[item.insight.id] for item in brief.items if item.insight.id in wrong)
    return replace(brief, items=kept, withdrawn=gone)


def _without(item: BriefItem, wrong: Collection[str]) -> BriefItem:
    """The item without related insights and echoes that are wrong."""

    def heard(related: Related) -> Related:
        echoes = tuple(echo for echo in related.also_said_by if echo.insight_id not in wrong)
        return replace(related, also_said_by=echoes)

    related = (other for other in item.related if other.insight is None or other.insight.id not in wrong)
    return replace(item, related=tuple(heard(other) for other in related))


def dates(tx: sa.Connection, subscriber_id: str, *, telling: Collection[str] | None = None) -> list[dt.date]:
    """The days on which a reader had a brief, newest first; those whose brief told one of the insights ``telling``, if given."""
    query = sa.select(table.c.date).where(table.c.subscriber_id == subscriber_id).order_by(table.c.date.desc())
    if telling is None:
        return list(tx.execute(query).scalars())
    days: set[dt.date] = set()
    for part in batches(sorted(telling)):
        told_on = sa.select(told.c.date).where(told.c.subscriber_id == subscriber_id, told.c.insight_id.in_(part))
        days.update(tx.execute(query.where(table.c.date.in_(told_on.where(told.c.direct)))).scalars())
    return sorted(days, reverse=True)


def put(
    tx: sa.Connection,
    brief: Brief,
    *,
    now: datetime,
    ledger: Mapping[str, tuple[str, bool]],
) -> bool:
    """Stores a brief with what it tells, in one go; ``False`` (and nothing written) if its day has one already.

    ``ledger`` maps insight ids to ``(content hash, direct)``: ``direct`` is whether the brief showed it or only
    a near-duplicate of it.
    """
    own = {"subscriber_id": brief.subscriber_id, "date": brief.date}
    if brief.date in dates(tx, brief.subscriber_id):
        return False
    tx.execute(table.insert().values(**own, document=dump(brief), created_at=now))
    known = told_ids(tx, brief.subscriber_id)
    rows = [
        {**own, "insight_id": insight_id, "content_hash": digest, "direct": direct}
        for insight_id, (digest, direct) in ledger.items()
        if insight_id not in known
    ]
    if rows:
        tx.execute(told.insert(), rows)
    return True


def rewrite(tx: sa.Connection, change: Callable[[Brief], Brief]) -> int:
    """Puts what ``change`` makes of every brief, of all readers, in its place; returns how many it changed.

    One that can no longer be read is removed: nobody can say what is in it.
    """
    changed = 0
    for row in tx.execute(sa.select(table)).all():
        mine = (table.c.subscriber_id == row.subscriber_id) & (table.c.date == row.date)
        try:
            before = load(Brief, row.document)
        except ValidationError:
            tx.execute(table.delete().where(mine))
            continue
        after = change(before)
        if after != before:
            tx.execute(table.update().where(mine).values(document=dump(after)))
            changed += 1
    return changed


def told_ids(tx: sa.Connection, subscriber_id: str) -> dict[str, str]:
    """Insight ids that a reader has been told, with the content hash of each."""
    query = sa.select(told.c.insight_id, told.c.content_hash).where(told.c.subscriber_id == subscriber_id)
    return {row.insight_id: row.content_hash for row in tx.execute(query)}


def told_lately(tx: sa.Connection, subscriber_id: str, *, limit: int) -> list[str]:
    """The ids of the insights that briefs showed a reader, the latest first, at most ``limit``."""
    query = sa.select(told.c.insight_id).where(told.c.subscriber_id == subscriber_id, told.c.direct)
    return list(tx.execute(query.order_by(told.c.date.desc(), told.c.insight_id).limit(limit)).scalars())


def told_days(tx: sa.Connection, subscriber_id: str) -> dict[str, dt.date]:
    """When a reader was first told each claim, by content hash."""
    query = sa.select(told.c.content_hash, sa.func.min(told.c.date).label("day")).where(
        told.c.subscriber_id == subscriber_id
    )
    return {row.content_hash: row.day for row in tx.execute(query.group_by(told.c.content_hash))}
