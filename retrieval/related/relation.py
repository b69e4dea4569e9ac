"""How an entry relates to an insight, and why: by a language model where there is one, else by rules."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from earmark.catalog.content import relations as stored
from earmark.errors import ModelCallError
from earmark.ids import make_id
from earmark.relations import Relation, converse
from retrieval.related.chance import FLOOR
from retrieval.related.notes import UNRELATED, RelationNote, notes_by, prompt_version
from retrieval.related.remarks import claimed
from retrieval.related.stance import relation_of
from retrieval.related.why import reason, shared_subjects

if TYPE_CHECKING:
    from earmark.catalog import Catalog
    from earmark.ports import ChatModel
    from earmark.types import Insight
    from retrieval.rarity import RarityIndex
    from retrieval.related.remarks import Remark

__all__ = ["SURE", "Neighbour", "Relations"]

SURE = 0.45
"""Cosine of what two things were said in below which words that match are no ground for saying how the two relate."""
_CLEAR = 0.6
"""Chance from which something is shown whatever words it shares; .74 of what is above it is believable."""
_PAUSE_S = 60.0
"""How long the model is left alone after it failed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """What was said elsewhere, the chance that it belongs to the insight at hand, and how near it is."""

    remark: Remark
    chance: float
    cosine: float
    nearly_same: bool
    same_guest: bool


class Relations:
    """Safe to share between threads. What the model says of a pair is kept in the catalog, and holds both ways."""

    def __init__(
        self,
        catalog: Catalog,
        rarities: RarityIndex,
        chat: ChatModel | None = None,
        *,
        timer: Callable[[], float] = time.monotonic,
    ) -> None:
        self._catalog = catalog
        self._rarities = rarities
        self._chat = chat
        self._timer = timer
        self._again_at = 0.0

    @property
    def asks(self) -> bool:
        """Whether a model is asked now: there is one, and it has not just failed."""
        return self._chat is not None and self._timer() >= self._again_at

    def of(self, own: Remark, neighbours: Sequence[Neighbour]) -> list[RelationNote | None]:
        """What to say of each entry, in order; ``None`` for one that does not belong there."""
        by_model = self._by_model(own, [neighbour.remark for neighbour in neighbours])
        return [self._note(own, neighbour, by_model.get(neighbour.remark.key)) for neighbour in neighbours]

    def known(self, pairs: Sequence[tuple[Remark, Remark]]) -> list[RelationNote | None]:
        """What the model has said of each two before; ``None`` where it was not asked, or there is none now."""
        if self._chat is None:
            return [None] * len(pairs)
        keys = [self._pair(own, other) for own, other in pairs]
        with self._catalog.read() as tx:
            kept = stored.get_many(tx, keys)
        return [
            _seen_from(own, other, kept[key]) if key in kept else None
            for (own, other), key in zip(pairs, keys, strict=True)
        ]

    def opposites(self, insights: Sequence[Insight]) -> list[tuple[Insight, Insight]]:
        """Those of these insights that the model has said to contradict each other, each pair once."""
        if self._chat is None:
            return []
        with self._catalog.read() as tx:
            kept = stored.with_relation(tx, Relation.OPPOSITE.value)
        spoken: dict[str, list[Insight]] = {}
        for insight in insights:
            spoken.setdefault(insight.episode_id, []).append(insight)
        keys = {pair.key for pair in kept}
        episodes = {frozenset((pair.episode_id, pair.other_episode_id)) for pair in kept}
        return [
            (insight, other)
            for first, second in (sorted(pair) for pair in episodes if len(pair) > 1)
            for insight in spoken.get(first, ())
            for other in spoken.get(second, ())
            if self._pair(claimed(insight), claimed(other)) in keys
        ]

    def lines(self, pairs: Sequence[tuple[Remark, Remark]]) -> list[str]:
        """One line for each two that names what both speak of."""
        rarity = self._rarities.rarity()
        return [reason(own, other, rarity) for own, other in pairs]

    def _note(self, own: Remark, neighbour: Neighbour, note: RelationNote | None) -> RelationNote | None:
        if note is None:
            return self._by_rules(own, neighbour) if self._belongs(own, neighbour) else None
        if note.relation == UNRELATED:
            return None
        return note if note.why else RelationNote(relation=note.relation, why=self._line(own, neighbour))

    def _belongs(self, own: Remark, neighbour: Neighbour) -> bool:
        """Whether something is shown without a model's word: a single word that both share is no reason for it."""
        if neighbour.nearly_same or neighbour.chance >= _CLEAR:
            return True
        subjects = shared_subjects(own, neighbour.remark, self._rarities.rarity())
        return neighbour.chance >= FLOOR and not (len(subjects) == 1 and " " not in subjects[0])

    def _by_model(self, own: Remark, others: Sequence[Remark]) -> Mapping[str, RelationNote]:
        """What the model says, by the key of each other; what it was asked before is not asked again."""
        if self._chat is None or not others:
            return {}
        keys = {other.key: self._pair(own, other) for other in others}
        with self._catalog.read() as tx:
            known = stored.get_many(tx, list(keys.values()))
        notes = {
            other.key: _seen_from(own, other, known[keys[other.key]]) for other in others if keys[other.key] in known
        }
        missing = [other for other in others if other.key not in notes]
        if missing and self.asks:
            try:
                fresh = notes_by(self._chat, own, missing)
            except ModelCallError:
                # The rules have an answer, and a page is not to wait for each failure.
                self._again_at = self._timer() + _PAUSE_S
                return notes
            pairs = [_kept(own, other, keys[other.key], fresh[other.key]) for other in missing if other.key in fresh]
            with self._catalog.write() as tx:
                stored.put(tx, pairs)
            notes |= fresh
        return notes

    def _pair(self, own: Remark, other: Remark) -> str:
        name = self._chat.name if self._chat is not None else ""
        return make_id("relation", name, prompt_version(), *sorted((_text_key(own), _text_key(other))))

    def _by_rules(self, own: Remark, neighbour: Neighbour) -> RelationNote:
        why = self._line(own, neighbour)
        if neighbour.cosine < SURE and not neighbour.nearly_same:
            return RelationNote(relation="", why=why)
        mine, yours = _parts(own), _parts(neighbour.remark)
        return RelationNote(relation=relation_of(mine, yours, nearly_same=neighbour.nearly_same), why=why)

    def _line(self, own: Remark, neighbour: Neighbour) -> str:
        other = neighbour.remark
        return reason(
            own,
            other,
            self._rarities.rarity(),
            same_guest=other.speaker or "" if neighbour.same_guest else "",
            nearly_same=neighbour.nearly_same,
        )


def _text_key(remark: Remark) -> str:
    return f"{remark.text_hash} {remark.around_hash}"


def _parts(remark: Remark) -> tuple[str, ...]:
    """The claim and what explains it, or the statement alone: of a passage the rest is on anything."""
    return (remark.text, remark.insight.body) if remark.insight is not None else (remark.text,)


def _kept(own: Remark, other: Remark, key: str, note: RelationNote) -> stored.StoredRelation:
    first, second = sorted((own, other), key=_text_key)
    relation = note.relation if first is own else converse(note.relation)
    return stored.StoredRelation(
        key=key, episode_id=first.episode_id, other_episode_id=second.episode_id, relation=relation, why=note.why
    )


def _seen_from(own: Remark, other: Remark, kept: stored.StoredRelation) -> RelationNote:
    same_way = _text_key(own) <= _text_key(other)
    return RelationNote(relation=kept.relation if same_way else converse(kept.relation), why=kept.why)
