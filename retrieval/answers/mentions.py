"""The people, shows and days of a library, and which of its people a question mentions."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from earmark.catalog import changes
from earmark.catalog.content import chunks, episodes, names
from earmark.catalog.feeds import shows as shows_catalog
from earmark.language.folding import fold
from earmark.language.stopwords import STOPWORDS
from earmark.language.words import stem
from earmark.name_rules import NameRules
from earmark.scope import EVERYTHING, ShowScope
from retrieval.search.typos import alike

if TYPE_CHECKING:
    from earmark.catalog import Catalog

__all__ = ["KnownNames", "LibraryNames", "Mention", "speakers_in", "spellings", "take"]

_SURNAME = re.compile(r"\s+([A-Z][^\W\d_]+)")
_ALIKE = 86
"""Similarity in 0..100 (rapidfuzz's ratio) from which a name is another with a slip in it: one letter in seven."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryNames:
    """The names that a library knows: shows as ``(id, title)``, speakers, and the days its episodes span.

    ``before`` are names that speakers were called by before, each with the present one, the longest first.
    """

    shows: tuple[tuple[str, str], ...] = ()
    speakers: tuple[str, ...] = ()
    oldest: date | None = None
    newest: date | None = None
    before: tuple[tuple[str, str], ...] = ()

    def called_now(self, text: str) -> str:
        """A text with the names of speakers that are theirs no more as they are called now."""
        present = speakers_in(text, self.speakers) if self.before else []
        moved: list[Mention] = []
        for name, now in self.before:
            words = r"\s+".join(re.escape(word) for word in name.split())
            # A single word may be a word of the question: it has to be written as the name was.
            for match in re.finditer(rf"(?<!\w){words}(?!\w)", text, re.IGNORECASE if " " in name else 0):
                mention = Mention(name=now, start=match.start(), end=match.end())
                if not any(mention.is_part_of(other) for other in present):
                    take(moved, mention)
        for mention in sorted(moved, key=lambda mention: -mention.start):
            text = f"{text[: mention.start]}{mention.name}{text[mention.end :]}"
        return text


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A name as the library writes it, and where in a text it is meant."""

    name: str
    start: int
    end: int

    def meets(self, other: Mention) -> bool:
        """Whether two mentions share characters of the text."""
        return self.start < other.end and other.start < self.end

    def is_part_of(self, other: Mention) -> bool:
        """Whether another mention has all characters of this one, and more."""
        return (
            other.start <= self.start and self.end <= other.end and (self.start, self.end) != (other.start, other.end)
        )


class KnownNames:
    """The names of a catalog, read again when it has changed. Thread-safe."""

    def __init__(
        self, catalog: Catalog, *, day_of: Callable[[datetime], date] = datetime.date, scope: ShowScope = EVERYTHING
    ) -> None:
        """``day_of`` gives the reader's day of a moment; ``scope`` says of which shows the names are."""
        self._catalog = catalog
        self._scope = scope
        self._day_of = day_of
        self._lock = threading.Lock()
        self._seen = -1
        self._rules = NameRules()
        self._known = LibraryNames()

    def known(self) -> LibraryNames:
        """The names now."""
        with self._lock, self._catalog.read() as tx:
            head, rules = changes.head(tx), names.load(tx)
            if head != self._seen or rules != self._rules:
                oldest, newest = episodes.dates(tx, self._scope)
                speakers = tuple(chunks.speakers(tx, self._scope))
                self._known = LibraryNames(
                    shows=tuple((show.id, show.title) for show in shows_catalog.every(tx, self._scope)),
                    speakers=speakers,
                    before=_before(rules, speakers),
                    oldest=None if oldest is None else self._day_of(oldest),
                    newest=None if newest is None else self._day_of(newest),
                )
                self._seen, self._rules = head, rules
            return self._known


def _before(rules: NameRules, speakers: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Names that nobody has any more, each with the one that a speaker has in its place, the longest first."""
    return tuple(sorted(rules.former(speakers), key=lambda pair: (-len(pair[0]), pair[0])))


def speakers_in(text: str, speakers: Sequence[str]) -> list[Mention]:
    """The speakers that a text mentions, in its order: by full name, with a slip in it, or by a part only one has."""
    mentions: list[Mention] = []
    for name in sorted(speakers, key=len, reverse=True):
        words = r"\s+".join(re.escape(word) for word in name.split())
        for match in re.finditer(rf"(?<!\w){words}(?!\w)", text, re.IGNORECASE):
            take(mentions, Mention(name=name, start=match.start(), end=match.end()))
    for mention in _misspelt(text, speakers):
        take(mentions, mention)
    parts = _parts(speakers)
    for match in re.finditer(r"[^\W\d_][\w’'-]*", text):
        word = re.sub(r"['’]s?$", "", match.group())
        names = parts.get(word.casefold(), [])
        alone = bool(names) and len(spellings(names[:1], names)) == len(names)
        other = alone and _of_another(word, text[match.end() :], names[0])
        if alone and not other and word[0].isupper() and stem(word) not in STOPWORDS:
            take(mentions, Mention(name=names[0], start=match.start(), end=match.start() + len(word)))
    return sorted(mentions, key=lambda mention: mention.start)


def spellings(named: Sequence[str], speakers: Sequence[str]) -> tuple[str, ...]:
    """Every spelling of some speakers: with other accents, and with or without initials between first and last name.

    Where people have a first and last name in common and other initials, each spelling is somebody of its own; "H." may be "H. W.".
    """
    meant = {_parted(name) for name in named}
    parted = [(name, *_parted(name)) for name in speakers]
    initials: dict[str, set[str]] = {}
    for bare, own in [*meant, *((bare, own) for _, bare, own in parted)]:
        initials.setdefault(bare, set()).add(own)
    of_several = {bare for bare, known in initials.items() if any(_differ(a, b) for a in known for b in known)}
    joined = {bare for bare, _ in meant} - of_several
    return tuple(name for name, bare, own in parted if bare in joined or (bare, own) in meant)


def _differ(initials: str, others: str) -> bool:
    """Whether initials are not the others, or the first of them."""
    return not initials.startswith(others) and not others.startswith(initials)


def _parted(name: str) -> tuple[str, str]:
    """A folded name without the initials in its midst, and these."""
    words = fold(name).split()
    between = words[1:-1]
    bare = [*words[:1], *(word for word in between if len(word) > 1), *words[1:][-1:]]
    return " ".join(bare), " ".join(word for word in between if len(word) == 1)


def _of_another(word: str, after: str, name: str) -> bool:
    """Whether a first name is somebody else's: a surname follows that is not the speaker's."""
    first, *rest = name.casefold().split()
    follows = _SURNAME.match(after)
    if not rest or follows is None or word.casefold() != first:
        return False
    return alike(follows[1].casefold(), rest[-1]) < _ALIKE


def _misspelt(text: str, speakers: Sequence[str]) -> list[Mention]:
    """Full names of two words with a slip of the pen in them."""
    mentions = []
    for match in re.finditer(r"(?=\b([^\W\d_][\w’-]+\s+[^\W\d_][\w-]+))", text):
        written = match[1].casefold()
        near = [speaker for speaker in speakers if " " in speaker and alike(written, speaker.casefold()) >= _ALIKE]
        if len(near) == 1:
            mentions.append(Mention(name=near[0], start=match.start(1), end=match.end(1)))
    return mentions


def _parts(speakers: Sequence[str]) -> dict[str, list[str]]:
    """Each word of a name, with the speakers who have it."""
    parts: dict[str, list[str]] = {}
    for name in speakers:
        for word in {part.strip(".,").casefold() for part in name.split()}:
            if len(word) > 2:
                parts.setdefault(word, []).append(name)
    return parts


def take(mentions: list[Mention], mention: Mention) -> None:
    """Adds a mention to others, unless it meets one of them."""
    if not any(mention.meets(other) for other in mentions):
        mentions.append(mention)
