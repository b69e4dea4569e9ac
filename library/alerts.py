"""A reader's alerts: told of new claims on a search, a person or a theme, once a day at most and each claim once."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import date, timedelta
from typing import TYPE_CHECKING

from earmark.catalog.content import insights
from earmark.catalog.readers import alerts, states
from earmark.days import Days
from earmark.errors import NotFound, UsageError
from earmark.types import Alert, Brief, ComingNews, Insight, Selection, ToldClaim, ToldNews
from library.address import public_url

if TYPE_CHECKING:
    from collections.abc import Sequence

    from earmark.catalog import Catalog, Connection
    from earmark.catalog.readers.deliveries import Delivery
    from earmark.ports import Clock
    from earmark.settings import Settings
    from library.owner import Desk
    from library.selections import Selections
    from library.sight import Sight

__all__ = ["PAGE", "Alerts"]

PAGE = "/account/alerts"
"""Where the app shows them."""
_SHOWN_FOR = timedelta(days=14)
"""How long the app shows what was told."""


class Alerts:
    """The alerts of one reader."""

    def __init__(
        self,
        catalog: Catalog,
        settings: Settings,
        clock: Clock,
        sight: Sight,
        selections: Selections,
        *,
        desk: Callable[[], Desk],
    ) -> None:
        self._catalog = catalog
        self._settings = settings
        self._clock = clock
        self._sight = sight
        self._selections = selections
        self._desk = desk

    def every(self) -> list[Alert]:
        """The reader's alerts, oldest first."""
        with self._catalog.read() as tx:
            return alerts.every(tx, self._sight.reader.id)

    def add(self, selection: Selection) -> Alert:
        """The alert on a selection, made if there is none; what the library holds already is not told.

        Raises:
            NotFound: the reader sees no such theme, and hears nobody of that name.
            UsageError: it is no search, person or theme, or the reader has too many alerts.
        """
        reader_id = self._sight.reader.id
        if selection.kind not in alerts.KINDS:
            raise UsageError("is nothing to be told of; choose a search, a person or a theme", subject=selection.kind)
        wanted, title = self._selections.named(selection)
        with self._catalog.write() as tx:
            known = alerts.every(tx, reader_id)
            there = next((alert for alert in known if alert.selection == wanted), None)
            if there is not None:
                return there
            if len(known) >= alerts.MOST:
                raise UsageError(f"a reader has at most {alerts.MOST} alerts; remove one first", subject=reader_id)
            alert = Alert(
                id=secrets.token_hex(4),
                reader_id=reader_id,
                selection=wanted,
                title=title,
                created_at=self._clock.now(),
            )
            alerts.add(tx, alert)
        return alert

    def remove(self, alert_id: str) -> None:
        """Ends an alert; raises ``NotFound``."""
        with self._catalog.write() as tx:
            if not alerts.remove(tx, self._sight.reader.id, alert_id):
                raise NotFound("is no alert of yours; `earmark alert list` lists them", subject=alert_id)

    def coming(self) -> ComingNews:
        """What is new to each alert as things are, which the next message tells; nothing is stored."""
        return self._desk().news() if self.every() else ComingNews(until=0)

    def told(self) -> list[ToldNews]:
        """What alerts told in the last two weeks and is still there, the latest day first."""
        reader = self._sight.reader
        today = Days.named(reader.timezone).of(self._clock.now())
        with self._catalog.read() as tx:
            claims = alerts.told_since(tx, reader.id, today - _SHOWN_FOR)
            known = self._seen(tx, claims)
        return [
            ToldNews(insight=known[claim.insight_id], day=claim.day, title=claim.title)
            for claim in claims
            if claim.insight_id in known
        ]

    def news(self, day: date) -> Brief:
        """The message of a day, in which each claim is noted as told when it is first made; it may be empty."""
        from briefs.news import message, told_claims

        reader = self._sight.reader
        with self._catalog.read() as tx:
            claims = alerts.told_on(tx, reader.id, day)
        if not claims:
            coming = self.coming()
            claims = told_claims(coming, day)
            with self._catalog.write() as tx:
                alerts.put(tx, reader.id, claims, until=coming.until)
        with self._catalog.read() as tx:
            known = self._seen(tx, claims)
        more_at = f"{public_url(self._settings)}{PAGE}"
        return message(reader, day, claims, known, now=self._clock.now(), more_at=more_at)

    def send(self, day: date) -> tuple[Delivery, ...]:
        """Sends the message of a day through every channel that reaches the reader, at most once each, as a brief is sent.

        Raises:
            UsageError: there is nothing to tell.
            TransientError, DeliveryRefused: a channel did not take it.
        """
        from briefs.channels import channels_to
        from briefs.news import without_quiet
        from briefs.outbox import send_through

        reader = self._sight.reader
        channels = channels_to(reader, self._settings, self._clock, self._catalog)
        named = {f"{name}-alerts": channel for name, channel in channels.items()}
        return send_through(self._catalog, named, self.news(day), without_quiet(reader), clock=self._clock)

    def _seen(self, tx: Connection, claims: Sequence[ToldClaim]) -> dict[str, Insight]:
        """The insights of these claims that are still there, and that the reader sees and did not hide, by id."""
        scope, hidden = self._sight.scope(tx), states.hidden(tx, self._sight.reader.id)
        known = insights.get_many(tx, [claim.insight_id for claim in claims])
        return {key: kept for key, kept in known.items() if scope.holds(kept.show_id) and key not in hidden}
