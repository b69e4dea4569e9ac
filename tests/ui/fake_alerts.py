"""Alerts of the fake library, in a list; nothing is ever new to them."""

from __future__ import annotations

from datetime import datetime

from earmark.errors import NotFound, UsageError
from earmark.types import Alert, ComingNews, Selection, SelectionKind, ToldNews

__all__ = ["FakeAlerts"]


class FakeAlerts:
    """All made at one time."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._alerts: list[Alert] = []

    def every(self) -> list[Alert]:
        return list(self._alerts)

    def add(self, selection: Selection) -> Alert:
        if selection.kind in {SelectionKind.BRIEF, SelectionKind.SAVED} or not selection.value:
            raise UsageError("say which", subject=selection.kind.value)
        there = next((alert for alert in self._alerts if alert.selection == selection), None)
        if there is None:
            number = len(self._alerts)
            there = Alert(
                id=f"alert{number}", reader_id="local", selection=selection, title=selection.value, created_at=self._now
            )
            self._alerts.append(there)
        return there

    def remove(self, alert_id: str) -> None:
        if all(alert.id != alert_id for alert in self._alerts):
            raise NotFound("is no alert of yours", subject=alert_id)
        self._alerts = [alert for alert in self._alerts if alert.id != alert_id]

    def coming(self) -> ComingNews:
        return ComingNews(until=0)

    def told(self) -> list[ToldNews]:
        return []
