"""The chosen ideas written out: headline, claim and body, from the quote and the sentences beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from pydantic import Field

from earmark.ids import make_id
from ingest.insights.candidates import Candidate
from ingest.insights.material import about, for_writer
from ingest.insights.numbered import NumberedTranscript, fenced
from ingest.insights.shapes import ReplyPart
from ingest.prompts import load_prompt

if TYPE_CHECKING:
    from earmark.types import Episode, Transcript

__all__ = ["HEADLINE_WORDS", "Writing", "WritingReply", "head", "repair_prompt", "writing_prompt"]


HEADLINE_WORDS = 14
"""Words of a headline, at most; a longer one is no headline, and the claim stands for it."""


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


def writing_prompt(
    finalists: Sequence[Candidate], episode: Episode, transcript: Transcript, numbered: NumberedTranscript
) -> tuple[str, str]:
    """The system and the user message for the finalists, numbered from 1."""
    items = [_material(number, candidate, numbered) for number, candidate in enumerate(finalists, start=1)]
    return load_prompt("insight_writing"), _fenced_material(head(episode, transcript), items)


def repair_prompt(
    objections: Mapping[int, Sequence[str]],
    writings: Mapping[int, Writing],
    finalists: Sequence[Candidate],
    episode: Episode,
    transcript: Transcript,
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
    return load_prompt("insight_repair"), _fenced_material(head(episode, transcript), items)


def _material(number: int, candidate: Candidate, numbered: NumberedTranscript) -> str:
    return f"[{number}] noted: {candidate.point}\n    {for_writer(numbered, candidate.span)}"


def head(episode: Episode, transcript: Transcript) -> str:
    """What is said once above all ideas of an episode: its show, title and date, its people, and what it is about."""
    data = episode.data
    date = f", {data.published:%Y-%m-%d}" if data.published else ""
    title = " ".join(f"Show: {episode.show}. Episode: {data.title}{date}.".split())
    return "\n".join(line for line in (title, about(episode, transcript)) if line)


def _fenced_material(head: str, items: Sequence[str]) -> str:
    return fenced("material", make_id(head, *items), "\n".join([head, *items]))
