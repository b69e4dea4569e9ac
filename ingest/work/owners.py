"""Who holds a lease: a name that says machine, boot, process and its start, so that the dead are told from the living.

An owner of this machine is known to be dead at once, after a kill as after a power cut. One of another machine, or of
another container with its own process numbers, is never called dead: its lease runs out.
"""

from __future__ import annotations

import os
from collections.abc import Iterable

from ingest.work.processes import boot, look, place

__all__ = ["dead_owners", "owner_name"]


def owner_name(worker: int | str) -> str:
    """This process's name for its worker of that number, or for its part in the run of that id."""
    seen = look(os.getpid())
    return "|".join((place(), boot(), str(os.getpid()), seen.started if seen else "", str(worker)))


def dead_owners(owners: Iterable[str]) -> list[str]:
    """Those whose process no longer runs on this machine."""
    here, since = place(), boot()
    return [owner for owner in owners if _dead(owner, here, since)]


def _dead(owner: str, here: str, since: str) -> bool:
    at, booted, pid, started, *_ = [*owner.split("|"), "", "", "", ""]
    if at != here or not pid.isdigit():
        return False
    if booted != since:
        return True
    seen = look(int(pid))
    if seen is None:
        return False
    return not seen.runs or (bool(started) and seen.started != started)
