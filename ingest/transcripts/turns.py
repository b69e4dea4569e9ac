"""Where somebody else begins to speak, in lines that may begin with a speaker's label.

A label is a speaker's where the feed names that person or the label recurs. One that is neither still ends the turn before
it: what follows is nobody's rather than the wrong person's.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass

from ingest.transcripts.names import accepted_labels, ends_a_turn, full_names, is_capitals, is_no_name
from ingest.voices.labels import is_one_voice

__all__ = ["SpeakerTurn", "SpeakerTurns", "TranscriptLine"]

_SMALL_WORD = re.compile(r"[^\W\d_]+")
_BEGINS = re.compile(r"[^\w]*[^\W\d_a-zß-öø-ÿа-яёіїєґα-ωά-ώ]|[^\w]*\d|\W*$")
"""A sentence's beginning: a capital, a letter of a script without them, a number, or nothing at all."""
_ENDED = re.compile(r"[.?!…。？！।॥؟۔:：\"”’»)\]>♪-]\s*$")
_HABIT = 0.5
"""Share of labels with a mark (``>>``, a dash) from which on the mark alone says that somebody else speaks."""
_NEARLY = 0.8
"""Share of labels that come after a sentence's end, say, from which on one in the middle of a sentence is none."""
_TAIL = 20
"""Characters at a line's end that are looked at."""
_SMALL_SHARE = 0.25
"""Share of lines that labels in small letters must begin to be any."""
_EARLY = 3
"""Lines among which the only label of a monologue is looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TranscriptLine:
    """A line of a transcript: a mark (``>>``, ``-``), a label, what follows it; ``label`` may be empty.

    ``opens`` says that it begins a paragraph, ``sure`` that its form (a time beside the label) leaves no doubt.
    """

    whole: str
    rest: str
    label: str = ""
    mark: str = ""
    opens: bool = True
    sure: bool = False


@dataclass(frozen=True, slots=True)
class SpeakerTurn:
    """The beginning of a turn: ``speaker`` is ``None`` if nothing says who; ``text`` is the rest of the line."""

    speaker: str | None
    text: str


class SpeakerTurns:
    """The turns of one transcript. ``accepted`` are the labels that are speakers."""

    def __init__(self, lines: Sequence[TranscriptLine], persons: Sequence[str]) -> None:
        """Turns of a transcript.

        Args:
            lines: all of them, in order.
            persons: names that the feed gives, which count as speakers even where they come up once.
        """
        counts = Counter(line.label for line in lines if line.label)
        self.accepted = accepted_labels(counts, persons, sure={line.label for line in lines if line.sure})
        if not self.accepted:
            self.accepted = _in_small_letters(counts, len(lines)) or _of_a_monologue(lines)
        self._habits = _Habits.of(lines, self.accepted)
        strangers = _strangers(lines, self.accepted, self._habits) if self.accepted else set()
        # A mark beside a label leaves no doubt that it is one, where all have that mark.
        self.accepted |= {line.label for line in lines if line.label in strangers and line.mark in self._habits.marks}
        self._strangers = strangers - self.accepted
        self._full = full_names((label for label in counts.elements() if label in self.accepted), persons)

    def turn(self, line: TranscriptLine) -> SpeakerTurn | None:
        """The turn that begins with a line; ``None`` if it goes on with the one before."""
        if line.label in self.accepted:
            return SpeakerTurn(self._full[line.label], line.rest)
        if line.label in self._strangers:
            return SpeakerTurn(None, line.whole)
        if line.mark in self._habits.marks:
            return SpeakerTurn(None, line.whole.lstrip(" >-–—"))
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Habits:
    """How the labels of a transcript are written: rare labels must follow the habits of nearly all others.

    ``marks`` precede them, they are in ``small`` letters, begin ``paragraphs``, come ``after`` a sentence's end, and
    ``before`` a sentence's beginning.
    """

    marks: frozenset[str] = frozenset()
    small: bool = False
    paragraphs: bool = False
    after: bool = False
    before: bool = False

    @classmethod
    def of(cls, lines: Sequence[TranscriptLine], accepted: Container[str]) -> _Habits:
        placed = [(before, line) for before, line in zip((None, *lines), lines, strict=False) if line.label in accepted]
        labelled = [line for _, line in placed]
        if not labelled:
            return cls()
        most, nearly = _HABIT * len(labelled), _NEARLY * len(labelled)
        return cls(
            marks=frozenset(mark for mark in (">>", "-") if sum(line.mark == mark for line in labelled) > most),
            small=sum(line.label.islower() for line in labelled) > most,
            paragraphs=sum(line.opens for line in labelled) >= nearly,
            after=sum(_ended(before) for before, _ in placed) >= nearly,
            before=sum(_begins(line) for line in labelled) >= nearly,
        )

    def fit(self, before: TranscriptLine | None, line: TranscriptLine) -> bool:
        """Whether a line's label is written as the others are."""
        return (
            (line.opens or not self.paragraphs)
            and (_ended(before) or not self.after)
            and (_begins(line) or not self.before)
        )


def _ended(line: TranscriptLine | None) -> bool:
    return line is None or _ENDED.search(line.whole[-_TAIL:]) is not None


def _begins(line: TranscriptLine) -> bool:
    return _BEGINS.match(line.rest) is not None


def _strangers(lines: Sequence[TranscriptLine], accepted: set[str], habits: _Habits) -> set[str]:
    """Labels that are no accepted speaker's and yet somebody's: each time written as the accepted ones are."""
    vocabulary = {
        word
        for line in lines
        for word in _SMALL_WORD.findall(line.rest if line.label else line.whole)
        if word.islower()
    }
    result: set[str] = set()
    doubtful: set[str] = set()
    for before, line in zip((None, *lines), lines, strict=False):
        if line.label and line.label not in accepted:
            one_of_them = habits.fit(before, line) and ends_a_turn(line.label, vocabulary, small=habits.small)
            (result if one_of_them else doubtful).add(line.label)
    return result - doubtful


def _in_small_letters(counts: Mapping[str, int], lines: int) -> set[str]:
    """Labels of a file that has no capitals: two or more single words that begin many of its lines."""
    often = {label for label, count in counts.items() if count >= 3 and label.islower() and " " not in label}
    often = {label for label in often if not is_no_name(label)}
    return often if len(often) > 1 and sum(counts[label] for label in often) >= _SMALL_SHARE * lines else set()


def _of_a_monologue(lines: Sequence[TranscriptLine]) -> set[str]:
    """The only label, in capitals at the top, of a transcript that one person speaks."""
    labels = [line.label for line in lines[:_EARLY] if is_capitals(line.label)]
    if len(labels) != 1 or not is_one_voice(_words(lines)) or any(line.mark for line in lines):
        return set()
    return set(labels)


def _words(lines: Iterable[TranscriptLine]) -> str:
    return " ".join(line.whole for line in lines)
