"""The real addresses of private feeds: the one table that holds them, and the one module that reads it.

``shows.feed_url`` of such a show is what may be shown: the address without its secrets, and a mark that keeps two
private feeds of one host apart. The addresses of its audio and transcripts stay in its episodes, because they are
fetched from there; what is read of them for showing is empty (`earmark.catalog.content.insights`, `earmark.catalog.content.chunks`).
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from earmark.catalog.engine import Catalog
from earmark.catalog.feeds import shows
from earmark.catalog.locks import Lock, alone
from earmark.catalog.schema import episodes as episodes_table
from earmark.catalog.schema import show_secrets as table
from earmark.catalog.schema import shows as shows_table
from earmark.private import Veil, shown, veil_of, with_login, without_password
from earmark.types import Episode, Show

__all__ = [
    "Access",
    "access",
    "add",
    "address",
    "every",
    "find",
    "hidden_problem",
    "of_episode",
    "private_episode",
    "protect",
    "put",
    "renew",
    "shown_audio",
]

_MARK = "#private"


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """How what belongs to a show is fetched: ``address`` is the feed's real one, ``veil`` hides it in texts."""

    address: str
    veil: Veil

    def url(self, url: str) -> str:
        """``url`` with the feed's login, where it lies on the feed's own host; for a public feed as it is."""
        return with_login(self.address, url)


def add(tx: sa.Connection, feed_url: str, *, title: str, now: datetime, folder: str = "") -> tuple[Show, bool]:
    """The private show with that real address, and whether it is new. One whose password was changed is kept, with it."""
    alone(tx, Lock.FEEDS)
    known = find(tx, feed_url)
    if known is not None:
        put(tx, known.id, feed_url)
        return known, False
    show, _ = shows.add(tx, _free(tx, feed_url), title=veil_of(feed_url)(title), now=now, folder=folder)
    put(tx, show.id, feed_url)
    return shows.get(tx, show.id), True


def put(tx: sa.Connection, show_id: str, feed_url: str) -> None:
    """Keeps the real address of a show, in place of an earlier one, and marks the show private."""
    tx.execute(table.delete().where(table.c.show_id == show_id))
    tx.execute(table.insert().values(show_id=show_id, feed_url=feed_url))
    tx.execute(shows_table.update().where(shows_table.c.id == show_id).values(private=True))


def renew(tx: sa.Connection, show: Show, feed_url: str) -> None:
    """Takes over a changed login of a show that is followed, and lets it be checked at once."""
    if address(tx, show) != feed_url:
        put(tx, show.id, feed_url)
        tx.execute(shows_table.update().where(shows_table.c.id == show.id).values(next_check=None, failures=0))


def move(tx: sa.Connection, show_id: str, feed_url: str) -> None:
    """Gives a show the private address that its feed has moved to, and what may be shown of it."""
    put(tx, show_id, feed_url)
    shows.moved(tx, show_id, _free(tx, feed_url))


def address(tx: sa.Connection, show: Show) -> str:
    """The address that a show's feed is fetched from: the secret one of a private show, else ``show.feed_url``."""
    if not show.private:
        return show.feed_url
    return tx.execute(sa.select(table.c.feed_url).where(table.c.show_id == show.id)).scalar_one_or_none() or (
        show.feed_url
    )


def find(tx: sa.Connection, feed_url: str) -> Show | None:
    """The private show with that real address, or with an address that differs in the password only.

    After a backup without secrets was restored, it is the only show that has lost its address and looks like this one.
    """
    wanted = without_password(feed_url)
    rows = tx.execute(sa.select(table.c.show_id, table.c.feed_url)).all()
    same = [row.show_id for row in rows if row.feed_url == feed_url]
    alike = [row.show_id for row in rows if without_password(row.feed_url) == wanted]
    return shows.get(tx, (same or alike)[0]) if same or alike else _without_address(tx, feed_url)


def _without_address(tx: sa.Connection, feed_url: str) -> Show | None:
    base = f"{shown(feed_url)}{_MARK}"
    query = sa.select(shows_table.c.id, shows_table.c.feed_url).where(
        shows_table.c.private, shows_table.c.id.not_in(sa.select(table.c.show_id))
    )
    alike = [row.id for row in tx.execute(query) if row.feed_url.rpartition(_MARK)[0] + _MARK == base]
    return shows.get(tx, alike[0]) if len(alike) == 1 else None


def access(tx: sa.Connection, show: Show, *urls: str) -> Access:
    """How a show's feed is fetched; ``urls`` are further addresses whose secrets the veil hides."""
    real = address(tx, show)
    return Access(address=real, veil=veil_of(real, *urls) if show.private else Veil())


def of_episode(tx: sa.Connection, episode: Episode) -> Access:
    """How what belongs to an episode is fetched; the veil hides the tokens of its audio and transcripts too."""
    links = [link.url for link in episode.data.transcripts]
    return access(tx, shows.get(tx, episode.show_id), episode.data.audio_url, *links, episode.data.chapters_url)


def hidden_problem(access: Access, problem: str, new_address: str) -> str:
    """What went wrong with a feed that has moved, in which neither its old nor its new address shows a secret."""
    return problem if access.veil.empty else veil_of(access.address, new_address)(problem)


def every(tx: sa.Connection) -> dict[str, str]:
    """The real addresses of all private shows by show id, for an export that was asked for with its secrets."""
    return {row.show_id: row.feed_url for row in tx.execute(sa.select(table))}


def private_episode(tx: sa.Connection, episode_id: str) -> bool:
    """Whether an episode comes from a private feed."""
    query = sa.select(shows_table.c.private).join(episodes_table, episodes_table.c.show_id == shows_table.c.id)
    return bool(tx.execute(query.where(episodes_table.c.id == episode_id)).scalar_one_or_none())


def shown_audio() -> sa.ColumnElement[str]:
    """``audio_url`` of an episode joined with its show, for what is shown: of a private show it is empty."""
    return sa.case((shows_table.c.private, ""), else_=episodes_table.c.audio_url).label("audio_url")


def protect(catalog: Catalog) -> None:
    """Lets only this user read the files of a SQLite catalog: it now holds a secret."""
    database = catalog.file
    if database is None:
        return
    for suffix in ("", "-wal", "-shm"):
        with suppress(OSError):
            Path(f"{database}{suffix}").chmod(0o600)


def _free(tx: sa.Connection, feed_url: str) -> str:
    """What may be shown of an address, with the first mark that no show has yet.

    A number, not a digest of the address: a digest would let a guessed password be checked.
    """
    base = shown(feed_url)
    number = 1
    while shows.known(tx, marked := f"{base}{_MARK}{'' if number == 1 else f'-{number}'}") is not None:
        number += 1
    return marked
