"""The names of speakers, shows and things in a library, and the person that a name in a query means."""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from earmark.catalog import changes
from earmark.catalog.content import chunks, episodes
from earmark.catalog.content import names as name_rules
from earmark.catalog.feeds import shows as followed
from earmark.clean import plain
from earmark.errors import NotFound
from earmark.language.folding import UNSPACED, fold
from earmark.name_rules import NameRules
from earmark.scope import EVERYTHING, ShowScope
from retrieval.search.typos import closest, only_close

if TYPE_CHECKING:
    from earmark.catalog import Catalog, Connection

__all__ = ["NameBook", "Names", "shows_meant", "speakers_meant", "unknown", "written_as"]

_SAMPLE = 8_000
"""Passages that names are collected from."""
_FEWEST = 3
"""How often a capitalised word has to occur before it is taken for a name."""
_SMALL_SHARE = 0.1
"""Small initials a capital one up to which a word is a name: few write "kubernetes", most write "the"."""

_AROUND = ".,;:!?…\"'“”‘’«»()[]{}<>*_-–—/"
_UNSPACED = re.compile(f"[{UNSPACED}]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """The names of a library, all by their folded forms.

    ``speakers`` holds every way a speaker is written, and under a name that they were called by before, the present ones.
    ``shows`` holds the ids of the shows of a title, ``titles`` the titles
    by id, ``people`` the full names of speakers and of persons named by feeds.
    """

    speakers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    shows: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)
    people: Mapping[str, str] = field(default_factory=dict)


class NameBook:
    """The names in a catalog, read again when it has changed by a tenth. Safe to share between threads."""

    def __init__(self, catalog: Catalog, scope: ShowScope = EVERYTHING) -> None:
        """``scope`` says of which shows the names are."""
        self._catalog = catalog
        self._scope = scope
        self._lock = threading.Lock()
        self._names, self._names_seen = Names(), -1
        self._rules = NameRules()
        self._words: Mapping[str, tuple[str, int]] = {}
        self._spoken: Mapping[str, int] = {}
        self._words_seen = -1

    def names(self, *, newest: bool = False) -> Names:
        """Who speaks and what is followed; with ``newest`` read again whatever has changed, however little."""
        with self._lock, self._catalog.read() as tx:
            head, rules = changes.head(tx), name_rules.load(tx)
            if _stale(head, self._names_seen) or (newest and head != self._names_seen) or rules != self._rules:
                self._names, self._names_seen = _read_names(tx, self._scope, rules), head
                self._rules = rules
            return self._names

    def words(self) -> Mapping[str, tuple[str, int]]:
        """Single words of names with how often they occur, by folded word: speakers', shows', and what people name."""
        return self._counted()[0]

    def spoken(self) -> Mapping[str, int]:
        """All words that are said, folded, in the forms in which they are said, with how often they occur."""
        return self._counted()[1]

    def _counted(self) -> tuple[Mapping[str, tuple[str, int]], Mapping[str, int]]:
        names = self.names()
        with self._lock, self._catalog.read() as tx:
            head = changes.head(tx)
            if _stale(head, self._words_seen):
                written = _written(chunks.sample_texts(tx, limit=_SAMPLE, scope=self._scope))
                self._words, self._words_seen = _name_words(names, written), head
                self._spoken = _folded(written)
            return self._words, self._spoken


def speakers_meant(names: Names, value: str) -> tuple[str, ...]:
    """All spellings of the speakers that a name, or a part of it, means; nothing if nobody is called so."""
    return _meant(names.speakers, value)


def shows_meant(names: Names, value: str) -> tuple[str, ...]:
    """The ids of the shows that an id, a title, or a part of one, means; none if no show is called so."""
    return (value,) if value in names.titles else _meant(names.shows, value)


def written_as(kind: str, value: str, names: Names) -> str:
    """A speaker or show that is typed nearly right, as it is written; empty if there is not just one."""
    if kind == "speaker":
        close = only_close(fold(value), names.speakers)
        return names.speakers[close][0] if close else ""
    close = only_close(fold(value), names.shows)
    return names.titles[names.shows[close][0]] if close else ""


def unknown(kind: str, value: str, known: Iterable[str]) -> NotFound:
    """What to raise for a name that nothing has; it says which names are closest."""
    near = ", ".join(closest(value, known, limit=3))
    words = f"the closest are {near}" if near else f"there is no {kind} yet"
    return NotFound(f"no {kind} has this name; {words}", subject=value)


def _stale(head: int, seen: int) -> bool:
    return seen < 0 or head >= 1.1 * seen


def _meant(known: Mapping[str, tuple[str, ...]], value: str) -> tuple[str, ...]:
    wanted = fold(value)
    if wanted in known:
        return known[wanted]
    spellings = (ways for name, ways in known.items() if wanted and _part_of(wanted, name))
    return tuple(dict.fromkeys(way for ways in spellings for way in ways))


def _part_of(wanted: str, name: str) -> bool:
    """Whether it is a part of the name that begins where a word begins; anywhere in scripts without spaces."""
    return f" {wanted}" in f" {name}" or (bool(_UNSPACED.search(wanted)) and wanted in name)


def _read_names(tx: Connection, scope: ShowScope, rules: NameRules) -> Names:
    speakers: dict[str, list[str]] = {}
    for name in chunks.speakers(tx, scope):
        if folded := fold(name):
            speakers.setdefault(folded, []).append(name)
    shows: dict[str, list[str]] = {}
    titles = followed.titles(tx, scope)
    for show_id, title in titles.items():
        shows.setdefault(fold(title) or show_id, []).append(show_id)
    people = {folded: ways[0] for folded, ways in speakers.items()}
    for person in episodes.people(tx, scope):
        name = plain(person)[:80]
        people.setdefault(fold(name), name)
    people.pop("", None)
    for rule in rules.every:
        before = fold(rule.spelling)
        now = [way for name in rules.meant(rule.spelling) for way in speakers.get(fold(name), ())]
        if now and before not in speakers:
            speakers[before] = now
    return Names(
        speakers={folded: tuple(ways) for folded, ways in speakers.items()},
        shows={folded: tuple(ids) for folded, ids in shows.items()},
        titles=titles,
        people=people,
    )


def _written(texts: Iterable[str]) -> Counter[str]:
    """The words of texts as they are written, with how often they occur."""
    tokens: Counter[str] = Counter()
    for text in texts:
        tokens.update(text.split())
    written: Counter[str] = Counter()
    for token, count in tokens.items():
        if word := _bare(token):
            written[word] += count
    return written


def _folded(written: Mapping[str, int]) -> Counter[str]:
    spoken: Counter[str] = Counter()
    for word, count in written.items():
        if (folded := fold(word)) and " " not in folded:
            spoken[folded] += count
    return spoken


def _name_words(names: Names, written: Counter[str]) -> dict[str, tuple[str, int]]:
    """Words that are nearly always written with a capital, and those of full names and titles."""
    counted: dict[str, tuple[str, int]] = {}
    for word, count in written.most_common():
        if count < _FEWEST:
            break
        if word[0].isupper() and written[word.lower()] <= _SMALL_SHARE * count:
            _add(counted, word, count)
    for name in (*names.people.values(), *names.titles.values()):
        for token in name.split():
            word = _bare(token)
            if word and word[0].isupper():
                _add(counted, word, 1)
    return counted


def _bare(token: str) -> str:
    """A word without the punctuation around it and the possessive ending."""
    return token.strip(_AROUND).removesuffix("'s").removesuffix("’s").rstrip("'’")


def _add(counted: dict[str, tuple[str, int]], word: str, count: int) -> None:
    folded = fold(word)
    if folded and " " not in folded:
        known = counted.get(folded, (word, 0))
        counted[folded] = (known[0], known[1] + count)
