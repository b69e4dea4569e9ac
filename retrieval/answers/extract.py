"""An answer without a language model: the sentences that answer best, as they were said, each cited."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from earmark.language.english import is_english, tokens
from earmark.types import Answer, Citation
from retrieval.answers.evidence import NEAR, AnswerEvidence, PassageSentence, SideEvidence, citation
from retrieval.answers.holders import Stance, claim_of, stance_of
from retrieval.answers.openings import as_read
from retrieval.answers.picking import pick, voice

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["extractive_answer", "not_read_closely", "quoted", "quoted_side", "silence", "told", "unmarked"]

_MOST_A_SIDE, _ROOM_A_SIDE = 4, 140
"""Sentences or places of one side, where a question names several, and words after which no further one is quoted."""
_ALONE_A_SIDE = 90
"""Words up to which a side's only place is read on."""
_TELLING = 25
"""Words from which on it can be told whether quotes are English: one of fifty single sentences looks as if it were not."""
_SAYS: dict[Stance, str] = {"holds": "says", "denies": "speaks against it", "reports": "tells what others say"}
_ASIDE: dict[Stance, str] = {"holds": "", "denies": ", against it", "reports": ", of what others say"}
_MARK = re.compile(r"\[(\d{1,3}(?:\s*,\s*\d{1,3})*)\]")


def extractive_answer(evidence: AnswerEvidence, vectors: NDArray[np.float32], *, around: bool = True) -> Answer:
    """The answer in the speakers' own words, every sentence verbatim and cited, a paragraph for each voice or side.

    Only the words that lead over to a sentence are left out ("And so", "Yeah"); the citation has them.

    Args:
        evidence: with at least one sentence.
        vectors: of its sentences, of shape ``(len(evidence.sentences), dimension)``.
        around: whether few words are quoted with what is said around them, which may be beside the question.
    """
    if evidence.sides:
        return _by_sides(evidence)
    return quoted(evidence, pick(evidence, vectors, around=around))


def quoted(evidence: AnswerEvidence, picked: Sequence[PassageSentence]) -> Answer:
    """The answer that quotes what was picked, a paragraph for each voice."""
    citations = tuple(citation(n, sentence) for n, sentence in enumerate(picked, 1))
    text = "\n\n".join(told(picked, claim=claim_of(evidence.asked or evidence.question)))
    return Answer(question=evidence.question, answer=text, abstained=False, citations=citations)


def not_read_closely(citations: Sequence[Citation]) -> str:
    """A word on quotes in a language that sentences are not picked in; empty where they are English, or too short to tell."""
    quotes = [cite.quote for cite in citations]
    told = [word for quote in quotes for word in tokens(quote)]
    short = len(told) < _TELLING and any(word.isascii() for word in told)
    if not quotes or short or is_english(quotes):
        return ""
    return "Without a language model only English is read closely; this is quoted because it lies near the question."


def quoted_side(side: SideEvidence, first: int) -> tuple[str, list[Citation]]:
    """One side's paragraph in its own words, with its citations, numbered from ``first``.

    A side that says nothing has ``silence``, and what comes nearest where that is about the subject at all.
    """
    held, near = side.evidence, side.near
    if held is not None and held.vectors is not None:
        picked = pick(held, held.vectors, most=_MOST_A_SIDE, room=_ROOM_A_SIDE, alone=_ALONE_A_SIDE)
        said = f"{_heading(side)}{' '.join(told(picked, first))}"
    elif near is not None and near.vectors is not None and near.sentences and near.confidence >= NEAR:
        picked = pick(near, near.vectors, most=1, room=1)
        nothing = (
            f"{unmarked(side.label)} {_says(side)} nothing on just this here."
            if side.kind == "voice"
            else silence(side)
        )
        said = f"{nothing} Nearest is this: {' '.join(told(picked, first))}"
    else:
        picked, said = [], silence(side)
    return said, [citation(n, sentence) for n, sentence in enumerate(picked, first)]


def _but(side: SideEvidence, speakers: set[str | None]) -> SideEvidence:
    """A side without what some speakers say."""
    held = side.evidence
    if not speakers or held is None or held.vectors is None:
        return side
    others = held.only(lambda sentence: sentence.speaker not in speakers)
    return replace(side, evidence=others) if others.sentences else replace(side, evidence=None, near=None)


def _beyond(side: SideEvidence, passages: set[str]) -> SideEvidence:
    """A side without some passages, where others are left to it: what speaks of two subjects is quoted once."""
    held = side.evidence
    if not passages or held is None:
        return side
    others = held.only(lambda sentence: sentence.hit.chunk_id not in passages)
    return replace(side, evidence=others) if others.sentences else side


def _heading(side: SideEvidence) -> str:
    lead = {"voice": "", "claim": f"That {unmarked(side.label)}: ", "subject": f"On {unmarked(side.label)}: "}
    return lead[side.kind]


def silence(side: SideEvidence) -> str:
    """What is said of a side without evidence."""
    if side.kind == "claim":
        return f"Nobody says here that {unmarked(side.label)}."
    if side.kind == "subject":
        return f"Nothing on {unmarked(side.label)} here answers this."
    return f"{unmarked(side.label)} {_says(side)} nothing on it here."


def _says(side: SideEvidence) -> str:
    return "say" if " and " in side.label else "says"


def _by_sides(evidence: AnswerEvidence) -> Answer:
    paragraphs: list[str] = []
    citations: list[Citation] = []
    for side in evidence.sides:
        # Whoever holds one claim is not the one who holds the other.
        holders = {cite.speaker for cite in citations} if side.kind == "claim" else set()
        told_before = {cite.chunk_id for cite in citations} if side.kind == "subject" else set[str]()
        paragraph, cited = quoted_side(_beyond(_but(side, holders), told_before), len(citations) + 1)
        paragraphs.append(paragraph)
        citations += cited
    return Answer(
        question=evidence.question, answer="\n\n".join(paragraphs), abstained=False, citations=tuple(citations)
    )


def told(picked: Sequence[PassageSentence], first: int = 1, *, claim: str = "") -> list[str]:
    """The sentences behind who says them and where, a paragraph for each voice on a show; numbered from ``first``.

    Where a ``claim`` is asked for that nobody quoted holds, it is said of each whether they deny it or tell of others.
    """
    stances: list[Stance] = [stance_of(claim, sentence) if claim else "holds" for sentence in picked]
    if "holds" in stances:
        stances = ["holds"] * len(picked)
    paragraphs = []
    numbered = zip(range(first, first + len(picked)), picked, stances, strict=True)
    for (_, own), group in itertools.groupby(numbered, key=lambda said: (voice(said[1]), said[2])):
        said = list(group)
        quotes = " ".join(f"“{unmarked(as_read(sentence.text))}” [{n}]" for n, sentence, _ in said)
        paragraphs.append(f"{unmarked(_lead(said[0][1], own))}: {quotes}")
    return paragraphs


def unmarked(text: str) -> str:
    """The text without what would read as a mark of ours; the citation keeps it verbatim."""
    return _MARK.sub(r"(\1)", text)


def _lead(sentence: PassageSentence, stance: Stance) -> str:
    if not sentence.speaker:
        return f"On {sentence.hit.show}{_ASIDE[stance]}"
    return f"{sentence.speaker} {_SAYS[stance]} on {sentence.hit.show}"
