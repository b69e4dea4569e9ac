"""A download into a file: resumable, whole or not at all. ``ingest.fetching.fetch.Fetcher.download`` is the way in."""

from __future__ import annotations

import errno
import hashlib
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from earmark.errors import FetchError, FetchRefused, PermanentError, StorageFull
from earmark.net import redact, without_userinfo
from ingest.fetching.http_guard import Exchange
from ingest.fetching.parts import CONTENT_RANGE

__all__ = ["Download", "DownloadedFile", "Progress", "storing"]

Progress = Callable[[int, int | None], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class DownloadedFile:
    """A finished download: where it lies, where it came from in the end (without userinfo), how large it is.

    ``etag`` and ``last_modified`` are as served, and empty where the server says nothing.
    """

    path: Path
    url: str
    bytes: int
    content_type: str
    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """One file to be fetched. ``headers`` and ``receive`` are called once for each try."""

    url: str
    path: Path
    limit_bytes: int
    progress: Progress | None = None

    @property
    def part(self) -> Path:
        """Where the bytes gather."""
        return self.path.with_name(self.path.name + ".part")

    @property
    def note(self) -> Path:
        """What the bytes in ``part`` are the beginning of: its address and validator."""
        return self.path.with_name(self.path.name + ".part.json")

    def headers(self) -> dict[str, str]:
        """Request headers: those that ask for the rest only, where a beginning lies here."""
        validator, size = self._validator(), self._size()
        if not validator or not size:
            return {}
        return {"Range": f"bytes={size}-", "If-Range": validator}

    def receive(self, answer: Exchange, between: Callable[[], None] = lambda: None) -> DownloadedFile:
        """Writes the body of a 200, 206 or 416 and moves the file into place once it is whole.

        ``between`` is called after each piece and may take its time: others may have to go first.
        """
        start, total = self._placement(answer)
        if total is not None and total > self.limit_bytes:
            self._discard()
            raise FetchRefused(self._too_large, subject=redact(self.url))
        try:
            done = start if answer.status == 416 else self._write(answer, start, total, between)
        except (FetchRefused, StorageFull):
            # Two beginnings may fill a disk on which each alone would have room.
            self._discard()
            raise
        if total is not None and done != total:
            raise FetchError(f"ended after {done:,} of {total:,} bytes; try again later", subject=redact(self.url))
        with storing(self.path):
            self.part.replace(self.path)
            self.note.unlink(missing_ok=True)
        return DownloadedFile(
            path=self.path,
            url=without_userinfo(answer.url),
            bytes=done,
            content_type=answer.headers.get("Content-Type", ""),
            etag=answer.headers.get("ETag", ""),
            last_modified=answer.headers.get("Last-Modified", ""),
        )

    @property
    def _address(self) -> str:
        """The address as it may lie in a file: hashed, because it can hold a login."""
        return hashlib.sha256(self.url.encode()).hexdigest()

    @property
    def _too_large(self) -> str:
        return f"is larger than {self.limit_bytes:,} bytes; fetch.audio_bytes allows more"

    def _placement(self, answer: Exchange) -> tuple[int, int | None]:
        """Where the body goes in the file, and the size of the whole file where the server says."""
        size = self._size()
        length = answer.headers.get("Content-Length", "")
        encoded = answer.headers.get("Content-Encoding", "identity").lower() not in {"", "identity"}
        if answer.status in {200, 203}:
            return 0, int(length) if length.isascii() and length.isdigit() and not encoded else None
        match = CONTENT_RANGE.fullmatch(answer.headers.get("Content-Range", "").strip())
        total = int(match[3]) if match and match[3] != "*" else None
        if match and answer.status == 206 and match[1] and int(match[1]) == size and not encoded:
            return size, total
        if answer.status == 416 and total is not None and total == size:
            return size, total  # it was all here: a former run ended between the last byte and the move
        self._discard()
        raise FetchError(
            "the server did not go on where the download had ended; starting over", subject=redact(self.url)
        )

    def _write(self, answer: Exchange, start: int, total: int | None, between: Callable[[], None]) -> int:
        done = start
        with storing(self.path):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            if start == 0:
                self._remember(answer)
            with self.part.open("r+b" if start else "wb") as file:
                file.seek(start)
                for piece in answer.chunks(self.limit_bytes):
                    done += len(piece)
                    if done > self.limit_bytes:
                        break
                    file.write(piece)
                    if self.progress:
                        self.progress(done, total)
                    between()
                file.flush()
                os.fsync(file.fileno())
        if done > self.limit_bytes:
            raise FetchRefused(self._too_large, subject=redact(self.url))
        return done

    def _remember(self, answer: Exchange) -> None:
        etag = answer.headers.get("ETag", "")
        # If-Range takes strong validators only (RFC 9110, 13.1.5); a date is the next best thing.
        validator = etag if etag and not etag.startswith("W/") else answer.headers.get("Last-Modified", "")
        self.part.unlink(missing_ok=True)
        self.note.write_text(json.dumps({"url": self._address, "validator": validator}), encoding="utf-8")

    def _validator(self) -> str:
        try:
            note = json.loads(self.note.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return ""
        if not isinstance(note, dict) or note.get("url") != self._address:
            return ""
        validator = note.get("validator")
        return validator if isinstance(validator, str) and validator.isprintable() else ""

    def _size(self) -> int:
        try:
            return self.part.stat().st_size
        except OSError:
            return 0

    def _discard(self) -> None:
        self.part.unlink(missing_ok=True)
        self.note.unlink(missing_ok=True)


@contextmanager
def storing(path: Path) -> Iterator[None]:
    """Explains errors of the disk: raises ``StorageFull`` or ``PermanentError``."""
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise StorageFull("no space is left; make room and try again", subject=str(path)) from None
        raise PermanentError(f"cannot be written ({error.strerror})", subject=str(path)) from None
