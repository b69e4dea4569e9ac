"""Signing in and out, and the reader's own pages, as a face of the app."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ui.access.signed_in import sign_in_required
from ui.account.account import Account
from ui.account.alerts import alerts_page
from ui.account.entrance import Entrance
from ui.account.feeds import feeds_page
from ui.account.mail import mail_page
from ui.account.undelivered import undelivered_page
from ui.face import Face

if TYPE_CHECKING:
    from ui.face import AppContext

__all__ = ["make_face"]


def make_face(context: AppContext) -> Face:
    """The reader's own pages, and the entrance where readers have to sign in."""
    library = context.library
    home = library.settings.sign_in.url or context.address.url
    pages = (feeds_page(library, home), alerts_page(library), mail_page(library), undelivered_page(library))
    own = (*Account(library).routes(), *(route for page in pages for route in page.routes()))
    if not sign_in_required(library.settings):
        return Face(routes=own)
    return Face(routes=(*Entrance(library, context.openid).routes(), *own))
