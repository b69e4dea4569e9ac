"""What a brief looks at because its reader wants it, however many better ideas there are: the nearest to each thing wanted."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import chain, zip_longest

from briefs.ports import Finder
from briefs.taste import Taste
from earmark.types import Insight

__all__ = ["chosen", "sought"]

_CLICKS = 24
"""The latest ideas asked for whose like is sought; each is a look into the index."""
_NEAREST = 200
"""Ideas nearest to each thing wanted: many of them have been told to whoever has wanted it for long."""
_MOST = 128
"""Ideas that are looked at so: half as many as are looked at because they are good."""


def sought(finder: Finder, taste: Taste) -> list[list[str]]:
    """For each thing that the reader wants more of, the ids of what is nearest to it in the library, nearest first."""
    wanted = [leaning for leaning in taste.leanings if leaning.weight > 0]
    written = [leaning for leaning in wanted if leaning.words]
    clicked = [leaning for leaning in wanted if not leaning.words][-_CLICKS:]
    return [finder.nearest(leaning.vector, words=leaning.words, limit=_NEAREST) for leaning in (*written, *clicked)]


def chosen(waiting: Sequence[Insight], lists: Sequence[Sequence[str]], full: Collection[str]) -> list[Insight]:
    """Those of some insights that are sought and not of a show in ``full``; the things wanted take turns."""
    open_to = {insight.id: insight for insight in waiting if insight.show_id not in full} if lists else {}
    near = ([key for key in keys if key in open_to] for keys in lists)
    turns = chain.from_iterable(zip_longest(*near))
    return [open_to[key] for key in dict.fromkeys(key for key in turns if key is not None)][:_MOST]
