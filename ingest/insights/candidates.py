"""What a model points at when it reads an episode window by window: many candidates, from which the choice is made later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pydantic import ConfigDict, Field

from earmark.ids import make_id
from ingest.insights.evidence import POINTED_OUT, Evidence
from ingest.insights.locate import Locator
from ingest.insights.numbered import MOST_WORDS, NumberedTranscript, Span, fenced
from ingest.insights.shapes import ReplyPart
from ingest.insights.windows import Window, heading
from ingest.prompts import load_prompt

if TYPE_CHECKING:
    from earmark.types import Episode, Transcript

__all__ = [
    "KINDS",
    "Candidate",
    "CandidatesReply",
    "most_of",
    "pointed",
    "window_prompt",
    "with_evidence",
    "without_repeats",
]

KINDS = ("claim", "mechanism", "finding", "prediction", "advice", "disagreement")
WORDS_A_CANDIDATE = 250
"""Words in which an editor finds one idea worth a look: two to three times as many as are kept."""
LEAST_WORDS = 8
"""Words of a quote below which a pointed span takes the next sentence in."""


def _asked_for(schema: dict[str, Any]) -> None:
    """A schema that asks for numbers, so that no model is led to copy sentences; what it copies all the same is understood."""
    del schema["properties"]["quote"]
    for name in ("first", "last"):
        schema["properties"][name] = {"type": "integer"}
    schema["required"] = ["first", "kind", "point"]


class _Pointed(ReplyPart):
    model_config = ConfigDict(json_schema_extra=_asked_for)

    first: int | None = None
    last: int | None = None
    kind: str = Field("claim", max_length=40)
    point: str = Field("", max_length=600)
    quote: str = Field("", max_length=2000)
    """Text in place of numbers, from models that copy whatever they are asked; it is understood, but not asked for."""


class CandidatesReply(ReplyPart):
    """What a model answers for one window."""

    candidates: list[_Pointed] = Field(max_length=40)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A span that may become an insight: its kind (one of `KINDS`) and its ``point`` in a few words."""

    span: Span
    kind: str
    point: str
    pointed_out: bool = False
    """Whether the publisher points it out, by a soundbite, a chapter's title or a bullet of the description."""


def most_of(words: int) -> int:
    """How many candidates a window of so many words is asked for: at least two."""
    return max(2, round(words / WORDS_A_CANDIDATE))


def window_prompt(
    episode: Episode, transcript: Transcript, numbered: NumberedTranscript, window: Window
) -> tuple[str, str]:
    """The system and the user message for one window."""
    words = sum(len(numbered.sentences[index].text.split()) for index in window.sentences)
    lines = numbered.lines(window.sentences)
    head = heading(episode, transcript, numbered, window)
    marker = make_id(episode.id, *lines)
    return load_prompt(
        "insight_candidates", most=str(most_of(words))
    ), f"{fenced('transcript', marker, head + chr(10) + chr(10).join(lines))}"


def pointed(reply: CandidatesReply, numbered: NumberedTranscript, window: Window, locator: Locator) -> list[Candidate]:
    """The candidates of a reply whose numbers, or whose copied text, stand in the window; each span once."""
    shown = frozenset(window.sentences)
    candidates: list[Candidate] = []
    for item in reply.candidates:
        span = _span(item, numbered, locator)
        if span is None or not _is_shown(item, span, shown):
            continue
        kind = item.kind.casefold().strip()
        if all(span != other.span for other in candidates):
            candidates.append(
                Candidate(span=span, kind=kind if kind in KINDS else "claim", point=" ".join(item.point.split()))
            )
    return candidates


def _span(item: _Pointed, numbered: NumberedTranscript, locator: Locator) -> Span | None:
    if item.first is not None:
        span = numbered.span(item.first, item.first if item.last is None else item.last)
    elif item.quote:
        place = locator.find_loosely(item.quote)
        if place is None:
            return None
        touched = locator.sentences(*place)
        span = numbered.span(touched[0] + 1, touched[-1] + 1)
    else:
        return None
    return None if span is None else _short_enough(_long_enough(span, numbered), numbered)


def _is_shown(item: _Pointed, span: Span, shown: frozenset[int]) -> bool:
    """Whether what was pointed at is in the window; what a cold open plays in advance may be found outside of it."""
    if item.first is None:
        return True
    return item.first - 1 in shown or span.first in shown


def _long_enough(span: Span, numbered: NumberedTranscript) -> Span:
    """A very short quote with the sentence after it, where the same speaker goes on."""
    if len(numbered.quote(span).split()) >= LEAST_WORDS or span.last + 1 >= len(numbered.sentences):
        return span
    longer = numbered.span(span.first + 1, span.last + 2)
    return longer if longer is not None and longer.first == span.first and len(longer) > len(span) else span


def _short_enough(span: Span, numbered: NumberedTranscript) -> Span | None:
    """A quote that is too long to print, without its first sentences; ``None`` where a single one is too long.

    The first ones introduce, and the conclusion comes last.
    """
    for first in range(span.first, span.last + 1):
        shorter = Span(first=first, last=span.last)
        if len(numbered.quote(shorter).split()) <= MOST_WORDS:
            return shorter
    return None


def with_evidence(candidates: Sequence[Candidate], numbered: NumberedTranscript, evidence: Evidence) -> list[Candidate]:
    """The candidates, those marked that the publisher points out."""
    marked = []
    for candidate in candidates:
        first, last = numbered.sentences[candidate.span.first], numbered.sentences[candidate.span.last]
        text = f"{candidate.point} {numbered.quote(candidate.span)}"
        known = evidence.of(text, first.start_s, last.end_s) >= POINTED_OUT
        marked.append(replace(candidate, pointed_out=known))
    return marked


def without_repeats(candidates: Sequence[Candidate]) -> list[Candidate]:
    """The candidates of all windows in the order of the episode; of two that share most sentences the first."""
    kept: list[Candidate] = []
    for candidate in sorted(candidates, key=lambda c: (c.span.first, c.span.last)):
        if any(_mostly_same(candidate.span, other.span) for other in kept[-4:]):
            continue
        kept.append(candidate)
    return kept


def _mostly_same(span: Span, other: Span) -> bool:
    shared = min(span.last, other.last) - max(span.first, other.first) + 1
    return shared * 2 > min(len(span), len(other))
