"""The library's links to the second: whether they still lead there, and where they lead in a file that has changed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from earmark.catalog import Catalog
from earmark.catalog.content import audio_files, episodes, insights
from earmark.catalog.readers import accounts
from earmark.catalog.work import duties
from earmark.errors import EarmarkError
from earmark.language.spans import counted
from earmark.types import Stage
from library.named import named

if TYPE_CHECKING:
    from earmark.ports import Clock
    from earmark.settings import Settings
    from earmark.types import Brief, Reader
    from ingest.links.check import LinkCheck, LinkChecker
    from library.aside import Aside
    from library.briefs import Briefs
    from library.sight import Sight

__all__ = ["Links"]

_LINKS = "the check of links"
_EVERY = timedelta(days=1)
"""How often links are checked by themselves."""
_LATELY = timedelta(hours=20)
"""A file that was looked at so lately is not looked at again unless its episode is named: shorter than a day, so that a
check a day is one."""


class Links:
    """Looks at the files of episodes.

    Args:
        catalog: where what was found is kept.
        settings: how much is checked by itself.
        clock: decides what is due.
        sight: of the reader; checks are an owner's.
        checker: makes what looks at a file, with a budget of its own.
        briefs: the briefs of a reader.
        aside: runs the daily check in a separate process.
    """

    def __init__(
        self,
        catalog: Catalog,
        settings: Settings,
        clock: Clock,
        *,
        sight: Sight,
        checker: Callable[[], LinkChecker],
        briefs: Callable[[Reader], Briefs],
        aside: Callable[[], Aside],
    ) -> None:
        self._catalog = catalog
        self._settings = settings
        self._clock = clock
        self._sight = sight
        self._checker = checker
        self._briefs = briefs
        self._aside = aside

    def check(
        self,
        names: Sequence[str] = (),
        *,
        again: bool = False,
        on_check: Callable[[LinkCheck], None] | None = None,
        stop: threading.Event | None = None,
    ) -> list[LinkCheck]:
        """Looks whether hosts still serve the files that were heard, and finds quotes again in those that changed.

        Args:
            names: the only shows (as in `Shows.find`) and episodes (an id or its first characters); by default the
                episodes that each reader's next brief tells, and the last one told, at most ``links.daily``.
            again: whether quotes are looked for once more in a file in which they were not found.
            on_check: told of each episode.
            stop: ends it after the episode in hand.

        Raises:
            NotFound: a name fits neither a show nor an episode.
            Forbidden: the reader is no owner.
        """
        self._sight.require_owner(_LINKS)
        wanted = self._named(names) if names else self._coming()
        checker = self._checker()
        checks: list[LinkCheck] = []
        for episode_id in wanted:
            if stop is not None and stop.is_set():
                return checks
            checks.append(checker.check(episode_id, again=again))
            if on_check is not None:
                on_check(checks[-1])
        if not names:
            with self._catalog.write() as tx:
                duties.done(tx, duties.LINKS, now=self._clock.now(), note=counted(len(checks), "episode"))
        return checks

    def tend(self) -> bool:
        """Starts the daily check in a separate process when it is due; returns at once, with whether it did."""
        if self._settings.offline or not self._settings.links.daily or not self._sight.is_owner:
            return False
        with self._catalog.read() as tx:
            done = duties.get(tx, duties.LINKS).done_at
            if (done is not None and self._clock.now() - done < _EVERY) or not insights.count(tx):
                return False
        return self._aside().start()

    def _named(self, names: Sequence[str]) -> list[str]:
        """The episodes that names mean and that have been read, each once; of a show the newest first."""
        with self._catalog.read() as tx:
            show_ids, episode_ids = named(tx, names)
            for show_id in show_ids:
                read = (episode for episode in episodes.of_show(tx, show_id) if episode.stage is Stage.INSIGHTS)
                episode_ids += [episode.id for episode in read if not episode.same_as]
        return list(dict.fromkeys(episode_ids))

    def _coming(self) -> list[str]:
        """The episodes of the coming briefs and of the last ones, without those that were looked at lately."""
        with self._catalog.read() as tx:
            readers = [reader for reader in accounts.every(tx) if reader.disabled_at is None]
        wanted = [item.insight.episode_id for reader in readers for brief in self._told(reader) for item in brief.items]
        with self._catalog.read() as tx:
            lately = audio_files.checked_since(tx, wanted, self._clock.now() - _LATELY)
        fresh = (episode_id for episode_id in dict.fromkeys(wanted) if episode_id not in lately)
        return [episode_id for episode_id, _ in zip(fresh, range(self._settings.links.daily), strict=False)]

    def _told(self, reader: Reader) -> list[Brief]:
        """What a reader is told next, and was told last; nothing where that cannot be said now."""
        briefs = self._briefs(reader)
        try:
            return [briefs.preview(), *(briefs.get(day) for day in briefs.dates()[:1])]
        except EarmarkError:
            return []
