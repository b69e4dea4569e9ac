"""A transcript to whole sentences, each with its speaker and its time.

The text of a transcript is that of its segments, joined; ``joined_text`` gives it, and every offset refers to it. Cues
of captions break sentences anywhere, so segments of one speaker are read as one turn. Where captions carry no sentence
marks at all, sentences are made by cutting at pauses and where words end and begin sentences (`ingest.text.boundaries`);
of those only the ones whose both ends are sure count as ``whole``.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from ingest.text.boundaries import boundary_odds

if TYPE_CHECKING:
    from earmark.types import Segment, Transcript

__all__ = ["Sentence", "asks", "is_unpunctuated", "joined_text", "split_sentences"]

CUT_WORDS, MOST_WORDS = 25, 40
"""Words from which on unpunctuated speech had better be cut, and by which it is: long spoken sentences."""
TOO_LONG = 0.08
"""Log odds of a cut that each word beyond ``CUT_WORDS`` brings."""
SURE = 1.4
"""Log odds from which on a cut is sure: four in five of those are right (`evaluation.fits.boundaries`)."""
SEAM, PAUSE, LONG_PAUSE_S = 0.3, 4.0, 0.8
"""What speaks for a cut between two cues, and what a pause of ``LONG_PAUSE_S`` there adds."""
SHORT_WORDS = 6
"""Words up to which a turn in speech without marks is not cut."""
LONGEST_WORDS = 120
"""A span longer than this has lost its sentence marks, even in a transcript that carries some."""
UNPUNCTUATED_WORDS = 60
"""Words a sentence mark from which on the whole transcript counts as unpunctuated; edited ones lie near 15."""
_MARK = re.compile(r"[.!?…。！？]")
_ENDED = re.compile(r"[.!?…。！？][\"'”’)\]]*$")
_ASKING = re.compile(
    r"(?:(?:and|so|but|well|okay|right|now|then) )*(?:(?:what|why|how|who|where|when|which)(?:'s| \w+)? |)"
    r"(?:do|does|did|is|are|was|were|can|could|would|will|should|have|has|isn't|aren't|don't|doesn't|didn't)"
    r" (?:i|you|we|they|he|she|it|there|that|this|the|your|our|their)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"\S+")
_STRIPPED = '.,;:!?…"“”()[]{}<>*_-–—'


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One sentence of a transcript.

    ``text`` has its whitespace collapsed; ``start`` and ``end`` delimit it in ``joined_text``; ``first_segment`` and
    ``last_segment`` (inclusive) are where it comes from. ``whole`` is false where it was cut for want of marks, and it is
    not sure that it begins and ends there.
    """

    text: str
    start: int
    end: int
    first_segment: int
    last_segment: int
    start_s: float | None = None
    end_s: float | None = None
    speaker: str | None = None
    whole: bool = True


def asks(text: str) -> bool:
    """Whether a sentence is a question, whatever closes after its mark; without any mark its first words tell."""
    if not _ENDED.search(text.rstrip()):
        return bool(_ASKING.match(text))
    return text.rstrip("\"'”’) ").endswith("?")


def joined_text(transcript: Transcript) -> str:
    """The text of all segments, one line each: what offsets of sentences refer to."""
    return "\n".join(segment.text for segment in transcript.segments)


def split_sentences(transcript: Transcript) -> tuple[Sentence, ...]:
    """The sentences of a transcript, in order; together they hold every word of it, each once."""
    text = joined_text(transcript)
    starts = _offsets(transcript.segments)
    times = _Times(transcript.segments, starts)
    bare = is_unpunctuated(text)
    sentences: list[Sentence] = []
    for first, last in _turns(transcript.segments):
        low, high = starts[first], starts[last] + len(transcript.segments[last].text)
        for start, end, whole in _spans(text, low, high, starts[first + 1 : last + 1], times, bare):
            sentences.append(
                Sentence(
                    text=" ".join(text[start:end].split()),
                    start=start,
                    end=end,
                    first_segment=bisect_right(starts, start) - 1,
                    last_segment=bisect_right(starts, end - 1) - 1,
                    start_s=times.at(start),
                    end_s=times.at(end),
                    speaker=transcript.segments[first].speaker,
                    whole=whole,
                )
            )
    return tuple(sentences)


def is_unpunctuated(text: str) -> bool:
    """Whether a transcript hardly has a sentence mark."""
    return len(text.split()) > UNPUNCTUATED_WORDS * max(1, len(_MARK.findall(text)))


def _offsets(segments: Sequence[Segment]) -> list[int]:
    starts, position = [], 0
    for segment in segments:
        starts.append(position)
        position += len(segment.text) + 1
    return starts


