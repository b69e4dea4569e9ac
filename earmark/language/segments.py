"""Which sentences of a talk are its subject, and which are sponsor reads, greetings and housekeeping, by their words.

Sponsor reads are stretches: a cue ("brought to you by", "use code") starts or ends one, and the sentences between the
cues of one read, and those around them that go on about the brand or speak to the customer, belong to it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from enum import IntEnum, StrEnum
from itertools import pairwise
from typing import Protocol, TypeVar

from earmark.language import segment_cues as cues

__all__ = ["LONGEST_CHARS", "Label", "Spoken", "framing", "sells", "sponsor_reads"]


class Spoken(Protocol):
    """A sentence and who says it."""

    @property
    def text(self) -> str:
        """What is said."""

    @property
    def speaker(self) -> str | None:
        """Who says it; ``None`` if nobody knows."""


_S = TypeVar("_S", bound=Spoken)


class Label(StrEnum):
    """What a sentence is there for."""

    CONTENT = "content"
    SPONSOR = "sponsor"
    GREETING = "greeting"
    HOUSEKEEPING = "housekeeping"


_BRAND = re.compile(
    r"(?:brought to you by|sponsor(?:ed by|s?,| is| are|ing)?|thanks? (?:you )?to|for)\s+((?:[A-Z][\w.&'+-]*\s?){1,4})"
)
_NOT_BRAND = frozenset([
    "The", "This", "That", "Our", "Talk", "Python", "To", "Me", "Bytes", "We", "You", "Your", "It", "And", "But",
    "So", "They", "In", "Get", "If", "When", "With", "From", "A", "An", "I", "Is", "Or", "For", "As", "Today",
    "Sponsored", "News", "Visit", "Go", "Just", "Thank", "Thanks", "Back",
])  # fmt: skip
GAP_OPENED, GAP = 22, 8
"""Sentences by one speaker between two cues of one read, where it was announced and where not (60 to 90 s of speech)."""
REACH_OPENED, REACH = 16, 4
"""Sentences a read may go on beyond its cues, while they name the brand or speak to the customer; again announced or not."""
LEAST, LEAST_SEGMENT = 3, 12
"""Sentences that an announced read has at least, and one announced as a segment ("sponsored news", "back in a moment")."""
BACK = 14
"""Sentences before the first cue of an unannounced read within which its beginning is looked for."""
MISSES = 3
"""Sentences in a row without any sign at which a read has ended."""
LONGEST_CHARS = 2000
"""Characters of a sentence that are looked at: a pattern's time grows with the square of a word's length."""
FEWEST_POINTS = 2
"""Addresses near each other that make an unannounced read without any offer."""
TALK, TALK_GAP = 25, 6
"""Sentences that hosts talk on about an announced brand, and those between two mentions of it."""
EDGE = 25
"""Sentences from either end of an episode within which greetings and farewells are looked for."""
SMALL_TALK = 3
"""Sentences between two greetings that are one too. More would cost subjects (tried on the tuning half of the labels)."""


def framing(
    sentences: Sequence[_S], *, begins: bool = True, ends: bool = True, greets: Callable[[_S], bool] = lambda _: False
) -> list[Label]:
    """What each sentence is by itself, and the small talk between greetings, or between farewells.

    Args:
        sentences: in a row, cut to `LONGEST_CHARS`; an episode's.
        begins: whether they begin with those of the episode.
        ends: whether they end with those of the episode.
        greets: whether a sentence at either end of an episode greets or takes leave in other words than the usual ones.
    """
    count = len(sentences)
    opening = range(min(EDGE, count) if begins else 0)
    closing = range(max(0, count - EDGE) if ends else count, count)
    labels = [_alone(sentence, index in opening, index in closing, greets) for index, sentence in enumerate(sentences)]
    for edge in (opening, closing):
        framed = [index for index in edge if labels[index] is not Label.CONTENT]
        for before, after in pairwise(framed):
            if after - before - 1 <= SMALL_TALK:
                labels[before + 1 : after] = [labels[before]] * (after - before - 1)
    return labels


def sells(sentences: Sequence[Spoken]) -> bool:
    """Whether any sentence announces a sponsor, offers something or gives an address."""
    return any(cues.OPENS.search(s.text) or cues.SELLS.search(s.text) or cues.POINTS.search(s.text) for s in sentences)


def _alone(sentence: _S, opening: bool, closing: bool, greets: Callable[[_S], bool]) -> Label:
    """What a sentence is by itself, which may be one of the first or of the last of its episode."""
    greeting = (opening or closing) and (bool(cues.GREETS.search(sentence.text)) or greets(sentence))
    if opening and greeting:
        return Label.GREETING
    if cues.KEEPS_HOUSE.search(sentence.text) or cues.POINTS.search(sentence.text):
        return Label.HOUSEKEEPING
    return Label.HOUSEKEEPING if greeting else Label.CONTENT


class _ReadCue(IntEnum):
    """How much a sentence says of advertising: an address, an offer, an announcement."""

    POINTS = 1
    SELLS = 2
    OPENS = 3


def _cues(sentences: Sequence[Spoken]) -> list[tuple[int, _ReadCue]]:
    cued = []
    for index, sentence in enumerate(sentences):
        if cues.OPENS.search(sentence.text):
            cued.append((index, _ReadCue.OPENS))
        elif cues.SELLS.search(sentence.text):
            cued.append((index, _ReadCue.SELLS))
        elif cues.POINTS.search(sentence.text):
            cued.append((index, _ReadCue.POINTS))
    return cued


def sponsor_reads(sentences: Sequence[Spoken]) -> list[tuple[int, int]]:
    """Sponsor reads as ``(first, last)``."""
    cued = _cues(sentences)
    reads: list[tuple[int, int]] = []
    position = 0
    while position < len(cued):
        first, strength = cued[position]
        opened = strength is _ReadCue.OPENS
        group = [strength]
        last = first
        while position + 1 < len(cued) and _same_read(sentences, last, cued[position + 1][0], opened=opened):
            position += 1
            last = cued[position][0]
            group.append(cued[position][1])
        position += 1
        if max(group) is _ReadCue.POINTS and (len(group) < FEWEST_POINTS or _keeps_house(sentences, first, last)):
            continue  # one address is how talk names a site, and some are the show's own
        reads.append(_bounds(sentences, first, last, opened=opened))
    return reads


def _bounds(sentences: Sequence[Spoken], first: int, last: int, *, opened: bool) -> tuple[int, int]:
    """Where the read with these first and last cues begins and ends."""
    brands = _brands(sentences[first : last + 1])
    # An announced read that has come to its closing pitch hardly goes on; a read that has not may have most before it.
    reach = REACH_OPENED if opened and last == first else REACH
    if (last > first and cues.CLOSES.search(sentences[last].text)) or cues.LEAVES.search(sentences[last].text):
        reach = 0
    begin = first if opened else min(_opening(sentences, first), _grow(sentences, first, -1, brands, REACH))
    end = _grow(sentences, last, 1, brands, reach)
    if opened and last == first:
        end = max(end, _least(sentences, first))
    if opened and reach:
        end = max(end, _talk(sentences, end, brands))
    return begin, end


def _keeps_house(sentences: Sequence[Spoken], first: int, last: int) -> bool:
    return any(cues.KEEPS_HOUSE.search(s.text) for s in sentences[max(0, first - 1) : last + 2])


def _talk(sentences: Sequence[Spoken], end: int, brands: frozenset[str]) -> int:
    """Where talk between the hosts about the brand that one has announced ends."""
    last = end
    for index in range(end + 1, min(len(sentences), end + TALK + 1)):
        if index - last > TALK_GAP or _turns_back(sentences[index]):
            break
        if any(brand in sentences[index].text for brand in brands) or cues.THANKS.search(sentences[index].text):
            last = index
    return last


def _least(sentences: Sequence[Spoken], first: int) -> int:
    """Where an announced read without closing pitch ends at the earliest."""
    end = first
    least = LEAST_SEGMENT if cues.SEGMENT.search(sentences[first].text) else LEAST
    while end + 1 < len(sentences) and end - first < least and _goes_on(sentences[end], sentences[end + 1]):
        end += 1
    return end


def _goes_on(sentence: Spoken, following: Spoken) -> bool:
    return following.speaker == sentence.speaker and not _turns_back(following)


def _same_read(sentences: Sequence[Spoken], last: int, cue: int, *, opened: bool) -> bool:
    return cue - last <= (GAP_OPENED if opened else GAP) and _unbroken(sentences, last, cue)


def _unbroken(sentences: Sequence[Spoken], first: int, last: int) -> bool:
    """Whether one speaker goes on without turning back to the subject."""
    speaker = sentences[first].speaker
    return (
        all(s.speaker == speaker for s in sentences[first + 1 : last + 1])
        and not any(_turns_back(s) for s in sentences[first + 1 : last])
        and not cues.RETURNS.search(sentences[last].text)
    )


def _turns_back(sentence: Spoken) -> bool:
    """Whether a sentence leaves the read: back to the subject, to the guest, to the show."""
    return bool(cues.RETURNS.search(sentence.text) or cues.LEAVES.search(sentence.text))


def _opening(sentences: Sequence[Spoken], cue: int) -> int:
    """Where a read without announcement begins: at the farthest phrase that such reads begin with."""
    begin = cue
    for index in range(cue - 1, max(-1, cue - BACK - 1), -1):
        if sentences[index].speaker != sentences[cue].speaker or _turns_back(sentences[index]):
            break
        if cues.MAY_OPEN.search(sentences[index].text):
            begin = index
    return begin


def _brands(read: Sequence[Spoken]) -> frozenset[str]:
    brands: set[str] = set()
    for sentence in read:
        for match in _BRAND.finditer(sentence.text):
            brands.update(w.strip(".,'!").removesuffix("'s") for w in match[1].split())
    return frozenset(w for w in brands if len(w) > 2 and w not in _NOT_BRAND)


def _grow(sentences: Sequence[Spoken], at: int, step: int, brands: frozenset[str], reach: int) -> int:
    """The last index, in one direction, that still belongs to the read."""
    end, misses, index = at, 0, at + step
    while 0 <= index < len(sentences) and abs(index - at) <= reach and misses < MISSES:
        sentence = sentences[index]
        if sentence.speaker != sentences[at].speaker or _turns_back(sentence):
            break
        if step > 0 and cues.KEEPS_HOUSE.search(sentence.text):
            break
        if any(brand in sentence.text for brand in brands) or cues.ADDRESSES.search(sentence.text):
            end, misses = index, 0
        else:
            misses += 1
        index += step
    return end
