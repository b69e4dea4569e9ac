"""The library's insights: listing them, what other shows said about the same thing, and withdrawing wrong ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING

from earmark.catalog import Catalog
from earmark.catalog.content import insights, themes, withdrawals
from earmark.catalog.feeds import shows
from earmark.days import Days
from earmark.errors import UsageError
from earmark.types import Because, Disagreement, Filters, Insight, Related, Withdrawn
from retrieval.search.query import Mark, parse

if TYPE_CHECKING:
    from earmark.ports import Clock
    from library.owner import Desk
    from library.sight import Sight

__all__ = ["Insights"]


class Insights:
    """Reads the insights that a reader sees, compares them through the index, and withdraws wrong ones."""

    def __init__(self, catalog: Catalog, clock: Clock, sight: Sight, *, desk: Callable[[], Desk]) -> None:
        self._catalog = catalog
        self._clock = clock
        self._sight = sight
        self._desk = desk

    def newest(self, *, show: str = "", speaker: str = "", limit: int | None = 50, after: str = "") -> list[Insight]:
        """Insights, newest episode first; like every list, without those that the reader hid.

        Args:
            show: narrows them to one show, named as in `Shows.find`.
            speaker: narrows them to what is said by who is named exactly so.
            limit: the most insights to return.
            after: the id of the insight after which the list goes on.

        Raises:
            NotFound: no such show, or no insight has the id ``after``.
        """
        with self._catalog.read() as tx:
            scope = self._sight.scope(tx)
            show_id = shows.find(tx, show, scope).id if show else ""
            reader_id = self._sight.reader.id
            return insights.listed(
                tx,
                show_id=show_id,
                speaker=speaker,
                limit=limit,
                after=after,
                scope=scope,
                hidden_from=reader_id,
            )

    def search(self, query: str, *, filters: Filters | None = None, limit: int = 10) -> list[Insight]:
        """The insights that fit a query best, best first.

        Args:
            query: words, or the syntax of `retrieval.search.query`.
            filters: narrow the search further than the query does.
            limit: the most insights to return.
        """
        best = self._desk().search_insights(query, filters=filters or Filters(), limit=limit)
        if Mark.HIDDEN in parse(query).marks:
            return best  # whoever asks for what they hid sees it
        hidden = self._sight.hidden_now()
        return [insight for insight in best if insight.id not in hidden]

    def get(self, insight_id: str) -> Insight:
        """The insight with that id or with that unique beginning of an id; raises ``NotFound``."""
        with self._catalog.read() as tx:
            return insights.find(tx, insight_id, self._sight.scope(tx))

    def related(self, insight_id: str, *, limit: int = 10) -> list[Related]:
        """What other shows said about the same thing, best first; raises ``NotFound``."""
        entries = self._desk().related(self.get(insight_id), limit=limit)
        hidden = self._sight.hidden_now()
        return [entry for entry in entries if entry.insight is None or entry.insight.id not in hidden]

    def disagreements(self, *, show: str = "", since: date | None = None, limit: int = 20) -> list[Disagreement]:
        """Who contradicts whom on two shows, each pair once, the one whose later side is newest first.

        Among the newest two thousand insights and all others. A pair is one because a model has said so when it was asked
        about the two, or because the words make it sure: cautious rules, which see the fewest of them.

        Args:
            show: narrows them to those with a side on one show, named as in `Shows.find`.
            since: narrows them to those whose later side was published on that day of the reader's or later.
            limit: the most pairs to return.

        Raises:
            NotFound: no such show.
        """
        with self._catalog.read() as tx:
            show_id = shows.find(tx, show, self._sight.scope(tx)).id if show else ""
        days, hidden = Days.named(self._sight.reader.timezone), self._sight.hidden_now()
        pairs = []
        for pair in self._desk().disagreements(show=show, since=since):
            sides = [side for side in (pair.insight, pair.other.insight) if side is not None]
            published = pair.insight.published
            if any(side.id in hidden for side in sides) or (show_id and all(side.show_id != show_id for side in sides)):
                continue
            if since is None or (published is not None and days.of(published) >= since):
                pairs.append(pair)
        return pairs[:limit]

    def novelty(self, insights: Sequence[Insight]) -> dict[str, float]:
        """How far each insight differs from everything that other shows said before it, in 0..1, by id."""
        return self._desk().novelty(insights)

    def withdraw(self, insight_id: str, *, because: str, note: str = "") -> Withdrawn:
        """Takes a wrong insight out of the library for every reader, and returns it as it was.

        It is gone at once from lists, pages, related insights, themes, coming briefs and mails, and stays away when its
        episode is read again. A brief that told it says that it was withdrawn.

        Args:
            insight_id: its id, or the beginning of it that no other has.
            because: a `Because` or its value.
            note: the reader's own words, if any.

        Raises:
            NotFound: there is no such insight, or it has been withdrawn already.
            UsageError: the reason is none.
            Forbidden: the reader is no owner.
        """
        from retrieval.themes.forgetting import reword_without

        self._sight.require_owner("withdrawing an insight")
        why = _because(because)
        with self._catalog.write() as tx:
            insight = insights.find(tx, insight_id)
            theme_id = themes.holding(tx, insight.id)
            withdrawn = withdrawals.withdraw(
                tx, insight.id, because=why, note=note, by=self._sight.reader.id, now=self._clock.now()
            )
            if theme_id is not None:
                reword_without(tx, theme_id, withdrawn.insight)
        return withdrawn

    def restore(self, insight_id: str) -> Insight:
        """Puts a withdrawn insight back as it was; raises ``NotFound`` where it is not withdrawn."""
        self._sight.require_owner("restoring an insight")
        with self._catalog.write() as tx:
            return withdrawals.restore(tx, insight_id)

    def withdrawn(self, *, limit: int | None = None) -> list[Withdrawn]:
        """The withdrawn insights, the latest withdrawal first."""
        with self._catalog.read() as tx:
            return withdrawals.every(tx, limit=limit, scope=self._sight.scope(tx))

    def find_withdrawn(self, insight_id: str) -> Withdrawn:
        """The withdrawn insight with that id, or the only one whose id begins with it; raises ``NotFound``."""
        with self._catalog.read() as tx:
            return withdrawals.find(tx, insight_id, self._sight.scope(tx))


def _because(given: str) -> Because:
    try:
        return Because(given)
    except ValueError:
        reasons = ", ".join(Because)
        raise UsageError(f"is no reason; choose one of {reasons}", subject=given) from None
