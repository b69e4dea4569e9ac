"""A library with the facade's parts over the invented corpus, or over nothing: for the pages, without models."""

from __future__ import annotations

from tests.ui.fakes.held import Corpus, FixedClock
from tests.ui.fakes.machine import FakeIndex
from tests.ui.fakes.whole import FakeLibrary

__all__ = ["Corpus", "FakeIndex", "FakeLibrary", "FixedClock"]
