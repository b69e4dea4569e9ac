"""The people of the library: who speaks, what each claims about what and when, and with whom each agrees and differs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from earmark.addresses import person_named
from earmark.catalog import Catalog, Connection
from earmark.catalog.content import insights, speakers
from earmark.catalog.content.speakers import Speaker
from earmark.errors import NotFound
from earmark.language.folding import fold
from earmark.relations import Relation, utterance
from earmark.types import Insight, Related, ThemeMonth
from library.themes import theme_labels

if TYPE_CHECKING:
    from earmark.scope import ShowScope
    from library.owner import Desk
    from library.sight import Sight

__all__ = ["Example", "People", "Person", "PersonTheme", "Speaker", "Tie"]

_COMPARED = 20
"""The latest claims of a person that are compared: each is a look into the index."""
_HEARD = 20
"""What others said beside each of these claims."""
_SHOWN = 3
"""Examples of each way in which two people stand to one another."""
_AGREEING, _DIFFERING = Relation.SAME.value, Relation.OPPOSITE.value


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonTheme:
    """What a person claims about one thing, the earliest first; ``theme_id`` and ``label`` are empty for what is in no theme.

    ``count`` is that of all claims; ``insights`` are the latest of them.
    """

    theme_id: str
    label: str
    count: int
    insights: tuple[Insight, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody with their claims.

    Attributes:
        name: as it is written most often.
        spellings: every way in which the name is written, and how much is said under each.
        themes: what they claim, by what it is about; that of most claims first, what is in no theme last.
        months: their claims by month of the episode, without gaps.
    """

    name: str
    spellings: tuple[Speaker, ...]
    themes: tuple[PersonTheme, ...]
    months: tuple[ThemeMonth, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A claim of the person, and what another said about the same."""

    insight: Insight
    other: Related


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    """How somebody else stands to a person: how often they say the same and the opposite, with examples."""

    name: str
    agreements: int
    differences: int
    examples: tuple[Example, ...]


class People:
    """Who speaks in the shows that a reader sees. What the reader hid counts for nothing here.

    Args:
        catalog: holds what was said.
        sight: of the reader.
        desk: answers what others said beside a claim.
    """

    def __init__(self, catalog: Catalog, sight: Sight, *, desk: Callable[[], Desk]) -> None:
        self._catalog = catalog
        self._sight = sight
        self._desk = desk

    def every(self) -> list[Speaker]:
        """Everybody who says an insight, under each name as it is written; who says most of them first."""
        with self._catalog.read() as tx:
            return speakers.every(tx, scope=self._sight.scope(tx))

    def get(self, name: str, *, claims: int = 10) -> Person:
        """Somebody by name, in any case and with or without accents; at most so many claims of each theme.

        Raises:
            NotFound: nobody of this name says an insight.
        """
        with self._catalog.read() as tx:
            scope = self._sight.scope(tx)
            spellings = self._spellings(tx, name, scope)
            said = self._said(tx, [spelling.name for spelling in spellings], scope)
            return Person(
                name=spellings[0].name,
                spellings=spellings,
                themes=_by_theme(tx, said, scope, claims),
                months=_by_month(said),
            )

    def ties(self, name: str) -> list[Tie]:
        """Who agrees and differs with somebody, by their latest twenty claims; who does so most often first.

        Raises:
            NotFound: nobody of this name says an insight.
        """
        with self._catalog.read() as tx:
            scope = self._sight.scope(tx)
            own = {spelling.name for spelling in self._spellings(tx, name, scope)}
            said = self._said(tx, sorted(own), scope)[:_COMPARED]
        hidden = self._sight.hidden_now()
        counts: Counter[tuple[str, str]] = Counter()
        examples: dict[tuple[str, str], list[Example]] = {}
        for insight in said:
            for entry in self._desk().related(insight, limit=_HEARD):
                other = utterance(entry)
                if entry.relation not in {_AGREEING, _DIFFERING} or not other.speaker or other.speaker in own:
                    continue
                if entry.insight is not None and entry.insight.id in hidden:
                    continue
                key = other.speaker, entry.relation
                counts[key] += 1
                examples.setdefault(key, []).append(Example(insight=insight, other=entry))
        return _ties(counts, examples)

    @staticmethod
    def _spellings(tx: Connection, name: str, scope: ShowScope) -> tuple[Speaker, ...]:
        """A name as it is written here, what is written most often first; the form that addresses have is taken, too."""
        known = speakers.every(tx, scope=scope)
        for asked in (name, person_named(name)):
            if meant := tuple(speaker for speaker in known if fold(speaker.name) == fold(asked)):
                return meant
        raise NotFound("nobody of this name speaks in your shows", subject=name)

    def _said(self, tx: Connection, names: Sequence[str], scope: ShowScope) -> list[Insight]:
        """What is said under these names, the latest first."""
        reader = self._sight.reader.id
        said = [
            insight for name in names for insight in insights.listed(tx, speaker=name, scope=scope, hidden_from=reader)
        ]
        return sorted(said, key=_when, reverse=True)


def _by_theme(tx: Connection, said: Sequence[Insight], scope: ShowScope, most: int) -> tuple[PersonTheme, ...]:
    inside = speakers.themes_of(tx, [insight.id for insight in said])
    labels = theme_labels(tx, set(inside.values()), scope)
    groups: dict[str, list[Insight]] = {}
    for insight in said:
        theme_id = inside.get(insight.id, "")
        groups.setdefault(theme_id if theme_id in labels else "", []).append(insight)
    grouped = [
        PersonTheme(
            theme_id=theme_id,
            label=labels.get(theme_id, ""),
            count=len(claims),
            insights=tuple(reversed(claims[:most])),
        )
        for theme_id, claims in groups.items()
    ]
    return tuple(sorted(grouped, key=lambda theme: (not theme.theme_id, -theme.count, theme.theme_id)))


def _by_month(said: Sequence[Insight]) -> tuple[ThemeMonth, ...]:
    counts = Counter(12 * at.year + at.month - 1 for insight in said if (at := insight.published))
    if not counts:
        return ()
    return tuple(
        ThemeMonth(month=f"{month // 12:04}-{month % 12 + 1:02}", count=counts[month])
        for month in range(min(counts), max(counts) + 1)
    )


def _ties(counts: Counter[tuple[str, str]], examples: dict[tuple[str, str], list[Example]]) -> list[Tie]:
    ties = [
        Tie(
            name=name,
            agreements=counts[name, _AGREEING],
            differences=counts[name, _DIFFERING],
            examples=tuple(
                example
                for relation in (_AGREEING, _DIFFERING)
                for example in examples.get((name, relation), [])[:_SHOWN]
            ),
        )
        for name in sorted({name for name, _ in counts})
    ]
    return sorted(ties, key=lambda tie: (-tie.agreements - tie.differences, tie.name))


def _when(insight: Insight) -> tuple[float, str]:
    return (insight.published.timestamp() if insight.published else 0.0), insight.id
