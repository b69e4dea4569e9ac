"""The one factory of extractors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.insights.extractive import ExtractiveExtractor
from ingest.insights.llm import LlmExtractor

if TYPE_CHECKING:
    from earmark.ports import ChatModel, InsightExtractor
    from earmark.settings import Settings

__all__ = ["open_extractor"]


def open_extractor(settings: Settings, chat: ChatModel | None) -> InsightExtractor:
    """The extractor in force: the language model's where there is one, else the extractive one."""
    if chat is None or settings.llm.max_calls == 0:
        return ExtractiveExtractor(most=3 * settings.insights.per_episode)
    return LlmExtractor(chat, most=3 * settings.insights.per_episode)
