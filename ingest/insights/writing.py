"""The chosen ideas written out: headline, claim and body, from the quote and the sentences beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pydantic import Field

from earmark.ids import make_id
from earmark.types import Episode
from ingest.insights.candidates import Candidate
from ingest.insights.numbered import NumberedTranscript, fenced
from ingest.insights.shapes import ReplyPart
from ingest.prompts import load_prompt

__all__ = ["Writing", "WritingReply", "repair_prompt", "title_line", "writing_prompt"]

MATERIAL_WORDS = (80, 50)
"""Words around a quote that the writer sees, if there are so many in so few sentences; the checker sees every sentence."""


class Writing(ReplyPart):
    """One idea as the model wrote it; ``drop`` says why it cannot be made to stand alone, else it is empty."""

    id: int
    headline: str = Field("", max_length=400)
    claim: str = Field("", max_length=800)
    body: str = Field("", max_length=2000)
    drop: str = Field("", max_length=400)


class WritingReply(ReplyPart):
    """What a model answers for all finalists of an episode."""

    ideas: list[Writing] = Field(max_length=80)


def writing_prompt(finalists: Sequence[Candidate], episode: Episode, numbered: NumberedTranscript) -> tuple[str, str]:
    """The system and the user message for the finalists, numbered from 1."""
    items = [_material(number, candidate, numbered) for number, candidate in enumerate(finalists, start=1)]
    return load_prompt("insight_writing"), _fenced_material(episode, items)


def repair_prompt(
    objections: Mapping[int, Sequence[str]],
    writings: Mapping[int, Writing],
    finalists: Sequence[Candidate],
    episode: Episode,
    numbered: NumberedTranscript,
) -> tuple[str, str]:
    """The system and the user message for what was sent back: each with all its objections and the few sentences that matter."""
    items = []
    for number, reasons in objections.items():
        written = writings[number]
        items.append(
            f"{_material(number, finalists[number - 1], numbered)}\n"
            f"    headline: {written.headline}\n    claim: {written.claim}\n    body: {written.body}\n"
            f"    objections: {'; '.join(reasons)}"
        )
    return load_prompt("insight_repair"), _fenced_material(episode, items)


def _material(number: int, candidate: Candidate, numbered: NumberedTranscript) -> str:
    return f"[{number}] {candidate.kind}; noted: {candidate.point}\n    {numbered.beside(candidate.span, words=MATERIAL_WORDS)}"


def title_line(episode: Episode) -> str:
    """Show, title and date of an episode, on a line."""
    data = episode.data
    date = f", {data.published:%Y-%m-%d}" if data.published else ""
    return " ".join(f"Show: {episode.show}. Episode: {data.title}{date}.".split())


def _fenced_material(episode: Episode, items: Sequence[str]) -> str:
    head = title_line(episode)
    return fenced("material", make_id(head, *items), "\n".join([head, *items]))
