"""Where readers' profiles are kept: in the catalog, which the choice of ideas reads, and as a file in home that a person edits."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from briefs import preferences
from briefs.preferences import NOTHING, Preferences
from earmark.catalog.readers import accounts, profiles
from earmark.clean import plain
from earmark.errors import LeaseLost, UsageError
from earmark.whole_files import write_atomically

if TYPE_CHECKING:
    from earmark.catalog import Catalog
    from earmark.ports import Clock
    from earmark.types import Profile, Reader

__all__ = ["KeptProfile", "ProfileKeeper", "profile_path"]

_MOST_BYTES = 4 * preferences.LONGEST
"""Of a file that is read at all: a character takes at most four bytes."""


def profile_path(home: Path, reader_id: str) -> Path:
    """The file of a reader's profile."""
    return home / "profiles" / f"{reader_id}.md"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptProfile:
    """The profile that is in force, and what it says.

    Where the file was changed in a way that cannot be read, ``trouble`` says in which line and what to do, and ``draft`` is
    its text as far as it is text. The profile in force is then the one before.
    """

    profile: Profile
    says: Preferences
    trouble: str = ""
    draft: str = ""


class ProfileKeeper:
    """Keeps profiles. What a person changed in the file counts from the next look on. Thread-safe."""

    def __init__(self, catalog: Catalog, clock: Clock, home: Path) -> None:
        self._catalog = catalog
        self._clock = clock
        self._home = home

    def current(self, reader: Reader) -> KeptProfile:
        """The reader's profile, with what was changed in its file."""
        with self._catalog.read() as tx:
            profile = profiles.get(tx, reader.id)
        draft = ""
        try:
            draft = self._on_disk(reader.id)
            if draft and plain(draft, newlines=True) != profile.text:
                preferences.read(draft)
                profile = self._store(reader, draft, after=profile.version)
        except LeaseLost:  # another process took the same change in
            return self.current(reader)
        except UsageError as error:
            says = _says(profile.text)
            where = f"{profile_path(self._home, reader.id).name}, {error}"
            return KeptProfile(profile=profile, says=says, trouble=where, draft=draft)
        return KeptProfile(profile=profile, says=_says(profile.text))

    def put(self, reader: Reader, text: str, *, after: int) -> KeptProfile:
        """Stores a text that can be read as the profile after version ``after``, and writes the file.

        A file that could not be read, so that nothing knows what it says, is kept beside it as ``….md.unread``.

        Raises:
            UsageError: a line makes no sense; the profile stays as it was.
            LeaseLost: the profile is at another version by now.
        """
        says = preferences.read(text)
        unread = self.current(reader)
        profile = self._store(reader, text, after=after)
        path = profile_path(self._home, reader.id)
        if unread.trouble and path.exists():
            path.replace(path.with_name(f"{path.name}.unread"))
        write_atomically(path, f"{profile.text}\n" if profile.text else "")
        return KeptProfile(profile=profile, says=says)

    def _store(self, reader: Reader, text: str, *, after: int) -> Profile:
        with self._catalog.write() as tx:
            accounts.hold(tx, reader)
            return profiles.put(tx, reader.id, plain(text, newlines=True), after=after, now=self._clock.now())

    def _on_disk(self, reader_id: str) -> str:
        """The text of the file, empty without a file; raises ``UsageError`` where it is no text of bearable length."""
        path = profile_path(self._home, reader_id)
        try:
            with path.open("rb") as file:
                body = file.read(_MOST_BYTES + 1)
            return body.decode("utf-8-sig") if len(body) <= _MOST_BYTES else "x" * _MOST_BYTES
        except FileNotFoundError:
            return ""
        except UnicodeDecodeError:
            raise UsageError("is not text in UTF-8; save it in that encoding", subject="line 1") from None


def _says(text: str) -> Preferences:
    """What a stored text says; nothing where it is of a version that read texts otherwise."""
    try:
        return preferences.read(text)
    except UsageError:
        return NOTHING
