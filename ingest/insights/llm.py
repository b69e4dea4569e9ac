"""Insights written by a language model, window by window; where it fails, the extractive ones of that window.

The model only proposes. Every draft passes the gate here, one that does not is sent back once with the objection, and the
caller's gate looks at what is left again. Transcript text reaches the model inside a fence whose marker it cannot guess.
"""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from earmark.errors import ModelCallError
from earmark.ids import make_id
from earmark.types import InsightDraft
from ingest.insights.extractive import ExtractiveExtractor
from ingest.insights.verify import Drop, DropReason, Gate
from ingest.passages.segments import Label, mark
from ingest.prompts import load_prompt
from ingest.text.sentences import Sentence, split_sentences
from ingest.voices.labels import public_name

if TYPE_CHECKING:
    from earmark.ports import ChatModel
    from earmark.types import Chapter, Episode, Transcript

__all__ = ["LlmExtractor"]

WINDOW_WORDS = 1500
"""Words a window aims at (about 2,000 tokens): small models lose the thread in longer ones."""
PER_WINDOW = 4
MAX_TOKENS = 1200
QUALITY, STEP = 0.8, 0.03
"""Quality of a window's first idea and what each further one is lower by: models put their best first, unscored."""
REPAIRABLE = frozenset(DropReason) - {DropReason.SPONSOR, DropReason.GREETING, DropReason.HOUSEKEEPING}


class _Idea(BaseModel):
    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)

    claim: str = Field(max_length=600)
    body: str = Field(max_length=2000)
    quote: str = Field(max_length=2000)


class _Reply(BaseModel):
    model_config = ConfigDict(extra="ignore")

    insights: list[_Idea] = Field(max_length=20)


class LlmExtractor:
    """Drafts by a chat model.

    ``counts`` says, for all episodes so far, how often what happened: ``calls``, ``repaired``, ``dropped`` (by the gate),
    ``fell_back`` (windows done extractively, after a failed call).
    """

    def __init__(self, model: ChatModel, *, window_words: int = WINDOW_WORDS, most: int = 40) -> None:
        self._model = model
        self._lock = threading.Lock()
        self._window_words = window_words
        self._extractive = ExtractiveExtractor(most=most)
        self.counts: Counter[str] = Counter()

    @property
    def name(self) -> str:
        """``llm`` and the model's name."""
        return f"llm {self._model.name}"

    def extract(self, episode: Episode, transcript: Transcript) -> list[InsightDraft]:
        """Drafts, best first: of each window the first, then of each the second, and so on.

        Never raises because of the model: a call that fails costs one window its written insights, not the episode.
        """
        gate = Gate(episode, transcript)
        fallback: list[InsightDraft] | None = None
        found: list[tuple[float, InsightDraft]] = []
        for number, window in enumerate(self._windows(split_sentences(transcript), transcript.chapters)):
            try:
                drafts = self._ask(episode, window, number, gate)
            except ModelCallError:
                self.counts["fell_back"] += 1
                if fallback is None:
                    fallback = self._extractive.extract(episode, transcript)
                said = " ".join(sentence.text for sentence in window)
                drafts = [draft for draft in fallback if draft.quote in said][:PER_WINDOW]
            found += [(draft.quality, draft) for draft in drafts]
        return [draft for _, draft in sorted(found, key=lambda pair: -pair[0])]

    def _windows(self, sentences: Sequence[Sentence], chapters: Sequence[Chapter]) -> Iterator[list[Sentence]]:
        """Content sentences in stretches of about the same number of words; sponsor reads never reach the model."""
        content = [s for s, label in zip(sentences, mark(sentences, chapters), strict=True) if label is Label.CONTENT]
        lengths = [len(s.text.split()) for s in content]
        count = max(1, round(sum(lengths) / self._window_words))
        aim = sum(lengths) / count
        window: list[Sentence] = []
        held = 0
        for sentence, length in zip(content, lengths, strict=True):
            if window and held + length / 2 > aim:
                yield window
                window, held = [], 0
            window.append(sentence)
            held += length
        if window:
            yield window

    def _ask(self, episode: Episode, window: Sequence[Sentence], number: int, gate: Gate) -> list[InsightDraft]:
        system = load_prompt("insights", most=str(PER_WINDOW))
        passage = _fenced(episode, window, number)
        drafts: list[InsightDraft] = []
        for idea in self._call(system, passage)[:PER_WINDOW]:
            draft: InsightDraft | None = _draft(idea, QUALITY - STEP * len(drafts))
            drop = gate.verify(draft) if draft else None
            if draft and isinstance(drop, Drop):
                draft = self._repair(system, passage, draft, drop, gate)
            if draft:
                drafts.append(draft)
        return drafts

    def _repair(self, system: str, passage: str, draft: InsightDraft, drop: Drop, gate: Gate) -> InsightDraft | None:
        """The draft rewritten, if that passes the gate."""
        self.counts["dropped"] += 1
        if drop.reason not in REPAIRABLE:
            return None
        reason = f"{drop.reason.value} ({drop.detail})" if drop.detail else drop.reason.value
        written = json.dumps({"claim": draft.claim, "body": draft.body, "quote": draft.quote}, ensure_ascii=False)
        request = load_prompt("insights_repair", draft=written, reason=reason)
        try:
            ideas = self._call(system, f"{request}\n{passage}")
        except ModelCallError:
            return None
        again = _draft(ideas[0], draft.quality) if ideas else None
        if again is None or isinstance(gate.verify(again), Drop):
            return None
        self.counts["repaired"] += 1
        return again

    def _call(self, system: str, user: str) -> list[_Idea]:
        """The ideas of one reply; raises ``ModelCallError`` where there is none."""
        with self._lock:  # several workers share one extractor
            self.counts["calls"] += 1
        reply = self._model.complete_json(system, user, schema=_Reply.model_json_schema(), max_tokens=MAX_TOKENS)
        try:
            return _Reply.model_validate(reply).insights
        except ValidationError as error:
            raise ModelCallError("the reply is not what was asked for", subject=self._model.name) from error


def _draft(idea: _Idea, quality: float) -> InsightDraft:
    return InsightDraft(claim=idea.claim, body=idea.body, quote=idea.quote, quality=round(quality, 4))


def _fenced(episode: Episode, window: Sequence[Sentence], number: int) -> str:
    """The window as numbered sentences between marker lines; the marker is a hash, so the text cannot close the fence."""
    lines = []
    speaker: str | None = None
    for index, sentence in enumerate(window, start=1):
        name = public_name(sentence.speaker)
        label = f"{name}: " if name and name != speaker else ""
        speaker = name
        lines.append(f"[{index}] {label}{sentence.text}")
    marker = f"=== transcript {make_id(episode.id, str(number), *lines)} ==="
    heading = " ".join(f"Show: {episode.show}. Episode: {episode.data.title}.".split())
    return f"{marker}\n{heading}\n" + "\n".join(lines) + f"\n{marker}"
