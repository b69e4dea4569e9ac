"""The themes of the library: groups of insights, and a map of all insights."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from earmark.catalog import Catalog
from earmark.catalog.content import themes
from earmark.types import Insight, Theme, ThemePoint
from library.regrouping import AT_ONCE

if TYPE_CHECKING:
    from library.regrouping import Regrouper
    from retrieval.themes.keeper import ThemeKeeper, ThemesReport

__all__ = ["Themes"]


class Themes:
    """Reads themes and keeps them up to date.

    Args:
        catalog: holds the themes.
        keeper: makes the part that groups insights.
        regrouper: makes the part that groups a large library in a separate process.
    """

    def __init__(
        self, catalog: Catalog, *, keeper: Callable[[], ThemeKeeper], regrouper: Callable[[], Regrouper]
    ) -> None:
        self._catalog = catalog
        self._keeper = keeper
        self._regrouper = regrouper

    def every(self) -> list[Theme]:
        """All themes, those with most insights first, new insights included."""
        keeper = self._keeper()
        keeper.update(at_most=AT_ONCE)
        return keeper.themes()

    def get(self, theme_id: str) -> Theme:
        """The theme with that id or unique beginning of an id, or its successor; raises ``NotFound``."""
        self._keeper().update(at_most=AT_ONCE)
        with self._catalog.read() as tx:
            return themes.find(tx, theme_id)

    def insights(self, theme_id: str, *, limit: int | None = None) -> list[Insight]:
        """The insights of the theme with exactly that id, most central first."""
        with self._catalog.read() as tx:
            return themes.central(tx, theme_id, limit=limit)

    def points(self, *, limit: int | None = None) -> list[ThemePoint]:
        """Insights with their places on the map, those without a theme included; a fair sample if there are more."""
        self._keeper().update(at_most=AT_ONCE)
        with self._catalog.read() as tx:
            return themes.points(tx, limit=limit)

    def sizes(self) -> tuple[int, int]:
        """The number of insights examined for themes, and the number of those without a theme."""
        with self._catalog.read() as tx:
            return themes.sizes(tx)

    def update(self) -> ThemesReport:
        """Adds new insights to the themes, or regroups all when that is due; returns at once if another thread does."""
        return self._keeper().update()

    def tend(self) -> None:
        """Adds new insights to the themes; a long regrouping is started in a process of its own."""
        if self._keeper().update(at_most=AT_ONCE).due:
            self._regrouper().start()

    def rebuild(self, on_step: Callable[[str], None] | None = None) -> ThemesReport:
        """Regroups all insights; themes that persist keep their ids."""
        return self._keeper().rebuild(on_step)
