"""Insights, what is related to them, themes and briefs."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Query
from starlette.requests import Request
from starlette.responses import Response

from earmark.addresses import insight_page
from earmark.types import Brief, Insight, Theme
from ui.api.answering import answer, cursor_in, page, page_after
from ui.api.params import MOST, Cursor, InsightId, Limit, Theirs
from ui.api.schemas import Day, DropBody, WrongBody

__all__ = [
    "brief",
    "brief_days",
    "brief_drop",
    "brief_dropped",
    "brief_next",
    "brief_today",
    "brief_undrop",
    "digest",
    "disagreements",
    "insight",
    "insights",
    "make_brief",
    "novelty",
    "related",
    "restore",
    "theme",
    "theme_map",
    "theme_timeline",
    "themes",
    "withdraw",
    "withdrawal",
    "withdrawals",
]

BriefDay = Annotated[Day, Path(description="a day of the reader's")]
ThemeId = Annotated[str, Path(max_length=64, description="an id, or the beginning of one")]


def insights(
    request: Request,
    library: Theirs,
    show: Annotated[str, Query(max_length=500, description="an id, a title or a part of one")] = "",
    speaker: Annotated[str, Query(max_length=500, description="who is named exactly so")] = "",
    cursor: Cursor = "",
    limit: Limit = 50,
) -> Response:
    """Best first inside an episode."""
    listed = library.insights.newest(show=show, speaker=speaker, limit=limit + 1, after=cursor_in(cursor))
    return page_after(request, listed, limit, lambda insight: insight.id)


def insight(request: Request, library: Theirs, insight_id: InsightId) -> Response:
    """`quote` is verbatim from the transcript. A `Link` leads to its page."""
    told = library.insights.get(insight_id)
    response = answer(request, told)
    response.headers["Link"] = f'<{insight_page(told.id)}>; rel="alternate"; type="text/html"'
    return response


def related(request: Request, library: Theirs, insight_id: InsightId, limit: Limit = 10) -> Response:
    """Each entry is an `insight` or a `moment`, and shows take turns; `also_said_by` names who said nearly the same.

    Empty where nothing was found that clearly belongs; a search with the words of the claim gives what comes nearest.
    """
    return answer(request, library.insights.related(insight_id, limit=limit))


def disagreements(
    request: Request,
    library: Theirs,
    show: Annotated[str, Query(max_length=500, description="with a side on it: an id, a title or a part of one")] = "",
    since: Annotated[Day | None, Query(description="with a later side of this day or later")] = None,
    limit: Limit = 20,
) -> Response:
    """`insight` was said later, `other` says the opposite of it. Without a word of a model, only where the words make it sure."""
    return answer(request, library.insights.disagreements(show=show, since=since, limit=limit))


def withdraw(request: Request, library: Theirs, insight_id: InsightId, body: WrongBody) -> Response:
    """It is gone at once from lists, search, themes and coming briefs."""
    return answer(request, library.insights.withdraw(insight_id, because=body.because.value, note=body.note))


def restore(request: Request, library: Theirs, insight_id: InsightId) -> Response:
    """The insight, which is back."""
    return answer(request, library.insights.restore(insight_id))


def withdrawal(request: Request, library: Theirs, insight_id: InsightId) -> Response:
    """Nothing else shows it any longer."""
    return answer(request, library.insights.find_withdrawn(insight_id))


def withdrawals(request: Request, library: Theirs, cursor: Cursor = "", limit: Limit = 50) -> Response:
    """Each can be restored."""
    return page(request, library.insights.withdrawn(), cursor, limit, lambda withdrawn: withdrawn.insight.id)


def novelty(
    request: Request,
    library: Theirs,
    insight_id: Annotated[list[str], Query(alias="id", min_length=1, max_length=MOST, description="ids of insights")],
) -> Response:
    """0 for what was said before, 1 for what nobody has said."""
    chosen: list[Insight] = [library.insights.get(key) for key in insight_id]
    return answer(request, library.insights.novelty(chosen))


def brief_today(request: Request, library: Theirs) -> Response:
    """`note` says why there are fewer ideas than asked for."""
    todays: Brief = library.briefs.get()
    return answer(request, todays)


def brief_next(
    request: Request,
    library: Theirs,
    day: Annotated[Day | None, Query(description="of this day, in place of the next that has one")] = None,
) -> Response:
    """It changes with every episode that is read until it is made."""
    return answer(request, library.briefs.preview(day))


def digest(
    request: Request,
    library: Theirs,
    day: Annotated[Day | None, Query(description="the last day of the week, in place of today")] = None,
) -> Response:
    """A brief whose items have a `section`; nothing of it counts as told."""
    return answer(request, library.briefs.digest(day))


def brief_dropped(request: Request, library: Theirs) -> Response:
    """The latest first."""
    return answer(request, library.briefs.dropped())


def brief_drop(request: Request, library: Theirs, body: DropBody) -> Response:
    """The next brief as it would be now; 400 once it has been made."""
    return answer(request, library.briefs.drop(body.insight_id, swap=body.swap))


def brief_undrop(request: Request, library: Theirs, insight_id: InsightId) -> Response:
    """The next brief as it would be now."""
    return answer(request, library.briefs.undrop(insight_id))


def brief(request: Request, library: Theirs, day: BriefDay) -> Response:
    """Past briefs stay as they were sent."""
    return answer(request, library.briefs.get(day))


def make_brief(request: Request, library: Theirs, day: BriefDay) -> Response:
    """The brief; as it was if there was one. 404 for a day that is over or not due."""
    return answer(request, library.briefs.get(day, settle=True))


def brief_days(request: Request, library: Theirs, cursor: Cursor = "", limit: Limit = 50) -> Response:
    """Each leads to `/briefs/{day}`."""
    return page(request, library.briefs.dates(), cursor, limit, lambda day: day.isoformat())


def themes(request: Request, library: Theirs, cursor: Cursor = "", limit: Limit = 50) -> Response:
    """A theme keeps its id while most of its insights stay together."""
    return page(request, library.themes.every(), cursor, limit, lambda theme: theme.id)


def theme(request: Request, library: Theirs, theme_id: ThemeId, limit: Limit = 50) -> Response:
    """The theme, or the one that took its insights over."""
    wanted: Theme = library.themes.get(theme_id)
    return answer(request, {"theme": wanted, "insights": library.themes.insights(wanted.id, limit=limit)})


def theme_timeline(request: Request, library: Theirs, theme_id: ThemeId) -> Response:
    """Its latest sixty claims, the earliest first; what others said is looked up for twenty, predictions first."""
    return answer(request, library.themes.timeline(theme_id))


def theme_map(
    request: Request, library: Theirs, limit: Annotated[int, Query(ge=1, le=10_000, description="most points")] = 4_000
) -> Response:
    """`x` and `y` are in about -1..1; near points are about the same thing."""
    return answer(request, library.themes.points(limit=limit))
