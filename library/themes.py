"""The themes of the library, as a reader sees them: groups of insights, and a map of all insights."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from earmark.catalog import Catalog, Connection
from earmark.catalog.content import speakers, themes
from earmark.catalog.readers import states
from earmark.scope import ShowScope
from earmark.types import Insight, Theme, ThemePoint
from library.regrouping import AT_ONCE
from library.sight import Sight
from library.timeline import HEARD, TimelineClaim, claims_over_time

if TYPE_CHECKING:
    from library.owner import Desk
    from library.regrouping import Regrouper
    from retrieval.themes.keeper import ThemeKeeper, ThemesReport

__all__ = ["Themes", "theme_labels"]


def theme_labels(tx: Connection, theme_ids: Collection[str], scope: ShowScope) -> dict[str, str]:
    """What themes in force are called, by id; for a reader of some shows in the words of these alone."""
    headings = themes.headings(tx, theme_ids)
    if scope.ids is None:
        return {heading.id: heading.label for heading in headings}
    from retrieval.themes.forgetting import reworded_within

    return {heading.id: reworded_within(tx, heading.id, heading.label, heading.terms, scope)[0] for heading in headings}


class Themes:
    """Reads themes and keeps them up to date.

    Args:
        catalog: holds the themes.
        sight: of the reader. A reader of some shows gets themes of what these say, in words that these say.
        keeper: makes the part that groups insights.
        regrouper: makes the part that groups a large library in a separate process.
        desk: answers what others said beside a claim.
    """

    def __init__(
        self,
        catalog: Catalog,
        sight: Sight,
        *,
        keeper: Callable[[], ThemeKeeper],
        regrouper: Callable[[], Regrouper],
        desk: Callable[[], Desk],
    ) -> None:
        self._catalog = catalog
        self._sight = sight
        self._keeper = keeper
        self._regrouper = regrouper
        self._desk = desk

    def every(self) -> list[Theme]:
        """All themes, those with most insights first, new insights included."""
        return self._looked_at().themes(self._sight.scope_now())

    def get(self, theme_id: str) -> Theme:
        """The theme with that id or unique beginning of an id, or its successor; raises ``NotFound``."""
        self._looked_at()
        with self._catalog.read() as tx:
            scope = self._sight.scope(tx)
            return self._reworded(tx, themes.find(tx, theme_id, scope), scope)

    def insights(self, theme_id: str, *, limit: int | None = None) -> list[Insight]:
        """The insights of the theme with exactly that id, most central first, without those that the reader hid."""
        with self._catalog.read() as tx:
            scope, hidden = self._sight.scope(tx), states.hidden(tx, self._sight.reader.id)
            central = themes.central(tx, theme_id, scope=scope, limit=None if limit is None else limit + len(hidden))
        return [insight for insight in central if insight.id not in hidden][:limit]

    def timeline(self, theme_id: str) -> list[TimelineClaim]:
        """A theme's latest sixty claims with a date, the earliest first: predictions, and what was said later about each.

        Raises:
            NotFound: no theme has that id or beginning of an id.
        """
        return claims_over_time(
            self.insights(self.get(theme_id).id),
            related=lambda insight: self._desk().related(insight, limit=HEARD),
            hidden=self._sight.hidden_now(),
        )

    def labels(self, insight_ids: Sequence[str]) -> dict[str, str]:
        """What the theme of each of these insights is called, by the id of the insight, as things are; those in no theme are left out."""
        with self._catalog.read() as tx:
            inside = speakers.themes_of(tx, insight_ids)
            known = theme_labels(tx, set(inside.values()), self._sight.scope(tx))
        return {key: known[theme_id] for key, theme_id in inside.items() if known.get(theme_id)}

    def points(self, *, limit: int | None = None) -> list[ThemePoint]:
        """Insights with their places on the map, those without a theme included; a fair sample if there are more."""
        self._looked_at()
        with self._catalog.read() as tx:
            return themes.points(tx, limit=limit, scope=self._sight.scope(tx))

    def sizes(self) -> tuple[int, int]:
        """The number of insights examined for themes, and the number of those without a theme."""
        with self._catalog.read() as tx:
            return themes.sizes(tx, self._sight.scope(tx))

    def update(self) -> ThemesReport:
        """Adds new insights to the themes, or regroups all when that is due; returns at once if another thread does."""
        return self._keeper().update()

    def tend(self) -> None:
        """Adds new insights to the themes; a long regrouping is started in a process of its own."""
        if self._keeper().tend(at_most=AT_ONCE).due:
            self._regrouper().start()

    def rebuild(self, on_step: Callable[[str], None] | None = None) -> ThemesReport:
        """Regroups all insights; themes that persist keep their ids. For an owner."""
        self._sight.require_owner("regrouping themes")
        return self._keeper().rebuild(on_step)

    def _looked_at(self) -> ThemeKeeper:
        """The keeper, when what is new has joined the themes; in a large library that a thread tends, that thread does it."""
        keeper = self._keeper()
        if not keeper.tended:
            keeper.update(at_most=AT_ONCE)
        return keeper

    @staticmethod
    def _reworded(tx: Connection, theme: Theme, scope: ShowScope) -> Theme:
        """The theme in the words of what these shows say: those of other shows would tell what is said there."""
        from retrieval.themes.forgetting import reworded_within

        if scope.ids is None:
            return theme
        label, terms = reworded_within(tx, theme.id, theme.label, theme.terms, scope)
        return replace(theme, label=label, terms=terms)
