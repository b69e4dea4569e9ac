"""The work on episodes: what is left of it and why, and what an owner does about it."""

from __future__ import annotations

from typing import Annotated

from fastapi import Body, Query
from starlette.requests import Request
from starlette.responses import Response

from library.values import JobState
from ui.api.answering import answer, cursor_in, page_after
from ui.api.params import Cursor, Limit, ShowName, Theirs
from ui.api.schemas import NamesBody

__all__ = ["jobs", "pause", "resume", "retry"]


def jobs(
    request: Request,
    library: Theirs,
    state: Annotated[JobState | None, Query(description="only work of this state")] = None,
    show: Annotated[str, Query(max_length=500, description="an id, a title or a part of one")] = "",
    cursor: Cursor = "",
    limit: Limit = 50,
) -> Response:
    """For an owner; by the ids of episodes. `stage` is the last one that is done, and `again` the time of the next attempt."""
    show_id = library.shows.find(show).id if show else ""
    listed = library.work.jobs(state=state, show_id=show_id, after=cursor_in(cursor), limit=limit + 1)
    return page_after(request, listed, limit, lambda job: job.episode_id)


def retry(request: Request, library: Theirs, body: Annotated[NamesBody | None, Body()] = None) -> Response:
    """For an owner: how many episodes it is. The next ingest, or a worker that runs, takes them up."""
    return answer(request, library.work.retry(body.names if body else []))


def pause(request: Request, library: Theirs, show: ShowName) -> Response:
    """For an owner. What is known of it stays."""
    return answer(request, library.shows.pause(library.shows.find(show).id))


def resume(request: Request, library: Theirs, show: ShowName) -> Response:
    """For an owner: a closed show too, and one whose server asked for rest."""
    return answer(request, library.shows.resume(library.shows.find(show).id))
