"""As what somebody speaks in each episode: host or guest."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from earmark.catalog import Connection
from earmark.catalog.content import appearances
from earmark.catalog.content.appearances import Appearance
from earmark.language.folding import fold

__all__ = ["GUEST", "HOST", "PersonShow", "person_shows", "roles"]

HOST, GUEST = "host", "guest"
_ROLES = {
    **dict.fromkeys(("host", "co-host", "cohost", "guest host", "presenter", "moderator"), HOST),
    **dict.fromkeys(("guest", "interviewee", "panelist", "panellist"), GUEST),
}
"""What the roles of feeds come to; others, such as those of editors, say nothing of who speaks as what."""
_FEWEST, _MOST, _OF_ALL = 3, 5, 0.1
_SHARE = 0.5
"""A usual voice was at some time in half of a show's episodes: with three of its episodes, or with a tenth of all that name voices,
but five at most. Chosen on thirteen shows; a show's first hosts stay hosts, and a guest in a short series of a long show is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonShow:
    """A show on which somebody says insights, and as what.

    Attributes:
        show_id: of the show.
        show: its title.
        role: ``host``, ``guest``, or empty where nothing tells.
        episode_ids: the episodes in which they are that, the latest first.
    """

    show_id: str
    show: str
    role: str
    episode_ids: tuple[str, ...]


class Place(Protocol):
    """An insight, as far as it says where it was said."""

    @property
    def episode_id(self) -> str: ...
    @property
    def show_id(self) -> str: ...
    @property
    def show(self) -> str: ...


@dataclass(frozen=True, slots=True)
class _Episode:
    """Who is heard in an episode, and the roles that its voices and its feed give; names folded."""

    heard: set[str] = field(default_factory=set)
    given: dict[str, str] = field(default_factory=dict)


def person_shows(tx: Connection, called: Collection[str], said: Iterable[Place]) -> tuple[PersonShow, ...]:
    """Where somebody says something and as what, by show and role: as host first, and where in most episodes first.

    Args:
        tx: a transaction.
        called: their names, as they are shown.
        said: what they say, the latest first.
    """
    shows: dict[str, str] = {}
    places: dict[str, dict[str, None]] = defaultdict(dict)
    for insight in said:
        shows[insight.show_id] = insight.show
        places[insight.show_id][insight.episode_id] = None
    by_show: dict[str, list[Appearance]] = defaultdict(list)
    for appearance in appearances.of_shows(tx, shows):
        by_show[appearance.show_id].append(appearance)
    return _grouped(
        (show_id, title, role, episode_id)
        for show_id, title in shows.items()
        for episode_id, role in roles(called, places[show_id], by_show[show_id]).items()
    )


def roles(called: Collection[str], episode_ids: Iterable[str], there: Sequence[Appearance]) -> dict[str, str]:
    """The role of somebody in each of these episodes of a show, empty where nothing tells.

    It is what the episode's own voice or feed says; else host, for a usual voice of the show; else guest, where somebody else is
    the episode's host or the show's usual voice. Nothing is told of who has but a part of a usual voice's name.

    Args:
        called: their names, as they are shown.
        episode_ids: in which they speak.
        there: everybody in every episode of the show.
    """
    theirs = {fold(name) for name in called}
    episodes = _by_episode(there)
    usual = _usual([episode.heard for episode in episodes.values() if episode.heard])
    return {episode_id: _role(theirs, episodes.get(episode_id, _Episode()).given, usual) for episode_id in episode_ids}


def _role(theirs: set[str], given: Mapping[str, str], usual: set[str]) -> str:
    for name in sorted(theirs & given.keys()):
        return given[name]
    if theirs & usual:
        return HOST
    if any(set(name.split()) < set(voice.split()) for name in theirs for voice in usual):
        return ""  # "Ada" may be Ada Finch, whose show it is
    return GUEST if usual or HOST in given.values() else ""


def _by_episode(there: Sequence[Appearance]) -> dict[str, _Episode]:
    """The episodes by their ids, the earliest first. What a voice is said to be counts before what its feed says."""
    folded = {name: fold(name) for name in {appearance.name for appearance in there}}
    episodes: dict[str, _Episode] = {}
    for appearance in sorted(there, key=_when):
        episode, name = episodes.setdefault(appearance.episode_id, _Episode()), folded[appearance.name]
        if appearance.heard:
            episode.heard.add(name)
        if role := _ROLES.get(appearance.role.casefold()):
            episode.given.setdefault(name, role)
    return episodes


def _when(appearance: Appearance) -> tuple[float, str, bool]:
    published = appearance.published
    return published.timestamp() if published else 0.0, appearance.episode_id, not appearance.heard


def _usual(heard: Sequence[Collection[str]]) -> set[str]:
    """The usual voices of a show, from those who are heard in each of its episodes, the earliest first."""
    places: dict[str, list[int]] = defaultdict(list)
    for place, names in enumerate(heard):
        for name in names:
            places[name].append(place)
    times = max(_FEWEST, min(math.ceil(_OF_ALL * len(heard)), _MOST))
    return {
        name
        for name, at in places.items()
        if any(last - first < times / _SHARE for first, last in zip(at, at[times - 1 :], strict=False))
    }


def _grouped(parts: Iterable[tuple[str, str, str, str]]) -> tuple[PersonShow, ...]:
    groups: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for show_id, title, role, episode_id in parts:
        groups[show_id, title, role].append(episode_id)
    entries = [
        PersonShow(show_id=show_id, show=title, role=role, episode_ids=tuple(episode_ids))
        for (show_id, title, role), episode_ids in groups.items()
    ]
    order = (HOST, GUEST, "")
    return tuple(
        sorted(entries, key=lambda entry: (order.index(entry.role), -len(entry.episode_ids), entry.show, entry.show_id))
    )
