"""The engines over an index: search, related insights and answers, built together."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING

from earmark.days import Days
from earmark.scope import EVERYTHING, ShowScope

if TYPE_CHECKING:
    from collections.abc import Callable

    from briefs.seen import LibraryMemory
    from earmark.catalog import Catalog
    from earmark.ports import ChatModel, Clock, Encoder, VectorIndex
    from earmark.settings import Settings
    from retrieval.encoders.cross_encoder import CrossEncoder
    from retrieval.related.finder import RelatedFinder
    from retrieval.search.searcher import Searcher

__all__ = ["Engines", "make_engines"]

_KEPT = 64
"""Sets of shows and time zones whose names are kept in memory: about a megabyte each for a library of 100 shows."""


class Engines:
    """Search, related insights and answers over one index, for readers of all shows or of some. Thread-safe.

    Args:
        encoder: whose vectors the index holds.
        searcher: over all shows.
        finder: over all shows.
        chat: writes answers; without it they are extractive.
        clock: what "last week" in a question is counted from.
        timezone: whose days the searcher means.
        library: what briefs read of the library, for readers of any shows.
        cross_encoder: reads the best sentences of an answer together with the question.
        room: tokens of passages that ``chat`` is given for an answer; by default as many as one with a large context.
    """

    def __init__(
        self,
        encoder: Encoder,
        searcher: Searcher,
        finder: RelatedFinder,
        *,
        chat: ChatModel | None = None,
        clock: Clock | None = None,
        timezone: str = "",
        library: LibraryMemory | None = None,
        cross_encoder: CrossEncoder | None = None,
        room: Callable[[], int] | None = None,
    ) -> None:
        from briefs.memory import FinderMemory
        from briefs.seen import LibraryMemory
        from retrieval.answers.answerer import Answerer
        from retrieval.answers.packing import WIDE

        self.encoder = encoder
        self.searcher = searcher
        self.finder = finder
        self.memory = FinderMemory(finder)
        self.library = library or LibraryMemory()
        self.answerer = Answerer(
            searcher,
            encoder,
            chat,
            clock=clock,
            day_of=Days.named(timezone).of,
            reader=cross_encoder,
            room=room or (lambda: WIDE),
        )
        self._cross_encoder, self._room = cross_encoder, room
        self._chat, self._clock, self._timezone = chat, clock, timezone
        self._lock = threading.Lock()
        self._narrower: OrderedDict[tuple[ShowScope, str], Engines] = OrderedDict()

    def within(self, scope: ShowScope, timezone: str) -> Engines:
        """The same for a reader of these shows in this time zone; what it knows of them is kept for the next question."""
        if (scope, timezone) == (EVERYTHING, self._timezone):
            return self
        with self._lock:
            engines = self._narrower.get((scope, timezone))
            if engines is None:
                engines = self._narrower[scope, timezone] = Engines(
                    self.encoder,
                    self.searcher.within(scope, timezone=timezone),
                    self.finder.within(scope),
                    chat=self._chat,
                    clock=self._clock,
                    timezone=timezone,
                    library=self.library,
                    cross_encoder=self._cross_encoder,
                    room=self._room,
                )
            self._narrower.move_to_end((scope, timezone))
            if len(self._narrower) > _KEPT:
                self._narrower.popitem(last=False)
            return engines


def make_engines(
    catalog: Catalog,
    index: VectorIndex,
    encoder: Encoder,
    settings: Settings,
    *,
    chat: ChatModel | None = None,
    clock: Clock | None = None,
    room: Callable[[], int] | None = None,
) -> Engines:
    """Builds what answers from an index.

    Args:
        catalog: holds what the index points to.
        index: holds vectors of the encoder.
        encoder: turns queries into vectors.
        settings: how passages are ranked, and in which time zone the local reader lives.
        chat: writes answers and relations; without it they are extractive.
        clock: what "last week" in a question is counted from.
        room: tokens of passages that ``chat`` is given for an answer.
    """
    from ingest.insights.statements import statements
    from retrieval.encoders.cross_encoder import open_cross_encoder
    from retrieval.related.finder import RelatedFinder
    from retrieval.search.rerank import open_reranker
    from retrieval.search.searcher import Searcher

    timezone = settings.brief.timezone
    searcher = Searcher(
        catalog, index, encoder, settings=settings.search, reranker=open_reranker(settings), timezone=timezone
    )
    finder = RelatedFinder(catalog, index, encoder, chat, rarities=searcher.rarities, reader=statements)
    return Engines(
        encoder,
        searcher,
        finder,
        chat=chat,
        clock=clock,
        timezone=timezone,
        cross_encoder=open_cross_encoder(settings),
        room=room,
    )
