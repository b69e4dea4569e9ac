"""Chapters of episodes: the publisher's from wherever they are, and boundaries between subjects for episodes without chapters."""

from __future__ import annotations

from ingest.chapters.find import EpisodeChapters, find_chapters, with_chapters
from ingest.chapters.topics import topics

__all__ = ["EpisodeChapters", "find_chapters", "topics", "with_chapters"]
