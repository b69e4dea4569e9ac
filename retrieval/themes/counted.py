"""Themes as readers are shown them, counted once for all who see the same shows.

A count reads every insight there is. In a large library that a thread tends, nobody waits for it: after a change readers see
what was counted last, under the headings and with the claims of now, until the thread has counted again.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from earmark.catalog import changes
from earmark.catalog.content import clustering, themes
from earmark.scope import EVERYTHING, ShowScope
from retrieval.themes.forgetting import reworded_within

if TYPE_CHECKING:
    from earmark.catalog import Catalog, Connection
    from earmark.types import Theme

__all__ = ["CountedThemes"]

_KEPT = 16
"""Sets of shows whose themes are kept in memory: 300 themes are about half a megabyte."""
_TENDED_S = 60.0
"""How long a library counts as tended after somebody did, in seconds; the app does every few seconds."""
_AGAIN_S = 20.0
"""Pause between two counts of a library that goes on changing, in seconds: one of 100,000 insights takes two."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _State:
    """What themes are counted from: the last clustering, the last change, and how many insights have a place (in no theme)."""

    run: int
    head: int
    members: int
    alone: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Count:
    """The themes of a state, and when they were counted, in seconds of a clock that only grows."""

    state: _State
    themes: tuple[Theme, ...]
    at: float


class CountedThemes:
    """Themes by what a reader sees. Safe to share between threads."""

    def __init__(self, catalog: Catalog, *, timer: Callable[[], float] = time.monotonic) -> None:
        self._catalog = catalog
        self._timer = timer
        self._counting = threading.Lock()
        self._counts: OrderedDict[ShowScope, _Count] = OrderedDict()
        self._tended_until = 0.0

    def of(self, scope: ShowScope = EVERYTHING) -> list[Theme]:
        """The themes that these shows speak of, in their words, most insights first."""
        with self._catalog.read() as tx:
            state, count = _state(tx), self._counts.get(scope)
            if count is not None and count.state == state:
                return list(count.themes)
            # What few shows say in the words of all would tell of the others: theirs are counted whenever they are asked for.
            if count is not None and scope == EVERYTHING and count.state.run == state.run and self.tended:
                meanwhile = themes.as_now(tx, count.themes)
                if meanwhile is not None:
                    return meanwhile
        return list(self._counted(scope).themes)

    def tend(self, *, at_most: int) -> None:
        """Counts again where something has changed; for the next minute nobody waits for that in a library of more insights."""
        with self._catalog.read() as tx:
            state, count = _state(tx), self._counts.get(EVERYTHING)
        if count is None or count.state.run != state.run or self._timer() - count.at >= _AGAIN_S:
            self._counted(EVERYTHING)
        self._tended_until = self._timer() + _TENDED_S if state.members > at_most else 0.0

    @property
    def tended(self) -> bool:
        """Whether a thread has tended this large library lately, so that readers need not."""
        return self._timer() < self._tended_until

    def _counted(self, scope: ShowScope) -> _Count:
        # Readers who ask at once wait for one count, which the processor has only once.
        with self._counting, self._catalog.read() as tx:
            state, count = _state(tx), self._counts.get(scope)
            if count is None or count.state != state:
                every = tuple(_worded(tx, theme, scope) for theme in themes.every(tx, scope=scope))
                count = self._counts[scope] = _Count(state=state, themes=every, at=self._timer())
            self._counts.move_to_end(scope)
            if len(self._counts) > _KEPT:
                self._counts.popitem(last=False)
            return count


def _state(tx: Connection) -> _State:
    run = clustering.last_run(tx)
    members, alone = themes.sizes(tx)
    return _State(run=run.seq if run else 0, head=changes.head(tx), members=members, alone=alone)


def _worded(tx: Connection, theme: Theme, scope: ShowScope) -> Theme:
    """The theme in the words of what these shows say: those of other shows would tell what is said there."""
    if scope.ids is None:
        return theme
    label, terms = reworded_within(tx, theme.id, theme.label, theme.terms, scope)
    return replace(theme, label=label, terms=terms)
