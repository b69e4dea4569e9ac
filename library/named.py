"""What a user's words name: shows and episodes, and what to say where they name nobody."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from earmark.catalog import Connection
from earmark.catalog.feeds import shows
from earmark.catalog.work import jobs
from earmark.clean import cut, plain
from earmark.errors import NotFound
from earmark.name_rules import LONGEST_NAME
from retrieval.search.typos import closest

__all__ = ["named", "nobody_named"]

_LIKE = 60
"""Likeness from which somebody may be meant: it leaves in a part of a name and two wrong letters, and no other name."""
_SUGGESTED = 3


def named(tx: Connection, names: Sequence[str]) -> tuple[list[str], list[str]]:
    """The ids of the shows and of the episodes that names mean; raises ``NotFound`` for one that means neither."""
    show_ids: list[str] = []
    episode_ids: list[str] = []
    for name in names:
        episode_id = jobs.find(tx, name)
        if episode_id:
            episode_ids.append(episode_id)
        else:
            show_ids.append(shows.find(tx, name).id)
    return show_ids, episode_ids


def nobody_named(name: str, known: Iterable[str]) -> NotFound:
    """What to raise for a name under which nobody speaks; it says which of the known names are close."""
    near = ", ".join(closest(name, dict.fromkeys(known), limit=_SUGGESTED, least=_LIKE))
    words = "nobody of this name speaks in your shows"
    return NotFound(f"{words}; did you mean {near}?" if near else words, subject=cut(plain(name), LONGEST_NAME))
