"""A transcript as numbered sentences: a model points at them, and code makes quotes out of the numbers.

So a quote is verbatim by construction, in one speaker's mouth, and made of whole sentences.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from earmark.language.segments import Label
from ingest.text.sentences import Sentence, asks
from ingest.voices.labels import public_name

__all__ = ["BESIDE", "MOST_WORDS", "NumberedTranscript", "Span", "fenced"]

MOST_SENTENCES = 4
"""Sentences of a quote; a model that points at more is pointing at a passage."""
MOST_WORDS = 130
"""Words of a quote: two to four spoken sentences often have more than 80."""
BESIDE = (5, 3)
"""Sentences before and after a quote that writer and checker may see, and in which the numbers of a claim must be said.

With three before, what an answer is about was often out of sight: the question that names it comes a few sentences earlier.
"""
NODS = frozenset(
    "yeah yes yep yup right okay ok sure exactly absolutely totally wow cool nice awesome mm-hmm mhm uh-huh hmm huh oh um uh"
    " interesting great gotcha indeed definitely".split()
)
MOST_NODS = 3
"""Words of a sentence that only says that somebody listens; a model reads the window without it."""
LEAST_COLD_WORDS = 8
"""Words of a sentence from which on saying it twice is no chance."""
COLD_OPEN_SENTENCES = 30
"""Sentences at the beginning within which an episode's best moments are played in advance."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Sentences ``first`` to ``last``, both included, counted from 0."""

    first: int
    last: int

    def __len__(self) -> int:
        return self.last - self.first + 1

    def overlaps(self, other: Span) -> bool:
        """Whether the two share a sentence."""
        return self.first <= other.last and other.first <= self.last


