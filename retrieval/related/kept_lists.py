"""Lists that were made before: what is likely to belong to an insight, kept for as long as the library stays as it is.

A list takes a tenth of a second and more to make, and is looked at many times. What is kept of it are choices and numbers,
no text: who says what, in which words and on which page, is read from the catalog for each reader who looks.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from earmark.catalog import changes
from earmark.catalog.content import chunks, insights
from earmark.ports import Statement
from retrieval.related.remarks import claimed, stated

if TYPE_CHECKING:
    from earmark.catalog import Catalog
    from earmark.ports import VectorIndex
    from earmark.scope import ShowScope
    from retrieval.related.shortlist import RelatedCandidate

__all__ = ["KeptLists", "ListKey"]

_MOST = 500
"""Lists that are kept, about 40 KB each: twenty candidates with their vectors."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListKey:
    """What a list is of: an insight in its present words, seen by a reader of these shows, with this floor."""

    insight_id: str
    content_hash: str
    scope: ShowScope
    floor: float


@dataclass(frozen=True, slots=True)
class _State:
    """A library: the last change of the catalog and the last that the index has applied."""

    head: int
    watermark: int


class KeptLists:
    """Candidates by list, all of one state of the library. Safe to share between threads.

    Args:
        catalog: whose changes end what is kept.
        index: that lists are made from.
        most: lists that are kept; past these goes what was looked at longest ago.
    """

    def __init__(self, catalog: Catalog, index: VectorIndex, *, most: int = _MOST) -> None:
        self._catalog = catalog
        self._index = index
        self._most = most
        self._lock = threading.Lock()
        self._making = threading.Lock()
        self._state: _State | None = None
        self._lists: OrderedDict[ListKey, Sequence[RelatedCandidate]] = OrderedDict()

    def candidates(self, key: ListKey, make: Callable[[], list[RelatedCandidate]]) -> list[RelatedCandidate]:
        """What was kept under a key, in the words that the catalog has now; else what ``make`` makes, which is kept."""
        kept = self._kept(key)
        if kept is not None:
            return kept
        # Lists share the processor: made side by side, all of them would be late.
        with self._making:
            kept = self._kept(key)
            if kept is not None:
                return kept
            before = self._now()
            made = make()
            if self._now() == before:  # else nobody can say which of the two it is of
                self._keep(key, made, before)
            return made

    def _kept(self, key: ListKey) -> list[RelatedCandidate] | None:
        now = self._now()
        with self._lock:
            if now != self._state or key not in self._lists:
                return None
            self._lists.move_to_end(key)
            kept = self._lists[key]
        return self._read_again(kept)

    def _keep(self, key: ListKey, made: Sequence[RelatedCandidate], state: _State) -> None:
        with self._lock:
            if state != self._state:
                self._state = state
                self._lists.clear()
            self._lists[key] = tuple(made)
            if len(self._lists) > self._most:
                self._lists.popitem(last=False)

    def _now(self) -> _State:
        with self._catalog.read() as tx:
            return _State(changes.head(tx), self._index.watermark())

    def _read_again(self, kept: Sequence[RelatedCandidate]) -> list[RelatedCandidate] | None:
        """The candidates with what the catalog says of them; ``None`` where it has not all of them any more."""
        places = [_place(candidate) for candidate in kept]
        claims = [candidate.remark.key for candidate, place in zip(kept, places, strict=True) if place is None]
        with self._catalog.read() as tx:
            passages = chunks.located(tx, list(dict.fromkeys(place[0] for place in places if place is not None)))
            known = insights.get_many(tx, claims)
        fresh: list[RelatedCandidate] = []
        for candidate, place in zip(kept, places, strict=True):
            if place is None:
                insight = known.get(candidate.remark.key)
                remark = claimed(insight) if insight is not None else None
            else:
                passage = passages.get(place[0])
                remark = stated(passage, place[1]) if passage is not None else None
            if remark is None or remark.text_hash != candidate.remark.text_hash:
                return None
            fresh.append(replace(candidate, remark=remark))
        return fresh


def _place(candidate: RelatedCandidate) -> tuple[str, Statement] | None:
    """The passage of a statement and where it is there; ``None`` for the claim of an insight."""
    remark = candidate.remark
    if remark.hit is None or remark.hit.highlight is None:
        return None
    start, end = remark.hit.highlight
    return remark.hit.chunk_id, Statement(start=start, end=end, worth=remark.worth)
