"""A large file from the hub: gone on with where it was broken off, and taken only if its hash is the one that is known."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import http.client
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from earmark.errors import FetchError, FetchRefused, StorageFull
from earmark.net import redact

__all__ = ["download"]

_BLOCK = 1 << 20
_PATIENCE_S = 60.0
_ATTEMPTS = 5
"""Times in a row that a download breaks off without a byte before it is given up; a new command goes on from there."""
_GONE = frozenset({401, 403, 404, 410})


def download(
    url: str,
    target: Path,
    *,
    size: int,
    sha256: str,
    part: Path,
    on_progress: Callable[[int, int], None] | None = None,
    attempts: int = _ATTEMPTS,
) -> None:
    """Fetches a file.

    Args:
        url: where it is; redirects are followed, because hubs keep large files elsewhere, and the hash makes sure of it.
        target: where it lies when it is whole.
        size: its length in bytes.
        sha256: its hash, in hexadecimal.
        part: where it lies until then, and what an earlier attempt has left.
        on_progress: called with the bytes that are here and the bytes in all.
        attempts: how often in a row it may break off without a byte.

    Raises:
        FetchError: the network or the server failed; the same call goes on from what has come.
        FetchRefused: it is not there, or it is another file than the one that is known.
        StorageFull: the disk is full.
    """
    part.parent.mkdir(parents=True, exist_ok=True)
    failed = 0
    while (have := part.stat().st_size if part.exists() else 0) < size:
        try:
            _fetch(url, part, have, size, on_progress)
        except FetchError:
            grown = part.exists() and part.stat().st_size > have
            failed = 0 if grown else failed + 1
            if failed >= attempts:
                raise
    if on_progress is not None:
        on_progress(size, size)
    with part.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if digest != sha256 or part.stat().st_size != size:
        part.unlink()
        text = "sent another file than the one that is known (sha256); it was thrown away"
        raise FetchRefused(text, subject=redact(url))
    part.replace(target)


def _fetch(url: str, part: Path, have: int, size: int, on_progress: Callable[[int, int], None] | None) -> None:
    """Appends what the server sends from byte ``have`` on; a server that knows no ranges begins again."""
    headers = {"User-Agent": "earmark", "Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
    with _errors(url):
        request = urllib.request.Request(url, headers=headers)  # noqa: S310 - the address is a setting
        with urllib.request.urlopen(request, timeout=_PATIENCE_S) as response:  # noqa: S310
            begun = have if response.status == 206 and _starts_at(response, have) else 0
            with part.open("r+b" if begun else "wb") as file:
                file.seek(begun)
                while begun < size and (block := response.read(min(_BLOCK, size - begun))):
                    file.write(block)
                    begun += len(block)
                    if on_progress is not None:
                        on_progress(begun, size)
                file.truncate()
        if begun < size:
            raise FetchError("broke off", subject=redact(url))


def _starts_at(response: Any, byte: int) -> bool:
    """Whether an answer is the part that was asked for."""
    return str(response.headers.get("Content-Range", "")).startswith(f"bytes {byte}-")


@contextlib.contextmanager
def _errors(url: str) -> Iterator[None]:
    """Errors of the network and the disk as ours."""
    subject = redact(url)
    try:
        yield
    except urllib.error.HTTPError as error:
        if error.code in _GONE:
            raise FetchRefused(f"answered {error.code}", subject=subject, status=error.code) from None
        raise FetchError(f"answered {error.code}", subject=subject, status=error.code) from None
    except (urllib.error.URLError, http.client.HTTPException, TimeoutError, ConnectionError) as error:
        raise FetchError("cannot be fetched", subject=subject) from error
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise StorageFull("no space is left for the model; free some and run the same command again") from error
        raise FetchError("cannot be fetched", subject=subject) from error
