"""How two insights relate, and why, for each entry of a list: by a language model where there is one, else by rules."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from earmark.errors import ModelCallError
from retrieval.related.notes import RelationNote, notes_by
from retrieval.related.stance import relation_of
from retrieval.related.why import reason

if TYPE_CHECKING:
    from earmark.ports import ChatModel
    from earmark.types import Insight
    from retrieval.rarity import RarityIndex

__all__ = ["Neighbour", "Relations"]

_SURE = 0.45
"""Cosine of two insights below which words that match are no ground for saying how the two relate."""
_PAUSE_S = 60.0
"""How long the model is left alone after it failed."""
_KEPT = 2_000
"""Replies of the model that are kept in memory, one a list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """A related insight and what is known of how near it is to the one at hand."""

    insight: Insight
    cosine: float
    nearly_same: bool
    same_guest: bool


class Relations:
    """Safe to share between threads."""

    def __init__(
        self, rarities: RarityIndex, chat: ChatModel | None = None, *, timer: Callable[[], float] = time.monotonic
    ) -> None:
        self._rarities = rarities
        self._chat = chat
        self._timer = timer
        self._again_at = 0.0
        self._lock = threading.Lock()
        self._replies: dict[tuple[str, ...], dict[str, RelationNote]] = {}

    def of(self, insight: Insight, readings: Sequence[Neighbour]) -> list[RelationNote]:
        """What to say of each entry, in order."""
        by_model = self._by_model(insight, readings)
        return [by_model.get(neighbour.insight.id) or self._by_rules(insight, neighbour) for neighbour in readings]

    def _by_model(self, insight: Insight, readings: Sequence[Neighbour]) -> dict[str, RelationNote]:
        """What the model says of the entries, by id, as far as it passes; nothing if there is no model or it fails."""
        if self._chat is None or not readings or self._timer() < self._again_at:
            return {}
        key = (
            insight.content_hash,
            *(f"{neighbour.insight.id} {neighbour.insight.content_hash}" for neighbour in readings),
        )
        with self._lock:
            if key in self._replies:
                return self._replies[key]
        try:
            notes = notes_by(self._chat, insight, [neighbour.insight for neighbour in readings])
        except ModelCallError:
            self._again_at = (
                self._timer() + _PAUSE_S
            )  # the rules have an answer, and a page is not to wait for each failure
            return {}
        with self._lock:
            if len(self._replies) >= _KEPT:
                self._replies.clear()
            self._replies[key] = notes
        return notes

    def _by_rules(self, insight: Insight, neighbour: Neighbour) -> RelationNote:
        other = neighbour.insight
        why = reason(
            f"{insight.claim}\n{insight.body}",
            f"{other.claim}\n{other.body}",
            self._rarities.rarity(),
            show=other.show,
            same_guest=other.speaker or "" if neighbour.same_guest else "",
            nearly_same=neighbour.nearly_same,
        )
        if neighbour.cosine < _SURE and not neighbour.nearly_same:
            return RelationNote(relation="", why=why)
        mine, yours = (insight.claim, insight.body), (other.claim, other.body)
        return RelationNote(relation=relation_of(mine, yours, nearly_same=neighbour.nearly_same), why=why)
