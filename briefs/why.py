"""Why an idea is in the brief: what it is to the reader, and to what others said. Nothing is said where nothing is known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from briefs.calendar_words import MONTHS, WEEKDAYS
from briefs.updates import amounts
from earmark.clean import cut, plain
from earmark.days import Days
from earmark.relations import Relation, utterance
from earmark.types import Insight, Related

__all__ = ["why"]

_TITLE, _NAME = 60, 50
"""Characters of a show's title, and of a person's name, inside a sentence."""
_SHOWS = 3
"""The fewest shows of a library in which it says something that nothing belongs beside a claim."""
_RECENT, _QUIET = timedelta(days=14), timedelta(days=60)
"""How new an episode is, and how long its show was silent before it, for its return to be told."""
_ORDINALS = ("second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Voice:
    """Who else said something, and when; ``text`` are the words."""

    show_id: str
    show: str
    speaker: str
    published: datetime | None
    text: str


def why(
    insight: Insight,
    *,
    day: date,
    days: Days,
    library: Sequence[Insight],
    duplicates: Sequence[Insight],
    related: Sequence[Related],
    like: str = "",
    update: str = "",
) -> str:
    """One sentence: what is new to what the reader was told, else what of the reader's wishes it meets, then what it is to what others said; empty if neither is known.

    Args:
        insight: the idea.
        day: the day of the brief, in the reader's zone.
        days: the reader's days.
        library: all insights that the reader sees.
        duplicates: those that nearly say the same, of any show.
        related: what other shows say about it.
        like: what the reader wants and raised this idea, as a part of a sentence; empty if nothing did.
        update: what is new in it, where the reader was told something close, as a part of a sentence.
    """
    if update:
        return f"Update: {update}."
    told = _Telling(day, days)
    same = _same(insight, duplicates, related)
    standing = (
        _contradiction(told, related)
        or _figure(told, insight, same)
        or _echo(told, insight, same)
        or _link(told, related)
        or _return(told, insight, library)
        or _alone(same, related, library)
    )
    text = "; ".join(part for part in (like, standing) if part)
    return f"{text[0].upper()}{text[1:]}." if text else ""


class _Telling:
    """How a time and a voice are named on a day."""

    def __init__(self, day: date, days: Days) -> None:
        self.day, self.days = day, days

    def age(self, published: datetime | None) -> timedelta | None:
        return None if published is None else self.day - self.days.of(published)

    def when(self, published: datetime | None) -> str:
        """`` on Monday``, `` in March``, `` in March 2025``, with the space before it; empty where nobody knows."""
        if published is None:
            return ""
        said = self.days.of(published)
        age = (self.day - said).days
        if age < 0:
            return ""
        if age < 7:
            return (" today", " yesterday")[age] if age < 2 else f" on {WEEKDAYS[said.weekday()]}"
        month = MONTHS[said.month - 1]
        return f" in {month}" if said.year == self.day.year else f" in {month} {said.year}"

    def place(self, voice: _Voice) -> str:
        """``Lattice Hours in March``."""
        return f"{_title(voice.show)}{self.when(voice.published)}"

    def words_of(self, voice: _Voice) -> str:
        """``what Ada Obi said on Lattice Hours in March``."""
        speaker = cut(plain(voice.speaker), _NAME)
        return f"what {speaker} said on {self.place(voice)}" if speaker else f"what was said on {self.place(voice)}"


def _same(insight: Insight, duplicates: Sequence[Insight], related: Sequence[Related]) -> list[_Voice]:
    """Who else makes nearly the same claim on other shows: each show once, the earliest first."""
    voices = [_of_insight(other) for other in duplicates]
    voices += _related(related, Relation.SAME)
    voices = [voice for voice in voices if voice.show_id != insight.show_id]
    dated = sorted((voice for voice in voices if voice.published), key=lambda voice: str(voice.published))
    ordered = [*dated, *(voice for voice in voices if not voice.published)]
    return list({voice.show_id: voice for voice in reversed(ordered)}.values())[::-1]


def _contradiction(told: _Telling, related: Sequence[Related]) -> str:
    for voice in _related(related, Relation.OPPOSITE):
        return f"contradicts {told.words_of(voice)}"
    return ""


def _figure(told: _Telling, insight: Insight, same: Sequence[_Voice]) -> str:
    """Whether it is the only one of those that say the same to name a number."""
    if not same or not amounts(insight.claim) or any(amounts(voice.text) for voice in same):
        return ""
    return f"puts a number on {told.words_of(same[0])}"


def _echo(told: _Telling, insight: Insight, same: Sequence[_Voice]) -> str:
    if not same:
        return ""
    earlier = [voice for voice in same if _before(voice, insight)]
    if len(earlier) == len(same) <= len(_ORDINALS):
        return f"the {_ORDINALS[len(same) - 1]} show in your library to say so, after {told.place(same[-1])}"
    names = [_title(voice.show) for voice in same]
    if len(names) <= 2:
        return f"also said on {' and '.join(names)}"
    return f"also said on {names[0]} and {len(names) - 1} other shows"


def _link(told: _Telling, related: Sequence[Related]) -> str:
    """What the nearest entry with a relation is to the idea."""
    for entry in related:
        for relation, words in _LINKS.items():
            for voice in _related([entry], relation):
                return words.format(told.words_of(voice))
    return ""


_LINKS = {
    Relation.REASON: "{} gives a reason for it",
    Relation.CONSEQUENCE: "{} follows from it",
    Relation.EXAMPLE: "{} is an example of it",
    Relation.PARALLEL: "the same mechanism as in {}",
}


def _return(told: _Telling, insight: Insight, library: Sequence[Insight]) -> str:
    """Whether its show is heard for the first time in a long while."""
    age = told.age(insight.published)
    if insight.published is None or age is None or not timedelta() <= age <= _RECENT:
        return ""
    others = (other for other in library if other.show_id == insight.show_id and other.episode_id != insight.episode_id)
    earlier = [other.published for other in others if other.published is not None]
    if not earlier or max(earlier) > insight.published - _QUIET:
        return ""
    return f"the first from {_title(insight.show)} in your library since {told.when(max(earlier)).removeprefix(' in ')}"


def _alone(same: Sequence[_Voice], related: Sequence[Related], library: Sequence[Insight]) -> str:
    """Whether nothing was found on several other shows that clearly belongs beside it; what is near may be there all the same."""
    if same or related or len({other.show_id for other in library}) < _SHOWS:
        return ""
    return "nothing like it was found on your other shows"


def _before(voice: _Voice, insight: Insight) -> bool:
    return voice.published is not None and insight.published is not None and voice.published < insight.published


def _related(related: Iterable[Related], relation: Relation) -> list[_Voice]:
    """The voices of entries with that relation, in their order."""
    voices = []
    for entry in related:
        if entry.relation != relation.value:
            continue
        heard = utterance(entry)
        source = entry.insight or entry.moment
        published = source.published if source is not None else None
        voices.append(
            _Voice(
                show_id=heard.show_id,
                show=heard.show,
                speaker=heard.speaker or "",
                published=published,
                text=heard.text,
            )
        )
    return voices


def _of_insight(insight: Insight) -> _Voice:
    return _Voice(
        show_id=insight.show_id,
        show=insight.show,
        speaker=insight.speaker or "",
        published=insight.published,
        text=insight.claim,
    )


def _title(show: str) -> str:
    return cut(plain(show), _TITLE) or "an untitled show"
