"""Answering from an index that this process owns."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

from earmark.catalog import changes
from earmark.catalog.readers import conversations
from earmark.types import Answer, Brief, Filters, Hit, Insight, Question, Related, Subscriber, Turn
from library.upkeep import Upkeep

if TYPE_CHECKING:
    from earmark.catalog import Catalog
    from earmark.ports import Clock, Encoder, VectorIndex
    from earmark.settings import Settings
    from library.engines import Engines
    from library.owner import Progress
    from retrieval.search.facets import SearchPage

__all__ = ["LocalOwner"]

_PATIENCE_S = 0.5
"""How long a search waits for another thread that follows the catalog; then it answers from what is there."""
_BATCH = 1024
"""Changes between two flushes: a flush takes a tenth of a second, however little it writes."""


class LocalOwner:
    """Owns the index; every call first applies what changed in the catalog.

    Args:
        settings: how briefs are made and the index is kept.
        catalog: the truth that the index follows.
        index: an open index.
        clock: dates questions and briefs.
        encoder: of the vectors that the index holds now.
        wanted: of the vectors that the settings ask for.
        engines: makes what answers from the index with an encoder's vectors.
    """

    def __init__(
        self,
        settings: Settings,
        catalog: Catalog,
        index: VectorIndex,
        clock: Clock,
        *,
        encoder: Encoder,
        wanted: Encoder,
        engines: Callable[[VectorIndex, Encoder], Engines],
    ) -> None:
        from retrieval.index.rolling import RollingIndex

        self._settings = settings
        self._catalog = catalog
        self._index = index
        self._clock = clock
        self._make_engines = engines
        self._following = threading.Lock()
        self._engines = engines(index, encoder)
        self._upkeep: Upkeep | None = None
        if isinstance(index, RollingIndex):
            self._upkeep = Upkeep(
                settings, catalog, index, wanted, gate=self._following, on_change=lambda: self._rewire(wanted)
            )

    def _rewire(self, encoder: Encoder) -> None:
        self._engines = self._make_engines(self._index, encoder)

    def search(self, query: str, *, filters: Filters, limit: int) -> list[Hit]:
        """The best moments for a query, best first."""
        self.follow()
        return self._engines.searcher.search(query, filters=filters, limit=limit)

    def search_page(self, query: str, *, filters: Filters, limit: int, correct: bool = True) -> SearchPage:
        """The best moments with their facets."""
        self.follow()
        return self._engines.searcher.page(query, filters=filters, limit=limit, correct=correct)

    def related(self, insight: Insight, *, limit: int) -> list[Related]:
        """What other shows said about the same thing, best first."""
        self.follow()
        return self._engines.finder.related(insight, limit=limit)

    def novelty(self, insights: Sequence[Insight]) -> dict[str, float]:
        """How new each insight is to the library, in 0..1, by id."""
        self.follow()
        return self._engines.finder.novelty(insights)

    def ask(self, question: Question) -> Answer:
        """An answer with citations, kept in the question's conversation."""
        *_, last = self.ask_stream(question)
        return last

    def ask_stream(self, question: Question) -> Iterator[Answer]:
        """The answer as it grows; the whole answer is kept before it is shown, because its reader may leave at once."""
        self.follow()
        key = question.conversation
        history: list[Turn] = []
        if key:
            with self._catalog.read() as tx:
                history = conversations.turns(tx, key)
        last: Answer | None = None
        for answer in self._engines.answerer.stream(question, history=history):
            if last is not None:
                yield last
            last = answer
        if last is None:
            return
        if key:
            with self._catalog.write() as tx:
                # A conversation that was forgotten meanwhile stays forgotten.
                if not history or conversations.turns(tx, key):
                    conversations.add_turn(tx, key, last, now=self._clock.now())
        yield last

    def brief(self, reader: Subscriber, day: date) -> Brief:
        """The reader's brief of a day, made if there is none yet."""
        from briefs.make import make_brief

        self.follow()
        engines = self._engines
        return make_brief(
            self._catalog,
            engines.finder,
            reader,
            day,
            settings=self._settings.brief,
            model_id=engines.encoder.model_id,
            now=self._clock.now(),
        )

    def follow(self, on_progress: Progress | None = None) -> int:
        """Applies the catalog's changes to the index; returns the number of changes."""
        from retrieval.index.follow import follow

        # Two threads would do everything twice, and the slower thread would write older news.
        if not self._following.acquire(timeout=-1 if on_progress is not None else _PATIENCE_S):
            return 0
        try:
            with self._catalog.read() as tx:
                if changes.head(tx) == self._index.watermark():
                    return 0
            tokens = self._settings.search.late_interaction
            encoder = self._engines.encoder
            return follow(self._catalog, self._index, encoder, on_progress=on_progress, batch=_BATCH, tokens=tokens)
        finally:
            self._following.release()

    def tend(self) -> None:
        """Starts the next generation of an embedded index when it is due, and switches to it when it is ready."""
        if self._upkeep is not None:
            self._upkeep.tend()

    def rebuild(self, on_progress: Progress | None = None) -> int:
        """Rebuilds the index; returns the number of points in it."""
        from retrieval.index.follow import rebuild

        if self._upkeep is not None:
            self._upkeep.rebuild(on_progress)
        else:
            with self._following:
                rebuild(self._catalog, self._index, self._engines.encoder, on_progress=on_progress)
        return self._index.count("chunk") + self._index.count("insight")

    def gone(self) -> bool:
        """Never: this process owns the index."""
        return False

    def close(self) -> None:
        """Lets go of the index."""
        if self._upkeep is not None:
            self._upkeep.close()
        self._index.close()
