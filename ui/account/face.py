"""Signing in and out as a face of the app."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ui.access.signed_in import sign_in_required
from ui.account.account import Account
from ui.account.entrance import Entrance
from ui.face import Face

if TYPE_CHECKING:
    from ui.face import AppContext

__all__ = ["make_face"]


def make_face(context: AppContext) -> Face:
    """The entrance and the account page; nothing where nobody has to sign in."""
    if not sign_in_required(context.library.settings):
        return Face(routes=())
    return Face(routes=(*Entrance(context.library, context.openid).routes(), *Account(context.library).routes()))