class NumberedTranscript:
    """The sentences of an episode with the numbers that a model sees, from 1 on."""

    def __init__(self, sentences: Sequence[Sentence], labels: Sequence[Label]) -> None:
        self.sentences = sentences
        self.labels = labels
        self._again = _said_again(sentences)

    @property
    def content(self) -> tuple[int, ...]:
        """The indices of what may be quoted: no sponsor reads, greetings, housekeeping, nor what a cold open plays in advance."""
        return tuple(
            index for index, label in enumerate(self.labels) if label is Label.CONTENT and index not in self._again
        )

    def span(self, first: int, last: int) -> Span | None:
        """The quotable sentences that two numbers (from 1, in either order) point at; ``None`` where there are none.

        What a cold open plays in advance is moved to the place where it is really said. Of sentences by several
        speakers the longest run of one speaker is taken, of more than `MOST_SENTENCES` the last ones: the point
        comes after its introduction.
        """
        low, high = sorted((first - 1, last - 1))
        if low < 0 or high >= len(self.sentences):
            return None
        if low in self._again:
            low, high = self._again[low], self._again[low] + high - low
        high = min(high, len(self.sentences) - 1)
        best: Span | None = None
        start = low
        while start <= high:
            end = start
            while end < high and self.sentences[end + 1].speaker == self.sentences[start].speaker:
                end += 1
            run = Span(first=start, last=end)
            if best is None or self._words(run) > self._words(best):
                best = run
            start = end + 1
        if best is None or any(self.labels[index] is not Label.CONTENT for index in range(best.first, best.last + 1)):
            return None
        return Span(first=max(best.first, best.last - MOST_SENTENCES + 1), last=best.last)

    def _words(self, span: Span) -> int:
        return len(self.quote(span).split())

    def quote(self, span: Span) -> str:
        """The transcript's own words."""
        return " ".join(sentence.text for sentence in self.sentences[span.first : span.last + 1])

    def conclusion(self, span: Span, words: int) -> str:
        """The last sentences of a quote, as many as it takes to have so many words; where some are left out, "…" comes first."""
        for first in range(span.last, span.first - 1, -1):
            last = self.quote(Span(first=first, last=span.last))
            if len(last.split()) >= words:
                return last if first == span.first else f"… {last}"
        return self.quote(span)

    def speaker(self, span: Span) -> str | None:
        """Who says it, as it may be published."""
        return public_name(self.sentences[span.first].speaker)

    def beside(self, span: Span, *, words: tuple[int, int] | None = None) -> str:
        """The quote between » and « with the sentences around it; see `near` and `shown`."""
        return self.shown(span, self.near(span, words=words))

    def near(self, span: Span, *, words: tuple[int, int] | None = None) -> list[int]:
        """The indices of the sentences around a quote, nearest first, those before it first; never a sponsor read.

        With ``words``, only so many words or little more before and after it, without nods. Before it the nearest question
        is taken from further off, for it names what is answered; what somebody else asks after it no longer belongs to the quote.
        """
        first, last = max(0, span.first - BESIDE[0]), min(len(self.sentences), span.last + 1 + BESIDE[1])
        ahead = self._nearest(range(span.first - 1, first - 1, -1), words and words[0])
        behind = range(span.last + 1, last)
        if words:
            behind = range(span.last + 1, next((i for i in behind if self._asked_by_another(i, span)), last))
        return ahead + self._nearest(behind, words and words[1])

    def same_voice(self, index: int, span: Span) -> bool:
        """Whether a sentence is by the speaker of a quote."""
        return self.sentences[index].speaker == self.sentences[span.last].speaker

    def _asked_by_another(self, index: int, span: Span) -> bool:
        return not self.same_voice(index, span) and asks(self.sentences[index].text)

    def shown(self, span: Span, around: Iterable[int]) -> str:
        """The quote between » and « with these sentences around it, each change of speaker named, and what is left out marked."""
        parts: list[str] = []
        speaker: str | None = None
        last: int | None = None
        for index in sorted({*around, *range(span.first, span.last + 1)}):
            if last is not None and not all(self.nods(between) for between in range(last + 1, index)):
                parts.append("…")
            last = index
            sentence = self.sentences[index]
            name = public_name(sentence.speaker) or ("another voice" if sentence.speaker else "")
            label = f"{name}: " if name and (name != speaker or not parts) else ""
            speaker = name
            opening = "»" if index == span.first else ""
            closing = "«" if index == span.last else ""
            parts.append(f"{opening}{label}{sentence.text}{closing}")
        return " ".join(parts)

    def _nearest(self, indices: Iterable[int], most: int | None) -> list[int]:
        """Those of these sentences that are shown, nearest first."""
        shown: list[int] = []
        words = 0
        asked = False
        for index in indices:
            text = self.sentences[index].text
            enough = most is not None and (self.nods(index) or (words >= most and (asked or not asks(text))))
            if self.labels[index] is Label.SPONSOR or enough:
                continue
            shown.append(index)
            words += len(text.split())
            asked = asked or asks(text)
        return shown

    def nods(self, index: int) -> bool:
        """Whether a sentence says nothing but that somebody listens; the answer to a question does not."""
        words = [word.strip(".,!?…-–—").casefold() for word in self.sentences[index].text.split()]
        asked = index > 0 and asks(self.sentences[index - 1].text)
        return len(words) <= MOST_NODS and not asked and all(word in NODS for word in words if word)

    def lines(self, indices: Iterable[int]) -> list[str]:
        """Sentences as a model reads them, ``[12] Ines: …``; the speaker is named where it changes, gaps are marked.

        What only says that somebody listens ("Yeah.") is left out; where somebody else says it, that is a gap too, for no
        quote goes across it.
        """
        lines: list[str] = []
        speaker: str | None = None
        label_before: str | None = None
        last: int | None = None
        interrupted = False
        for index in indices:
            sentence = self.sentences[index]
            gap = last is not None and index != last + 1
            last = index
            if self.nods(index):
                interrupted = interrupted or (bool(lines) and sentence.speaker != label_before)
                continue
            if gap or (interrupted and sentence.speaker == label_before):
                lines.append("…")
            if gap:
                speaker = None
            interrupted = False
            name = public_name(sentence.speaker)
            label = f"{name}: " if name and name != speaker else ""
            if name is None and sentence.speaker != label_before:
                label = "– "
            speaker, label_before = name, sentence.speaker
            lines.append(f"[{index + 1}] {label}{sentence.text}")
        return lines


def _said_again(sentences: Sequence[Sentence]) -> dict[int, int]:
    """Which sentences of a cold open are said again later, and where."""
    places: dict[str, int] = {}
    for index, sentence in enumerate(sentences):
        places[_key(sentence.text)] = index  # the last one counts
    return {
        index: places[_key(sentence.text)]
        for index, sentence in enumerate(sentences[:COLD_OPEN_SENTENCES])
        if len(sentence.text.split()) >= LEAST_COLD_WORDS and places[_key(sentence.text)] > index + COLD_OPEN_SENTENCES
    }


def _key(text: str) -> str:
    return " ".join("".join(c if c.isalnum() else " " for c in text.casefold()).split())


def fenced(name: str, marker: str, text: str) -> str:
    """A text between two lines that it cannot contain, because ``marker`` is a hash of it."""
    line = f"=== {name} {marker} ==="
    return f"{line}\n{text}\n{line}"
