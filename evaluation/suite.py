"""The result of every evaluation suite: values with intervals, and the facts needed to read them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["Measure", "SuiteResult"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A value over ``n`` judged items, with the bounds of its 95 % bootstrap interval where it is a mean over them."""

    value: float
    n: int
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SuiteResult:
    """The result of one suite on one set of data.

    ``suite`` is its name on the command line (``retrieval``, ``themes`` …) and ``data`` the set's, ``part`` the part of
    it that was measured (empty: all). ``sizes`` counts what it holds (``{"documents": 1400, "queries": 225}``).
    ``runs`` holds the measures by run and then by name (``{"hybrid": {"nDCG@10": …}}``). ``comparisons`` are sentences
    such as "system against hybrid, nDCG@10: +.021 [.009, .033], p .001". ``models`` names the models with their hashes.
    """

    suite: str
    data: str
    part: str = ""
    sizes: Mapping[str, int] = field(default_factory=dict)
    licence: str = ""
    runs: Mapping[str, Mapping[str, Measure]] = field(default_factory=dict)
    comparisons: tuple[str, ...] = ()
    models: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    notes: tuple[str, ...] = ()
