"""Following shows: the part of the library that adds, imports, exports, pauses, refreshes and removes them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from earmark.catalog import Catalog
from earmark.catalog.content import episodes
from earmark.catalog.feeds import following, secrets, shows
from earmark.errors import EarmarkError, UsageError
from earmark.net import redact
from earmark.private import is_private, shown
from earmark.settings import Settings
from earmark.types import Show, ShowStatus
from library.removal import Removed, remove_show
from library.status import ShowSummary, summaries

if TYPE_CHECKING:
    from earmark.ports import Clock
    from ingest.feeds.refresh import Refreshed
    from ingest.fetching.fetch import Fetcher
    from ingest.work.worker import Event, Failure

__all__ = ["Following", "ImportReport", "RefreshReport"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What an OPML import did: shows added, shows followed already, and ``(address, reason)`` of those refused."""

    added: tuple[Show, ...] = ()
    known: tuple[Show, ...] = ()
    failed: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshReport:
    """What asking feeds at once did: the checks that succeeded, and those that did not.

    ``held`` are shows whose server asked not to be asked before ``show.hold_until``: they were left alone.
    """

    checked: tuple[Refreshed, ...] = ()
    failed: tuple[Failure, ...] = ()
    held: tuple[Show, ...] = ()


class Following:
    """What a `library.library.Library` does with the shows themselves."""

    settings: Settings
    catalog: Catalog
    clock: Clock

    def _fetcher(self) -> Fetcher:
        raise NotImplementedError

    def add(self, url: str, *, folder: str = "", take: str = "", private: bool = False) -> Show:
        """Follows the show at an address; one that is followed already is returned as it is.

        Args:
            url: of a feed (with ``name:password@`` before its host, if it wants a login), or a folder or file.
            folder: where it goes in the subscription list.
            take: which episodes are taken: ``newest:25``, ``since:2026-01-31`` or ``all``; else what the settings say.
            private: whether the address is a secret though it does not look like one.
        """
        from ingest.feeds.refresh import follow_show

        refreshed, _ = follow_show(
            self.catalog,
            self._fetcher(),
            url,
            take=self.settings.ingest.newest,
            clock=self.clock,
            folder=folder,
            backfill=take,
            private=private,
        )
        return refreshed.show

    def import_opml(self, body: bytes, *, on_each: Callable[[str], None] | None = None) -> ImportReport:
        """Follows every feed of an OPML file; one that cannot be read is reported and the rest go on."""
        from ingest.feeds.opml import read_opml
        from ingest.feeds.refresh import follow_show

        added: list[Show] = []
        known: list[Show] = []
        failed: list[tuple[str, str]] = []
        fetcher = self._fetcher()
        take = self.settings.ingest.newest
        for feed in read_opml(body):
            try:
                one, new = follow_show(self.catalog, fetcher, feed.url, take=take, clock=self.clock, folder=feed.folder)
            except EarmarkError as error:
                failed.append((shown(feed.url) if is_private(feed.url) else redact(feed.url), str(error)))
            else:
                (added if new else known).append(one.show)
            if on_each:
                on_each(feed.title or redact(feed.url))
        return ImportReport(added=tuple(added), known=tuple(known), failed=tuple(failed))

    def export_opml(self, *, with_secrets: bool = False) -> str:
        """The followed shows as an OPML 2.0 document with their folders.

        Private feeds are in it as they may be shown, which no app can fetch, unless it is asked for ``with_secrets``.
        Folders of this machine are not: no other app could follow them, and no list makes Earmark read files.
        """
        from ingest.feeds.opml import write_opml

        with self.catalog.read() as tx:
            followed = shows.every(tx)
            real = secrets.every(tx) if with_secrets else {}
        public = [show for show in followed if not show.feed_url.startswith("file:")]
        return write_opml(replace(show, feed_url=real.get(show.id, show.feed_url)) for show in public)

    def shows(self) -> list[ShowSummary]:
        """The followed shows by title, each with how far its episodes are."""
        with self.catalog.read() as tx:
            return summaries(tx)

    def find_show(self, text: str) -> Show:
        """The show that an id, an address, a title or a part of one title means; raises ``NotFound``."""
        with self.catalog.read() as tx:
            if is_private(text) and (private := secrets.find(tx, text)) is not None:
                return private
            return shows.find(tx, shown(text) if is_private(text) else text)

    def pause_show(self, show_id: str) -> Show:
        """The show is not asked for new episodes any more; what is there stays. Raises ``NotFound``."""
        return self._set_status(show_id, ShowStatus.PAUSED)

    def resume_show(self, show_id: str) -> Show:
        """The show is asked again, from now on: a paused one, and one that had closed. Raises ``NotFound``."""
        return self._set_status(show_id, ShowStatus.ACTIVE)

    def take_of_show(self, show_id: str, policy: str) -> Show:
        """Another policy for a show (``newest:25``, ``since:2026-01-31``, ``all``).

        A wider one takes more of the feed at its next check; a narrower one removes nothing.

        Raises:
            NotFound, UsageError: no such show, no such policy.
        """
        from ingest.episodes.backfill import parse_policy

        wanted = replace(parse_policy(policy), counted=False, floor=None)
        with self.catalog.write() as tx:
            shows.get(tx, show_id)
            following.take(tx, show_id, backfill=str(wanted))
            return shows.get(tx, show_id)

    def refresh_shows(
        self, show_ids: Sequence[str] = (), *, on_event: Callable[[Event], None] | None = None
    ) -> RefreshReport:
        """Asks the feeds of these shows now (of all that are not paused, where none is named).

        A server that has asked for rest (Retry-After) gets it, whoever wishes otherwise.

        Args:
            show_ids: which shows; a paused or closed one is asked where it is named.
            on_event: told each show and what came of it, in words.

        Raises:
            NotFound: no such show.
        """
        from ingest.feeds.checks import check_feeds, due

        with self.catalog.read() as tx:
            chosen = [shows.get(tx, one) for one in show_ids] or [
                show for show in shows.every(tx) if show.status is ShowStatus.ACTIVE
            ]
        asked, held = due(chosen, self.clock.now(), wished=True)
        say = on_event or (lambda _event: None)
        halt = threading.Event()
        found = check_feeds(self.catalog, self._fetcher(), asked, self.clock, self.settings, say, halt)
        return RefreshReport(checked=found.checked, failed=found.failures, held=tuple(held))

    def remove_show(self, show_id: str) -> Removed:
        """Removes a show with all that came from it: also from past briefs, conversations, themes and vectors.

        The index follows with the next command that reads it; ``reindex`` leaves no trace in its files either. Files of
        a local show are not touched. Raises ``NotFound``.
        """
        removed = remove_show(self.catalog, show_id)
        for episode_id in removed.episode_ids:
            for path in self.settings.audio_dir.glob(f"{episode_id}*"):
                with suppress(OSError):  # what is left is swept by the next ingest
                    path.unlink()
        self.catalog.wipe()
        return removed

    def local_audio(self, episode_id: str) -> Path | None:
        """The recording of an episode of a local show, where it is there now; ``None`` of any other episode."""
        from ingest.local.files import local_path

        with self.catalog.read() as tx:
            episode = episodes.get(tx, episode_id)
            show = shows.get(tx, episode.show_id)
        if not (show.feed_url.startswith("file:") and episode.data.audio_url):
            return None
        try:
            return local_path(show, episode.data.audio_url)
        except EarmarkError:
            return None

    def clear_index(self, *, rebuild_up_to: int = 100_000) -> bool:
        """Takes what was removed out of the index, and whether its files are free of it as well.

        Up to so many points it is built anew, which takes seconds; a larger one only follows the catalog, and its files
        are freed by ``reindex``. Raises ``IndexBusy`` where another process holds it: then that one follows.
        """
        from retrieval.index.watermark import read_watermark

        points = read_watermark(self.settings).points
        if points > rebuild_up_to:
            self.follow()
            return False
        if points:
            self.reindex()
        return True

    def follow(self, on_progress: Callable[[int, int], None] | None = None) -> int:
        raise NotImplementedError

    def reindex(self, *, on_progress: Callable[[int, int], None] | None = None) -> int:
        raise NotImplementedError

    def _set_status(self, show_id: str, status: ShowStatus) -> Show:
        with self.catalog.write() as tx:
            show = shows.get(tx, show_id)
            if show.status is status:
                raise UsageError(f"is {_STANDS[status]} already", subject=show.title)
            if status is ShowStatus.ACTIVE:
                following.resume(tx, show_id)
            else:
                following.pause(tx, show_id)
            return shows.get(tx, show_id)


_STANDS = {ShowStatus.ACTIVE: "followed", ShowStatus.PAUSED: "paused", ShowStatus.CLOSED: "closed"}
