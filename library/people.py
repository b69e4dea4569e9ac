"""The people of the library: who speaks, what each claims about what and when, and with whom each agrees and differs."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from earmark.addresses import person_named
from earmark.catalog import Catalog, Connection
from earmark.catalog.content import insights, names, speakers
from earmark.catalog.content.speakers import Speaker
from earmark.catalog.feeds import shows
from earmark.clean import plain
from earmark.errors import UsageError
from earmark.language.folding import fold
from earmark.relations import Relation, utterance
from earmark.types import Insight, Related, ThemeMonth
from library.named import nobody_named, speaking
from library.person_names import Naming, checked_name
from library.roles import SPEAKING, PersonShow, UsualVoices, person_shows
from library.themes import theme_labels
from library.timeline import HEARD, TimelineClaim, claims_over_time

if TYPE_CHECKING:
    from earmark.ports import Clock
    from earmark.scope import ShowScope
    from library.owner import Desk
    from library.sight import Sight

__all__ = ["Example", "People", "Person", "PersonShow", "PersonTheme", "Speaker", "SpokenLabel", "Tie", "TimelineClaim"]

_CLAIMS = 10
"""Claims of each theme that are shown of somebody."""
_COMPARED = 20
"""The latest claims of a person that are compared: each is a look into the index."""
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
class SpokenLabel:
    """A label of transcripts, in how many episodes, and the spelling that it was taken for."""

    label: str
    spelling: str
    episodes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody with their claims; whoever speaks without an insight has none, and only ``shows`` tells of them.

    Attributes:
        name: as it is written most often.
        spellings: every way in which transcripts write the name of whoever says an insight, and how much is said under each.
        labels: what transcripts have where that was taken for one of these spellings, such as a first name.
        confirmed: whether an owner gave them the name, or said that it is right.
        themes: what they claim, by what it is about; that of most claims first, what is in no theme last.
        months: their claims by month of the episode, without gaps.
        shows: where they say them, or else where they speak, as host first, then as guest; those with most episodes first.
    """

    name: str
    spellings: tuple[Speaker, ...]
    themes: tuple[PersonTheme, ...]
    months: tuple[ThemeMonth, ...]
    labels: tuple[SpokenLabel, ...] = ()
    confirmed: bool = False
    shows: tuple[PersonShow, ...] = ()


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
        clock: dates what an owner decides.
        sight: of the reader.
        desk: answers what others said beside a claim.
        voices: knows who usually speaks on a show.
    """

    def __init__(
        self, catalog: Catalog, clock: Clock, sight: Sight, *, desk: Callable[[], Desk], voices: UsualVoices
    ) -> None:
        self._catalog = catalog
        self._clock = clock
        self._sight = sight
        self._desk = desk
        self._voices = voices

    def every(self) -> list[Speaker]:
        """Everybody who says an insight, by the name that is shown; who says most of them first."""
        with self._catalog.read() as tx:
            return speakers.every(tx, scope=self._sight.scope(tx))

    def get(self, name: str, *, claims: int = _CLAIMS) -> Person:
        """Somebody by a name, present or former, in any case and with or without accents; at most so many claims of each theme.

        Raises:
            NotFound: nobody of this name speaks in these shows; it says which names are close.
        """
        with self._catalog.read() as tx:
            scope = self._sight.scope(tx)
            return self._person(tx, self._called(tx, name, scope), scope, claims)

    def shows(self, name: str) -> tuple[PersonShow, ...]:
        """Where whoever is named exactly so says insights, or else speaks, and whether as host or guest; nothing for nobody."""
        hidden = self._sight.hidden_now()
        with self._catalog.read() as tx:
            scope = self._sight.scope(tx)
            said = speakers.insight_places(tx, name, scope)
            shown = [place for place in said if place.insight_id not in hidden]
            places = shown if said else speakers.spoken_places(tx, {name}, SPEAKING, scope)
            return person_shows(tx, {name}, places, self._voices)

    def timeline(self, name: str) -> list[TimelineClaim]:
        """Somebody's latest sixty claims with a date, the earliest first: predictions, and what was said later about each.

        Raises:
            NotFound: nobody of this name speaks in these shows; it says which names are close.
        """
        with self._catalog.read() as tx:
            scope = self._sight.scope(tx)
            said = self._said(tx, self._called(tx, name, scope), scope)
        return claims_over_time(
            said,
            related=lambda insight: self._desk().related(insight, limit=HEARD),
            hidden=self._sight.hidden_now(),
        )

    def rename(self, name: str, to: str, *, show: str = "") -> Person:
        """Has somebody called otherwise from now on, wherever a name is shown or matched; for an owner.

        What they say, and how transcripts write them, stays as it is; their former name still leads to them.

        Args:
            name: theirs, as in `get`.
            to: what they are called.
            show: the only show on which they are, named as in `Shows.find`; by default all.

        Raises:
            Forbidden: the reader is no owner.
            NotFound: nobody of this name speaks (there).
            UsageError: it is no name, or somebody else's.
        """
        with self._deciding(show) as (tx, naming):
            theirs, called = self._names(tx, name), checked_name(to)
            naming.rename(theirs, called)
        return self._now(called)

    def confirm(self, name: str) -> Person:
        """Says that a name is right; for an owner. It is the one to be shown, however it is written later.

        Raises:
            Forbidden: the reader is no owner.
            NotFound: nobody of this name speaks in these shows; it says which names are close.
        """
        with self._deciding("") as (tx, naming):
            theirs = self._names(tx, name)
            naming.give(theirs, theirs[0])
        return self._now(theirs[0])

    def join(self, name: str, other: str, *, show: str = "") -> Person:
        """Says that two names are one person's, who is called by the first; for an owner.

        Args:
            name: the one that stays.
            other: the one that is theirs too.
            show: the only show on which it is, named as in `Shows.find`; by default all.

        Raises:
            Forbidden: the reader is no owner.
            NotFound: nobody of one of these names speaks (there).
            UsageError: both are one person already.
        """
        with self._deciding(show) as (tx, naming):
            theirs, others = self._names(tx, name), self._names(tx, other)
            if theirs == others:
                raise UsageError(f"is {plain(theirs[0])} already; there is nothing to join", subject=plain(other))
            naming.give(others, theirs[0])
        return self._now(theirs[0])

    def split(self, name: str, written: str, *, called: str = "", show: str = "") -> Person:
        """Says that whoever is written one way is somebody else than the others of a name; for an owner.

        Args:
            name: the one that the others keep.
            written: one of the ``spellings`` or ``labels`` of `get`.
            called: what the other is called; by default what is written.
            show: the only show on which it is so, named as in `Shows.find`; by default all.

        Returns:
            The other.

        Raises:
            Forbidden: the reader is no owner.
            NotFound: nobody of this name speaks (there), or is written so.
            UsageError: it is no name, or tells nobody apart.
        """
        with self._deciding(show) as (tx, naming):
            theirs, given = self._names(tx, name), checked_name(called) if called else ""
            other = naming.split(theirs, written, given)
        return self._now(other)

    def ties(self, name: str) -> list[Tie]:
        """Who agrees and differs with somebody, by their latest twenty claims; who does so most often first.

        Raises:
            NotFound: nobody of this name speaks in these shows; it says which names are close.
        """
        with self._catalog.read() as tx:
            scope = self._sight.scope(tx)
            own = set(self._called(tx, name, scope))
            said = self._said(tx, sorted(own), scope)[:_COMPARED]
        hidden = self._sight.hidden_now()
        counts: Counter[tuple[str, str]] = Counter()
        examples: dict[tuple[str, str], list[Example]] = {}
        for insight in said:
            for entry in self._desk().related(insight, limit=HEARD):
                other = utterance(entry)
                if entry.relation not in {_AGREEING, _DIFFERING} or not other.speaker or other.speaker in own:
                    continue
                if entry.insight is not None and entry.insight.id in hidden:
                    continue
                key = other.speaker, entry.relation
                counts[key] += 1
                examples.setdefault(key, []).append(Example(insight=insight, other=entry))
        return _ties(counts, examples)

    @contextmanager
    def _deciding(self, show: str) -> Iterator[tuple[Connection, Naming]]:
        """A transaction for a decision about names, which takes effect with it."""
        self._sight.require_owner("deciding what people are called")
        with self._catalog.write() as tx:
            show_id = shows.find(tx, show).id if show else ""
            yield tx, Naming(tx=tx, rules=names.load(tx), show_id=show_id, now=self._clock.now())
            names.apply(tx)

    def _names(self, tx: Connection, name: str) -> tuple[str, ...]:
        return self._called(tx, name, self._sight.scope(tx))

    @staticmethod
    def _called(tx: Connection, name: str, scope: ShowScope) -> tuple[str, ...]:
        """Somebody's name as it is shown, what is shown most often first; the form that addresses have is taken, too."""
        rules = names.load(tx)
        meant = [[rules.shown(asked), *rules.meant(asked)] for asked in (name, person_named(name))]
        claiming = _of_names(meant, speakers.known_names(tx, scope))
        if claiming:
            return tuple(speaker.name for speaker in speakers.every(tx, names=claiming, scope=scope))
        everybody = speaking(tx, scope)
        theirs = _of_names(meant, everybody)
        if not theirs:
            raise nobody_named(name, everybody)
        return tuple(theirs)

    def _now(self, name: str) -> Person:
        """Somebody after a decision; whoever says no insight has no claims."""
        with self._catalog.read() as tx:
            return self._person(tx, (name,), self._sight.scope(tx), _CLAIMS)

    def _person(self, tx: Connection, called: Sequence[str], scope: ShowScope, claims: int) -> Person:
        said = self._said(tx, called, scope)
        labels = names.labelled(tx, called, scope)
        return Person(
            name=called[0],
            spellings=tuple(speakers.every(tx, names=called, scope=scope, as_read=True)),
            themes=_by_theme(tx, said, scope, claims),
            months=_by_month(said),
            labels=tuple(
                SpokenLabel(label=label, spelling=spelling, episodes=len(episode_ids))
                for (spelling, label), episode_ids in sorted(labels.items())
                if fold(label) != fold(spelling)
            ),
            confirmed=names.load(tx).confirmed(called[0]),
            shows=self._shows(tx, called, said, scope),
        )

    def _shows(
        self, tx: Connection, called: Sequence[str], said: Sequence[Insight], scope: ShowScope
    ) -> tuple[PersonShow, ...]:
        claims = bool(speakers.every(tx, names=called, scope=scope))  # what the reader hid is no reason to tell of more
        places = said if claims else speakers.spoken_places(tx, called, SPEAKING, scope)
        return person_shows(tx, called, places, self._voices)

    def _said(self, tx: Connection, names: Sequence[str], scope: ShowScope) -> list[Insight]:
        """What is said under these names, the latest first."""
        reader = self._sight.reader.id
        said = [
            insight for name in names for insight in insights.listed(tx, speaker=name, scope=scope, hidden_from=reader)
        ]
        return sorted(said, key=_when, reverse=True)


def _of_names(meant: Sequence[Sequence[str]], known: Sequence[str]) -> list[str]:
    """The known names that the first of some names meant is, in any case and with or without accents; none of none."""
    by_fold = defaultdict[str, list[str]](list)
    for name in dict.fromkeys(known):
        by_fold[fold(name)].append(name)
    for names_meant in meant:
        for wanted in (names_meant[:1], names_meant[1:]):
            theirs = [name for folded in dict.fromkeys(map(fold, wanted)) for name in by_fold[folded]]
            if theirs:
                return theirs
    return []


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
