"""Statements of passages of other shows that may have to do with an insight."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from earmark.catalog.content import chunks, passages, vectors
from earmark.ids import content_hash
from earmark.ports import IndexQuery
from earmark.scope import EVERYTHING, ShowScope
from earmark.statement_store import STATEMENTS, pack, unpack
from earmark.types import Filters
from retrieval.bounded_memory import BoundedMemory
from retrieval.related.remarks import Remark, stated, statement_key, statement_text
from retrieval.related.shared_words import WeighedWords, shared_words

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from earmark.catalog import Catalog, Connection
    from earmark.catalog.content.chunks import LocatedPassage
    from earmark.catalog.content.passages import Place
    from earmark.ports import Statement, StatementReader, VectorIndex
    from retrieval.rarity import Rarity

__all__ = ["Statements"]

_PASSAGES = 50
"""Passages of each of the three rankings whose statements are looked at."""
_READ = 70
"""Of those passages, how many are taken apart into statements, nearest first; 5 ms each where nobody has done that before."""
_COMPARED = 40
"""Statements that are encoded and compared: a tenth of a second on two cores."""
_A_SHOW = 10
_A_PASSAGE = 2
"""Of those, how many of one show and of one passage at most."""
_WORDS, _TELLING, _TOLD = 0.3, 0.5, 0.3
"""Weights of BM25 (as a share of the best) and of worth (up to ``_TOLD``) beside the cosines, for what is looked at at all."""
_KEPT = 20_000
"""Passages whose statements are kept in memory, about 200 bytes each."""


@dataclass(frozen=True, slots=True)
class _PassageInContext:
    """A passage with those before and after it, where there are any."""

    located: LocatedPassage
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class _RankedStatement:
    """A statement of a passage and how likely it meets the insight."""

    score: float
    located: LocatedPassage
    statement: Statement

    @property
    def key(self) -> str:
        return statement_key(self.located, self.statement)


class Statements:
    """Finds statements through the index. Safe to share between threads."""

    def __init__(self, catalog: Catalog, index: VectorIndex, reader: StatementReader) -> None:
        self._catalog = catalog
        self._index = index
        self._reader = reader
        self._known: BoundedMemory[list[Statement]] = BoundedMemory(_KEPT)

    def near(
        self,
        own: Remark,
        around: NDArray[np.float32],
        context: NDArray[np.float32],
        rarity: Rarity,
        *,
        scope: ShowScope = EVERYTHING,
    ) -> list[Remark]:
        """The statements of other shows that are likeliest to meet an insight, likeliest first.

        Args:
            own: the insight.
            around: the vector of its claim and body, of shape ``(dimension,)``.
            context: that of what is spoken about around it.
            rarity: of words in this library.
            scope: the shows that may be looked at.
        """
        filters = scope.narrow(Filters())
        if filters is None:
            return []
        nearness = self._nearness(own, around, context, filters)
        words = WeighedWords.of(own.around, rarity)
        ranked: list[_RankedStatement] = []
        nearest = sorted(nearness, key=lambda key: (-nearness[key], key))[:_READ]
        with self._catalog.read() as tx:
            located = chunks.located(tx, nearest)
        # The index may lag behind the catalog: what counts is the show that the catalog names.
        others = [located[key] for key in nearest if key in located]
        others = [passage for passage in others if passage.show_id != own.show_id and scope.holds(passage.show_id)]
        told = self._read(others)
        for passage in others:
            near = nearness[passage.chunk.id]
            for statement in told.get(_text_key(passage), ()):
                shared = shared_words(words, WeighedWords.of(statement_text(passage, statement), rarity)).cosine
                score = near + shared + _TELLING * min(statement.worth, _TOLD)
                ranked.append(_RankedStatement(score, passage, statement))
        ranked.sort(key=lambda scored: (-scored.score, scored.key))
        return [stated(chosen.located, chosen.statement) for chosen in _limited(ranked)]

    def _nearness(
        self, own: Remark, around: NDArray[np.float32], context: NDArray[np.float32], filters: Filters
    ) -> dict[str, float]:
        """How near each passage is: its cosines with the insight and with what it was said in, and its BM25."""
        asked = IndexQuery(
            kind="chunk", text=own.around, limit=_PASSAGES, filters=filters, exclude_shows=(own.show_id,)
        )
        near: dict[str, float] = {}
        for vector in (around, context):
            hits = self._index.query(replace(asked, text=None, vector=vector.tolist()))
            lowest = hits[-1].score if hits else 0.0
            for hit in hits:
                near[hit.key] = near.get(hit.key, lowest) + hit.score - lowest
        matches = self._index.query(asked)
        best = matches[0].score if matches else 1.0
        for hit in matches:
            near[hit.key] = near.get(hit.key, 0.0) + _WORDS * hit.score / (best or 1.0)
        return near

    def _read(self, read: Sequence[LocatedPassage]) -> dict[str, list[Statement]]:
        """The statements of each passage, by what they are kept under; what the catalog lacks of texts as read it has then."""
        by_hash = {_text_key(passage): passage for passage in read}
        known = self._known.among(by_hash)
        missing = [key for key in by_hash if key not in known]
        if not missing:
            return known
        with self._catalog.read() as tx:
            fresh = {key: unpack(kept) for key, kept in vectors.get_bytes(tx, STATEMENTS, missing).items()}
            unread = self._in_context(tx, [by_hash[key] for key in missing if key not in fresh])
        made = {
            _text_key(passage.located): self._reader(
                passage.located.chunk.text, before=passage.before, after=passage.after
            )
            for passage in unread
        }
        lasting = {key: pack(statements) for key, statements in made.items() if not by_hash[key].renamed}
        if lasting:
            with self._catalog.write() as tx:
                vectors.put_bytes(tx, STATEMENTS, lasting)
        self._known.add(fresh | made)
        return known | fresh | made

    @staticmethod
    def _in_context(tx: Connection, located: Sequence[LocatedPassage]) -> list[_PassageInContext]:
        places = passages.around(tx, [passage.chunk.id for passage in located], reach=1)
        near = chunks.located(tx, list(places))
        by_place = {(place.episode_id, place.seq): key for key, place in places.items()}
        return [
            _PassageInContext(passage, *(_text(places[passage.chunk.id], step, by_place, near) for step in (-1, 1)))
            for passage in located
            if passage.chunk.id in places
        ]


def _text_key(passage: LocatedPassage) -> str:
    """What the statements of a passage are kept under: their places are of its text, whose turns may bear other names by now."""
    chunk = passage.chunk
    return content_hash(chunk.content_hash, chunk.text) if passage.renamed else chunk.content_hash


def _text(
    place: Place, step: int, by_place: Mapping[tuple[str, int], str], located: Mapping[str, LocatedPassage]
) -> str:
    key = by_place.get((place.episode_id, place.seq + step), "")
    return located[key].chunk.text if key in located else ""


def _limited(ranked: Sequence[_RankedStatement]) -> Iterator[_RankedStatement]:
    """The first of a ranking, not all of one show or passage."""
    count: Counter[str] = Counter()
    taken = 0
    for scored in ranked:
        show, passage = scored.located.show_id, scored.located.chunk.id
        if count[show] < _A_SHOW and count[passage] < _A_PASSAGE:
            count.update((show, passage))
            taken += 1
            yield scored
        if taken == _COMPARED:
            return
