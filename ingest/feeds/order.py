"""The order of a feed that has no dates: the numbers of its episodes tell whether it begins with the newest."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import pairwise
from urllib.parse import unquote, urlsplit

from earmark.types import EpisodeData

__all__ = ["newest_first"]

_NUMBER = re.compile(r"\d+")
_NUMBERS_READ = 4
_LONGEST_NUMBER = 15
"""Figures of a number; longer ones are hashes and sizes."""
_NUMBERED = 0.7
"""The share of a feed's episodes that have to carry a number, for the numbers to be its order."""
_AGREEING = 0.9
"""The share of neighbours that have to run in one direction: feeds have trailers and specials in between."""
_ENOUGH = 4
"""So many neighbours in one direction are no chance; fewer have to count on by one."""

_Numbers = tuple[int, ...]


def newest_first(episodes: Sequence[EpisodeData]) -> list[EpisodeData]:
    """The episodes of a feed as they are, or turned round where they have no dates and are numbered upwards.

    Feeds begin with the newest by custom. Where fewer than two episodes have a date, the numbers in their titles decide,
    else those in the names of their files, their pages and their GUIDs. Where none of these runs in a direction, the
    feed keeps its order.
    """
    if sum(episode.published is not None for episode in episodes) > 1:
        return list(episodes)
    for said in _SAID:
        if (upwards := _upwards([_numbers(said(episode)) for episode in episodes])) is not None:
            return list(reversed(episodes)) if upwards else list(episodes)
    return list(episodes)


_SAID: tuple[Callable[[EpisodeData], str], ...] = (
    lambda episode: episode.title,
    lambda episode: _file_name(episode.audio_url),
    lambda episode: _file_name(episode.link),
    lambda episode: episode.guid,
)
"""Where an episode may have its number, the surest first."""


def _file_name(address: str) -> str:
    try:
        return unquote(urlsplit(address).path.rstrip("/").rpartition("/")[2]).rpartition(".")[0]
    except ValueError:
        return ""


def _numbers(text: str) -> _Numbers:
    read = _NUMBER.findall(text)[:_NUMBERS_READ]
    return tuple(int(number) for number in read) if all(len(number) <= _LONGEST_NUMBER for number in read) else ()


def _upwards(numbers: Sequence[_Numbers]) -> bool | None:
    """Whether the numbers of a feed's episodes, from its top, rise; ``None`` if they do not run in a direction."""
    carried = [each for each in numbers if each]
    if len(carried) < 2 or len(carried) < _NUMBERED * len(numbers):
        return None
    steps = [_step(before, after) for before, after in pairwise(carried)]
    rising, falling = sum(step > 0 for step in steps), sum(step < 0 for step in steps)
    most = max(rising, falling)
    by_one = sum(abs(step) == 1 for step in steps) > len(steps) / 2
    if most < _AGREEING * len(steps) or not (by_one or most >= _ENOUGH):
        return None
    return rising > falling


def _step(before: _Numbers, after: _Numbers) -> int:
    """By how much the first number that differs grows; 0 if all are the same."""
    return next((there - here for here, there in zip(before, after, strict=False) if here != there), 0)
