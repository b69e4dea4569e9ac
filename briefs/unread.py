"""What a brief could not draw from: the episodes that are not read yet, and what they wait for."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from earmark.catalog import Connection
from earmark.catalog.work import jobs, troubles
from earmark.clean import cut, plain
from earmark.language.spans import counted, plural
from earmark.scope import ShowScope

__all__ = ["unread_words"]

_REASON = 90
"""Characters of a reason inside the sentence."""


def unread_words(tx: Connection, scope: ShowScope, *, now: datetime) -> str:
    """``3 episodes were not read yet: 2 wait for the language model, 1 is next in line.``; empty where all are read."""
    waiting = [trouble for trouble in troubles.postponed(tx, now=now) if scope.holds(trouble.show_id)]
    for_model = sum(trouble.for_model for trouble in waiting)
    others = Counter(trouble.note for trouble in waiting if not trouble.for_model)
    coming = jobs.unfinished(tx, scope)
    parts = []
    if for_model:
        parts.append(f"{for_model:,} {plural(for_model, 'waits', 'wait')} for the language model")
    for reason, count in others.most_common(2):
        parts.append(f"{count:,} {plural(count, 'waits', 'wait')} ({cut(plain(reason), _REASON)})")
    if coming:
        parts.append(f"{coming:,} {plural(coming, 'is', 'are')} next in line")
    total = len(waiting) + coming
    if not total:
        return ""
    return f"{counted(total, 'episode')} {plural(total, 'was', 'were')} not read yet: {', '.join(parts)}."
