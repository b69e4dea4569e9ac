"""The faces of the app, one a row."""

from __future__ import annotations

from ui.account import face as account
from ui.api import face as api
from ui.app import health
from ui.completions import face as completions
from ui.face import FaceMaker
from ui.feeds import face as feeds
from ui.mail import face as mail
from ui.mcpserver import face as mcp
from ui.metrics import face as metrics
from ui.pages import face as own_pages
from ui.web import face as pages

__all__ = ["FACES"]

FACES: tuple[FaceMaker, ...] = (
    health.make_face,
    metrics.make_face,
    account.make_face,
    api.make_face,
    mcp.make_face,
    completions.make_face,
    own_pages.make_face,
    feeds.make_face,
    mail.make_face,
    pages.make_face,
)
"""Makers of the faces; the first route that fits an address answers it."""
