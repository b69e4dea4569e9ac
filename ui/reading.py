"""Answering from the index: by this process, or through the app where that holds it.

One process owns the embedded index. A command that needs it while the app runs asks the app; the user never sees a
lock.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Protocol

from earmark.catalog import changes
from earmark.types import Answer, Brief, Filters, Hit, Insight, Related, Subscriber

if TYPE_CHECKING:
    from earmark.catalog import Catalog
    from earmark.ports import Clock, Encoder, VectorIndex
    from earmark.settings import Settings

__all__ = ["LocalReading", "Reading", "open_reading"]

Progress = Callable[[int, int], None]


class Reading(Protocol):
    """What needs the index."""

    def search(self, query: str, *, filters: Filters, limit: int) -> list[Hit]:
        """Passages for a query."""
        ...

    def related(self, insight: Insight, *, limit: int) -> list[Related]:
        """What other shows said about the same thing."""
        ...

    def novelty(self, found: Sequence[Insight]) -> dict[str, float]:
        """How new each insight is to the corpus, by id."""
        ...

    def ask(self, question: str, *, filters: Filters) -> Answer:
        """An answer with citations."""
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

    def close(self) -> None:
        """Lets go of the index."""
        ...


def open_reading(settings: Settings, catalog: Catalog, encoder: Encoder, clock: Clock) -> Reading:
    """The running app where there is one (and the index is embedded), else the index opened here.

    Raises:
        IndexBusy: another command holds the index for longer than ``index.wait_s``.
    """
    from retrieval.index import open_index
    from ui.remote import find_app

    if not settings.index.qdrant_url:
        app = find_app(settings.home)
        if app is not None:
            return app
    index = open_index(settings, model_id=encoder.model_id, dimension=encoder.dimension)
    return LocalReading(settings, catalog, index, encoder, clock)


class LocalReading:
    """Answers from an index that this process holds; every call first applies what changed in the catalog."""

    def __init__(
        self, settings: Settings, catalog: Catalog, index: VectorIndex, encoder: Encoder, clock: Clock
    ) -> None:
        from earmark.llm import open_chat
        from retrieval.answer import Answerer
        from retrieval.related import RelatedFinder
        from retrieval.search import Searcher

        self._settings = settings
        self._catalog = catalog
        self._index = index
        self._encoder = encoder
        self._clock = clock
        self._following = threading.Lock()
        self._searcher = Searcher(catalog, index, encoder)
        self._finder = RelatedFinder(catalog, index, encoder)
        self._answerer = Answerer(self._searcher, encoder, open_chat(settings))

    def search(self, query: str, *, filters: Filters, limit: int) -> list[Hit]:
        """Passages for a query."""
        self.follow()
        return self._searcher.search(query, filters=filters, limit=limit)

    def related(self, insight: Insight, *, limit: int) -> list[Related]:
        """What other shows said about the same thing."""
        self.follow()
        return self._finder.related(insight, limit=limit)

    def novelty(self, found: Sequence[Insight]) -> dict[str, float]:
        """How new each insight is to the corpus, by id."""
        self.follow()
        return self._finder.novelty(found)

    def ask(self, question: str, *, filters: Filters) -> Answer:
        """An answer with citations."""
        self.follow()
        return self._answerer.ask(question, filters=filters)

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

        with self._following:  # two at once would do everything twice, and the slower one with older news
            with self._catalog.read() as tx:
                if changes.head(tx) == self._index.watermark():
                    return 0
            return follow(self._catalog, self._index, self._encoder, on_progress=on_progress)

    def rebuild(self, on_progress: Progress | None = None) -> int:
        """Builds the index anew; returns how many points it holds."""
        from retrieval.index.follow import rebuild

        with self._following:
            rebuild(self._catalog, self._index, self._encoder, on_progress=on_progress)
        return self._index.count("chunk") + self._index.count("insight")

    def close(self) -> None:
        """Lets go of the index."""
        self._index.close()
