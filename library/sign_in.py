"""Signing in: who a password, an invitation or a session belongs to. Secrets leave it once and are kept as hashes."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from earmark.catalog.readers import accounts, sign_ins
from earmark.errors import Forbidden, NotFound
from earmark.types import Reader
from library.bearer_secrets import key_of, new_secret
from library.passwords import hashed, matches, outdated
from library.sight import Sight

if TYPE_CHECKING:
    from earmark.catalog import Catalog, Connection
    from earmark.ports import Clock

__all__ = ["INVITATION_LASTS", "SESSION_LASTS", "SignIn"]

SESSION_LASTS = timedelta(days=30)
INVITATION_LASTS = timedelta(days=7)
_OTHERS = "the sign-in of others"


class SignIn:
    """Sessions, passwords and invitations of the readers of a library."""

    def __init__(self, catalog: Catalog, clock: Clock, sight: Sight) -> None:
        self._catalog = catalog
        self._clock = clock
        self._sight = sight

    def with_password(self, name: str, password: str) -> str:
        """The secret of a new session for whoever has that id or mail address, and that password.

        How long it takes does not tell whether the name is known.

        Raises:
            Forbidden: name or password is wrong, or the reader is switched off; it does not say which.
        """
        with self._catalog.read() as tx:
            reader = self._named(tx, name)
            kept = "" if reader is None else sign_ins.password_hash(tx, reader.id)
        right = matches(password, kept)
        if reader is None or not right or reader.disabled_at is not None:
            raise Forbidden("name or password is wrong")
        with self._catalog.write() as tx:
            if outdated(kept):
                sign_ins.set_password(tx, reader.id, hashed(password), now=self._clock.now())
            return self._opened(tx, reader.id)

    def as_email(self, email: str) -> str:
        """The secret of a new session for the reader with a mail address that somebody trusted vouches for.

        Raises:
            Forbidden: no reader has that address, or the reader is switched off.
        """
        with self._catalog.write() as tx:
            reader = accounts.by_email(tx, email)
            if reader is None or reader.disabled_at is not None:
                raise Forbidden("this address is on no reader's list here; ask an owner of this library to add it")
            return self._opened(tx, reader.id)

    def reader_named(self, name: str) -> Reader | None:
        """The reader with that id or mail address who may sign in, as a trusted proxy names them."""
        with self._catalog.read() as tx:
            reader = self._named(tx, name)
        return None if reader is None or reader.disabled_at is not None else reader

    def reader_of(self, session: str) -> str | None:
        """The id of the reader whose session has that secret; ``None`` where it is over."""
        with self._catalog.read() as tx:
            return sign_ins.session_reader(tx, key_of(session), now=self._clock.now())

    def end(self, session: str) -> None:
        """Ends a session."""
        with self._catalog.write() as tx:
            sign_ins.end_session(tx, key_of(session))

    def end_all(self, reader_id: str) -> int:
        """Ends every session of a reader, everywhere; returns how many there were.

        Raises:
            Forbidden: it is another reader's, and the asking reader is no owner.
        """
        self._sight.require_self(reader_id, _OTHERS)
        with self._catalog.write() as tx:
            return sign_ins.end_sessions(tx, reader_id)

    def set_password(self, reader_id: str, password: str) -> None:
        """Gives a reader another password and ends their sessions.

        Raises:
            NotFound: no such reader.
            UsageError: the password is too short or too long.
            Forbidden: it is another reader's, and the asking reader is no owner.
        """
        self._sight.require_self(reader_id, _OTHERS)
        made = hashed(password)
        with self._catalog.write() as tx:
            accounts.get(tx, reader_id)
            sign_ins.set_password(tx, reader_id, made, now=self._clock.now())
            sign_ins.end_sessions(tx, reader_id)

    def invite(self, reader_id: str) -> str:
        """The secret of an invitation for a reader, which sets a password once within a week; earlier ones are void.

        Raises:
            NotFound: no such reader.
            Forbidden: the asking reader is no owner.
        """
        self._sight.require_owner("inviting readers")
        secret, now = new_secret(), self._clock.now()
        with self._catalog.write() as tx:
            accounts.get(tx, reader_id)
            sign_ins.drop_expired(tx, now=now)
            sign_ins.invite(tx, reader_id, key_of(secret), now=now, until=now + INVITATION_LASTS)
        return secret

    def invited(self, invitation: str) -> Reader:
        """The reader whom an invitation is for; raises ``NotFound`` for one that is used, expired or void."""
        with self._catalog.read() as tx:
            reader_id = sign_ins.invited(tx, key_of(invitation), now=self._clock.now())
            if reader_id is None:
                raise _void()
            return accounts.get(tx, reader_id)

    def accept(self, invitation: str, password: str) -> str:
        """Uses an invitation to set a password, ends earlier sessions, and returns the secret of a new one.

        Raises:
            NotFound: the invitation is used, expired or void.
            UsageError: the password is too short or too long; the invitation is still good.
        """
        made, now = hashed(password), self._clock.now()
        with self._catalog.write() as tx:
            reader_id = sign_ins.use_invitation(tx, key_of(invitation), now=now)
            if reader_id is None:
                raise _void()
            sign_ins.set_password(tx, reader_id, made, now=now)
            sign_ins.end_sessions(tx, reader_id)
            return self._opened(tx, reader_id)

    def _named(self, tx: Connection, name: str) -> Reader | None:
        text = name.strip()
        if "@" in text:
            return accounts.by_email(tx, text)
        try:
            return accounts.get(tx, text.lower())
        except NotFound:
            return None

    def _opened(self, tx: Connection, reader_id: str) -> str:
        secret, now = new_secret(), self._clock.now()
        sign_ins.drop_expired(tx, now=now)
        sign_ins.open_session(tx, reader_id, key_of(secret), now=now, until=now + SESSION_LASTS)
        return secret


def _void() -> NotFound:
    return NotFound("this invitation has been used or is over; ask for another", subject="invitation")
