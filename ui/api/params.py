"""The parameters that several routes take."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated

from fastapi import Depends, Path, Query

from earmark.types import Filters
from library.ports import LibraryPort
from ui.api.answering import THEIRS
from ui.api.schemas import Day, Words

__all__ = ["MOST", "Cursor", "InsightId", "Limit", "Narrowed", "ShowName", "Theirs", "Wanted", "filters"]

MOST = 200
"""Most results that one request gets."""
_MOST_NAMES = 50

Theirs = Annotated[LibraryPort, THEIRS]
Wanted = Annotated[
    Words, Query(description="words, phrases, -without, OR, show:, speaker:, after:, before:, is:, tag:")
]
ShowName = Annotated[str, Path(max_length=500, description="an id, a title or a part of one")]
InsightId = Annotated[str, Path(max_length=64, description="an id, or its first four characters or more")]
Limit = Annotated[int, Query(ge=1, le=MOST, description="most results")]
Cursor = Annotated[str, Query(max_length=200, pattern=r"^[A-Za-z0-9_-]*$", description="`next` of the page before")]


def filters(
    library: LibraryPort,
    *,
    shows: Sequence[str],
    speakers: Sequence[str],
    episodes: Sequence[str],
    after: date | None,
    before: date | None,
) -> Filters:
    """Filters with the ids of shows that are named in some way; raises ``NotFound``."""
    return Filters(
        shows=tuple(library.shows.find(name).id for name in shows if name),
        speakers=tuple(filter(None, speakers)),
        episodes=tuple(filter(None, episodes)),
        after=after,
        before=before,
    )


def _narrowed(
    library: Theirs,
    show: Annotated[list[str], Query(max_length=_MOST_NAMES, description="ids, titles or parts of titles")] = [],  # noqa: B006 - FastAPI copies it
    speaker: Annotated[list[str], Query(max_length=_MOST_NAMES, description="names or parts of names")] = [],  # noqa: B006
    episode: Annotated[list[str], Query(max_length=_MOST_NAMES, description="ids")] = [],  # noqa: B006
    after: Annotated[Day | None, Query(description="from this day on")] = None,
    before: Annotated[Day | None, Query(description="before this day")] = None,
) -> Filters:
    return filters(library, shows=show, speakers=speaker, episodes=episode, after=after, before=before)


Narrowed = Annotated[Filters, Depends(_narrowed)]
"""What a search is narrowed to."""
