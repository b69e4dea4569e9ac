"""Themes: what insights are about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

__all__ = ["Theme", "ThemeMonth", "ThemePoint", "ThemeShare"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeShare:
    """Who speaks in a theme, and in how many of its insights. ``id`` is that of a show; empty for a person."""

    name: str
    count: int
    id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeMonth:
    """How many insights of a theme come from episodes of a month, written ``YYYY-MM``."""

    month: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """Insights that are about the same thing. The ``id`` survives re-clustering while most of its insights stay together.

    ``label`` is what it is about, in a few words, written by ``label_by`` (``terms`` or ``llm <model>``) from
    ``terms``, its telling words, best first. ``insight_id`` and ``claim`` are its most central insight. ``shows`` and
    ``speakers`` come most insights first; ``months`` in time, from its first to its last, empty ones included.
    """

    id: str
    label: str
    label_by: str
    terms: tuple[str, ...]
    size: int
    insight_id: str
    claim: str
    shows: tuple[ThemeShare, ...] = ()
    speakers: tuple[ThemeShare, ...] = ()
    months: tuple[ThemeMonth, ...] = ()
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemePoint:
    """An insight on the map of all insights; ``theme_id`` is ``None`` if it belongs to no theme.

    ``similarity`` is its cosine to the middle of its theme (or to the nearest one). ``x`` and ``y`` are in about -1..1.
    """

    insight_id: str
    theme_id: str | None
    x: float
    y: float
    similarity: float
    claim: str
    show: str
    speaker: str | None
