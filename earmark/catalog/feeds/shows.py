"""Followed shows."""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import urlsplit

import sqlalchemy as sa

from earmark.catalog.locks import Lock, alone
from earmark.catalog.schema import episodes as episodes_table
from earmark.catalog.schema import shows as table
from earmark.errors import NotFound
from earmark.ids import make_id
from earmark.net import redact
from earmark.scope import EVERYTHING, ShowScope
from earmark.types import FeedData, Show, ShowStatus

__all__ = [
    "add",
    "by_url",
    "checked",
    "closed",
    "described",
    "every",
    "failed",
    "find",
    "get",
    "held",
    "holds",
    "host_held",
    "host_of",
    "known",
    "moved",
    "not_asked",
    "published",
    "titles",
]


def add(tx: sa.Connection, feed_url: str, *, title: str, now: datetime, folder: str = "") -> tuple[Show, bool]:
    """The show with that address, and whether it is new. Its id is made of the address and stays when that moves."""
    alone(tx, Lock.FEEDS)
    existing = known(tx, feed_url)
    if existing is not None:
        return existing, False
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


def checked(
    tx: sa.Connection,
    show_id: str,
    *,
    now: datetime,
    etag: str,
    last_modified: str,
    next_check: datetime | None = None,
    ttl_s: float | None = None,
    problem: str = "",
) -> None:
    """Notes a check that succeeded, with the validators for the next one.

    ``problem`` is what the reader has to know although the feed was read, such as a move that was not followed.
    """
    tx.execute(
        table.update()
        .where(table.c.id == show_id)
        .values(
            checked_at=now,
            etag=etag,
            last_modified=last_modified,
            failures=0,
            last_error=problem,
            next_check=next_check,
            hold_until=None,
            ttl_s=ttl_s,
        )
    )


def failed(tx: sa.Connection, show_id: str, *, now: datetime, error: str, next_check: datetime | None = None) -> None:
    """Notes a check that failed."""
    tx.execute(
        table.update()
        .where(table.c.id == show_id)
        .values(checked_at=now, failures=table.c.failures + 1, last_error=error, next_check=next_check)
    )


def not_asked(tx: sa.Connection, show_id: str, *, next_check: datetime, failures: int) -> None:
    """Takes back a failure that was not the feed's, because no request left this machine; its reason is kept."""
    tx.execute(table.update().where(table.c.id == show_id).values(next_check=next_check, failures=failures))


def closed(tx: sa.Connection, show_id: str, *, now: datetime, reason: str) -> None:
    """Notes that a feed is gone for good: it is not asked again until somebody resumes the show."""
    failed(tx, show_id, now=now, error=reason)
    tx.execute(table.update().where(table.c.id == show_id).values(status=ShowStatus.CLOSED.value))


def moved(tx: sa.Connection, show_id: str, feed_url: str) -> None:
    """Gives a show the address that its feed has moved to; id and episodes stay. No other show may have it."""
    tx.execute(table.update().where(table.c.id == show_id).values(feed_url=feed_url))


def held(tx: sa.Connection, show_id: str, until: datetime) -> None:
    """Notes that a feed's server does not want to be asked for it before ``until``."""
    earlier = table.c.hold_until.is_(None) | (table.c.hold_until < until)
    tx.execute(table.update().where(table.c.id == show_id, earlier).values(hold_until=until))


def host_held(tx: sa.Connection, host: str, until: datetime) -> None:
    """Notes that a host does not want to be asked for any feed before ``until``."""
    for row in tx.execute(sa.select(table.c.id, table.c.feed_url)).all():
        if host and host_of(row.feed_url) == host:
            held(tx, row.id, until)


def holds(tx: sa.Connection, now: datetime, *, at_most: timedelta) -> dict[str, datetime]:
    """The hosts that want no requests, each with the time until when: ``at_most`` after the answer that said so."""
    rows = tx.execute(sa.select(table.c.feed_url, table.c.hold_until, table.c.checked_at)).all()
    hosts: dict[str, datetime] = {}
    for row in rows:
        if row.hold_until is None or row.checked_at is None:
            continue
        until = min(row.hold_until, row.checked_at + at_most)
        if until > now:
            host = host_of(row.feed_url)
            hosts[host] = max(until, hosts.get(host, until))
    return hosts


def host_of(url: str) -> str:
    """The host of an address in lower case, empty if it has none."""
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


def published(tx: sa.Connection, show_id: str, *, limit: int) -> list[datetime]:
    """When the newest episodes of a show were published, newest first, those without a date left out."""
    when = episodes_table.c.published
    query = sa.select(when).where(episodes_table.c.show_id == show_id, when.is_not(None)).order_by(when.desc())
    return list(tx.execute(query.limit(limit)).scalars())


def get(tx: sa.Connection, show_id: str, scope: ShowScope = EVERYTHING) -> Show:
    """The show with that id, if it is one of these; raises ``NotFound``."""
    row = tx.execute(sa.select(table).where(table.c.id == show_id)).one_or_none()
    if row is None or not scope.holds(show_id):
        raise NotFound("no show has this id; `earmark status` lists them", subject=show_id)
    return _show(row)


def by_url(tx: sa.Connection, feed_url: str) -> Show | None:
    """The show with that feed address, if it is followed."""
    row = tx.execute(sa.select(table).where(table.c.feed_url == feed_url)).one_or_none()
    return None if row is None else _show(row)


def known(tx: sa.Connection, feed_url: str) -> Show | None:
    """The show that is followed under that address, or was when it was added."""
    show_id = make_id("show", feed_url)
    rows = tx.execute(sa.select(table).where((table.c.feed_url == feed_url) | (table.c.id == show_id))).all()
    # Another show may have moved onto the first address of a moved one: the address it has now counts more.
    best = sorted(rows, key=lambda row: row.feed_url != feed_url)
    return _show(best[0]) if best else None


def find(tx: sa.Connection, text: str, scope: ShowScope = EVERYTHING) -> Show:
    """The one of these shows that ``text`` means: an id, a feed address, a title, or a part of just one title.

    Raises:
        NotFound: none or several; the message says which.
    """
    shows = every(tx, scope)
    folded = text.casefold().strip()
    for same in (
        [s for s in shows if text in (s.id, s.feed_url)] or [s for s in shows if s.id == make_id("show", text)],
        [s for s in shows if s.title.casefold() == folded],
        [s for s in shows if folded and folded in s.title.casefold()],
    ):
        if len(same) == 1:
            return same[0]
        if same:
            raise NotFound("means several shows: " + ", ".join(s.title for s in same[:5]), subject=text)
    raise NotFound("no followed show has this name; `earmark status` lists them", subject=text)


def every(tx: sa.Connection, scope: ShowScope = EVERYTHING) -> list[Show]:
    """All of these shows, by title."""
    rows = tx.execute(sa.select(table).order_by(sa.func.lower(table.c.title), table.c.id))
    return [_show(row) for row in rows if scope.holds(row.id)]


def titles(tx: sa.Connection, scope: ShowScope = EVERYTHING) -> dict[str, str]:
    """The title of each of these shows, by id."""
    rows = tx.execute(sa.select(table.c.id, table.c.title))
    return {row.id: row.title for row in rows if scope.holds(row.id)}


def _show(row: sa.Row[tuple[object, ...]]) -> Show:
    values = dict(row._mapping)
    return Show(**values | {"status": ShowStatus(values["status"])})
