"""One recording under two roofs: an episode in two feeds is one voice, not two that agree."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from earmark.catalog.content import insights
from earmark.language.words import words

if TYPE_CHECKING:
    from earmark.catalog import Catalog
    from retrieval.related.remarks import Remark

__all__ = ["Recordings", "recordings"]

_NEAR = timedelta(days=3)
"""How far apart two feeds publish one episode; a title that returns later ("Questions and answers") is another one."""
_TITLE = 3
"""Words from which a title names an episode; shorter ones ("Trailer") are many episodes'."""
_QUOTE = 8
"""Words from which two people do not say the same by chance."""
_SHARE = 0.2
"""Share of the quotes of the episode with fewer from which two episodes are one; at least two quotes, or all."""
_KEPT = 4_096
"""Quotes and titles whose words are kept, about 2 KB each: a list compares each of a hundred with all others."""


class Recordings:
    """Tells which of some episodes are one recording; made for one list."""

    def __init__(self, quotes: dict[str, set[tuple[str, ...]]]) -> None:
        self._quotes = quotes

    def same(self, remark: Remark, other: Remark) -> bool:
        """Whether two things come from one recording: the same episode, audio, title and day, or the same quotes."""
        if remark.episode_id == other.episode_id or (_audio(remark) and _audio(remark) == _audio(other)):
            return True
        if len(_quote(remark.quote)) >= _QUOTE and _quote(remark.quote) == _quote(other.quote):
            return True
        return _titled_alike(remark, other) or self._quoted_alike(remark.episode_id, other.episode_id)

    def _quoted_alike(self, episode_id: str, other: str) -> bool:
        a, b = self._quotes.get(episode_id, set()), self._quotes.get(other, set())
        fewer, shared = min(len(a), len(b)), len(a & b)
        return bool(shared) and (shared == fewer or (shared > 1 and shared >= _SHARE * fewer))


def recordings(catalog: Catalog, listed: Iterable[Remark]) -> Recordings:
    """What is needed to compare the episodes of these: every quote taken from their insights."""
    ids = list(dict.fromkeys(remark.episode_id for remark in listed))
    return Recordings(_quotes(catalog, ids))


def _quotes(catalog: Catalog, ids: Sequence[str]) -> dict[str, set[tuple[str, ...]]]:
    with catalog.read() as tx:
        taken = insights.quotes(tx, ids)
    return {
        episode_id: {words for quote in quotes if len(words := _quote(quote)) >= _QUOTE}
        for episode_id, quotes in taken.items()
    }


@lru_cache(maxsize=_KEPT)
def _quote(text: str) -> tuple[str, ...]:
    return tuple(word.casefold() for word in words(text))


def _audio(remark: Remark) -> str:
    """The address of the audio without what trackers add to it."""
    return remark.audio_url.partition("?")[0].partition("#")[0]


def _titled_alike(remark: Remark, other: Remark) -> bool:
    title = _quote(remark.episode)
    if len(title) < _TITLE or title != _quote(other.episode):
        return False
    return remark.published is None or other.published is None or abs(remark.published - other.published) <= _NEAR
