"""The shows that a library follows: adding, importing, exporting, pausing, refreshing and removing them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from earmark.catalog import Catalog
from earmark.catalog.feeds import following, secrets, shows
from earmark.errors import EarmarkError, FetchError, NotYet, UsageError
from earmark.net import redact
from earmark.private import is_private, shown
from earmark.settings import Settings
from earmark.types import Show, ShowStatus
from library.removal import RemovalReport, remove_show
from library.sight import Sight
from library.status import ShowSummary, summaries

if TYPE_CHECKING:
    from earmark.ports import Clock
    from ingest.events import Event, Failure
    from ingest.feeds.refresh import FeedCheck
    from ingest.fetching.fetch import Fetcher

__all__ = ["ImportReport", "RefreshReport", "Shows"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """The result of following several shows: those added, those known, and ``(address, reason)`` of those refused.

    ``later`` are shows that are followed too, but whose servers did not answer: they are asked again when they are due.
    """

    added: tuple[Show, ...] = ()
    later: tuple[Show, ...] = ()
    known: tuple[Show, ...] = ()
    failed: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _ShowToFollow:
    """A show to follow, in a list."""

    url: str
    title: str = ""
    folder: str = ""
    backfill: str = ""
    private: bool = False


_Outcome = Literal["added", "later", "known"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshReport:
    """The result of checking feeds at once: the checks that succeeded, and those that failed.

    ``held`` are shows that were left alone, because their server asked us to wait until ``show.hold_until``.
    """

    checked: tuple[FeedCheck, ...] = ()
    failed: tuple[Failure, ...] = ()
    held: tuple[Show, ...] = ()


class Shows:
    """Follows shows.

    Args:
        catalog: holds the shows.
        settings: how many episodes are taken of a new show, and where audio lies.
        clock: dates what is added and decides what may be asked.
        sight: of the reader. Only an owner changes shows; a reader of some shows sees no others.
        fetcher: makes the library's HTTP client.
    """

    def __init__(
        self, catalog: Catalog, settings: Settings, clock: Clock, *, sight: Sight, fetcher: Callable[[], Fetcher]
    ) -> None:
        self._catalog = catalog
        self._sight = sight
        self._settings = settings
        self._clock = clock
        self._fetcher = fetcher

    def add(self, url: str, *, folder: str = "", backfill: str = "", private: bool = False) -> Show:
        """Follows the show at an address; returns it unchanged if it is followed already.

        Args:
            url: a feed (with ``name:password@`` before its host, if it wants a login), or a folder or file.
            folder: its place in the subscription list, as in ``A/B``.
            backfill: the episodes to take: ``newest:25``, ``since:2026-01-31`` or ``all``; by default as the settings say.
            private: whether the address is a secret although it does not look like one.
        """
        from ingest.feeds.refresh import follow_show

        self._sight.require_owner(_FOLLOWING)
        refreshed, _ = follow_show(
            self._catalog,
            self._fetcher(),
            url,
            default_backfill=self._settings.ingest.backfill,
            clock=self._clock,
            folder=folder,
            backfill=backfill,
            private=private,
        )
        return refreshed.show

    def add_all(
        self, urls: Sequence[str], *, folder: str = "", backfill: str = "", private: bool = False
    ) -> ImportReport:
        """Follows the shows at several addresses, each as `add` does; the rest go on where one cannot be followed.

        A show whose server does not answer is followed all the same and asked again later.
        """
        wanted = [_ShowToFollow(url=url, folder=folder, backfill=backfill, private=private) for url in urls]
        return self._follow_all(wanted, on_each=None)

    def import_opml(self, body: bytes, *, on_each: Callable[[str], None] | None = None) -> ImportReport:
        """Follows every feed of an OPML file; a feed that cannot be read is reported and the rest go on.

        A show whose server does not answer is followed all the same and asked again later: the list it stood in may be
        gone by then.
        """
        from ingest.feeds.opml import read_opml

        self._sight.require_owner(_FOLLOWING)
        wanted = [_ShowToFollow(url=feed.url, title=feed.title, folder=feed.folder) for feed in read_opml(body)]
        return self._follow_all(wanted, on_each=on_each)

    def _follow_all(self, wanted: Sequence[_ShowToFollow], *, on_each: Callable[[str], None] | None) -> ImportReport:
        self._sight.require_owner(_FOLLOWING)
        fetcher = self._fetcher()
        shows_of: dict[_Outcome, list[Show]] = {"added": [], "later": [], "known": []}
        failed: list[tuple[str, str]] = []
        for feed in wanted:
            try:
                outcome, show = self._follow(fetcher, feed)
            except EarmarkError as error:
                failed.append((shown(feed.url) if is_private(feed.url) else redact(feed.url), str(error)))
            else:
                shows_of[outcome].append(show)
            if on_each:
                on_each(feed.title or redact(feed.url))
        return ImportReport(
            added=tuple(shows_of["added"]),
            later=tuple(shows_of["later"]),
            known=tuple(shows_of["known"]),
            failed=tuple(failed),
        )

    def _follow(self, fetcher: Fetcher, feed: _ShowToFollow) -> tuple[_Outcome, Show]:
        from ingest.feeds.later import follow_later
        from ingest.feeds.refresh import follow_show

        try:
            refreshed, new = follow_show(
                self._catalog,
                fetcher,
                feed.url,
                default_backfill=self._settings.ingest.backfill,
                clock=self._clock,
                folder=feed.folder,
                backfill=feed.backfill,
                private=feed.private,
            )
        except (FetchError, NotYet) as trouble:
            show = follow_later(
                self._catalog,
                fetcher,
                feed.url,
                trouble,
                clock=self._clock,
                title=feed.title,
                folder=feed.folder,
                backfill=feed.backfill,
                private=feed.private,
            )
            return "later", show
        return ("added" if new else "known"), refreshed.show

    def export_opml(self, *, with_secrets: bool = False) -> str:
        """The followed shows as an OPML 2.0 document with their folders.

        Private feeds appear without login or token, so that no app can fetch them, unless ``with_secrets`` is set.
        Folders of this machine are left out: no other app could follow them, and no list makes Earmark read files.
        """
        from ingest.feeds.opml import write_opml

        if with_secrets:
            self._sight.require_owner("the addresses of private feeds")
        with self._catalog.read() as tx:
            followed = shows.every(tx, self._sight.scope(tx))
            real = secrets.every(tx) if with_secrets else {}
        public = [show for show in followed if not show.feed_url.startswith("file:")]
        return write_opml(replace(show, feed_url=real.get(show.id, show.feed_url)) for show in public)

    def every(self) -> list[Show]:
        """The followed shows by title; `summaries` counts their episodes too, which takes a while where there are many."""
        with self._catalog.read() as tx:
            return shows.every(tx, self._sight.scope(tx))

    def summaries(self) -> list[ShowSummary]:
        """The followed shows by title, each with how far its episodes are."""
        with self._catalog.read() as tx:
            return summaries(tx, self._sight.scope(tx))

    def on_this_machine(self, address: str) -> bool:
        """Whether an address typed by the user names a folder or file of this machine."""
        from ingest.local.files import is_local

        return is_local(address)

    def find(self, text: str) -> Show:
        """The show that an id, an address, a title or a part of one title means; raises ``NotFound``."""
        with self._catalog.read() as tx:
            scope = self._sight.scope(tx)
            private = secrets.find(tx, text) if is_private(text) else None
            if private is not None and scope.holds(private.id):
                return private
            return shows.find(tx, shown(text) if is_private(text) else text, scope)

    def pause(self, show_id: str) -> Show:
        """Stops checking the show for new episodes; its episodes stay. Raises ``NotFound`` or ``UsageError``."""
        return self._set_status(show_id, ShowStatus.PAUSED)

    def resume(self, show_id: str) -> Show:
        """Resumes checking a paused or closed show. Raises ``NotFound`` or ``UsageError``."""
        return self._set_status(show_id, ShowStatus.ACTIVE)

    def set_backfill(self, show_id: str, backfill: str) -> Show:
        """Changes which episodes are taken of a show: ``newest:25``, ``since:2026-01-31`` or ``all``.

        A wider backfill takes more of the feed at its next check; a narrower one removes nothing.

        Raises:
            NotFound: no such show.
            UsageError: no such backfill.
        """
        from ingest.episodes.backfill import parse_backfill

        self._sight.require_owner("choosing what is taken of a show")
        wanted = replace(parse_backfill(backfill), counted=False, floor=None)
        with self._catalog.write() as tx:
            shows.get(tx, show_id)
            following.set_backfill(tx, show_id, backfill=str(wanted))
            return shows.get(tx, show_id)

    def refresh(
        self, show_ids: Sequence[str] = (), *, on_event: Callable[[Event], None] | None = None
    ) -> RefreshReport:
        """Checks the feeds of these shows now, or of all active shows if none is named.

        A server that asked us to wait (Retry-After) is left alone.

        Args:
            show_ids: the shows; a paused or closed show is checked only if it is named.
            on_event: told of each show and the result, in words.

        Raises:
            NotFound: no such show.
        """
        from ingest.feeds.checks import check_feeds, due

        self._sight.require_owner("checking feeds")
        with self._catalog.read() as tx:
            chosen = [shows.get(tx, show_id) for show_id in show_ids] or [
                show for show in shows.every(tx) if show.status is ShowStatus.ACTIVE
            ]
        asked, held = due(chosen, self._clock.now(), forced=True)
        say = on_event or (lambda _event: None)
        halt = threading.Event()
        checks = check_feeds(self._catalog, self._fetcher(), asked, self._clock, self._settings, say, halt)
        return RefreshReport(checked=checks.checked, failed=checks.failures, held=tuple(held))

    def remove(self, show_id: str) -> RemovalReport:
        """Removes a show with everything that came from it, also in past briefs, conversations, themes and vectors.

        The index follows with the next command that reads it; `Index.rebuild` leaves no trace in its files either.
        Files of a local show are not touched. ``keep.removed_shows`` may keep ideas that readers have; the show is paused
        then, and stays in the list with them.

        Raises:
            NotFound: no such show.
        """
        self._sight.require_owner("removing a show")
        removed = remove_show(self._catalog, show_id, keep=self._settings.keep.removed_shows)
        for episode_id in removed.episode_ids:
            for path in self._settings.audio_dir.glob(f"{episode_id}*"):
                with suppress(OSError):  # what is left is swept by the next ingest
                    path.unlink()
        self._catalog.wipe()
        return removed

    def _set_status(self, show_id: str, status: ShowStatus) -> Show:
        self._sight.require_owner("pausing and resuming shows")
        with self._catalog.write() as tx:
            show = shows.get(tx, show_id)
            if show.status is status:
                raise UsageError(f"is {_STANDS[status]} already", subject=show.title)
            if status is ShowStatus.ACTIVE:
                following.resume(tx, show_id)
            else:
                following.pause(tx, show_id)
            return shows.get(tx, show_id)


_FOLLOWING = "following shows"
_STANDS = {ShowStatus.ACTIVE: "followed", ShowStatus.PAUSED: "paused", ShowStatus.CLOSED: "closed"}
