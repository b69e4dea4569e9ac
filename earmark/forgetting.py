"""What has been removed, and sentences without it: shared by what rewrites briefs and what rewrites answers."""

from __future__ import annotations

import re
from dataclasses import dataclass

from earmark.clean import plain

__all__ = ["RemovedShow", "clauses_without"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovedShow:
    """What was removed: the show's id and title, and the ids of its episodes and insights."""

    show_id: str
    title: str
    episodes: frozenset[str]
    insights: frozenset[str]


def clauses_without(text: str, gone: RemovedShow, separator: str) -> str:
    """The text, whose clauses stand between separators, without those that name the show."""
    name = plain(gone.title)
    named = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")  # a show "AI" is not named by "chAIrs"
    if not name or not named.search(text):
        return text
    return separator.join(clause for clause in text.split(separator) if not named.search(clause))
