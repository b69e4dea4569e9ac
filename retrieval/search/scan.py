"""Passages out of the catalog without the index: those that hold a phrase, and the newest that fit filters."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from earmark.catalog.content import passages
from earmark.language.folding import UNSPACED, find, fold, holds

if TYPE_CHECKING:
    from earmark.catalog import Connection
    from earmark.types import Filters

__all__ = ["PhraseMatch", "both", "matches", "newest"]

MOST = 400
"""Occurrences of a phrase that are listed, newest first: more than anybody pages through."""
_MOST_READ = 20_000
"""Passages compared letter by letter for one phrase, newest first: a phrase of common letters passes the database's look."""
_EDGE = 80
"""Characters beyond a phrase's own that are looked at on both sides of the border of two passages."""
_UNSPACED = re.compile(f"[{UNSPACED}]")
_WORDS = re.compile(f"[{UNSPACED}]+|[^\\W_{UNSPACED}]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class PhraseMatch:
    """Passages that hold a phrase: one, or two that follow each other where it runs over their border.

    ``ids`` are theirs by their number in the episode.
    """

    episode_id: str
    ids: tuple[tuple[int, str], ...]


def matches(tx: Connection, phrase: str, filters: Filters) -> list[PhraseMatch]:
    """The passages in which a phrase occurs, newest first, at most ``MOST``, then those over two passages.

    Case, punctuation and spaces are passed over. A letter typed with its accent is found without it too, not the other
    way round: no database folds accents by itself.
    """
    wanted = fold(phrase)
    words = _patterns(phrase)
    if not wanted:
        return []
    # Without words it has no letter that the database can look for: then every text is compared.
    inside = passages.saying(tx, "%".join(words), filters, limit=_MOST_READ)
    holding = (passage for passage in inside if holds(fold(passage.text), wanted))
    alone = [
        PhraseMatch(episode_id=passage.episode_id, ids=((passage.seq, passage.id),))
        for passage in islice(holding, MOST)
    ]
    if len(alone) == MOST or not words:
        return alone
    held = {match.ids[0] for match in alone}
    return alone + [match for match in _over_borders(tx, wanted, words, filters) if held.isdisjoint(match.ids)]


def both(matches: Sequence[PhraseMatch], other: Sequence[PhraseMatch]) -> list[PhraseMatch]:
    """Where two phrases occur together: in one passage, or in two that follow each other."""
    by_episode: dict[str, list[PhraseMatch]] = {}
    for match in other:
        by_episode.setdefault(match.episode_id, []).append(match)
    held: dict[tuple[tuple[int, str], ...], PhraseMatch] = {}
    for match in matches:
        for near in by_episode.get(match.episode_id, ()):
            ids = tuple(sorted({*match.ids, *near.ids}))
            if ids[-1][0] - ids[0][0] <= 1:
                held.setdefault(ids, PhraseMatch(episode_id=match.episode_id, ids=ids))
    return list(held.values())


def newest(tx: Connection, filters: Filters, limit: int) -> list[str]:
    """Ids of the newest passages that fit: one an episode first, newest episode first, then others of each.

    What follows right after a passage that is listed already belongs to its moment, and comes last.
    """
    turns: Counter[str] = Counter()
    last: dict[str, int] = {}
    ranked = []
    for place, row in enumerate(passages.newest(tx, filters, limit=limit)):
        follows = row.seq == last.get(row.episode_id, -9) + 1
        if not follows:
            last[row.episode_id] = row.seq
            turns[row.episode_id] += 1
        ranked.append((follows, turns[row.episode_id], place, row.id))
    return [key for *_, key in sorted(ranked)]


def _over_borders(tx: Connection, wanted: str, words: Sequence[str], filters: Filters) -> Iterator[PhraseMatch]:
    """Pairs of passages over whose border the phrase runs: its first word ends one, its last begins the next."""
    if len(words) == 1 and not _UNSPACED.match(words[0]):
        return
    span = len(wanted) + _EDGE
    first, last = words[0].split("%")[0] or words[0], words[-1].split("%")[-1] or words[-1]
    ending = passages.ending(tx, first, filters, characters=span)
    before = {(passage.episode_id, passage.seq): passage for passage in ending}
    sure = [word.lower() for word in words if "%" not in word]  # looked for before folding, which takes longer
    count = 0
    for right in passages.beginning(tx, last, filters, characters=span):
        left = before.get((right.episode_id, right.seq - 1))
        # Words of two people in a row are nobody's phrase.
        if left is None or left.speaker != right.speaker or count == MOST:
            continue
        joined = f"{left.text} {right.text}".lower()
        if all(word in joined for word in sure) and _crosses(left.text, right.text, wanted):
            count += 1
            yield PhraseMatch(episode_id=right.episode_id, ids=((left.seq, left.id), (right.seq, right.id)))


def _crosses(left: str, right: str, wanted: str) -> bool:
    """Whether the phrase begins in the one text and ends in the next."""
    at = find(fold(f"{left} {right}"), wanted)
    return 0 <= at < len(fold(left)) < at + len(wanted)


def _patterns(phrase: str) -> list[str]:
    """The words of a phrase for LIKE, as they are typed.

    Only letters and digits are kept, so that nothing typed is a wildcard of ours or theirs; a letter beyond ASCII that
    has a small and a capital form is any letters, for SQLite does not know that they are the same.
    """
    runs = []
    for word in _WORDS.findall(phrase):
        letters = [letter if letter.isascii() or letter.lower() == letter.upper() else "%" for letter in word]
        runs.append(("%" if _UNSPACED.match(word) else "").join(letters))
    return [pattern for pattern in runs if pattern.strip("%")]
