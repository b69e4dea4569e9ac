"""Following and looking again at a show of local files: what is new, changed, renamed or gone."""

from __future__ import annotations

from dataclasses import dataclass

from earmark.catalog import Catalog, Connection
from earmark.catalog.content import episodes
from earmark.catalog.feeds import following, local_files, shows
from earmark.catalog.locks import Lock, alone
from earmark.errors import EarmarkError
from earmark.ports import Clock
from earmark.types import Show
from ingest.episodes.backfill import choose, parse_backfill, settled
from ingest.local.files import LocalShow, local_address, scan

__all__ = ["LocalChanges", "follow_local", "refresh_local", "take_over"]

_NAMED = 3
"""Gone files that are named; of more, how many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalChanges:
    """What a look at the files found: GUIDs. ``gone`` are those whose files went since; their episodes stay."""

    show: Show
    new: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    renamed: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()

    @property
    def unchanged(self) -> bool:
        """Whether there is nothing to work on."""
        return not (self.new or self.changed or self.renamed)

    def in_words(self) -> str:
        """What was found, in one line."""
        counted = ((self.new, "new"), (self.changed, "changed"), (self.renamed, "renamed"))
        said = ", ".join(f"{len(guids)} {word}" for guids, word in counted if guids) or "unchanged"
        if not self.gone:
            return said
        names = ", ".join(self.gone[:_NAMED]) + (
            f" and {len(self.gone) - _NAMED} more" if len(self.gone) > _NAMED else ""
        )
        return f"{said}; no longer in the folder, kept here: {names}"


def follow_local(
    catalog: Catalog, address: str, *, clock: Clock, folder: str = "", backfill: str = ""
) -> tuple[LocalChanges, bool]:
    """Follows a folder or file of this machine, and whether it is new; nothing is stored when it cannot be read.

    All of it is taken where ``backfill`` does not say otherwise: who names a folder means what is in it.

    Raises:
        UsageError, FetchError: why it cannot be followed.
    """
    url = local_address(address)
    with catalog.read() as tx:
        known = shows.by_url(tx, url)
    if known is not None:
        return LocalChanges(show=known), False
    chosen_backfill = str(parse_backfill(backfill or "all"))
    local_show = scan(url)
    with catalog.write() as tx:
        show, new = shows.add(tx, url, title=local_show.feed.title, folder=folder, now=clock.now())
        following.set_backfill(tx, show.id, backfill=chosen_backfill)
        changes = take_over(tx, shows.get(tx, show.id), local_show, clock=clock)
    return changes, new


def refresh_local(catalog: Catalog, show: Show, *, clock: Clock) -> LocalChanges:
    """Looks again at the files of a show; a failure is noted on the show and raised.

    Raises:
        UsageError, FetchError: what was noted: the folder is not there, or empty.
    """
    with catalog.read() as tx:
        known = {guid: files for guid, (_, files) in local_files.files(tx, show.id).items()}
    try:
        local_show = scan(show.feed_url, known)
    except EarmarkError as error:
        with catalog.write() as tx:
            shows.failed(tx, show.id, now=clock.now(), error=str(error))
        raise
    with catalog.write() as tx:
        return take_over(tx, show, local_show, clock=clock)


def take_over(tx: Connection, show: Show, local_show: LocalShow, *, clock: Clock) -> LocalChanges:
    """Brings a show up to date with its files, in one transaction; returns what changed."""
    alone(tx, Lock.FEEDS)
    known = local_files.files(tx, show.id)
    by_guid = {episode.guid: episode for episode in local_show.feed.episodes}
    missing = {guid: known[guid] for guid in known if guid not in by_guid}
    moved: dict[str, str] = {}
    for guid, (episode_id, files) in missing.items():
        same = next(
            (
                new
                for new in by_guid
                if files and new not in known and new not in moved and _bytes(local_show.files[new]) == _bytes(files)
            ),
            None,
        )
        if same is not None:
            moved[same] = guid
            local_files.renamed(tx, episode_id, by_guid[same])
            local_files.put(tx, episode_id, local_show.files[same])
    changed = [guid for guid, files in local_show.files.items() if guid in known and _differ(files, known[guid][1])]
    for guid in changed:
        local_files.read_again(tx, known[guid][0], by_guid[guid], now=clock.now())
    for guid in local_show.files:
        if guid in known and set(local_show.files[guid]) != set(known[guid][1]):
            local_files.put(tx, known[guid][0], local_show.files[guid])
    new = _added(tx, show, local_show, {*known, *moved}, clock=clock)
    gone = [guid for guid in missing if guid not in moved.values()]
    shows.described(tx, show.id, local_show.feed)
    shows.checked(tx, show.id, now=clock.now(), etag="", last_modified="")
    return LocalChanges(
        show=shows.get(tx, show.id),
        new=tuple(new),
        changed=tuple(changed),
        renamed=tuple(moved),
        gone=tuple(gone),
    )


def _added(tx: Connection, show: Show, local_show: LocalShow, known: set[str], *, clock: Clock) -> list[str]:
    chosen_backfill = parse_backfill(show.backfill or "all")
    chosen = choose(local_show.feed.episodes, chosen_backfill, known=known)
    following.settle(tx, show.id, backfill=str(settled(chosen_backfill, chosen)))
    wanted = [episode for episode in chosen if episode.guid not in known]
    episodes.add_new(tx, show.id, wanted, language=local_show.feed.language, now=clock.now())
    ids = {guid: episode_id for guid, (episode_id, _) in local_files.files(tx, show.id).items()}
    for episode in wanted:
        local_files.put(tx, ids[episode.guid], local_show.files[episode.guid])
    return [episode.guid for episode in wanted]


def _bytes(files: tuple[local_files.LocalFile, ...]) -> frozenset[str]:
    return frozenset(file.digest for file in files)


def _differ(now: tuple[local_files.LocalFile, ...], before: tuple[local_files.LocalFile, ...]) -> bool:
    """Whether other bytes, or more or fewer files, make the episode; a touched file is the same."""
    return {(file.name, file.digest) for file in now} != {(file.name, file.digest) for file in before}
