"""Libraries made on a disk that is full again and again; run in a mount namespace of its own.

    python -m tests.contract.full_disk FOLDER TIMES SEED     prints what came of it, as JSON

The disk is one in memory. All but a few random kilobytes of it are filled, so that whatever is written next fails, be it a
row, a page of the log or a file of audio; then there is room again. What met the full disk is tried again at once, as with
`earmark retry`, and in the end it is compared with one made in peace.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from earmark.catalog import open_catalog
from earmark.catalog.work import jobs, troubles
from earmark.clock import SystemClock
from earmark.errors import StorageFull
from earmark.settings import Settings
from tests.campaigns.work.homes import homes
from tests.campaigns.work.kills import broken_promises, undisturbed
from tests.campaigns.work.library import follow_all, forked, served, settings_for, write_world

__all__ = ["main"]

_DISK_MIB = 64
_ROOM = 600_000
"""Bytes that are left at most: some of a library's transactions fit into them, and some do not."""
_A_LIBRARY = 4
"""How often the disk is full while one library is made."""


def main(folder: Path, times: int, rng: random.Random) -> dict[str, object]:
    """How many runs a full disk ended, over how many libraries, and in what they differ."""
    disk = folder / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={_DISK_MIB}m", "tmpfs", str(disk)], check=True)
    feeds = write_world(folder / "world", shows=3, episodes=2, rng=rng)
    full, libraries, broken = 0, 0, list[str]()
    with served(folder / "world") as address, homes(None) as new_home:
        urls = [f"{address}/{feed}" for feed in feeds]
        expected = undisturbed(folder / "whole", urls, new_home)
        while full < times and libraries < times:
            libraries += 1
            home = disk / f"library{libraries}"
            settings = settings_for(new_home(home))
            for room in sorted(rng.randrange(_ROOM) for _ in range(_A_LIBRARY)):
                with _filled(disk, room):
                    full += not _worked(settings, urls)
            _tried_again(settings)
            if not _worked(settings, urls):
                broken.append(f"library {libraries}: not finished though there is room")
            broken += [f"library {libraries}: {what}" for what in broken_promises(settings, expected, home)]
    return {"full": full, "libraries": libraries, "broken": broken}


def _worked(settings: Settings, urls: list[str]) -> bool:
    """Whether the feeds could be followed and all of their episodes be read."""
    try:
        follow_all(settings, urls)
    except StorageFull:
        return False
    _, status = os.waitpid(forked(settings), 0)
    return os.waitstatus_to_exitcode(status) == 0 and not _waits(settings)


def _waits(settings: Settings) -> bool:
    """Whether an episode waits for room; none of the others in this library has anything to wait for."""
    catalog = open_catalog(settings.catalog_url)
    try:
        with catalog.read() as tx:
            return bool(troubles.postponed(tx, now=SystemClock().now()))
    finally:
        catalog.close()


def _tried_again(settings: Settings) -> None:
    """What `earmark retry` does: an episode that met the full disk would wait for some minutes by itself."""
    catalog = open_catalog(settings.catalog_url)
    with catalog.write() as tx:
        jobs.retry(tx)
    catalog.close()


@contextmanager
def _filled(disk: Path, room: int) -> Iterator[None]:
    """Leaves that many bytes free on the disk for the length of a block."""
    ballast = disk / "ballast"
    with ballast.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, max(os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize - room, 1))
    try:
        yield
    finally:
        ballast.unlink()


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(Path(sys.argv[1]), int(sys.argv[2]), random.Random(int(sys.argv[3])))))
