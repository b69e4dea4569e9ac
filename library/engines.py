"""The engines over an index: search, related insights and answers, built together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from earmark.days import Days

if TYPE_CHECKING:
    from earmark.catalog import Catalog
    from earmark.ports import ChatModel, Clock, Encoder, VectorIndex
    from earmark.settings import Settings
    from retrieval.answers.answerer import Answerer
    from retrieval.related.finder import RelatedFinder
    from retrieval.search.searcher import Searcher

__all__ = ["Engines", "make_engines"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Engines:
    """Search, related insights and answers over one index, with the encoder of its vectors."""

    encoder: Encoder
    searcher: Searcher
    finder: RelatedFinder
    answerer: Answerer


def make_engines(
    catalog: Catalog,
    index: VectorIndex,
    encoder: Encoder,
    settings: Settings,
    *,
    chat: ChatModel | None = None,
    clock: Clock | None = None,
) -> Engines:
    """Builds what answers from an index.

    Args:
        catalog: holds what the index points to.
        index: holds vectors of the encoder.
        encoder: turns queries into vectors.
        settings: how passages are ranked, and in which time zone the reader lives.
        chat: writes answers and relations; without it they are extractive.
        clock: what "last week" in a question is counted from.
    """
    from retrieval.answers.answerer import Answerer
    from retrieval.related.finder import RelatedFinder
    from retrieval.search.rerank import open_reranker
    from retrieval.search.searcher import Searcher

    timezone = settings.brief.timezone
    searcher = Searcher(
        catalog, index, encoder, settings=settings.search, reranker=open_reranker(settings), timezone=timezone
    )
    return Engines(
        encoder=encoder,
        searcher=searcher,
        finder=RelatedFinder(catalog, index, encoder, chat, rarities=searcher.rarities),
        answerer=Answerer(searcher, encoder, chat, clock=clock, day_of=Days.named(timezone).of),
    )
