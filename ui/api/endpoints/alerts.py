"""What a reader is told of: alerts on searches, persons and themes."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path
from starlette.requests import Request
from starlette.responses import Response

from earmark.types import Selection, SelectionKind
from ui.api.answering import answer, page
from ui.api.params import Cursor, Limit, Theirs
from ui.api.schemas import AlertBody

__all__ = ["add_alert", "alerts", "coming_news", "remove_alert"]

AlertId = Annotated[str, Path(max_length=64, description="an id")]


def alerts(request: Request, library: Theirs, cursor: Cursor = "", limit: Limit = 50) -> Response:
    """Oldest first."""
    return page(request, library.alerts.every(), cursor, limit, lambda alert: alert.id)


def add_alert(request: Request, library: Theirs, body: AlertBody) -> Response:
    """On a search, a person or a theme. What the library holds already is not told; an alert that is there is returned."""
    return answer(request, library.alerts.add(Selection(kind=SelectionKind(body.kind), value=body.value)))


def remove_alert(library: Theirs, alert_id: AlertId) -> Response:
    """What it told stays told."""
    library.alerts.remove(alert_id)
    return Response(status_code=204)


def coming_news(request: Request, library: Theirs) -> Response:
    """As things are; nothing of it counts as told."""
    return answer(request, library.alerts.coming())