def _turns(segments: Sequence[Segment]) -> Iterator[tuple[int, int]]:
    """Stretches of segments that are read as one text, as ``(first, last)``.

    Segments without an end time are paragraphs, not cues: they are kept apart unless the sentence visibly goes on.
    """
    first = 0
    for index in range(1, len(segments) + 1):
        if index < len(segments) and segments[index].speaker == segments[first].speaker:
            before, after = segments[index - 1], segments[index]
            tail, head = before.text.rstrip(), after.text.lstrip()
            if before.end_s is not None or (head[:1].islower() and not _ENDED.search(tail)) or tail.endswith(","):
                continue
        if any(segment.text.strip() for segment in segments[first:index]):
            yield first, index - 1
        first = index


def _spans(
    text: str, low: int, high: int, seams: Sequence[int], times: _Times, bare: bool
) -> Iterator[tuple[int, int, bool]]:
    """``(start, end, whole)`` of the sentences between two offsets; ``seams`` are where its further cues start.

    ``bare`` says that the whole transcript is without marks.
    """
    for first, last in _tokenizer().span_tokenize(text[low:high].replace("\n", " ")):
        start, end = _strip(text, low + first, low + last)
        if start >= end:
            continue
        ended = bool(_ENDED.search(text[start:end]))
        longest = LONGEST_WORDS if not bare else MOST_WORDS if ended else SHORT_WORDS
        if len(text[start:end].split()) <= longest:
            yield start, end, ended
        else:
            yield from _cut(text, start, end, [s for s in seams if start < s < end], times, ended=ended or bare)


def _strip(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _cut(
    text: str, start: int, end: int, seams: Sequence[int], times: _Times, *, ended: bool
) -> Iterator[tuple[int, int, bool]]:
    """The cuts that all together have the best odds, by dynamic programming over the words; ``(start, end, whole)`` of each.

    ``ended`` says that a sentence surely ends with the text.
    """
    matches = list(_WORD.finditer(text, start, end))
    words = [match[0].lower().replace("’", "'").strip(_STRIPPED) for match in matches]
    odds = _odds(words, [match.start() for match in matches], frozenset(seams), times)
    best = [0.0] + [-math.inf] * len(words)
    before = [0] * (len(words) + 1)
    for last in range(1, len(words) + 1):
        here = odds[last] if last < len(words) else 0.0
        for first in range(max(0, last - MOST_WORDS), last):
            value = best[first] + here - TOO_LONG * max(0, last - first - CUT_WORDS)
            if value > best[last]:
                best[last], before[last] = value, first
    cuts = [len(words)]
    while cuts[-1] > 0:
        cuts.append(before[cuts[-1]])
    sure = (
        {cut for cut in cuts if 0 < cut < len(words) and odds[cut] >= SURE} | {0} | ({len(words)} if ended else set())
    )
    for first, last in pairwise(reversed(cuts)):
        yield matches[first].start(), matches[last - 1].end(), first in sure and last in sure


def _odds(words: Sequence[str], starts: Sequence[int], seams: frozenset[int], times: _Times) -> list[float]:
    """Log odds of a cut before each word."""
    odds = boundary_odds(words)
    for index in range(1, len(words)):
        if starts[index] in seams:
            odds[index] += SEAM + PAUSE * min(1.0, times.pause(starts[index]) / LONG_PAUSE_S)
    return odds


class _Times:
    """Seconds by offset: known at the edges of cues, linear in characters between them."""

    def __init__(self, segments: Sequence[Segment], starts: Sequence[int]) -> None:
        self._offsets: list[int] = []
        self._seconds: list[float] = []
        self._pauses: dict[int, float] = {}
        ended: float | None = None
        for segment, start in zip(segments, starts, strict=True):
            if segment.start_s is not None and ended is not None:
                self._pauses[start] = max(0.0, segment.start_s - ended)
            ended = segment.end_s
            for offset, second in ((start, segment.start_s), (start + len(segment.text), segment.end_s)):
                # Captions overlap and step back now and then; only what moves forward is a usable edge.
                if second is not None and (not self._seconds or second >= self._seconds[-1]):
                    self._offsets.append(offset)
                    self._seconds.append(second)

    def pause(self, offset: int) -> float:
        """Silence before the cue that starts at an offset, in seconds."""
        return self._pauses.get(offset, 0.0)

    def at(self, offset: int) -> float | None:
        """The second at an offset; ``None`` outside of the known edges."""
        right = bisect_right(self._offsets, offset)
        if right == 0:
            return None
        at, second = self._offsets[right - 1], self._seconds[right - 1]
        if right == len(self._offsets):
            return round(second, 3) if at == offset else None
        share = (offset - at) / (self._offsets[right] - at)
        return round(second + share * (self._seconds[right] - second), 3)


@cache
def _tokenizer() -> Any:
    from nupunkt import load  # loads its model

    return load("default")
