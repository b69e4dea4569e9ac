"""What a user's words name: shows and episodes, and what to say where they name nobody."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from earmark.catalog import Connection
from earmark.catalog.content import appearances, chunks, speakers
from earmark.catalog.feeds import shows
from earmark.catalog.work import jobs
from earmark.clean import cut, plain
from earmark.errors import NotFound
from earmark.language.folding import fold
from earmark.name_rules import LONGEST_NAME
from earmark.scope import ShowScope
from library.roles import SPEAKING
from retrieval.search.typos import alike

__all__ = ["named", "nobody_named", "quoted", "speaking"]

_LIKE = 82
"""Likeness from which somebody may be meant, in 0..100: it leaves in a wrong letter, and out another first or last name."""
_PART = 4
"""Letters from which on a word may be meant as a part of a name."""
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


def quoted(tx: Connection, scope: ShowScope) -> list[str]:
    """Everybody who says an insight or a passage on these shows, under the names that are shown."""
    return list(dict.fromkeys((*speakers.known_names(tx, scope), *chunks.speakers(tx, scope))))


def speaking(tx: Connection, scope: ShowScope) -> list[str]:
    """Everybody who speaks on these shows, as insights, passages, voices or feeds have it, under the names that are shown."""
    return list(dict.fromkeys((*quoted(tx, scope), *appearances.speaking_names(tx, SPEAKING, scope))))


def nobody_named(name: str, known: Iterable[str]) -> NotFound:
    """What to raise for a name under which nobody speaks; it says which of the known names are close."""
    wanted = fold(name)
    likeness = {each: _likeness(wanted, fold(each)) for each in known}
    close = [each for each in sorted(likeness, key=lambda each: (-likeness[each], each)) if likeness[each] >= _LIKE]
    near = ", ".join(close[:_SUGGESTED])
    words = "nobody of this name speaks in your shows"
    return NotFound(f"{words}; did you mean {near}?" if near else words, subject=cut(plain(name), LONGEST_NAME))


def _likeness(wanted: str, name: str) -> float:
    """How alike two folded names are, or one and a word of the other; all of it where one is whole words of the other."""
    if len(wanted) < _PART:
        return alike(wanted, name)
    if f" {wanted} " in f" {name} ":
        return 100
    return max(alike(wanted, part) for part in (name, *(word for word in name.split() if len(word) >= _PART)))
