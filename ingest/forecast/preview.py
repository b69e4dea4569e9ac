"""What an ingest would find, without storing it: the dry run's look at the feeds and at what is waiting."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from earmark.catalog import Catalog, Connection
from earmark.catalog.content import episodes, transcripts
from earmark.catalog.feeds import local_files, secrets
from earmark.catalog.work import jobs
from earmark.errors import EarmarkError, FetchError
from earmark.ports import Clock
from earmark.private import concealed, veiled
from earmark.settings import Settings
from earmark.types import Episode, Show
from ingest.episodes.recognition import take_over
from ingest.feeds.check_notes import keep_holds, note_wish
from ingest.feeds.parse import ACCEPT, parse_feed
from ingest.fetching.fetch import Fetcher
from ingest.local.files import is_local, scan
from ingest.local.shows import take_over as take_over_files
from ingest.obtaining import HISTORY

__all__ = ["FeedLook", "PendingEpisode", "look", "waiting"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingEpisode:
    """An episode that is to be worked on, and whether earlier ones of its show had transcripts (latest first)."""

    episode: Episode
    history: tuple[bool, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedLook:
    """What a feed says now. ``new`` are the episodes that an ingest would take.

    ``problem`` explains why the feed could not be read.
    """

    show: Show
    new: tuple[PendingEpisode, ...] = ()
    unchanged: bool = False
    problem: str = ""


class _Rollback(Exception):
    """Not an error: ends a transaction without leaving anything behind."""


def look(catalog: Catalog, fetcher: Fetcher, shows: Sequence[Show], settings: Settings, clock: Clock) -> list[FeedLook]:
    """Asks the feeds of shows, conditionally as an ingest would; in the order of ``shows``.

    Stores nothing but the wish of a server to be left alone: the ingest that follows has to know it. What would be new is told by the very code that takes it over, in a transaction that is rolled back.
    """

    def look_at(show: Show) -> FeedLook:
        try:
            if is_local(show.feed_url):
                return _look_at_files(catalog, show, clock=clock)
            return _look(catalog, fetcher, show, default_backfill=settings.ingest.backfill, clock=clock)
        except EarmarkError as error:
            if isinstance(error, FetchError):
                with catalog.write() as tx:
                    note_wish(tx, error, now=clock.now(), show_id=show.id)
            return FeedLook(show=show, problem=str(error))

    with catalog.read() as tx:
        keep_holds(tx, fetcher, now=clock.now())
    with ThreadPoolExecutor(max_workers=settings.fetch.parallel, thread_name_prefix="look") as pool:
        return list(pool.map(look_at, shows))


def waiting(catalog: Catalog, shows: Sequence[str]) -> list[PendingEpisode]:
    """The episodes that are not done and have not failed for good, of these shows (of all, where none is named)."""
    with catalog.read() as tx:
        return [_seen(tx, episodes.get(tx, episode_id)) for episode_id in jobs.open_ids(tx, shows=shows)]


def _look(catalog: Catalog, fetcher: Fetcher, show: Show, *, default_backfill: int, clock: Clock) -> FeedLook:
    with catalog.read() as tx:
        access = secrets.access(tx, show)
    with veiled(access.veil):
        response = fetcher.get(
            access.address, etag=show.etag, last_modified=show.last_modified, accept=ACCEPT, once=True
        )
        if response.status == 304:
            return FeedLook(show=show, unchanged=True)
        feed = parse_feed(response.body, url=response.url, content_type=response.content_type)
    if show.private:
        feed = concealed(feed, access.address)
    new = _new(catalog, show, lambda tx: take_over(tx, show, feed, default_backfill=default_backfill, clock=clock))
    return FeedLook(show=show, new=new)


def _look_at_files(catalog: Catalog, show: Show, *, clock: Clock) -> FeedLook:
    with catalog.read() as tx:
        known = {guid: files for guid, (_, files) in local_files.files(tx, show.id).items()}
    local_show = scan(show.feed_url, known)
    return FeedLook(show=show, new=_new(catalog, show, lambda tx: take_over_files(tx, show, local_show, clock=clock)))


def _new(catalog: Catalog, show: Show, add: Callable[[Connection], object]) -> tuple[PendingEpisode, ...]:
    """The episodes that ``add`` adds to a show; nothing of what it writes stays."""
    seen: list[PendingEpisode] = []

    def work(tx: Connection) -> None:
        before = {episode.id for episode in episodes.of_show(tx, show.id)}
        add(tx)
        new = (e for e in episodes.of_show(tx, show.id) if e.id not in before and not e.same_as)
        seen.extend(_seen(tx, episode) for episode in new)

    _rolled_back(catalog, work)
    return tuple(seen)


def _rolled_back(catalog: Catalog, work: Callable[[Connection], None]) -> None:
    try:
        with catalog.write() as tx:
            work(tx)
            raise _Rollback
    except _Rollback:
        return


def _seen(tx: Connection, episode: Episode) -> PendingEpisode:
    published = episode.data.published
    if published is None or episode.data.transcripts:
        return PendingEpisode(episode=episode)
    return PendingEpisode(
        episode=episode, history=tuple(transcripts.published_before(tx, episode.show_id, published, most=HISTORY))
    )
