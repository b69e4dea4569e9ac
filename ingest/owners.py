"""Who holds a lease: a name that says host, process and run, so that the dead can be told from the living."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterable
from uuid import uuid4

__all__ = ["dead_owners", "owner_name"]

_RUN = uuid4().hex[:12]


def owner_name(worker: int) -> str:
    """This process's name for its worker of that number."""
    return f"{socket.gethostname()}|{os.getpid()}|{_RUN}|{worker}"


def dead_owners(owners: Iterable[str]) -> list[str]:
    """Those whose process no longer runs on this machine; owners on other machines are never called dead."""
    return [owner for owner in owners if _dead(owner)]


def _dead(owner: str) -> bool:
    host, pid, run, *_ = [*owner.split("|"), "", "", ""]
    if host != socket.gethostname() or not pid.isdigit():
        return False
    if int(pid) == os.getpid():
        return run != _RUN  # a container restarts under the same process number
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False
