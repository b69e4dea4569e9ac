"""The one factory of extractors."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ingest.insights.extractive import ExtractiveExtractor
from ingest.insights.llm import LlmExtractor
from ingest.insights.memory import CatalogMemory
from ingest.insights.windows import window_words

if TYPE_CHECKING:
    from earmark.catalog import Catalog
    from earmark.ports import ChatModel, InsightExtractor, SpanRater
    from earmark.settings import Settings

__all__ = ["open_extractor"]


def open_extractor(
    settings: Settings,
    chat: ChatModel | None,
    catalog: Catalog | None = None,
    *,
    reader: ChatModel | None = None,
    context: Callable[[], int | None] = lambda: None,
    rater: Callable[[], SpanRater | None] = lambda: None,
) -> InsightExtractor:
    """The extractor in force: the language model's where there is one, else the extractive one.

    Args:
        settings: which model reads, and how much an episode may give.
        chat: the model that chooses, writes and checks; ``None`` for none.
        context: says how many tokens the reading model reads and writes at once.
        rater: gives what rates what was said, beside counted words; none by default.
        reader: the model that reads the windows; by default ``chat``.
        catalog: where replies of unfinished episodes are kept; without it every run asks again.
    """
    if chat is None or settings.llm.max_calls == 0:
        return ExtractiveExtractor(most=3 * settings.insights.per_episode, rater=rater)
    return LlmExtractor(
        chat,
        reader=reader,
        limits=settings.insights,
        window_words=lambda: window_words(settings.insights.window_words, context()),
        memory=None if catalog is None else lambda episode_id: CatalogMemory(catalog, episode_id),
        rater=rater,
    )
