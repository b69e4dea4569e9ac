"""As what somebody speaks in each episode: host or guest."""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from earmark.catalog import Connection
from earmark.catalog.content import appearances, names
from earmark.catalog.content.appearances import Appearance
from earmark.language.folding import fold
from earmark.name_rules import NameRules

__all__ = ["GUEST", "HOST", "SPEAKING", "PersonShow", "UsualVoices", "person_shows"]

HOST, GUEST = "host", "guest"
_ROLES = {
    **dict.fromkeys(("host", "co-host", "cohost", "guest host", "presenter", "moderator"), HOST),
    **dict.fromkeys(("guest", "interviewee", "panelist", "panellist"), GUEST),
}
"""What the roles of feeds come to; others, such as those of editors, say nothing of who speaks as what."""
SPEAKING = frozenset(_ROLES)
"""The roles that feeds give to those who speak, in lower case."""
_FEWEST, _MOST, _OF_ALL = 3, 5, 0.1
_SHARE = 0.5
"""A usual voice was at some time in half of a show's episodes: with three of its episodes, or with a tenth of all that name voices,
but five at most. Chosen on thirteen shows; a show's first hosts stay hosts, and a guest in a short series of a long show is none."""


_MOST_SHOWS = 2_000
"""Shows whose usual voices are kept in memory, about a kilobyte each: those last asked for."""
_LASTS_S = 600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonShow:
    """A show on which somebody speaks, and as what; of whoever says insights, where they say them.

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
    """Something said, as far as it says where."""

    @property
    def episode_id(self) -> str: ...
    @property
    def show_id(self) -> str: ...
    @property
    def show(self) -> str: ...


class UsualVoices:
    """The usual voices of shows, names folded. Thread-safe.

    They follow from whoever is heard in any episode of a show, so they are kept until the show has another number of episodes at
    some stage or a later one there, or an owner decides about a name. Whatever else changes counts after ten minutes at the latest: a
    transcript in place of another, or an earlier episode in place of another.
    """

    def __init__(self, *, timer: Callable[[], float] = time.monotonic) -> None:
        self._timer = timer
        self._lock = threading.Lock()
        self._rules: NameRules | None = None
        self._kept: OrderedDict[str, _KeptVoices] = OrderedDict()

    def of(self, tx: Connection, show_ids: Collection[str]) -> dict[str, frozenset[str]]:
        """The usual voices of each of these shows."""
        states, rules = appearances.states_of(tx, show_ids), names.load(tx)
        with self._lock:
            if rules != self._rules:
                self._rules = rules
                self._kept.clear()
            now = self._timer()
            known = {
                show_id: kept.voices
                for show_id, state in states.items()
                if (kept := self._kept.get(show_id)) is not None and kept.state == state and now < kept.until
            }
            for show_id in known:
                self._kept.move_to_end(show_id)
        missing = [show_id for show_id in show_ids if show_id not in known]
        heard = appearances.heard_on(tx, missing)
        fresh = {show_id: _usual([set(map(fold, episode)) for episode in heard[show_id]]) for show_id in missing}
        with self._lock:
            if rules == self._rules:
                until = self._timer() + _LASTS_S
                for show_id, voices in fresh.items():
                    self._kept[show_id] = _KeptVoices(states[show_id], voices, until)
                    self._kept.move_to_end(show_id)
                while len(self._kept) > _MOST_SHOWS:
                    self._kept.popitem(last=False)
        return known | fresh


@dataclass(frozen=True, slots=True)
class _KeptVoices:
    """The usual voices of a show in a state, until a time of the timer."""

    state: tuple[object, ...]
    voices: frozenset[str]
    until: float


def person_shows(
    tx: Connection, called: Collection[str], said: Iterable[Place], usual: UsualVoices
) -> tuple[PersonShow, ...]:
    """Where somebody says something and as what, by show and role: as host first, and where in most episodes first.

    It is what the episode's own voice or feed says; else host, for a usual voice of the show; else guest, where somebody else is
    the episode's host or the show's usual voice. Nothing is told of who has but a part of a usual voice's name.

    Args:
        tx: a transaction.
        called: their names, as they are shown.
        said: what they say, the latest first.
        usual: knows the usual voices of shows.
    """
    shows: dict[str, str] = {}
    places: dict[str, dict[str, None]] = defaultdict(dict)
    for insight in said:
        shows[insight.show_id] = insight.show
        places[insight.show_id][insight.episode_id] = None
    given = _given(appearances.of_episodes(tx, [episode_id for there in places.values() for episode_id in there]))
    voices, theirs = usual.of(tx, shows), {fold(name) for name in called}
    return _grouped(
        (show_id, title, _role(theirs, given[episode_id], voices[show_id]), episode_id)
        for show_id, title in shows.items()
        for episode_id in places[show_id]
    )


def _role(theirs: set[str], given: Mapping[str, str], usual: Collection[str]) -> str:
    for name in sorted(theirs & given.keys()):
        return given[name]
    if theirs.intersection(usual):
        return HOST
    if any(set(name.split()) < set(voice.split()) for name in theirs for voice in usual):
        return ""  # "Ada" may be Ada Finch, whose show it is
    return GUEST if usual or HOST in given.values() else ""


def _given(there: Iterable[Appearance]) -> dict[str, dict[str, str]]:
    """The roles that each episode gives, by folded name. What a voice is said to be counts before what its feed says."""
    given: dict[str, dict[str, str]] = defaultdict(dict)
    for appearance in sorted(there, key=lambda appearance: not appearance.heard):
        if role := _ROLES.get(appearance.role.casefold()):
            given[appearance.episode_id].setdefault(fold(appearance.name), role)
    return given


def _usual(heard: Sequence[Collection[str]]) -> frozenset[str]:
    """The usual voices of a show, from those who are heard in each of its episodes, the earliest first."""
    places: dict[str, list[int]] = defaultdict(list)
    for place, voices in enumerate(heard):
        for name in voices:
            places[name].append(place)
    times = max(_FEWEST, min(math.ceil(_OF_ALL * len(heard)), _MOST))
    return frozenset(
        name
        for name, at in places.items()
        if any(last - first < times / _SHARE for first, last in zip(at, at[times - 1 :], strict=False))
    )


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
