"""Shows, episodes and what was said in them."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Query
from starlette.requests import Request
from starlette.responses import Response

from ui.api.answering import answer, page
from ui.api.params import Cursor, Limit, ShowName, Theirs

__all__ = ["episode", "episodes", "show", "shows", "transcript"]

EpisodeId = Annotated[str, Path(max_length=64, description="an id")]

_LONGEST_S = 1_000_000.0
_MOST_AROUND_S = 600.0


def shows(request: Request, library: Theirs, cursor: Cursor = "", limit: Limit = 50) -> Response:
    """`done` counts the episodes that have been read."""
    return page(request, library.shows.summaries(), cursor, limit, lambda summary: summary.show.id)


def show(request: Request, library: Theirs, show: ShowName) -> Response:
    """Passwords and keys in its addresses are left out."""
    return answer(request, library.shows.find(show))


def episodes(request: Request, library: Theirs, show: ShowName, cursor: Cursor = "", limit: Limit = 50) -> Response:
    """`stage` says how far an episode has been read."""
    listed = library.episodes.of_show(library.shows.find(show).id, shown=True)
    return page(request, listed, cursor, limit, lambda episode: episode.id)


def episode(request: Request, library: Theirs, episode_id: EpisodeId) -> Response:
    """Of a private show the addresses of its files are left out."""
    return answer(request, library.episodes.shown(library.episodes.get(episode_id)))


def transcript(
    request: Request,
    library: Theirs,
    episode_id: EpisodeId,
    t: Annotated[float | None, Query(ge=0, le=_LONGEST_S, description="a second of the recording")] = None,
    near: Annotated[str, Query(max_length=500, description="words to find, where the transcript has no times")] = "",
    segment: Annotated[int, Query(ge=0, le=1_000_000, description="without `t`: the first segment")] = 0,
    span: Annotated[float, Query(ge=1, le=_MOST_AROUND_S, description="seconds before and after `t`")] = 90.0,
) -> Response:
    """At most 200 segments and 20,000 characters; go on with `segment`."""
    return answer(request, library.episodes.around(episode_id, second=t, near=near, number=segment, span_s=span))
