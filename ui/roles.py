"""Where somebody speaks and as what, in words: ``Host of Go Time (12 episodes), guest on Practical AI (1)``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from earmark.clean import cut, plain
from earmark.language.spans import counted

if TYPE_CHECKING:
    from library.people import PersonShow

__all__ = ["role_words"]

_BEFORE = {"host": "host of", "guest": "guest on", "": "on"}
_TITLE = 80
_TOLD = 8


def role_words(shows: Sequence[PersonShow]) -> str:
    """The shows of somebody with the role and the number of episodes, eight at most; a sentence without its full stop."""
    told = [
        f"{_BEFORE[show.role]} {cut(plain(show.show), _TITLE)} ({_episodes(show, first=place == 0)})"
        for place, show in enumerate(shows[:_TOLD])
    ]
    more = [f"{len(shows) - _TOLD} more"] if len(shows) > _TOLD else []
    words = ", ".join(told) + "".join(f" and {rest}" for rest in more)
    return words[:1].upper() + words[1:]


def _episodes(show: PersonShow, *, first: bool) -> str:
    count = len(show.episode_ids)
    return counted(count, "episode") if first else f"{count:,}"
