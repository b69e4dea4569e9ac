"""Who reads, and how they and their programs prove it."""

from __future__ import annotations

from ui.capabilities.reasons import CHANGES, READING_ONLY, SIGN_IN
from ui.capabilities.rows import Capability

__all__ = ["READERS"]

READERS: tuple[Capability, ...] = (
    Capability(
        name="readers",
        about="Adds readers, changes what each sees and when each wants a brief, and removes them",
        library=(
            "readers.add",
            "readers.change",
            "readers.every",
            "readers.get",
            "readers.remove",
            "readers.show_only",
            "readers.shows",
        ),
        rest=CHANGES,
        mcp=READING_ONLY,
        cli=("reader add", "reader list", "reader remove", "reader set", "reader show"),
    ),
    Capability(
        name="tokens",
        about="A reader's tokens for programs: each is shown once, and can be revoked",
        library=("tokens.add", "tokens.every", "tokens.reader_of", "tokens.revoke"),
        rest=SIGN_IN,
        mcp=SIGN_IN,
        cli=("reader token",),
    ),
    Capability(
        name="sign_in",
        about="Signing in with a password, an OpenID provider or a proxy; invitations; ending sessions everywhere",
        library=(
            "sign_in.accept",
            "sign_in.as_email",
            "sign_in.end",
            "sign_in.end_all",
            "sign_in.invite",
            "sign_in.invited",
            "sign_in.reader_named",
            "sign_in.reader_of",
            "sign_in.set_password",
            "sign_in.with_password",
        ),
        rest=SIGN_IN,
        mcp=SIGN_IN,
        cli=("reader invite", "reader sign-out"),
    ),
)
