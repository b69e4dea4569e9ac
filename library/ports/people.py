"""Who reads, how they sign in, and what programs may read for them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from earmark.types import ApiToken, Reader, Show

__all__ = ["ReadersPort", "SignInPort", "TokensPort"]


class ReadersPort(Protocol):
    """`library.readers.Readers`."""

    def every(self) -> list[Reader]:
        """All readers."""
        ...

    def get(self, reader_id: str) -> Reader:
        """A reader."""
        ...

    def shows(self, reader_id: str) -> list[Show] | None:
        """The shows that a reader sees; ``None`` for all."""
        ...

    def add(self, reader: Reader, *, show_ids: Sequence[str] = ()) -> Reader:
        """Adds a reader."""
        ...

    def change(self, reader: Reader) -> Reader:
        """Changes a reader."""
        ...

    def show_only(self, reader_id: str, show_ids: Sequence[str]) -> Reader:
        """Has a reader see these shows alone."""
        ...

    def remove(self, reader_id: str) -> None:
        """Removes a reader with everything that is the reader's own."""
        ...


class SignInPort(Protocol):
    """`library.sign_in.SignIn`."""

    def with_password(self, name: str, password: str) -> str:
        """The secret of a new session for a name and a password."""
        ...

    def as_email(self, email: str) -> str:
        """The secret of a new session for an address that is vouched for."""
        ...

    def reader_named(self, name: str) -> Reader | None:
        """The reader whom a trusted proxy names."""
        ...

    def reader_of(self, session: str) -> str | None:
        """The id of a session's reader."""
        ...

    def end(self, session: str) -> None:
        """Ends a session."""
        ...

    def end_all(self, reader_id: str) -> int:
        """Ends every session of a reader."""
        ...

    def set_password(self, reader_id: str, password: str) -> None:
        """Gives a reader another password."""
        ...

    def invite(self, reader_id: str) -> str:
        """The secret of an invitation."""
        ...

    def invited(self, invitation: str) -> Reader:
        """The reader whom an invitation is for."""
        ...

    def accept(self, invitation: str, password: str) -> str:
        """Uses an invitation; the secret of a new session."""
        ...


class TokensPort(Protocol):
    """`library.tokens.Tokens`."""

    def every(self, reader_id: str) -> list[ApiToken]:
        """The tokens of a reader."""
        ...

    def add(self, reader_id: str, name: str) -> tuple[str, ApiToken]:
        """A new token with its secret."""
        ...

    def revoke(self, reader_id: str, token_id: str) -> None:
        """Makes a token void."""
        ...

    def reader_of(self, token: str) -> str | None:
        """The id of the reader whose token this is."""
        ...
