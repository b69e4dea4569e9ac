"""The readers of a library: who they are, what they see and when they want their briefs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from earmark.catalog import Catalog
from earmark.catalog.feeds import shows
from earmark.catalog.readers import accounts, reader_shows
from earmark.clean import cut, plain
from earmark.days import Days
from earmark.errors import Forbidden, UsageError
from earmark.ids import make_id
from earmark.language.folding import fold
from earmark.settings import Settings
from earmark.types import Reader, Role, Show
from library.profile_keeping import profile_path
from library.sight import Sight

if TYPE_CHECKING:
    from earmark.ports import Clock

__all__ = ["Readers", "as_set", "find_reader", "id_for", "local_reader"]

_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_EMAIL = re.compile(r"[^\s@<>,;:\"()\[\]]{1,64}@[^\s@<>,;:\"()\[\]]{1,250}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
_LONGEST_NAME = 80
"""Characters of a name."""
_MOST_IDEAS = 50
"""As ``brief.size`` allows."""


def local_reader(catalog: Catalog, settings: Settings) -> Reader:
    """The reader of this machine: an owner of all shows. Name, address and time zone are those of the settings if set."""
    with catalog.read() as tx:
        return as_set(accounts.get(tx, accounts.LOCAL), settings)


def find_reader(catalog: Catalog, settings: Settings, reader_id: str) -> Reader:
    """The reader with that id.

    Raises:
        NotFound: no reader has it.
        Forbidden: the reader is switched off.
    """
    with catalog.read() as tx:
        reader = as_set(accounts.get(tx, reader_id), settings)
    if reader.disabled_at is not None:
        raise Forbidden("this reader is switched off; `earmark reader set ID --on` lets them in", subject=reader_id)
    return reader


def id_for(name: str) -> str:
    """An id made of a name: ``anna-berg``; of a name without Latin letters or digits its hash."""
    words = re.findall(r"[a-z0-9]+", fold(name))
    return "-".join(words)[:40].strip("-") or f"reader-{make_id('reader', name)[:6]}"


class Readers:
    """Adds, changes and removes readers. A reader who is no owner sees and changes only their own preferences."""

    def __init__(self, catalog: Catalog, settings: Settings, clock: Clock, sight: Sight) -> None:
        self._catalog = catalog
        self._settings = settings
        self._clock = clock
        self._sight = sight

    def every(self) -> list[Reader]:
        """All readers, the reader of this machine first, then by id; for an owner."""
        self._sight.require_owner(_READERS)
        with self._catalog.read() as tx:
            readers = [as_set(reader, self._settings) for reader in accounts.every(tx)]
        return sorted(readers, key=lambda reader: (reader.id != accounts.LOCAL, reader.id))

    def get(self, reader_id: str) -> Reader:
        """The reader with that id; raises ``NotFound``, or ``Forbidden`` for another reader who asks."""
        self._sight.require_self(reader_id, _READERS)
        with self._catalog.read() as tx:
            return as_set(accounts.get(tx, reader_id), self._settings)

    def shows(self, reader_id: str) -> list[Show] | None:
        """The shows that the reader sees, by title; ``None`` for a reader of all shows. Raises as ``get``."""
        self._sight.require_self(reader_id, _READERS)
        with self._catalog.read() as tx:
            accounts.get(tx, reader_id)
            scope = reader_shows.scope(tx, reader_id)
            return None if scope.ids is None else shows.every(tx, scope)

    def add(self, reader: Reader, *, show_ids: Sequence[str] = ()) -> Reader:
        """Adds a reader, who sees all shows or, without ``all_shows``, those of ``show_ids``; returns it.

        Raises:
            UsageError: the id or the address is taken, or a value makes no sense.
            NotFound: no such show.
            Forbidden: the asking reader is no owner.
        """
        self._sight.require_owner(_READERS)
        now = self._clock.now()
        added = replace(_checked(reader), created_at=now)
        with self._catalog.write() as tx:
            others = accounts.every(tx)
            if any(other.id == added.id for other in others):
                raise UsageError("is a reader already; choose another id", subject=added.id)
            self._check_email(others, added)
            accounts.put(tx, added)
            reader_shows.put(tx, added.id, [shows.get(tx, show_id).id for show_id in show_ids], now=now)
        return added

    def change(self, reader: Reader) -> Reader:
        """Stores the reader as given in place of the one with that id; returns it.

        Whoever is no owner may change their own name, time zone and wishes for briefs, and nothing else.

        Raises:
            NotFound: no such reader.
            UsageError: a value makes no sense, or is given by the settings.
            Forbidden: the change is for an owner, or would leave the reader of this machine without the library.
        """
        self._sight.require_self(reader.id, _READERS)
        changed = _checked(reader)
        with self._catalog.write() as tx:
            before = as_set(accounts.get(tx, reader.id), self._settings)
            if _kept_by_owners(changed) != _kept_by_owners(before):
                self._sight.require_owner("changing who a reader is and sees")
            if reader.id == accounts.LOCAL:
                self._check_local(changed)
            self._check_email(accounts.every(tx), changed)
            accounts.put(tx, replace(changed, created_at=before.created_at))
        return changed

    def show_only(self, reader_id: str, show_ids: Sequence[str]) -> Reader:
        """Has a reader see these shows alone, from now on and everywhere; returns the reader.

        Raises:
            NotFound: no such reader or show.
            Forbidden: the asking reader is no owner, or the reader is one, who sees everything.
        """
        self._sight.require_owner(_READERS)
        with self._catalog.write() as tx:
            before = accounts.get(tx, reader_id)
            if before.role is Role.OWNER:
                raise Forbidden("is an owner, who sees every show; make them a reader first", subject=reader_id)
            changed = replace(before, all_shows=False)
            accounts.put(tx, changed)
            wanted = [shows.get(tx, show_id).id for show_id in show_ids]
            reader_shows.put(tx, reader_id, wanted, now=self._clock.now())
        return changed

    def remove(self, reader_id: str) -> None:
        """Removes a reader with briefs, conversations, saved insights and everything else that is the reader's own.

        Raises:
            NotFound: no such reader.
            Forbidden: it is the reader of this machine, or the asking reader is no owner.
        """
        self._sight.require_owner(_READERS)
        if reader_id == accounts.LOCAL:
            raise Forbidden("is the reader of this machine, who stays", subject=reader_id)
        with self._catalog.write() as tx:
            accounts.remove(tx, reader_id)
        profile_path(self._settings.home, reader_id).unlink(missing_ok=True)
        self._catalog.wipe()

    def _check_local(self, reader: Reader) -> None:
        """The reader of this machine keeps the library, and what the settings say of them."""
        if reader.role is not Role.OWNER or not reader.all_shows or reader.disabled_at is not None:
            raise Forbidden("is the reader of this machine, and stays an owner of all shows", subject=reader.id)
        told = as_set(reader, self._settings)
        for setting, given, wanted in (
            ("brief.reader_name", told.name, reader.name),
            ("mail.to", told.email, reader.email),
            ("brief.timezone", told.timezone, reader.timezone),
        ):
            if given != wanted:
                raise UsageError("says it for the reader of this machine; change it there", subject=setting)

    @staticmethod
    def _check_email(readers: Sequence[Reader], reader: Reader) -> None:
        """An address is one reader's: a sign-in is known by it."""
        folded = reader.email.lower()
        if folded and any(other.email.lower() == folded and other.id != reader.id for other in readers):
            raise UsageError("is the address of another reader", subject=reader.email)


