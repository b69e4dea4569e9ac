"""Where the running app is: ``app.json`` in home, readable by its owner only, there while the app runs.

It carries the token that the REST interface wants, so that only who can read the library can ask it.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from earmark.whole_files import write_atomically

if TYPE_CHECKING:
    from earmark.settings import Settings

__all__ = ["AppAddress", "public_url", "read_address", "remove_address", "write_address"]

_NAME = "app.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class AppAddress:
    """Where an app listens, which process it is, and the token it wants."""

    url: str
    pid: int
    token: str


def write_address(home: Path, address: AppAddress) -> None:
    """Writes the address where other commands look for it; the file appears whole or not at all, with mode 0600."""
    write_atomically(home / _NAME, json.dumps({"url": address.url, "pid": address.pid, "token": address.token}))


def read_address(home: Path) -> AppAddress | None:
    """The address of the app that serves this home; ``None`` if there is none, or if its process has ended."""
    try:
        given = json.loads((home / _NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if not isinstance(given, dict):
        return None
    url, pid, token = given.get("url"), given.get("pid"), given.get("token")
    if not (isinstance(url, str) and isinstance(pid, int) and pid > 0 and isinstance(token, str) and token):
        return None
    if urlsplit(url).scheme != "http" or not _alive(pid):
        return None
    return AppAddress(url=url, pid=pid, token=token)


def public_url(settings: Settings) -> str:
    """The address that readers open, for links: that of the settings, else of the running app, else of one that may run."""
    app = read_address(settings.home)
    return settings.sign_in.url or (app.url if app is not None else f"http://localhost:{settings.app.port}")


def remove_address(home: Path, *, pid: int) -> None:
    """Removes the address if this process wrote it."""
    address = read_address(home)
    if address is not None and address.pid == pid:
        (home / _NAME).unlink(missing_ok=True)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True
