"""Answering from the index: by this process, or through the app where that holds it.

One process owns the embedded index. A command that needs it while the app runs asks the app; the user never sees a
lock.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Protocol

from earmark.catalog import changes
from earmark.catalog.readers import conversations
from earmark.types import Answer, Brief, Filters, Hit, Insight, Related, Subscriber, Turn
from library.address import read_address

if TYPE_CHECKING:
    from earmark.catalog import Catalog
    from earmark.ports import Clock, Encoder, VectorIndex
    from earmark.settings import Settings
    from retrieval.search.facets import SearchPage

__all__ = ["LocalReading", "Reading", "open_reading"]

Progress = Callable[[int, int], None]

_PATIENCE_S = 0.5
_BATCH = 1024
"""Changes between two flushes: a flush takes a tenth of a second, however little it writes."""


class Reading(Protocol):
    """What needs the index."""

    def search(self, query: str, *, filters: Filters, limit: int) -> list[Hit]:
        """Passages for a query."""
        ...

    def search_page(self, query: str, *, filters: Filters, limit: int, correct: bool = True) -> SearchPage:
        """Passages for a query, with facets."""
        ...

    def related(self, insight: Insight, *, limit: int) -> list[Related]:
        """What other shows said about the same thing."""
        ...

    def novelty(self, found: Sequence[Insight]) -> dict[str, float]:
        """How new each insight is to the corpus, by id."""
        ...

    def ask(self, question: str, *, filters: Filters, conversation: str = "", narrowing: bool = True) -> Answer:
        """An answer with citations, kept in the conversation where one is named."""
        ...

    def ask_stream(
        self, question: str, *, filters: Filters, conversation: str = "", narrowing: bool = True
    ) -> Iterator[Answer]:
        """The same as it comes."""
        ...

    def brief(self, reader: Subscriber, day: date) -> Brief:
        """The brief of a day, made if it is not there."""
        ...

    def follow(self, on_progress: Progress | None = None) -> int:
        """Applies what changed; returns how many changes."""
        ...

    def rebuild(self, on_progress: Progress | None = None) -> int:
        """Builds the index anew; returns how many points it holds."""
        ...

    def tend(self) -> None:
        """Sees to the generations of an index that this process holds; returns at once."""
        ...

    def gone(self) -> bool:
        """Whether it can never answer again, so that another has to be opened."""
        ...

    def close(self) -> None:
        """Lets go of the index."""
        ...


def open_reading(settings: Settings, catalog: Catalog, encoder: Encoder, clock: Clock) -> Reading:
    """The running app where there is one (and the index is embedded), else the index opened here.

    Raises:
        IndexBusy: another command holds the index for longer than ``index.wait_s``.
    """
    from library.remote import find_app
    from library.upkeep import current_encoder
    from retrieval.index import open_index

    embedded = not settings.index.qdrant_url
    if embedded:
        app = find_app(settings.home)
        if app is not None:
            return app
    address = read_address(settings.home)
    # The app answers while the index is written to, so there the engine works in a process of its own.
    hosted = embedded and address is not None and address.pid == os.getpid()
    current = current_encoder(settings, encoder) if embedded else encoder
    index = open_index(settings, model_id=current.model_id, dimension=current.dimension, hosted=hosted)
    return LocalReading(settings, catalog, index, current, clock, wanted=encoder)


class LocalReading:
    """Answers from an index that this process holds; every call first applies what changed in the catalog."""

    def __init__(
        self,
        settings: Settings,
        catalog: Catalog,
        index: VectorIndex,
        encoder: Encoder,
        clock: Clock,
        *,
        wanted: Encoder | None = None,
    ) -> None:
        from library.upkeep import Upkeep
        from retrieval.index.rolling import RollingIndex

        self._settings = settings
        self._catalog = catalog
        self._index = index
        self._clock = clock
        self._following = threading.Lock()
        self._wire(encoder)
        self._upkeep: Upkeep | None = None
        if isinstance(index, RollingIndex):
            target = wanted or encoder
            self._upkeep = Upkeep(
                settings, catalog, index, target, gate=self._following, on_change=lambda: self._wire(target)
            )

    def _wire(self, encoder: Encoder) -> None:
        """Makes what answers, for the model whose vectors the index holds."""
        from briefs.make import local_day
        from earmark.llm import open_chat
        from ingest.limits.budget import Budget
        from retrieval.answers.answerer import Answerer
        from retrieval.related.finder import RelatedFinder
        from retrieval.search.rerank import open_reranker
        from retrieval.search.searcher import Searcher

        catalog, index = self._catalog, self._index
        self._encoder = encoder
        self._searcher = Searcher(
            catalog, index, encoder, settings=self._settings.search, reranker=open_reranker(self._settings)
        )
        chat = open_chat(self._settings, meter=Budget(catalog, self._settings, self._clock, one_run=False))
        self._finder = RelatedFinder(catalog, index, encoder, chat, rarities=self._searcher.rarities)
        self._answerer = Answerer(
            self._searcher,
            encoder,
            chat,
            clock=self._clock,
            day_of=lambda now: local_day(now, self._settings.brief.timezone),
        )

    def search(self, query: str, *, filters: Filters, limit: int) -> list[Hit]:
        """Passages for a query."""
        self.follow()
        return self._searcher.search(query, filters=filters, limit=limit)

    def search_page(self, query: str, *, filters: Filters, limit: int, correct: bool = True) -> SearchPage:
        """Passages for a query, with facets."""
        self.follow()
        return self._searcher.page(query, filters=filters, limit=limit, correct=correct)

    def related(self, insight: Insight, *, limit: int) -> list[Related]:
        """What other shows said about the same thing."""
        self.follow()
        return self._finder.related(insight, limit=limit)

    def novelty(self, found: Sequence[Insight]) -> dict[str, float]:
        """How new each insight is to the corpus, by id."""
        self.follow()
        return self._finder.novelty(found)

    def ask(self, question: str, *, filters: Filters, conversation: str = "", narrowing: bool = True) -> Answer:
        """An answer with citations, kept in the conversation where one is named."""
        *_, last = self.ask_stream(question, filters=filters, conversation=conversation, narrowing=narrowing)
        return last

    def ask_stream(
        self, question: str, *, filters: Filters, conversation: str = "", narrowing: bool = True
    ) -> Iterator[Answer]:
        """The same as it comes; it is kept once it is whole, before that is shown: who sees it may leave at once."""
        self.follow()
        history: list[Turn] = []
        if conversation:
            with self._catalog.read() as tx:
                history = conversations.turns(tx, conversation)
        last: Answer | None = None
        for answer in self._answerer.stream(question, filters=filters, history=history, narrowing=narrowing):
            if last is not None:
                yield last
            last = answer
        if last is None:
            return
        if conversation:
            with self._catalog.write() as tx:
                # One that was forgotten while this was written stays forgotten.
                if not history or conversations.turns(tx, conversation):
                    conversations.add_turn(tx, conversation, last, now=self._clock.now())
        yield last

    def brief(self, reader: Subscriber, day: date) -> Brief:
        """The brief of a day, made if it is not there."""
        from briefs.make import make_brief

        self.follow()
        return make_brief(
            self._catalog,
            self._finder,
            reader,
            day,
            settings=self._settings.brief,
            model_id=self._encoder.model_id,
            now=self._clock.now(),
        )

    def follow(self, on_progress: Progress | None = None) -> int:
        """Applies what changed; returns how many changes."""
        from retrieval.index.follow import follow

        # Two at once would do everything twice, and the slower one with older news. A search does not wait for long
        # until another thread is through: it answers from what is there.
        if not self._following.acquire(timeout=-1 if on_progress is not None else _PATIENCE_S):
            return 0
        try:
            with self._catalog.read() as tx:
                if changes.head(tx) == self._index.watermark():
                    return 0
            tokens = self._settings.search.late_interaction
            return follow(
                self._catalog, self._index, self._encoder, on_progress=on_progress, batch=_BATCH, tokens=tokens
            )
        finally:
            self._following.release()

    def tend(self) -> None:
        """Starts the next generation of an embedded index where it is due, and changes over when it is there."""
        if self._upkeep is not None:
            self._upkeep.tend()

    def rebuild(self, on_progress: Progress | None = None) -> int:
        """Builds the index anew; returns how many points it holds."""
        from retrieval.index.follow import rebuild

        if self._upkeep is not None:
            self._upkeep.rebuild(on_progress)
        else:
            with self._following:
                rebuild(self._catalog, self._index, self._encoder, on_progress=on_progress)
        return self._index.count("chunk") + self._index.count("insight")

    def gone(self) -> bool:
        """Never: this process holds the index."""
        return False

    def close(self) -> None:
        """Lets go of the index."""
        if self._upkeep is not None:
            self._upkeep.close()
        self._index.close()
