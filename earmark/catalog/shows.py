"""Followed shows."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from earmark.catalog import changes
from earmark.catalog.schema import chunks as chunks_table
from earmark.catalog.schema import episodes as episodes_table
from earmark.catalog.schema import insights as insights_table
from earmark.catalog.schema import shows as table
from earmark.errors import NotFound
from earmark.ids import make_id
from earmark.net import redact
from earmark.types import FeedData, Show, ShowStatus

__all__ = ["add", "by_url", "checked", "described", "every", "failed", "find", "get", "remove"]


def add(tx: sa.Connection, feed_url: str, *, title: str, now: datetime, folder: str = "") -> tuple[Show, bool]:
    """The show with that address, and whether it is new."""
    found = by_url(tx, feed_url)
    if found is not None:
        return found, False
    show = Show(
        id=make_id("show", feed_url), feed_url=feed_url, title=title or redact(feed_url), folder=folder, added_at=now
    )
    tx.execute(
        table.insert().values(
            id=show.id, feed_url=feed_url, title=show.title, folder=folder, status=show.status.value, added_at=now
        )
    )
    return show, True


def described(tx: sa.Connection, show_id: str, feed: FeedData) -> None:
    """Takes over what the feed says of its show."""
    values = {
        "title": feed.title,
        "description": feed.description,
        "author": feed.author,
        "link": feed.link,
        "language": feed.language,
        "image_url": feed.image_url,
    }
    tx.execute(table.update().where(table.c.id == show_id).values({k: v for k, v in values.items() if v}))


def checked(tx: sa.Connection, show_id: str, *, now: datetime, etag: str, last_modified: str) -> None:
    """Notes a check that succeeded, with the validators for the next one."""
    tx.execute(
        table.update()
        .where(table.c.id == show_id)
        .values(checked_at=now, etag=etag, last_modified=last_modified, failures=0, last_error="")
    )


def failed(tx: sa.Connection, show_id: str, *, now: datetime, error: str) -> None:
    """Notes a check that failed."""
    tx.execute(
        table.update()
        .where(table.c.id == show_id)
        .values(checked_at=now, failures=table.c.failures + 1, last_error=error)
    )


def get(tx: sa.Connection, show_id: str) -> Show:
    """The show with that id; raises ``NotFound``."""
    row = tx.execute(sa.select(table).where(table.c.id == show_id)).one_or_none()
    if row is None:
        raise NotFound("no show has this id; `earmark status` lists them", subject=show_id)
    return _show(row)


def by_url(tx: sa.Connection, feed_url: str) -> Show | None:
    """The show with that feed address, if it is followed."""
    row = tx.execute(sa.select(table).where(table.c.feed_url == feed_url)).one_or_none()
    return None if row is None else _show(row)


def find(tx: sa.Connection, text: str) -> Show:
    """The one show that ``text`` means: an id, a feed address, a title, or a part of just one title.

    Raises:
        NotFound: none or several; the message says which.
    """
    shows = every(tx)
    folded = text.casefold().strip()
    for same in (
        [s for s in shows if text in (s.id, s.feed_url)],
        [s for s in shows if s.title.casefold() == folded],
        [s for s in shows if folded and folded in s.title.casefold()],
    ):
        if len(same) == 1:
            return same[0]
        if same:
            raise NotFound("means several shows: " + ", ".join(s.title for s in same[:5]), subject=text)
    raise NotFound("no followed show has this name; `earmark status` lists them", subject=text)


def every(tx: sa.Connection) -> list[Show]:
    """All shows, by title."""
    return [_show(row) for row in tx.execute(sa.select(table).order_by(sa.func.lower(table.c.title), table.c.id))]


def remove(tx: sa.Connection, show_id: str) -> None:
    """Removes a show with all that came from it, and tells the index."""
    get(tx, show_id)
    for kind, owned in (("chunk", chunks_table), ("insight", insights_table)):
        keys = sa.select(owned.c.id).join(episodes_table, owned.c.episode_id == episodes_table.c.id)
        changes.note(tx, kind, list(tx.execute(keys.where(episodes_table.c.show_id == show_id)).scalars()))
    tx.execute(table.delete().where(table.c.id == show_id))


def _show(row: sa.Row[tuple[object, ...]]) -> Show:
    values = dict(row._mapping)
    return Show(**values | {"status": ShowStatus(values["status"])})
