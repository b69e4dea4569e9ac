"""Whether a quote carries what was written from it: asked of a model, once for all ideas of an episode, and no by default."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated

from pydantic import BeforeValidator, Field, WithJsonSchema

from earmark.ids import make_id
from ingest.insights.candidates import Candidate
from ingest.insights.material import for_checker
from ingest.insights.numbered import NumberedTranscript, fenced
from ingest.insights.shapes import ReplyPart
from ingest.insights.writing import Writing, head
from ingest.prompts import load_prompt

if TYPE_CHECKING:
    from earmark.types import Episode, Transcript

__all__ = ["CheckReply", "Verdict", "check_prompt", "headline_stands", "objections"]

_YES = frozenset(["yes", "y", "true"])
_MOST_WORTH = 3


def _worth(value: object) -> int | None:
    """0 to 3, or nothing where something else was answered: no idea is lost for that."""
    try:
        worth = float(str(value).strip())
    except ValueError:
        return None
    return int(worth) if worth in range(_MOST_WORTH + 1) else None


Worth = Annotated[
    int | None,
    BeforeValidator(_worth),
    WithJsonSchema(
        {"type": ["integer", "string", "number", "boolean", "null"]}
    ),  # asked for, but no reason to ask again
]


class Verdict(ReplyPart):
    """How a quote stands to what was written from it, and what that is to a reader; what was not answered is no."""

    id: int
    carries: str = Field("no", max_length=40)
    headline: str = Field("no", max_length=40)
    holds: str = Field("", max_length=40)
    source: str = Field("", max_length=200)
    body: str = Field("no", max_length=40)
    problem: str = Field("", max_length=400)
    worth: Worth = None


class CheckReply(ReplyPart):
    """What a model answers for all ideas of an episode."""

    verdicts: list[Verdict] = Field(max_length=80)


def check_prompt(
    writings: Mapping[int, Writing],
    finalists: Mapping[int, Candidate],
    episode: Episode,
    transcript: Transcript,
    numbered: NumberedTranscript,
) -> tuple[str, str]:
    """The system and the user message: each idea by its number, with the quote and the sentences that matter.

    The title of the episode and its people go along, for they often name what the sentences only point at; the writer has them too.
    """
    items = []
    for number, written in writings.items():
        span = finalists[number].span
        speaker = numbered.speaker(span) or "unnamed"
        shown = for_checker(numbered, span, f"{written.headline}. {written.claim} {written.body}")
        items.append(
            f"[{number}] speaker: {speaker}\n    {shown}\n"
            f"    headline: {written.headline or '(none)'}\n    claim: {written.claim}\n    body: {written.body or '(none)'}"
        )
    known = head(episode, transcript)
    return load_prompt("insight_check"), fenced("items", make_id(known, *items), "\n".join([known, *items]))


def objections(verdict: Verdict | None, written: Writing) -> list[str]:
    """What speaks against printing an idea; empty where the verdict is clean.

    A view that is reported or read out passes where the claim names its source.
    """
    if verdict is None:
        return ["it was not confirmed that the quote carries the claim"]
    reasons = []
    detail = f" ({verdict.problem})" if verdict.problem else ""
    if verdict.carries.casefold() not in _YES:
        reasons.append(f"the quote does not carry the claim{detail}")
    match verdict.holds.casefold():
        case "holds":
            pass
        case "reports" | "reads":
            if not _named(verdict.source, written.claim):
                whose = verdict.source or "somebody else"
                reasons.append(f"the speaker only passes on what {whose} says; the claim must say so")
        case "rejects":
            reasons.append(f"the speaker does not hold it{detail}")
        case "other":
            reasons.append(f"somebody else than the named speaker says it{detail}")
        case "asks" | "jokes":
            reasons.append(f"it is not meant as a statement{detail}")
        case _:
            reasons.append("it was not confirmed that the speaker holds it")
    if written.body and verdict.body.casefold() not in _YES:
        reasons.append(f"the body says more than was said{detail}")
    return reasons


def headline_stands(verdict: Verdict) -> bool:
    """Whether the headline says no more than the claim; one that does not is left out, for the claim is right."""
    return verdict.headline.casefold() in _YES


def _named(source: str, claim: str) -> bool:
    """Whether a claim names its source: one of the source's telling words stands in it."""
    words = {word.strip(".,'’\"()").casefold() for word in source.split()}
    telling = {word for word in words if len(word) > 3 or word[:1].isupper()}
    said = claim.casefold()
    return any(word in said for word in telling)
