"""From a parsed query to filters: names become ids and speakers as they are written, typos in them are put right."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from string import ascii_lowercase
from typing import TYPE_CHECKING

from earmark.language.folding import fold
from earmark.language.stopwords import STOPWORDS
from earmark.language.words import stem, words
from earmark.ports import IndexQuery, TokenEncoder
from earmark.scope import EVERYTHING, ShowScope
from earmark.types import Filters
from retrieval.index.points import query_tokens
from retrieval.search.names import NameBook, Names, shows_meant, speakers_meant, unknown, written_as
from retrieval.search.query import ParsedQuery, Term, TermKind
from retrieval.search.typos import corrected

if TYPE_CHECKING:
    from earmark.catalog import Catalog
    from earmark.ports import Encoder, VectorIndex

__all__ = ["Narrower"]

_WORD = re.compile(r"(?<![\w'’.-])[^\W\d_]+(?![\w])")
_LETTERS = ascii_lowercase
_SHORT = 3
"""Letters up to which a word is a slip only where two of them are swapped."""
_COMMON = 20
"""How often a word has to be said for one with two letters swapped, or one too many or too few, to be a slip for it."""
_ENDING = 2
"""Letters at a word's end in which it has another form rather than a slip: "moorings" is none for "mooring"."""


class Narrower:
    """Knows the names of the shows in a scope; safe to share between threads.

    Args:
        catalog: holds the names.
        index: says whether a word occurs.
        encoder: says whether a word is one to the model.
        timezone: whose days ``after:`` and ``before:`` are, where the filters do not say.
        scope: the only shows that anything is looked for in.
    """

    def __init__(
        self,
        catalog: Catalog,
        index: VectorIndex,
        encoder: Encoder,
        *,
        timezone: str = "UTC",
        scope: ShowScope = EVERYTHING,
    ) -> None:
        self._timezone = timezone
        self._scope = scope
        self._book = NameBook(catalog, scope)
        self._index = index
        self._encoder = encoder

    def corrected(self, parsed: ParsedQuery, *, words: bool = True) -> ParsedQuery:
        """The query with names that were typed nearly right as they are written; phrases stay, and ``words`` may, as typed."""
        as_typed = () if words else (TermKind.WORDS,)
        terms = tuple(term if term.kind in as_typed else self._corrected(term) for term in parsed.terms)
        return parsed if terms == parsed.terms else replace(parsed, terms=terms)

    def respelled(self, text: str, spoken: Mapping[str, int]) -> str:
        """A question with names and words that were typed nearly right as the library has them.

        Args:
            text: a question.
            spoken: how many passages hold a word, for the words that are said in the library.
        """
        known = {word for word in words(text) if stem(word) in STOPWORDS or stem(word) in spoken}
        if all(word in known for word in words(text)):
            return text
        typed = _WORD.sub(lambda match: match[0] if match[0] in known else self._at_its_place(match), text)
        return corrected(
            typed,
            people=lambda: self._book.names().people,
            words=lambda: (
                {word: (word, count) for word, count in self._book.spoken().items()} | dict(self._book.words())
            ),
            occurs=lambda word: word in known or fold(word) in self._book.spoken() or self._occurs(word),
            is_word=self._is_word,
        )

    def narrowed(self, parsed: ParsedQuery, given: Filters, *, strict: bool = True) -> Filters | None:
        """What a query and filters beside it both allow in the shows that are searched; as `asked` otherwise."""
        asked = self.asked(parsed, given, strict=strict)
        return None if asked is None else self._scope.narrow(asked)

    def asked(self, parsed: ParsedQuery, given: Filters, *, strict: bool = True) -> Filters | None:
        """What a query and filters beside it both ask for; ``None`` if nothing can fit both.

        Args:
            parsed: its names may be parts of names.
            given: its speakers may be parts of names, its shows are ids.
            strict: whether an unknown speaker in ``given`` is an error.

        Raises:
            NotFound: no speaker or show has the name given; the message names the closest.
        """
        shows = tuple(dict.fromkeys(show for name in parsed.values(TermKind.SHOW) for show in self._shows(name)))
        wanted = tuple(
            dict.fromkeys(speaker for name in parsed.values(TermKind.SPEAKER) for speaker in self._speakers(name, True))
        )
        asked = tuple(dict.fromkeys(speaker for name in given.speakers for speaker in self._speakers(name, strict)))
        days = [day for day in (given.after, parsed.after) if day]
        ends = [day for day in (given.before, parsed.before) if day]
        after, before = max(days, default=None), min(ends, default=None)
        both_shows, both_speakers = _both(shows, given.shows), _both(wanted, asked)
        if both_shows is None or both_speakers is None or (after and before and after >= before):
            return None
        zone = self._timezone if given.zone is None else given.zone
        return replace(given, shows=both_shows, speakers=both_speakers, after=after, before=before, zone=zone)

    def _at_its_place(self, match: re.Match[str]) -> str:
        """A word with its slip mended; the first of a question is no name for its capital."""
        word = match[0]
        if match.start() or not word.istitle():
            return self._slip_mended(word)
        mended = self._slip_mended(word.lower())
        return word if mended == word.lower() else mended.capitalize()

    def _slip_mended(self, word: str) -> str:
        """A word that is said often for one that is it with two letters swapped, or with a letter inside too many or too few.

        Names stay as they are, and so does every word that is said or is one to the model ("thaw", "dose").
        """
        typed, spoken = fold(word), self._book.spoken()
        if typed in spoken or " " in typed or not word.islower() or self._is_word(word) or self._occurs(word):
            return word
        swapped = {typed[:at] + typed[at + 1] + typed[at] + typed[at + 2 :] for at in range(len(typed) - 1)}
        inside = range(1, len(typed) - _ENDING + 1)
        longer = {typed[:at] + letter + typed[at:] for at in inside for letter in _LETTERS}
        shorter = {typed[:at] + typed[at + 1 :] for at in inside[:-1]}
        for ways in (swapped, longer | shorter) if len(typed) > _SHORT else (swapped,):
            meant = max(ways, key=lambda way: spoken.get(way, 0) + _COMMON * (stem(way) in STOPWORDS), default=typed)
            if stem(meant) in STOPWORDS or spoken.get(meant, 0) >= _COMMON:
                return meant
        return word

    def _corrected(self, term: Term) -> Term:
        value = term.value
        match term.kind:
            case TermKind.SPEAKER if not self._meant(speakers_meant, value):
                value = written_as("speaker", value, self._book.names()) or value
            case TermKind.SHOW if not self._meant(shows_meant, value):
                value = written_as("show", value, self._book.names()) or value
            case TermKind.WORDS:
                value = corrected(
                    value,
                    people=lambda: self._book.names().people,
                    words=self._book.words,
                    occurs=self._occurs,
                    is_word=self._is_word,
                )
            case _:
                pass
        return term if value == term.value else Term(kind=term.kind, value=value)

    def _meant(self, meaning: Callable[[Names, str], tuple[str, ...]], name: str) -> tuple[str, ...]:
        """What a name means; what is new in the catalog is looked at where nothing else has the name."""
        return meaning(self._book.names(), name) or meaning(self._book.names(newest=True), name)

    def _shows(self, name: str) -> tuple[str, ...]:
        names = self._meant(shows_meant, name)
        if not names:
            raise unknown("show", name, self._book.names().titles.values())
        return names

    def _speakers(self, name: str, strict: bool) -> tuple[str, ...]:
        names = self._meant(speakers_meant, name)
        if not names and strict:
            raise unknown("speaker", name, dict.fromkeys(ways[0] for ways in self._book.names().speakers.values()))
        return names or (name,)

    def _occurs(self, word: str) -> bool:
        """Whether any passage holds the word, as the index sees words; a word that it ignores counts as held."""
        if not query_tokens(word)[0]:
            return True
        filters = self._scope.narrow(Filters())
        return filters is not None and bool(
            self._index.query(IndexQuery(kind="chunk", text=word, limit=1, filters=filters))
        )

    def _is_word(self, word: str) -> bool:
        """Whether the model's vocabulary has it whole: such a word is no typo, whether the library holds it or not."""
        if not isinstance(self._encoder, TokenEncoder):
            return word.islower()
        return len(self._encoder.encode_tokens([word])[0].token_ids) == 1


def _both(values: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...] | None:
    """The values that two filters both allow; an empty filter allows all. ``None`` if nothing is left."""
    if not values or not other:
        return values or other
    return tuple(value for value in values if value in other) or None
