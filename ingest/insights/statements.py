"""The statements of a passage: one or two sentences that say something without those before them.

Sponsor reads, greetings, housekeeping and questions are none, nor is a sentence that points outside of itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from earmark.language.segments import Label
from earmark.language.sentences import spans_in, turns
from earmark.ports import Statement
from ingest.insights.fragments import is_fragment
from ingest.insights.standalone import dangling
from ingest.insights.worth import worths
from ingest.passages.segments import mark
from ingest.text.sentences import Sentence, asks

__all__ = ["statements"]

_WORDS = (8, 48)
"""Words of a sentence that can be read alone; longer ones are recognised speech without full stops."""
_LONGEST = 60
"""Words of two sentences together: what a reader takes in at a glance."""


def statements(text: str, *, before: str = "", after: str = "") -> list[Statement]:
    """The statements of a passage, in order; those of two sentences follow those of one.

    Args:
        text: the passage.
        before: the passage before it, empty at the beginning of an episode; a sponsor read may begin there.
        after: the passage after it, empty at the end of an episode.
    """
    spans = list(_spans(text))
    content = _content(text, spans, before=before, after=after)
    alone = [kept and _stands(text[start:end]) for (start, end, _), kept in zip(spans, content, strict=True)]
    places = [(start, end) for (start, end, _), kept in zip(spans, alone, strict=True) if kept]
    for number, ((start, _, turn), (_, end, next_turn)) in enumerate(pairwise(spans)):
        told = turn == next_turn and content[number + 1] and not asks(text[start:end])
        if alone[number] and told and len(text[start:end].split()) <= _LONGEST:
            places.append((start, end))
    values = worths([text[start:end] for start, end in places])
    return [
        Statement(start=start, end=end, worth=worth.value) for (start, end), worth in zip(places, values, strict=True)
    ]


def _spans(text: str) -> Iterator[tuple[int, int, int]]:
    """Where each sentence begins and ends, and the number of its turn."""
    for number, turn in enumerate(turns(text)):
        for start, end in spans_in(text, turn.start, turn.end):
            yield start, end, number


def _content(text: str, spans: Sequence[tuple[int, int, int]], *, before: str, after: str) -> list[bool]:
    """Whether each sentence belongs to the subject of its episode."""
    lead, tail = ([part[start:end] for start, end, _ in _spans(part)] for part in (before, after))
    texts = [*lead, *(text[start:end] for start, end, _ in spans), *tail]
    labels = mark([_sentence(number, said) for number, said in enumerate(texts)])
    return [label is Label.CONTENT for label in labels[len(lead) : len(lead) + len(spans)]]


def _sentence(number: int, text: str) -> Sentence:
    return Sentence(text=" ".join(text.split()), start=0, end=len(text), first_segment=number, last_segment=number)


def _stands(text: str) -> bool:
    count = len(text.split())
    return _WORDS[0] <= count <= _WORDS[1] and not asks(text) and not is_fragment(text) and not dangling(text)