_READERS = "the list of readers"


def as_set(reader: Reader, settings: Settings) -> Reader:
    """The reader of this machine with what the settings say; any other as it is."""
    if reader.id != accounts.LOCAL:
        return reader
    return replace(
        reader,
        name=settings.brief.reader_name or reader.name,
        email=settings.mail.to or reader.email,
        timezone=settings.brief.timezone or reader.timezone,
    )


def _kept_by_owners(reader: Reader) -> tuple[object, ...]:
    return reader.role, reader.all_shows, reader.email, reader.disabled_at


def _checked(reader: Reader) -> Reader:
    """The reader with a cleaned name; raises ``UsageError`` for what makes no sense."""
    if not _ID.fullmatch(reader.id):
        raise UsageError("is no id: take small letters, digits and dashes, at most 40", subject=reader.id)
    email = reader.email.strip()
    if email and not _EMAIL.fullmatch(email):
        raise UsageError("is no mail address", subject=email)
    if not _LANGUAGE.fullmatch(reader.language):
        raise UsageError("is no language; give a tag such as en, de or pt-BR", subject=reader.language)
    if not 0 <= reader.length <= _MOST_IDEAS:
        raise UsageError(f"is no length; a brief has 1 to {_MOST_IDEAS} ideas", subject=str(reader.length))
    if not all(0 <= day <= 6 for day in (reader.weekday, reader.digest_on or 0)):
        raise UsageError("is no weekday; 0 is Monday, 6 is Sunday", subject=str(reader.weekday))
    Days.named(reader.timezone)
    if reader.role is Role.OWNER and not reader.all_shows:
        raise UsageError("an owner sees every show; make them a reader to show only some", subject=reader.id)
    return replace(reader, name=cut(plain(reader.name), _LONGEST_NAME), email=email)
