"""Passages out of the catalog without the index: those that hold a phrase, and the newest that fit filters."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from earmark.catalog.batches import batches
from earmark.catalog.schema import chunks, episodes
from retrieval.folding import UNSPACED, find, fold, holds

if TYPE_CHECKING:
    from earmark.types import Filters

__all__ = ["Match", "both", "matches", "newest"]

MOST = 400
"""Occurrences of a phrase that are listed, newest first: more than anybody pages through."""
_EDGE = 80
"""Characters beyond a phrase's own that are looked at on both sides of the border of two passages."""
_PAIRS = 200
"""Pairs whose texts are read at a time."""
_NEWEST = 600
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
    """The passages in which a phrase occurs, newest first, at most ``MOST`` of either way of occurring.

    Case, punctuation and spaces are passed over. A letter typed with its accent is found without it too, not the other
    way round: no database folds accents by itself.
    """
    wanted = fold(phrase)
    words = _patterns(phrase)
    if not wanted or not words:
        return []
    inside = _select(filters, chunks.c.text).where(_like(chunks.c.text, "%".join(words)))
    holding = (row for row in tx.execute(inside) if holds(fold(row.text), wanted))
    found = [Match(episode_id=row.episode_id, ids=((row.seq, row.id),)) for row in islice(holding, MOST)]
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
    """Ids of the newest passages that fit: one an episode first, newest episode first, then the next of each."""
    rows = tx.execute(_select(filters).limit(_NEWEST)).all()
    rounds: dict[str, int] = {}
    last: dict[str, int] = {}
    ranked = []
    for place, row in enumerate(rows):
        # What follows a passage that is listed already belongs to the same moment.
        if row.seq == last.get(row.episode_id, -9) + 1:
            continue
        last[row.episode_id] = row.seq
        turn = rounds.get(row.episode_id, 0)
        rounds[row.episode_id] = turn + 1
        ranked.append((turn, place, row.id))
    return [key for _, _, key in sorted(ranked)[:limit]]


def _texts(tx: sa.Connection, places: Sequence[tuple[str, int]]) -> dict[tuple[str, int], Any]:
    """The passages at these places (episode and number), those that there are."""
    found: dict[tuple[str, int], Any] = {}
    wanted = set(places)
    for part in batches(sorted({episode for episode, _ in wanted})):
        numbers = sorted({number for _, number in wanted})
        query = sa.select(chunks.c.id, chunks.c.episode_id, chunks.c.seq, chunks.c.text, chunks.c.speaker)
        for row in tx.execute(query.where(chunks.c.episode_id.in_(part), chunks.c.seq.in_(numbers))):
            if (row.episode_id, row.seq) in wanted:
                found[row.episode_id, row.seq] = row
    return found


def _over_borders(tx: sa.Connection, wanted: str, words: Sequence[str], filters: Filters) -> Iterator[Match]:
    """Pairs of passages over whose border the phrase runs: its first word ends one, its last begins the next."""
    if len(words) == 1 and not _UNSPACED.match(words[0]):
        return
    span = len(wanted) + _EDGE
    first, last = words[0].split("%")[0] or words[0], words[-1].split("%")[-1] or words[-1]
    ending = _select(filters).where(_like(sa.func.substr(chunks.c.text, -span), first))
    starting = _select(filters).where(_like(sa.func.substr(chunks.c.text, 1, span), last))
    before = {(row.episode_id, row.seq) for row in tx.execute(ending)}
    right = [(row.episode_id, row.seq) for row in tx.execute(starting) if (row.episode_id, row.seq - 1) in before]
    found = 0
    for part in batches(right, _PAIRS):
        texts = _texts(tx, [(episode, seq - step) for episode, seq in part for step in (0, 1)])
        for episode, seq in part:
            left, this = texts.get((episode, seq - 1)), texts.get((episode, seq))
            # Words of two people in a row are nobody's phrase.
            if left is None or this is None or left.speaker != this.speaker or found == MOST:
                continue
            if _crosses(left.text[-span:], this.text[:span], wanted):
                found += 1
                yield Match(episode_id=episode, ids=((seq - 1, left.id), (seq, this.id)))


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


def _like(column: sa.ColumnElement[Any] | sa.Column[Any], pattern: str) -> sa.ColumnElement[bool]:
    return column.ilike(f"%{pattern}%")
