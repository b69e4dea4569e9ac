"""What a reader does with insights: marks, and wishes for more or less like them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from fastapi import Body, Path
from starlette.requests import Request
from starlette.responses import Response

from earmark.types import Click, Insight, InsightState
from library.ports import LibraryPort
from ui.api.answering import answer, page
from ui.api.params import Cursor, InsightId, Limit, Theirs
from ui.api.schemas import NoteBody, WishBody

__all__ = [
    "MarkedInsight",
    "Wish",
    "mark",
    "marked",
    "share",
    "shared",
    "unmark",
    "unshare",
    "unwish",
    "wish",
    "wishes",
]


class Mark(StrEnum):
    """What an insight can be for a reader."""

    SAVED = "saved"
    HIDDEN = "hidden"
    READ = "read"


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedInsight:
    """An insight with what the reader did with it."""

    insight: Insight
    state: InsightState


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """An insight that the reader asked for more or less of."""

    insight: Insight
    click: Click


MarkName = Annotated[Mark, Path(description="which mark")]


def marked(request: Request, library: Theirs, mark: MarkName, cursor: Cursor = "", limit: Limit = 50) -> Response:
    """Each with the reader's note and tags, and the times."""
    values = [MarkedInsight(insight=insight, state=state) for insight, state in _of(library, mark)]
    return page(request, values, cursor, limit, lambda value: value.insight.id)


def mark(
    request: Request,
    library: Theirs,
    insight_id: InsightId,
    mark: MarkName,
    body: Annotated[NoteBody | None, Body()] = None,
) -> Response:
    """A note and tags are those of what is saved; without a body, earlier ones stay. A hidden one leaves lists and briefs."""
    if mark is Mark.SAVED and body is not None:
        return answer(request, library.marks.annotate(insight_id, note=body.note, tags=body.tags))
    return answer(request, _set(library, insight_id, mark, on=True))


def unmark(request: Request, library: Theirs, insight_id: InsightId, mark: MarkName) -> Response:
    """The note and the tags go with the mark of what was saved."""
    return answer(request, _set(library, insight_id, mark, on=False))


def shared(request: Request, library: Theirs, cursor: Cursor = "", limit: Limit = 50) -> Response:
    """Strangers may read them while `publish.what` is `shared`."""
    return page(request, library.sharing.every(), cursor, limit, lambda insight: insight.id)


def share(request: Request, library: Theirs, insight_id: InsightId) -> Response:
    """For an owner. What others said beside it stays unshared."""
    return answer(request, library.sharing.share(insight_id))


def unshare(request: Request, library: Theirs, insight_id: InsightId) -> Response:
    """For an owner. Caches may keep the page for five minutes."""
    return answer(request, library.sharing.share(insight_id, on=False))


def wishes(request: Request, library: Theirs, cursor: Cursor = "", limit: Limit = 50) -> Response:
    """Those that count: a later wish on the same insight takes the place of an earlier one."""
    values = [Wish(insight=insight, click=click) for insight, click in library.marks.wishes()]
    return page(request, values, cursor, limit, lambda value: value.insight.id)


def wish(request: Request, library: Theirs, insight_id: InsightId, body: WishBody) -> Response:
    """It changes the briefs that are made from now on."""
    return answer(request, library.marks.wish(insight_id, body.direction))


def unwish(request: Request, library: Theirs, insight_id: InsightId) -> Response:
    """What was taken back; `null` if nothing was asked."""
    return answer(request, library.marks.unwish(insight_id))


def _of(library: LibraryPort, mark: Mark) -> Sequence[tuple[Insight, InsightState]]:
    if mark is Mark.SAVED:
        return library.marks.saved()
    return library.marks.hidden() if mark is Mark.HIDDEN else library.marks.read()


def _set(library: LibraryPort, insight_id: str, mark: Mark, *, on: bool) -> InsightState:
    if mark is Mark.SAVED:
        return library.marks.save(insight_id, on=on)
    return library.marks.hide(insight_id, on=on) if mark is Mark.HIDDEN else library.marks.mark_read(insight_id, on=on)
