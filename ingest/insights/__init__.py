"""Claims worth keeping: proposed by an extractor, decided on by the gate."""

from __future__ import annotations

from ingest.insights.extractive import ExtractiveExtractor
from ingest.insights.llm import LlmExtractor
from ingest.insights.verify import Drop, DropReason, Gate, VerifiedDraft, select

__all__ = ["Drop", "DropReason", "ExtractiveExtractor", "Gate", "LlmExtractor", "VerifiedDraft", "select"]
