"""Passages out of the catalog without the index: those that hold a phrase, and the newest that fit filters."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from earmark.catalog.schema import chunks, episodes
from earmark.language.folding import UNSPACED, find, fold, holds

if TYPE_CHECKING:
    from earmark.types import Filters

__all__ = ["Match", "both", "matches", "newest"]

MOST = 400
"""Occurrences of a phrase that are listed, newest first: more than anybody pages through."""
_MOST_READ = 20_000
"""Passages compared letter by letter for one phrase, newest first: a phrase of common letters passes the database's look."""
_EDGE = 80
"""Characters beyond a phrase's own that are looked at on both sides of the border of two passages."""
_UNSPACED = re.compile(f"[{UNSPACED}]")
_WORDS = re.compile(f"[{UNSPACED}]+|[^\\W_{UNSPACED}]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Passages that hold a phrase: one, or two that follow each other where it runs over their border.

    ``ids`` are theirs by their number in the episode.
    """

    episode_id: str
    ids: tuple[tuple[int, str], ...]


def matches(tx: sa.Connection, phrase: str, filters: Filters) -> list[Match]:
    """The passages in which a phrase occurs, newest first, at most ``MOST``, then those over two passages.

    Case, punctuation and spaces are passed over. A letter typed with its accent is found without it too, not the other
    way round: no database folds accents by itself.
    """
    wanted = fold(phrase)
    words = _patterns(phrase)
    if not wanted:
        return []
    inside = _select(filters, chunks.c.text).limit(_MOST_READ)
    if words:  # else no letter of it is one that the database can look for
        inside = inside.where(_like(tx, chunks.c.text, "%".join(words)))
    holding = (row for row in tx.execute(inside) if holds(fold(row.text), wanted))
    found = [Match(episode_id=row.episode_id, ids=((row.seq, row.id),)) for row in islice(holding, MOST)]
    if len(found) == MOST or not words:
        return found
    held = {match.ids[0] for match in found}
    return found + [match for match in _over_borders(tx, wanted, words, filters) if held.isdisjoint(match.ids)]


def both(one: Sequence[Match], other: Sequence[Match]) -> list[Match]:
    """Where two phrases occur together: in one passage, or in two that follow each other."""
    by_episode: dict[str, list[Match]] = {}
    for match in other:
        by_episode.setdefault(match.episode_id, []).append(match)
    found: dict[tuple[tuple[int, str], ...], Match] = {}
    for match in one:
        for near in by_episode.get(match.episode_id, ()):
            ids = tuple(sorted({*match.ids, *near.ids}))
            if ids[-1][0] - ids[0][0] <= 1:
                found.setdefault(ids, Match(episode_id=match.episode_id, ids=ids))
    return list(found.values())


def newest(tx: sa.Connection, filters: Filters, limit: int) -> list[str]:
    """Ids of the newest passages that fit: one an episode first, newest episode first, then others of each.

    What follows right after a passage that is listed already belongs to its moment, and comes last.
    """
    rows = tx.execute(_select(filters).limit(limit)).all()
    turns: Counter[str] = Counter()
    last: dict[str, int] = {}
    ranked = []
    for place, row in enumerate(rows):
        follows = row.seq == last.get(row.episode_id, -9) + 1
        if not follows:
            last[row.episode_id] = row.seq
            turns[row.episode_id] += 1
        ranked.append((follows, turns[row.episode_id], place, row.id))
    return [key for *_, key in sorted(ranked)]


def _over_borders(tx: sa.Connection, wanted: str, words: Sequence[str], filters: Filters) -> Iterator[Match]:
    """Pairs of passages over whose border the phrase runs: its first word ends one, its last begins the next."""
    if len(words) == 1 and not _UNSPACED.match(words[0]):
        return
    span = len(wanted) + _EDGE
    first, last = words[0].split("%")[0] or words[0], words[-1].split("%")[-1] or words[-1]
    tail = sa.func.substr(chunks.c.text, -span).label("edge")
    head = sa.func.substr(chunks.c.text, 1, span).label("edge")
    ending = _select(filters, chunks.c.speaker, tail).where(_like(tx, tail.element, first)).order_by(None)
    starting = _select(filters, chunks.c.speaker, head).where(_like(tx, head.element, last))
    before = {(row.episode_id, row.seq): row for row in tx.execute(ending)}
    sure = [word.lower() for word in words if "%" not in word]  # looked for before folding, which takes longer
    found = 0
    for row in tx.execute(starting):
        left = before.get((row.episode_id, row.seq - 1))
        # Words of two people in a row are nobody's phrase.
        if left is None or left.speaker != row.speaker or found == MOST:
            continue
        joined = f"{left.edge} {row.edge}".lower()
        if all(word in joined for word in sure) and _crosses(left.edge, row.edge, wanted):
            found += 1
            yield Match(episode_id=row.episode_id, ids=((left.seq, left.id), (row.seq, row.id)))


def _crosses(left: str, right: str, wanted: str) -> bool:
    """Whether the phrase begins in the one text and ends in the next."""
    at = find(fold(f"{left} {right}"), wanted)
    return 0 <= at < len(fold(left)) < at + len(wanted)


def _select(filters: Filters, *columns: sa.ColumnElement[Any]) -> sa.Select[Any]:
    """Passages that fit filters, newest episode first and in their order."""
    query = sa.select(chunks.c.id, chunks.c.episode_id, chunks.c.seq, *columns).join(
        episodes, chunks.c.episode_id == episodes.c.id
    )
    if filters.shows:
        query = query.where(episodes.c.show_id.in_(filters.shows))
    if filters.episodes:
        query = query.where(chunks.c.episode_id.in_(filters.episodes))
    if filters.speakers:
        query = query.where(chunks.c.speaker.in_(filters.speakers))
    if filters.after:
        query = query.where(episodes.c.published >= _start(filters.after))
    if filters.before:
        query = query.where(episodes.c.published < _start(filters.before))
    return query.order_by(sa.nulls_last(episodes.c.published.desc()), chunks.c.episode_id, chunks.c.seq)


def _start(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _patterns(phrase: str) -> list[str]:
    """The words of a phrase for LIKE, as they are typed.

    Only letters and digits are kept, so that nothing typed is a wildcard of ours or theirs; a letter beyond ASCII that
    has a small and a capital form is any letters, for SQLite does not know that they are the same.
    """
    found = []
    for word in _WORDS.findall(phrase):
        letters = [letter if letter.isascii() or letter.lower() == letter.upper() else "%" for letter in word]
        found.append(("%" if _UNSPACED.match(word) else "").join(letters))
    return [pattern for pattern in found if pattern.strip("%")]


def _like(tx: sa.Connection, column: sa.ColumnElement[Any] | sa.Column[Any], pattern: str) -> sa.ColumnElement[bool]:
    # SQLite's LIKE passes over case by itself (of ASCII); lower() on every text would double the time.
    wanted = f"%{pattern}%"
    return column.like(wanted) if tx.dialect.name == "sqlite" else column.ilike(wanted)
