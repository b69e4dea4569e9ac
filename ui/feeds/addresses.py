"""Where a feed is read."""

from __future__ import annotations

__all__ = ["ATOM", "JSON_FEED", "ROOT", "addresses"]

ROOT = "/feed"
ATOM, JSON_FEED = "atom.xml", "feed.json"
"""The ends of the two addresses of a feed."""


def addresses(home: str, secret: str) -> tuple[str, str]:
    """The addresses of a feed in an app at ``home``: as Atom, and as JSON Feed."""
    return f"{home}{ROOT}/{secret}/{ATOM}", f"{home}{ROOT}/{secret}/{JSON_FEED}"
