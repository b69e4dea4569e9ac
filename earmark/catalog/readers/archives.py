"""Everything that is a reader's own, read and put back as one value."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa

from earmark.catalog.content import insights, names
from earmark.catalog.readers import accounts, alerts, briefs, clicks, conversations, profiles, states
from earmark.catalog.schema import conversations as conversations_table
from earmark.catalog.schema import reader_states as states_table
from earmark.clean import plain
from earmark.name_rules import LONGEST_NAME
from earmark.scope import EVERYTHING, ShowScope
from earmark.types import Archive, ArchivedTalk, Role

__all__ = ["put", "read"]


def read(tx: sa.Connection, reader_id: str, scope: ShowScope = EVERYTHING) -> Archive:
    """What the reader has; insights of these shows that were saved are in it whole."""
    ids = tx.execute(sa.select(states_table.c.insight_id).where(states_table.c.reader_id == reader_id)).scalars().all()
    done = states.get_many(tx, reader_id, sorted(ids))
    saved = [state.insight_id for state in done.values() if state.saved_at is not None]
    days = sorted(briefs.dates(tx, reader_id))
    made = [briefs.get(tx, reader_id, day) for day in days]
    reader = accounts.get(tx, reader_id)
    return Archive(
        reader=reader,
        profile=profiles.get(tx, reader_id),
        states=tuple(sorted(done.values(), key=lambda state: state.insight_id)),
        wishes=tuple(clicks.every(tx, reader_id)),
        talks=tuple(
            ArchivedTalk(conversation=talk, turns=tuple(conversations.turns(tx, reader_id, talk.id)))
            for talk in sorted(conversations.every(tx, reader_id), key=lambda talk: talk.id)
        ),
        briefs=tuple(brief for brief in made if brief is not None),
        insights=tuple(kept for _, kept in sorted(insights.get_many(tx, saved).items()) if scope.holds(kept.show_id)),
        alerts=tuple(alerts.every(tx, reader_id)),
        told=tuple(alerts.told(tx, reader_id)),
        names=names.load(tx).every if reader.role is Role.OWNER else (),
    )


def put(tx: sa.Connection, reader_id: str, archive: Archive, *, now: datetime) -> int:
    """Adds what an archive holds to what the reader has, which stays; returns how many things were new.

    Insights are named by ids that follow from what was said: marks count as soon as the library has read the same episode.
    """
    return (
        _put_states(tx, reader_id, archive)
        + _put_wishes(tx, reader_id, archive)
        + _put_talks(tx, reader_id, archive)
        + _put_briefs(tx, reader_id, archive)
        + _put_alerts(tx, reader_id, archive)
        + _put_profile(tx, reader_id, archive, now=now)
        + _put_names(tx, reader_id, archive)
    )


def _put_states(tx: sa.Connection, reader_id: str, archive: Archive) -> int:
    known = states.get_many(tx, reader_id, [state.insight_id for state in archive.states])
    new = [state for state in archive.states if state.insight_id not in known]
    for state in new:
        key = [state.insight_id]
        states.set_mark(tx, reader_id, key, "read_at", state.read_at)
        states.set_mark(tx, reader_id, key, "saved_at", state.saved_at)
        states.set_mark(tx, reader_id, key, "hidden_at", state.hidden_at)
        states.write_note(tx, reader_id, state.insight_id, note=state.note, tags=state.tags)
    return len(new)


def _put_wishes(tx: sa.Connection, reader_id: str, archive: Archive) -> int:
    known = {click.insight_id for click in clicks.every(tx, reader_id)}
    new = [click for click in archive.wishes if click.insight_id not in known]
    for click in new:
        clicks.add(tx, reader_id, click.insight_id, click.direction, now=click.at)
    return len(new)


def _put_talks(tx: sa.Connection, reader_id: str, archive: Archive) -> int:
    known = {talk.id for talk in conversations.every(tx, reader_id)}
    new = [talk for talk in archive.talks if talk.conversation.id not in known and talk.turns]
    for talk in new:
        told = talk.conversation
        for turn in talk.turns:
            conversations.add_turn(
                tx, reader_id, told.id, replace(turn.answer, question=turn.question), now=turn.asked_at
            )
        conversations.rename(tx, reader_id, told.id, told.title)
        mine = (conversations_table.c.reader_id == reader_id) & (conversations_table.c.id == told.id)
        tx.execute(
            conversations_table.update().where(mine).values(created_at=told.created_at, updated_at=told.updated_at)
        )
    return len(new)


def _put_briefs(tx: sa.Connection, reader_id: str, archive: Archive) -> int:
    new = 0
    for brief in archive.briefs:
        told = {item.insight.id: (item.insight.content_hash, True) for item in brief.items}
        new += briefs.put(tx, replace(brief, subscriber_id=reader_id), now=brief.created_at, ledger=told)
    return new


def _put_alerts(tx: sa.Connection, reader_id: str, archive: Archive) -> int:
    """Adds alerts on what the reader has none on, and what they told. What the library holds already is not new to them."""
    known = {alert.selection for alert in alerts.every(tx, reader_id)}
    given = {alert.selection: alert for alert in archive.alerts if alert.selection.kind in alerts.KINDS}
    new = [alert for selection, alert in given.items() if selection not in known][: max(alerts.MOST - len(known), 0)]
    for alert in new:
        alerts.add(tx, replace(alert, id=secrets.token_hex(4), reader_id=reader_id))
    alerts.put_told(tx, reader_id, archive.told)
    return len(new)


def _put_names(tx: sa.Connection, reader_id: str, archive: Archive) -> int:
    """What an owner decided about names, where nothing was decided here; for the library of an owner alone."""
    if accounts.get(tx, reader_id).role is not Role.OWNER:
        return 0
    known = {rule.key for rule in names.load(tx).every}
    new = [rule for rule in archive.names if rule.key not in known and _is_name(rule.name)]
    names.put(tx, new)
    if new:
        names.apply(tx)
    return len(new)


def _is_name(name: str) -> bool:
    """Whether it can be one, of a file that anybody may have written."""
    return 0 < len(name) <= LONGEST_NAME and plain(name) == name


def _put_profile(tx: sa.Connection, reader_id: str, archive: Archive, *, now: datetime) -> int:
    given = archive.profile
    if profiles.get(tx, reader_id).version or not given.version:
        return 0
    profiles.put(tx, reader_id, given.text, after=0, now=now)
    return 1
