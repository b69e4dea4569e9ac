"""Published insights, and what the gate dropped."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from earmark.catalog import changes
from earmark.catalog.batches import batches
from earmark.catalog.content import names
from earmark.catalog.content.joined import with_episode
from earmark.catalog.content.placing import placed_insight
from earmark.catalog.content.remembered import withdraw_again
from earmark.catalog.feeds import secrets
from earmark.catalog.schema import episodes, gate_drops, reader_states, withdrawals
from earmark.catalog.schema import insights as table
from earmark.catalog.selecting import named, within
from earmark.errors import NotFound
from earmark.scope import EVERYTHING, ShowScope
from earmark.timeline import Timeline
from earmark.types import Insight

__all__ = [
    "WITHDRAWN",
    "count",
    "drops",
    "find",
    "get_many",
    "hold",
    "listed",
    "of_episode",
    "quotes",
    "replace",
    "sample",
]

WITHDRAWN = "all its ideas were withdrawn"
"""Why an episode has no insight where a reader has taken back every one."""
_OWN = (
    "seq",
    "claim",
    "body",
    "quote",
    "url",
    "speaker",
    "start_s",
    "end_s",
    "quality",
    "extractor",
    "content_hash",
    "headline",
    "kind",
)


def replace(
    tx: sa.Connection,
    episode_id: str,
    insights: Sequence[Insight],
    dropped: Mapping[str, int],
    *,
    because: str = "",
) -> None:
    """Stores the insights of an episode in place of earlier ones with the gate's counts, and tells the index.

    Those that a reader has withdrawn (`earmark.catalog.content.withdrawals`) are left out. ``because`` is why there are
    none, in words, and is kept with the episode.
    """
    hold(tx, episode_id)
    withdrawn = sa.select(withdrawals.c.insight_id).where(withdrawals.c.episode_id == episode_id)
    wrong = set(tx.execute(withdrawn).scalars())
    insights = [insight for insight in insights if insight.id not in wrong]
    old = tx.execute(sa.select(table.c.id).where(table.c.episode_id == episode_id)).scalars().all()
    tx.execute(table.delete().where(table.c.episode_id == episode_id))
    tx.execute(gate_drops.delete().where(gate_drops.c.episode_id == episode_id))
    own = ("id", "episode_id", *_OWN)
    rows = [{name: getattr(insight, name) for name in own} for insight in insights]
    if secrets.private_episode(tx, episode_id):
        for row, insight in zip(rows, insights, strict=True):
            if insight.audio_url and insight.url.startswith(insight.audio_url):
                row["url"] = ""  # the audio of a private feed is no address to hand on
    again = withdraw_again(tx, episode_id, rows)
    rows = [row for row in rows if row["id"] not in again]
    if rows:
        tx.execute(table.insert(), rows)
    counts = [{"episode_id": episode_id, "reason": reason, "count": n} for reason, n in dropped.items() if n]
    if counts:
        tx.execute(gate_drops.insert(), counts)
    tx.execute(episodes.update().where(episodes.c.id == episode_id).values(no_insights=_silence(rows, again, because)))
    changes.note(tx, "insight", list(dict.fromkeys([*old, *(row["id"] for row in rows)])))
    names.apply_to(tx, {episode_id})


def _silence(rows: Sequence[Mapping[str, Any]], again: Collection[str], because: str) -> str:
    """Why the episode has no insight, as it is kept."""
    return "" if rows else WITHDRAWN if again else because


def hold(tx: sa.Connection, episode_id: str) -> None:
    """Keeps others from changing the insights of an episode until this transaction ends."""
    tx.execute(sa.select(episodes.c.id).where(episodes.c.id == episode_id).with_for_update())


def find(tx: sa.Connection, text: str, scope: ShowScope = EVERYTHING) -> Insight:
    """The insight of these shows whose id is, or alone begins with, ``text`` (at least 4 characters).

    Raises:
        NotFound: there is none, several begin so, or it has been withdrawn.
    """
    rows = named(tx, within(with_episode(table), scope), table.c.id, text)
    if len(rows) == 1:
        return _insight(rows[0])
    if rows:
        raise NotFound("several insights begin with this; give more of the id", subject=text)
    reasons = sa.select(withdrawals.c.because).join(episodes, withdrawals.c.episode_id == episodes.c.id)
    if taken_back := named(tx, within(reasons, scope), withdrawals.c.insight_id, text):
        words = f"was withdrawn ({taken_back[0].because}); `earmark wrong ID --undo` brings it back"
        raise NotFound(words, subject=text)
    raise NotFound("no insight has this id; `earmark insights` lists them", subject=text)


def get_many(tx: sa.Connection, ids: Sequence[str]) -> dict[str, Insight]:
    """Insights by id; ids that are gone are left out."""
    insights: dict[str, Insight] = {}
    for part in batches(ids):
        for row in tx.execute(with_episode(table).where(table.c.id.in_(part))):
            insights[row.id] = _insight(row)
    return insights


def of_episode(tx: sa.Connection, episode_id: str) -> list[Insight]:
    """The insights of an episode, best first."""
    query = with_episode(table).where(table.c.episode_id == episode_id).order_by(table.c.seq)
    return [_insight(row) for row in tx.execute(query)]


def listed(
    tx: sa.Connection,
    *,
    show_id: str = "",
    speaker: str = "",
    limit: int | None = None,
    after: str = "",
    scope: ShowScope = EVERYTHING,
    hidden_from: str = "",
) -> list[Insight]:
    """Insights of these shows, newest episode first and best first inside it.

    With ``speaker``, those of who is called so, or was called so before an owner decided otherwise. With ``after``, those
    that follow the insight with that id. What the reader with the id ``hidden_from`` hid is left out.

    Raises:
        NotFound: no insight has that id.
    """
    wanted: list[sa.ColumnElement[bool]] = []
    if show_id:
        wanted.append(episodes.c.show_id == show_id)
    if speaker:
        wanted.append(table.c.speaker == names.called_now(tx, speaker))
    if after:
        wanted.append(_follows(tx, after, scope))
    if hidden_from:
        states = reader_states
        hidden = sa.select(states.c.insight_id).where(
            states.c.reader_id == hidden_from, states.c.hidden_at.is_not(None)
        )
        wanted.append(table.c.id.not_in(hidden))
    query = within(with_episode(table), scope).where(*wanted)
    if limit is not None:
        query = query.limit(limit)
        if not show_id and not speaker:  # of which there are few enough to be sorted
            query = query.where(table.c.episode_id.in_(_newest_episodes(wanted, limit, scope)))
    order = (episodes.c.published.desc().nulls_last(), table.c.episode_id, table.c.quality.desc(), table.c.id)
    return [_insight(row) for row in tx.execute(query.order_by(*order))]


def _newest_episodes(wanted: Sequence[sa.ColumnElement[bool]], limit: int, scope: ShowScope) -> sa.Select[tuple[str]]:
    """The newest episodes with an insight that is wanted: so many hold the first so many insights of a list.

    The index of dates gives them; without it a database sorts all insights for the first few.
    """
    held = sa.exists().where(table.c.episode_id == episodes.c.id, *wanted).correlate(episodes)
    query = within(sa.select(episodes.c.id).where(held), scope)
    return query.order_by(episodes.c.published.desc().nulls_last(), episodes.c.id).limit(limit)


def _follows(tx: sa.Connection, insight_id: str, scope: ShowScope) -> sa.ColumnElement[bool]:
    """What comes after an insight in the order of ``listed``."""
    query = sa.select(table.c.id, table.c.episode_id, table.c.quality, episodes.c.published)
    query = query.join(episodes, table.c.episode_id == episodes.c.id).where(table.c.id == insight_id)
    last = tx.execute(within(query, scope)).one_or_none()
    if last is None:
        raise NotFound("the list cannot go on after an insight that is gone; begin again", subject=insight_id)
    worse = sa.or_(table.c.quality < last.quality, sa.and_(table.c.quality == last.quality, table.c.id > last.id))
    inside = sa.or_(table.c.episode_id > last.episode_id, sa.and_(table.c.episode_id == last.episode_id, worse))
    undated = episodes.c.published.is_(None)
    if last.published is None:
        return sa.and_(undated, inside)
    same_time = sa.and_(episodes.c.published == last.published, inside)
    return sa.or_(episodes.c.published < last.published, undated, same_time)


def sample(tx: sa.Connection, *, limit: int) -> list[Insight]:
    """The first ``limit`` insights by id: ids are hashes, so these are a random sample."""
    return [_insight(row) for row in tx.execute(with_episode(table).order_by(table.c.id).limit(limit))]


def quotes(tx: sa.Connection, episode_ids: Sequence[str]) -> dict[str, list[str]]:
    """The quotes of each episode's insights, by episode id; episodes without insights are left out."""
    held: dict[str, list[str]] = {}
    for part in batches(episode_ids):
        query = sa.select(table.c.episode_id, table.c.quote).where(table.c.episode_id.in_(part))
        for row in tx.execute(query.order_by(table.c.id)):
            held.setdefault(row.episode_id, []).append(row.quote)
    return held


def count(tx: sa.Connection) -> int:
    """How many insights there are."""
    return tx.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()


def drops(tx: sa.Connection) -> dict[str, int]:
    """How many drafts the gate dropped, by reason, most first."""
    total = sa.func.sum(gate_drops.c.count)
    query = sa.select(gate_drops.c.reason, total).group_by(gate_drops.c.reason).order_by(total.desc())
    return {reason: int(n) for reason, n in tx.execute(query)}


def _insight(row: sa.Row[Any]) -> Insight:
    values = dict(row._mapping)
    timeline = Timeline.load(values.pop("anchors"))
    return placed_insight(Insight(**values), timeline)
