"""Checking a feed: what is new in it goes into the catalog, in one transaction with the validators of the check."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from urllib.parse import urlsplit

from earmark.catalog import Catalog
from earmark.catalog.feeds import following, secrets, shows
from earmark.errors import EarmarkError, FetchError, NotYet, UsageError
from earmark.net import redact
from earmark.ports import Clock
from earmark.private import Veil, concealed, is_private, veil_of, veiled
from earmark.types import FeedData, Show
from ingest.episodes.backfill import parse_backfill
from ingest.episodes.recognition import take_over
from ingest.feeds.check_notes import keep_holds, note_failure, note_success, note_wish
from ingest.feeds.moves import Landing, landing, left_behind
from ingest.feeds.parse import ACCEPT, parse_feed
from ingest.fetching.fetch import Fetcher, Response
from ingest.local.files import is_local
from ingest.local.shows import follow_local, refresh_local

__all__ = ["FeedCheck", "feed_address", "follow_show", "refresh_show"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedCheck:
    """What a check found: ``unchanged`` when the server answered 304, else how many episodes were new.

    ``note`` says in words what else there is to know: of local files, what changed and what is gone.
    """

    show: Show
    unchanged: bool = False
    new_episodes: int = 0
    problems: tuple[str, ...] = ()
    note: str = ""


def feed_address(text: str) -> str:
    """The address somebody typed, as an http(s) URL; raises ``UsageError``."""
    address = text.strip()
    for scheme in ("feed://", "podcast://", "pcast://", "itpc://"):
        if address.lower().startswith(scheme):
            address = "https://" + address[len(scheme) :]
    address = address.removeprefix("feed:")
    if "://" not in address:
        address = "https://" + address
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        host = None
    if (
        not host
        or parts.scheme.lower() not in {"http", "https"}
        or any(c.isspace() or not c.isprintable() for c in address)
    ):
        raise UsageError(
            "is not the address of a feed; give one such as https://example.org/feed.xml", subject=redact(text)[:200]
        )
    return address


def follow_show(
    catalog: Catalog,
    fetcher: Fetcher,
    address: str,
    *,
    default_backfill: int,
    clock: Clock,
    folder: str = "",
    backfill: str = "",
    private: bool = False,
) -> tuple[FeedCheck, bool]:
    """Follows the show at a feed address, and whether it is new; nothing is stored when the feed cannot be read.

    Args:
        catalog: where it goes.
        fetcher: what fetches it.
        address: of a feed, or a folder or file of this machine (`ingest.local.files`).
        default_backfill: how many of its newest episodes are taken where ``backfill`` does not say; 0 takes all.
        clock: the time.
        folder: its folder in the subscription list.
        backfill: which episodes are taken (`ingest.episodes.backfill`).
        private: whether the address is a secret though it does not look like one.

    Raises:
        UsageError, FetchError, FetchRefused, FeedError: why it cannot be followed.
        NotYet: its host has asked to be left alone until a time.
    """
    if is_local(address):
        changes, new = follow_local(catalog, address, clock=clock, folder=folder, backfill=backfill)
        return FeedCheck(show=changes.show, unchanged=not new, new_episodes=len(changes.new)), new
    url = feed_address(address)
    chosen = str(parse_backfill(backfill)) if backfill else ""
    hidden = private or is_private(url)
    with catalog.write() if hidden else catalog.read() as tx:
        known = secrets.find(tx, url) if hidden else shows.known(tx, url)
        if known is not None and hidden:
            secrets.renew(tx, known, url)
        keep_holds(tx, fetcher, now=clock.now())
    if known is not None:
        return FeedCheck(show=known, unchanged=True), False
    with veiled(veil_of(url) if hidden else Veil()):
        landed = _first_look(catalog, fetcher, url, clock=clock)
    feed, hidden = landed.feed, hidden or is_private(landed.address)
    if hidden:
        feed = concealed(feed, landed.address)
        secrets.protect(catalog)
    with catalog.write() as tx:
        add = secrets.add if hidden else shows.add
        show, new = add(tx, landed.address, title=feed.title, folder=folder, now=clock.now())
        if not new:
            return FeedCheck(show=show, unchanged=True), False
        if chosen:
            following.set_backfill(tx, show.id, backfill=chosen)
            show = shows.get(tx, show.id)
        added = take_over(tx, show, feed, default_backfill=default_backfill, clock=clock)
        problem = (veil_of(url) if hidden else Veil())(landed.problem)
        note_success(tx, fetcher, show, landed.response, now=clock.now(), ttl_s=feed.ttl_s, problem=problem)
        show = shows.get(tx, show.id)
    return FeedCheck(show=show, new_episodes=added, problems=feed.problems), new


def refresh_show(catalog: Catalog, fetcher: Fetcher, show: Show, *, default_backfill: int, clock: Clock) -> FeedCheck:
    """Checks a followed show and notes when it is to be checked next; a failure is noted on the show and raised.

    A feed that has moved for good is followed to its new address, a feed that is gone (410) is closed.

    Raises:
        FetchError, FetchRefused, FeedError: what was noted.
        NotYet: its host has asked to be left alone until a time; it was not asked.
    """
    if is_local(show.feed_url):
        changes = refresh_local(catalog, show, clock=clock)
        new, said = len(changes.new), changes.in_words()
        return FeedCheck(show=changes.show, unchanged=changes.unchanged, new_episodes=new, note=said)
    with catalog.read() as tx:
        access = secrets.access(tx, show)
    with veiled(access.veil):
        return _refresh(catalog, fetcher, show, access, default_backfill=default_backfill, clock=clock)


def _refresh(
    catalog: Catalog, fetcher: Fetcher, show: Show, access: secrets.Access, *, default_backfill: int, clock: Clock
) -> FeedCheck:
    if show.hold_until is not None and show.hold_until > clock.now():
        said = f"asks to be left alone until {show.hold_until:%Y-%m-%d %H:%M} UTC"
        raise NotYet(said, until=show.hold_until, subject=show.title)
    try:
        response = fetcher.get(
            access.address, etag=show.etag, last_modified=show.last_modified, accept=ACCEPT, once=True
        )
        if response.status == 304:
            with catalog.write() as tx:
                note_success(
                    tx,
                    fetcher,
                    show,
                    response,
                    now=clock.now(),
                    ttl_s=show.ttl_s,
                    moved_to=response.permanent_url,
                    problem=left_behind(response),
                )
            return FeedCheck(show=show, unchanged=True)
        landed = landing(access.address, response, _parsed(response), read=partial(_read, fetcher))
    except NotYet as error:
        with catalog.write() as tx:
            shows.held(tx, show.id, error.until)
        raise
    except EarmarkError as error:
        if not fetcher.offline:
            reason = access.veil(str(error))
            note_failure(catalog, fetcher, show, error, now=clock.now(), reason=reason)
        raise
    moved_to = landed.address if landed.address != access.address else ""
    feed = concealed(landed.feed, landed.address) if show.private or is_private(landed.address) else landed.feed
    with catalog.write() as tx:
        added = take_over(tx, show, feed, default_backfill=default_backfill, clock=clock)
        note_success(
            tx,
            fetcher,
            show,
            landed.response,
            now=clock.now(),
            ttl_s=feed.ttl_s,
            moved_to=moved_to,
            problem=secrets.hidden_problem(access, landed.problem, landed.feed.new_feed_url),
        )
        show = shows.get(tx, show.id)
    return FeedCheck(show=show, new_episodes=added, problems=feed.problems)


def _first_look(catalog: Catalog, fetcher: Fetcher, url: str, *, clock: Clock) -> Landing:
    try:
        response = fetcher.get(url, accept=ACCEPT)
        return landing(url, response, _parsed(response), read=partial(_read, fetcher))
    except FetchError as error:
        with catalog.write() as tx:
            note_wish(tx, error, now=clock.now())
        raise


def _read(fetcher: Fetcher, address: str) -> tuple[Response, FeedData]:
    response = fetcher.get(address, accept=ACCEPT, once=True)
    return response, _parsed(response)


def _parsed(response: Response) -> FeedData:
    return parse_feed(response.body, url=response.url, content_type=response.content_type)
